"""How many threads the linear algebra has."""

from threadpoolctl import threadpool_info

from latentarium.core.blas import one_thread


def threads() -> list[int]:
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_one_thread_until_the_last_caller_is_done() -> None:
    before = threads()
    first, second = one_thread(), one_thread()
    with first:
        second.__enter__()
        assert set(threads()) == {1}
    assert set(threads()) == {1}
    second.__exit__(None, None, None)
    assert threads() == before
