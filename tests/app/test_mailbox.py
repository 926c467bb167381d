"""The door between two threads."""

import threading

from latentarium.app.mailbox import Mailbox


def test_the_newest_wins_and_only_an_empty_box_wakes() -> None:
    box: Mailbox[int] = Mailbox()
    assert box.take() is None
    assert box.put(1)
    assert not box.put(2)
    assert box.take() == 2
    assert box.take() is None
    assert box.put(3)


def test_a_reader_sees_the_last_item_however_the_threads_run() -> None:
    box: Mailbox[int] = Mailbox()
    wake, seen = threading.Event(), []

    def read() -> None:
        while not seen or seen[-1] != 5000:
            assert wake.wait(5)
            wake.clear()
            item = box.take()
            if item is not None:
                seen.append(item)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 5001):
        if box.put(number):
            wake.set()
    reader.join(10)
    assert seen == sorted(seen)
    assert seen[-1] == 5000
