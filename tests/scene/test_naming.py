"""What runs are called where they are shown."""

from pathlib import Path

from latentarium.core.origin import Origin
from latentarium.scene.naming import folder_of, name_of, names_of, short_names


def called(run, folder: str, title: str = "Untitled", seed: int = 0, brought: bool = False):
    run.path = run.folder = Path("/somewhere") / folder
    run.name = run.path.name
    origin = Origin(format="table") if brought else None
    run.recipe = run.recipe.model_copy(update={"title": title, "seed": seed, "origin": origin})
    return run


def test_a_space_made_elsewhere_has_the_name_it_was_given(make_run) -> None:
    brought = called(make_run(), "va-2026-11-22-0545", "VA", brought=True)
    trained = called(make_run(), "triplets-2026", "Triplets")
    assert (name_of(brought), folder_of(brought)) == ("VA", "va-2026-11-22-0545")
    assert (name_of(trained), folder_of(trained)) == ("triplets-2026", "")
    assert names_of([brought, trained]) == ("VA", "triplets-2026")


def test_runs_of_one_recipe_are_told_apart(make_run) -> None:
    one, two = make_run(), make_run()
    pair = [called(one, "colours-2026-11-22-0545", seed=1), called(two, "colours-2026-11-22-0545-2", seed=2)]
    names = names_of(pair)
    assert names == ("colours-2026-11-22-0545, seed 1", "colours-2026-11-22-0545-2, seed 2")
    assert short_names(names) == ("colours-2026…-0545, seed 1", "colours-2026…-0545-2, seed 2")
    pair = [called(one, "colours-2026-11-22-0545"), called(two, "colours-2026-11-22-0545-2")]
    assert short_names(names_of(pair)) == ("colours-2026…-0545", "colours-2026…-0545-2")
    assert names_of([one, one]) == (one.name, one.name)
    assert short_names(names_of([one, one])) == (one.name, one.name)


def test_equal_names_bring_their_folders(make_run) -> None:
    one, two = make_run(), make_run()
    pair = [called(one, "va-1", "VA", brought=True), called(two, "va-2", "VA", brought=True)]
    assert names_of(pair) == ("VA, va-1", "VA, va-2")
    pair = [called(one, "x/run"), called(two, "y/run")]
    assert names_of(pair) == ("run, x/run", "run, y/run")


def test_short_names_stay_whole() -> None:
    assert short_names(("one", "two")) == ("one", "two")
    assert short_names(("colours-a", "colours-b")) == ("colours-a", "colours-b")
    assert short_names(("one of 5k", "two of 5k")) == ("one of 5k", "two of 5k")
    assert short_names(("a-very-long-name in 5k", "another in 5k")) == ("a-very-long-name in 5k", "another in 5k")


def test_what_all_end_with_is_left_out() -> None:
    assert short_names(("mnist_cnn on mnist-5k", "cifar10_resnet20 on mnist-5k")) == ("mnist_cnn…", "cifar10_resnet20…")
    assert short_names(("colours-2026-11-22-0545 on digits", "colours-2026-11-22-0612 on digits")) == (
        "colours-2026…-0545…",
        "colours-2026…-0612…",
    )
    assert short_names(("on mnist-5k-validated", "it on mnist-5k-validated")) == ("on…", "it on…")
    assert short_names(("mnist-5k-validated",) * 2) == ("mnist-5k-validated",) * 2
