"""A second run, brought beside the first."""

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from latentarium.app.compare.aligner import Aligner
from latentarium.app.compare.companion import ALONE, BY_POSITION, Companion
from latentarium.app.compare.comparer import Comparer, wanted
from latentarium.app.errands import Errand, Errands
from latentarium.app.notices import NoticeBar
from latentarium.app.session import Session
from latentarium.core.arrays import frozen_bytes, frozen_ints
from latentarium.core.comparison import ComparisonSettings
from latentarium.runs.run import Run
from latentarium.scene.alignment import outdated_views
from latentarium.scene.columns import alone, before_and_after, linked
from latentarium.scene.compose import compose
from latentarium.scene.desk import open_run
from latentarium.scene.neighbourhood import neighbours
from latentarium.scene.state import ColourBy, Selection
from latentarium.scene.words import where


class Desk:
    """What the Compare workspace stands on."""

    def __init__(self, qtbot: QtBot) -> None:
        self.notices = NoticeBar()
        qtbot.addWidget(self.notices)
        self.session = Session()
        self.errands = Errands(self.notices, self.session)
        self.failures: list[str] = []
        self.errands.failed.connect(lambda failure: self.failures.append(failure.sentence))
        self.companion = Companion(self.session, self.errands, self.notices)
        self.aligner = Aligner(self.session, self.errands)
        self.comparer = Comparer(self.session, self.errands)
        self.wait = lambda ready: qtbot.waitUntil(ready, timeout=20_000)

    def show(self, run: Run) -> None:
        opened = open_run(run)
        for projection in opened.projections:
            assert projection is not None
            projection.extend(len(run) - 1)
        self.session.update(runs=(opened,), moment=float(len(run) - 1))

    def button(self, text: str) -> QPushButton:
        """The newest button of this name."""
        return [button for button in self.notices.findChildren(QPushButton) if button.text() == text][-1]

    def idle(self) -> bool:
        return not self.errands.busy and not self.comparer.busy

    @property
    def compared(self) -> Any:
        return self.session.state.compared


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot)
    yield made
    made.comparer.end()
    made.errands.end()


def named(run: Run, ids: tuple[str, ...], **changes: Any) -> Run:
    """Another run with other ids."""
    other = copy(run)
    other.id = "another"
    other.probe = replace(run.probe, ids=ids, **changes)
    return other


def test_a_run_is_matched_aligned_and_compared(desk: Desk, make_run: Any) -> None:
    one, two = make_run(name="one"), make_run(name="two", dimensions=4)
    desk.show(one)
    desk.companion.open(two.path)
    desk.wait(lambda: desk.compared is not None and desk.compared.result is not None and desk.idle())
    state = desk.session.state
    first, second = state.runs
    assert (first.run, second.run.id, second.matched) == (one, two.id, "60 points matched by id")
    assert (state.workspace, state.colour_by, second.shows) == ("compare", ColourBy.OVERLAP, "embedding")
    assert second.aligned[1] is not None
    assert outdated_views(state) == ()
    assert desk.compared.frame_b == second.count - 1
    second.run.close()

    # Settings and moments ask anew; the newest is what stays.
    for k in range(2, 12):
        desk.session.ask({"comparison": replace(state.comparison, k=k)})
    desk.session.ask({"moment": 3.0})
    desk.wait(lambda: desk.compared.settings.k == 11 and desk.compared.frame_a == 3 and desk.idle())
    assert desk.compared.result.neighbours_a.shape == (60, 11)
    assert wanted(desk.session.state).frame_b == desk.compared.frame_b == 3
    desk.session.ask({"comparison": replace(state.comparison, k=999)})
    desk.wait(lambda: bool(desk.compared.problem))
    assert "250" in desk.compared.problem
    desk.session.ask({"comparison": state.comparison, "align": "rotation", **linked(desk.session.state, "alone")})
    desk.wait(lambda: desk.compared.result is not None and not outdated_views(desk.session.state) and desk.idle())
    aligned = desk.session.state.runs[1].aligned[1]
    assert aligned is not None
    assert aligned.map.scale == 1
    desk.session.ask({"align": "none"})
    desk.wait(lambda: desk.session.state.runs[1].aligned[1] is None)
    desk.session.update(runs=desk.session.state.runs[:1])
    assert desk.compared is None


def test_a_part_of_the_points_is_compared_and_said(desk: Desk, make_run: Any) -> None:
    run: Run = make_run()
    ids = tuple(name if row % 2 else f"other {row}" for row, name in enumerate(run.probe.ids))
    desk.show(run)
    desk.session.update(focus=0)
    desk.companion.take(named(run, ids))
    desk.wait(lambda: desk.compared is not None and desk.compared.result is not None)
    first, second = desk.session.state.runs
    assert first.run.whole is run
    assert first.run.probe.ids == second.run.probe.ids == run.probe.ids[1::2]
    assert "30 points matched by id" in second.matched
    assert any("30" in sentence for sentence in desk.notices.sentences)
    desk.wait(desk.idle)

    # Dots on their way to B are no sight of A's accuracy.
    for morph in (0.0, 0.5):
        moved = replace(desk.session.state, morph=morph)
        for shown, figures in zip(moved.runs, (not morph, True), strict=True):
            assert ("1-NN" in compose(shown, moved, 1, 1.0).status) is figures
            assert "matched" not in compose(shown, moved, 1, 1.0).status
            part = shown.run.whole is not None
            assert ("of all 60: 1-NN" in compose(shown, moved, 1, 1.0).status) is (part and figures)
            assert ("1-NN" in where(shown.run, 0)) is not part

    # What was chosen stays chosen, its row is another; Train says why points are missing, and loses nothing by B.
    desk.session.update(focus=3, selection=Selection(frozen_ints([0, 3]), "two"), workspace="train")
    state = desk.session.state
    assert state.colour_by is ColourBy.OVERLAP
    assert "30 of 60, matched with B" in compose(state.runs[0], state, 1, 1.0).status
    assert before_and_after(state) == {}
    desk.session.update(**alone(state))
    state = desk.session.state
    assert (state.runs[0].run, state.colour_by, state.focus) == (run, ColourBy.CLASS, 7)
    assert (state.selection.rows.tolist(), state.selection.name) == ([1, 7], "two")
    assert desk.notices.sentences == ()
    desk.companion.take(named(run, ids))
    desk.wait(lambda: len(desk.session.state.runs) == 2 and desk.idle())
    assert desk.session.state.selection.rows.tolist() == [0, 3]


def test_rows_are_matched_by_position_only_when_the_person_says_so(desk: Desk, make_run: Any) -> None:
    run: Run = make_run()
    desk.show(run)
    desk.companion.take(named(run, tuple(f"other {row}" for row in range(60))))
    desk.wait(lambda: bool(desk.notices.sentences) and desk.idle())
    assert len(desk.session.state.runs) == 1
    desk.button(BY_POSITION).click()
    desk.wait(lambda: len(desk.session.state.runs) == 2 and desk.idle())
    assert desk.notices.sentences == ()
    assert desk.session.state.runs[1].matched == "60 points matched by position"
    desk.wait(desk.idle)


def test_where_no_id_agrees_that_is_said_before_the_sizes(desk: Desk, make_run: Any) -> None:
    run: Run = make_run(name="one")
    desk.show(run)
    other = named(run.taking(frozen_ints([4])), ("elsewhere",))
    desk.companion.take(other)
    desk.wait(lambda: bool(desk.notices.sentences) and desk.idle())
    [said] = desk.notices.sentences
    assert said.startswith(f"“one” (A) and “{other.name}” (B) are not compared: No id of A is one of B")
    assert "A has 60 points and B has 1:" in said


def test_different_images_are_refused_in_a_sentence(desk: Desk, make_run: Any) -> None:
    run: Run = make_run()
    noise = frozen_bytes(np.random.default_rng(0).integers(0, 255, (60, 12, 12, 1)))
    desk.show(run)
    desk.companion.take(named(run, run.probe.ids, images=noise))
    desk.wait(lambda: bool(desk.notices.sentences) and desk.idle())
    assert "images differ" in desk.notices.sentences[0]
    wanted_alone: list[Path] = []
    desk.companion.alone_wanted.connect(wanted_alone.append)
    desk.button(ALONE).click()
    assert wanted_alone == [run.path]

    # The next wish withdraws what was said of the last.
    desk.companion.take(make_run(name="two"))
    desk.wait(lambda: len(desk.session.state.runs) == 2 and desk.idle())
    assert desk.notices.sentences == ()
    fallen: list[bool] = []
    desk.companion.take(named(run, run.probe.ids, images=noise), otherwise=lambda: fallen.append(True))
    desk.wait(lambda: bool(fallen) and desk.idle())
    assert any("images differ" in sentence for sentence in desk.notices.sentences)
    assert len(desk.session.state.runs) == 2


@pytest.mark.parametrize("include", [False, True])
def test_the_views_mark_the_neighbours_that_are_compared(desk: Desk, make_run: Any, include: bool) -> None:
    desk.show(make_run(name="one"))
    desk.session.update(focus=5, comparison=ComparisonSettings(4, "cosine", "euclidean", include))
    desk.companion.take(make_run(name="two", dimensions=4))
    desk.wait(lambda: desk.compared is not None and desk.compared.result is not None and desk.idle())
    state, result = desk.session.state, desk.compared.result
    for shown, rows in zip(state.runs, (result.neighbours_a, result.neighbours_b), strict=True):
        found = neighbours(shown, state)
        assert found is not None
        assert found.indices.tolist() == [row for row in rows[5].tolist() if row != 5]
        searched = neighbours(shown, replace(state, compared=None), 7)
        assert searched is not None
        assert searched.indices.tolist() == [row for row in rows[7].tolist() if row != 7]


def test_a_second_run_is_given_up_with_the_first(desk: Desk, make_run: Any) -> None:
    one, two = make_run(name="one"), make_run(name="two")
    desk.show(one)
    desk.companion.open(two.path)
    [errand] = desk.session.findChildren(Errand)
    desk.session.update(runs=())
    assert errand.cancelled
    desk.wait(desk.idle)
    assert desk.session.state.runs == ()


def test_points_with_another_label_are_selected_by_the_notice(desk: Desk, make_run: Any) -> None:
    run: Run = make_run()
    desk.show(run)
    labels = run.probe.labels.copy()
    labels[[3, 8]] = (labels[[3, 8]] + 1) % len(run.classes)
    desk.companion.take(named(run, run.probe.ids, labels=frozen_ints(labels)))
    desk.wait(lambda: any("have another label in B than in A" in said for said in desk.notices.sentences))
    desk.button("Select them").click()
    np.testing.assert_array_equal(desk.session.state.selection.rows, [3, 8])
    desk.wait(desk.idle)
