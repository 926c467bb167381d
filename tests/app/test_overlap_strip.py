"""The scale above two columns, and the choice of colours where runs are compared."""

from collections.abc import Callable
from dataclasses import replace

from pytestqt.qtbot import QtBot

from latentarium.app.centre import Centre
from latentarium.app.trainbar import ColourChoice
from latentarium.app.views.overlap_strip import OverlapStrip
from latentarium.runs.run import Run
from latentarium.scene.compared import Compared
from latentarium.scene.desk import default_views, open_run
from latentarium.scene.state import ColourBy, State

RunMaker = Callable[..., Run]


def beside(run: Run, found: Compared, **changes: object) -> State:
    views = default_views(run)
    first = open_run(run, views)
    runs = (first, replace(first, moment=0.0, matched="60 points matched by id"))
    return State(runs=runs, views=views, compared=found, workspace="compare", colour_by=ColourBy.OVERLAP, **changes)


def test_one_scale_stands_above_both_columns_while_they_are_coloured_by_overlap(
    make_run: RunMaker, compare_slowly: Callable[..., Compared], qtbot: QtBot
) -> None:
    run = make_run()
    found = compare_slowly(run, 0, run, 8)
    state, strip = beside(run, found), OverlapStrip()
    qtbot.addWidget(strip)
    strip.show_state(state)
    assert not strip.isHidden()
    assert strip.words.text() == f"60 points matched by id · mean {found.result.mean:.3f}"
    strip.show_state(replace(state, compared=None))
    assert strip.words.text() == "Comparing …"
    strip.show_state(replace(state, colour_by=ColourBy.CLASS))
    assert strip.isHidden()


def test_it_takes_the_legends_place_and_gives_it_back(
    make_run: RunMaker, compare_slowly: Callable[..., Compared], qtbot: QtBot
) -> None:
    run = make_run()
    state, centre = beside(run, compare_slowly(run, 0, run, 8)), Centre()
    qtbot.addWidget(centre)
    centre.show_state(state)
    assert (centre.legend.isHidden(), centre.overlap.isHidden()) == (True, False)
    assert all(view.foot.scale.isHidden() for view in centre.column.views)
    centre.show_state(replace(state, workspace="train"))
    assert (centre.legend.isHidden(), centre.overlap.isHidden()) == (False, True)
    assert any(not view.foot.scale.isHidden() for view in centre.column.views)


def test_the_overlap_is_at_hand_where_runs_are_compared_and_in_the_menu_elsewhere(qtbot: QtBot) -> None:
    choice = ColourChoice()
    qtbot.addWidget(choice)

    def offered() -> dict[str, bool]:
        return {button.text(): button.isChecked() for button in choice.buttons if not button.isHidden()}

    choice.show_colour(ColourBy.OVERLAP, comparing=True)
    assert list(offered()) == ["class", "prediction", "loss", "overlap", "more"]
    assert offered()["overlap"]
    choice.show_colour(ColourBy.PROBABILITIES, comparing=True)
    assert list(offered()) == ["class", "prediction", "loss", "overlap", "probabilities"]
    choice.show_colour(ColourBy.OVERLAP)
    assert list(offered()) == ["class", "prediction", "loss", "probabilities", "overlap"]
    choice.show_colour(ColourBy.LOSS)
    assert [name for name, checked in offered().items() if checked] == ["loss"]
