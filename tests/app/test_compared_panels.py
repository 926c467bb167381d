"""The panels of a comparison: histogram, figures, classes, least and most alike."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from latentarium.app.charts.agreement import CURVES, FIGURES, AgreementPanel, figures_of
from latentarium.app.charts.alike import AlikePanel, by_overlap, tile
from latentarium.app.charts.class_overlap import ClassOverlapPanel
from latentarium.app.charts.compared_words import ALONE, WAITING
from latentarium.app.charts.definitions import DEFINITIONS, DefinedName, DefinitionButton, DefinitionCard
from latentarium.app.charts.overlap import OverlapPanel
from latentarium.app.charts.overlap_plot import moved
from latentarium.app.session import Session
from latentarium.app.widgets.count_box import CountBox
from latentarium.core.dataset import unpictured
from latentarium.runs.run import Run
from latentarium.scene.compared import Compared
from latentarium.scene.judgement import judge
from latentarium.scene.palettes import THEMES
from latentarium.scene.state import Selection

RunMaker = Callable[..., Run]
Seat = Callable[..., Session]
Compare = Callable[..., Compared]


@pytest.fixture
def sit(make_run: RunMaker, seat: Seat, compare_slowly: Compare) -> Callable[[QWidget], tuple[Session, Compared]]:
    """A panel before a comparison of the first frame of a run with its last."""

    def show(panel: QWidget) -> tuple[Session, Compared]:
        run = make_run(rows=90)
        session = seat(panel, run)
        found = compare_slowly(run, 0, run, 8)
        first = session.state.runs[0]
        session.update(runs=(first, replace(first, moment=0.0)), compared=found)
        QTest.qWait(150)  # what is wanted twice at once is done a tenth of a second later
        return session, found

    return show


def bins(found: Compared) -> np.ndarray:
    assert found.result is not None
    return (found.result.overlap * 10).astype(int).clip(0, 9)


def texts(panel: QWidget) -> dict[str, QLabel]:
    """The labels that are seen, by what they say."""
    return {label.text(): label for label in panel.findChildren(QLabel) if label.isVisible()}


def test_the_histogram_is_what_was_found(sit) -> None:
    panel = OverlapPanel()
    _, found = sit(panel)
    bars = panel.plot.bars
    assert bars is not None
    assert bars.shares == found.result.histogram
    assert [round(share * 90) for share in bars.shares] == np.bincount(bins(found), minlength=10).tolist()
    assert f"mean {found.result.mean:.3f}" in bars.sentence
    assert panel.plot.accessibleDescription() == bars.sentence


def test_a_drag_over_bars_selects_their_points(sit, qtbot: QtBot) -> None:
    panel = OverlapPanel()
    session, found = sit(panel)
    plot = panel.plot
    first, last = (QPoint(round(plot.place_of(x)), plot.height() // 2) for x in (0.05, 0.25))
    QTest.mousePress(plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, first)
    assert session.state.selection.rows.tolist() == np.flatnonzero(bins(found) == 0).tolist()
    QTest.mouseMove(plot, QPoint(round(plot.place_of(0.15)), 50))
    QTest.mouseMove(plot, last)
    QTest.mouseRelease(plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, last)
    assert session.state.selection.rows.tolist() == np.flatnonzero(bins(found) <= 2).tolist()
    assert session.state.selection.name == f"overlap 0.0 to 0.3 at k {found.result.neighbours_a.shape[1]}"
    qtbot.waitUntil(lambda: plot.bars.brushed == (0, 2))
    assert plot.bars.selected.sum() == len(session.state.selection)
    session.undo()
    assert len(session.state.selection) == 0  # the drag as a whole


def test_a_hand_that_is_faster_than_the_picture_gets_what_it_wants(sit) -> None:
    panel = OverlapPanel()
    session, found = sit(panel)
    plot = panel.plot
    places = [QPoint(round(plot.place_of(x)), plot.height() // 2) for x in (0.05, 0.15, 0.05)]
    QTest.mousePress(plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, places[0])
    for place in places:
        QTest.mouseMove(plot, place)
    QTest.mouseRelease(plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, places[2])
    assert session.state.selection.rows.tolist() == np.flatnonzero(bins(found) == 0).tolist()
    QTest.keyClick(plot, Qt.Key.Key_Right)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert session.state.selection.name.startswith("overlap 0.2 to 0.3 at k ")


def test_keys_brush_too(sit, qtbot: QtBot) -> None:
    panel = OverlapPanel()
    session, found = sit(panel)

    def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> set[int]:
        before = panel.plot.bars
        QTest.keyClick(panel.plot, key, modifier)
        qtbot.waitUntil(lambda: panel.plot.bars is not before)
        return {int(row) for row in session.state.selection.rows}

    def within(low: int, high: int) -> set[int]:
        return {int(row) for row in np.flatnonzero((bins(found) >= low) & (bins(found) <= high))}

    assert press(Qt.Key.Key_Right) == within(0, 0)
    assert press(Qt.Key.Key_Right) == within(1, 1)
    assert press(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier) == within(1, 2)
    assert press(Qt.Key.Key_Escape) == set()
    assert panel.plot.bars.brushed is None


def test_moved_stays_among_the_bars() -> None:
    none, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
    assert moved(None, Qt.Key.Key_Left, none) == (9, 9)
    assert moved((9, 9), Qt.Key.Key_Right, none) == (9, 9)
    assert moved((3, 5), Qt.Key.Key_Left, shift) == (3, 4)
    assert moved((3, 3), Qt.Key.Key_Left, shift) == (3, 3)
    assert moved((3, 5), Qt.Key.Key_Left, none) == (2, 2)
    assert moved((3, 5), Qt.Key.Key_Home, none) == (0, 0)
    assert moved((3, 5), Qt.Key.Key_A, none) is None


def test_what_is_selected_elsewhere_is_lit_in_the_bars_and_takes_the_brush_away(sit, qtbot: QtBot) -> None:
    panel = OverlapPanel()
    session, found = sit(panel)
    panel.brush((0, 0))
    rows = np.array([1, 4, 9])
    session.update(selection=Selection(rows), focus=4)
    qtbot.waitUntil(lambda: panel.plot.bars.selected.sum() == 3)
    assert panel.plot.bars.selected.tolist() == np.bincount(bins(found)[rows], minlength=10).tolist()
    assert panel.plot.bars.brushed is None
    assert panel.plot.bars.mark == found.result.overlap[4]


def test_the_last_result_stays_until_the_next_one_is_there(sit, make_run, qtbot: QtBot) -> None:
    panel = OverlapPanel()
    session, found = sit(panel)
    session.update(compared=replace(found, frame_b=3, result=None))
    assert panel.plot.bars is not None
    session.update(compared=replace(found, result=None, problem="They have no image in common."))
    qtbot.waitUntil(lambda: panel.words.text() == "They have no image in common.")
    session.update(runs=session.state.runs[:1], compared=None)
    qtbot.waitUntil(lambda: panel.words.text() == ALONE)
    session.update(runs=(session.state.runs[0], replace(session.state.runs[0], moment=0.0)))
    qtbot.waitUntil(lambda: panel.words.text() == WAITING)
    assert panel.plot.isHidden()


def test_the_four_cells_count_and_select(sit, qtbot: QtBot) -> None:
    panel = AgreementPanel()
    session, found = sit(panel)
    a, b = found.result.right_a, found.result.right_b
    wanted = {"both": a & b, "only A": a & ~b, "only B": ~a & b, "neither": ~(a | b)}
    for name, mask in wanted.items():
        cell = panel.right_in.cells[name]
        assert cell.count.text() == f"{mask.sum():,}"
        if mask.any():
            QTest.mouseClick(cell, Qt.MouseButton.LeftButton)
            assert session.state.selection.rows.tolist() == np.flatnonzero(mask).tolist()
            qtbot.waitUntil(cell.isChecked)
            QTest.mouseClick(cell, Qt.MouseButton.LeftButton)
            assert len(session.state.selection) == 0
        else:
            assert not cell.isEnabled()


def test_who_judges_stands_over_the_counts(sit, qtbot: QtBot) -> None:
    panel = AgreementPanel()
    session, found = sit(panel)
    panel.resize(220, 140)
    cell = panel.right_in.cells["both"]
    judges = {
        ("class head", "leave-one-out 10-NN"): "A class head · B 10-NN",
        ("class head",) * 2: "by class head",
    }
    for (a, b), words in judges.items():
        session.update(compared=replace(found, result=replace(found.result, judged_a=a, judged_b=b)))
        qtbot.waitUntil(lambda words=words: words in texts(panel))
        label = texts(panel)[words]
        assert ("leave-one-out" in b) == ("leave-one-out" in label.toolTip())
        qtbot.waitUntil(lambda label=label: label.geometry().bottom() < cell.mapTo(panel, QPoint(0, 0)).y())
        assert label.height() < 2 * label.fontMetrics().height()


def test_figures_for_people(sit) -> None:
    panel = AgreementPanel()
    _, found = sit(panel)
    result = found.result
    assert panel.values["mean overlap"].text() == f"{result.mean:.3f} ± .020"
    assert panel.values["chance · in class"].text() == f"{result.chance:.3f} · –"
    assert panel.values["k-NN accuracy"].text() == f"{result.knn_a:.3f} · {result.knn_b:.3f}"
    nothing = replace(result, interval=(float("nan"),) * 2)
    assert figures_of(nothing)["mean overlap"] == f"{result.mean:.3f}"


def test_points_without_labels_are_in_no_cell(sit) -> None:
    panel = AgreementPanel()
    session, found = sit(panel)
    assert judge(replace(found, result=replace(found.result, right_a=None, right_b=None))) is None
    session.update(compared=replace(found, result=replace(found.result, right_a=None, right_b=None)))
    QTest.qWait(150)
    assert all(cell.count.text() == "–" and not cell.isEnabled() for cell in panel.right_in.cells.values())


def test_every_definition_is_a_click_away(sit, qtbot: QtBot) -> None:
    panel = AgreementPanel()
    sit(panel)
    buttons = [*panel.findChildren(DefinitionButton), *panel.findChildren(DefinedName)]
    assert {button.objectName() for button in buttons} == {*FIGURES, *CURVES, "right in"}
    for button in buttons:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        card = QApplication.activePopupWidget()
        assert isinstance(card, DefinitionCard)
        assert DEFINITIONS[button.objectName()] in [label.text() for label in card.findChildren(QLabel)]
        card.close()


def test_classes_sort_and_select(sit, qtbot: QtBot) -> None:
    panel = ClassOverlapPanel()
    session, found = sit(panel)
    labels, view = found.run_a.probe.labels, panel.view
    view.sortByColumn(4, Qt.SortOrder.DescendingOrder)
    by_hand = sorted(found.result.classes, key=lambda one: -one.overlap)
    assert [panel.model.label_at(line) for line in range(3)] == [one.label for one in by_hand]
    assert panel.model.text(0, 4) == f"{by_hand[0].overlap:.3f}"
    place = view.visualRect(panel.model.index(0, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert session.state.selection.rows.tolist() == np.flatnonzero(labels == by_hand[0].label).tolist()
    assert session.state.selection.name == found.run_a.classes[by_hand[0].label]
    view.sortByColumn(1, Qt.SortOrder.AscendingOrder)  # the line goes with its class
    chosen = [panel.model.label_at(index.row()) for index in view.selectionModel().selectedIndexes()]
    assert chosen == [by_hand[0].label]
    place = view.visualRect(panel.model.index(1, 3)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    right = (labels == panel.model.label_at(1)) & found.result.right_b
    assert session.state.selection.rows.tolist() == np.flatnonzero(right).tolist()
    assert session.state.selection.name.endswith(" right in B")
    session.update(selection=Selection(np.array([3])))
    qtbot.waitUntil(lambda: not view.selectionModel().hasSelection())
    assert session.state.selection.rows.tolist() == [3]


def test_least_and_most_alike_of_all_and_of_what_is_brushed(sit, qtbot: QtBot) -> None:
    panel = AlikePanel()
    session, found = sit(panel)
    overlap = found.result.overlap
    rows = [tile.row for tile in panel.tiles.tiles]
    assert rows == sorted(range(90), key=lambda row: (overlap[row], row))[:48]
    assert panel.tiles.tiles[0].figure == f"{overlap[rows[0]]:.2f}"
    QTest.mouseClick(panel.chips["most"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.tiles.tiles[0].row == int(overlap.argmax()))
    lowest = np.flatnonzero(bins(found) == 0)
    session.update(selection=Selection(lowest))
    qtbot.waitUntil(lambda: {tile.row for tile in panel.tiles.tiles} <= set(lowest.tolist()))
    assert f"of {len(lowest)} selected" in panel.words.text()
    qtbot.waitUntil(lambda: panel.tiles.childAt(10, 10) is not None)
    QTest.mouseClick(panel.tiles.childAt(10, 10), Qt.MouseButton.LeftButton)
    assert session.state.focus == panel.tiles.tiles[0].row


def test_points_without_an_image_or_a_label_are_shown_too(sit) -> None:
    _, found = sit(AlikePanel())
    probe = found.run_a.probe
    bare = replace(probe, images=unpictured(len(probe)), labels=np.full(len(probe), -1))
    assert not bare.pictured
    shell = SimpleNamespace(probe=bare, classes=())
    made = tile(replace(found, run_a=shell, run_b=shell), 7, 0.25, True)
    assert (made.figure, made.about) == ("0.25", "test-7: label none, overlap 0.25")
    assert made.colour == THEMES["dark"].muted
    pictured = tile(replace(found, run_a=shell), 7, 0.25, True)
    assert pictured.sample is probe


def test_equal_overlaps_stay_in_the_order_of_the_rows() -> None:
    overlap = np.array([0.5, 0.0, 0.5, 1.0, 0.0])
    none = np.empty(0, np.int64)
    assert by_overlap(overlap, none).tolist() == [1, 4, 0, 2, 3]
    assert by_overlap(overlap, none, most_alike=True).tolist() == [3, 0, 2, 1, 4]
    assert by_overlap(overlap, np.array([0, 2, 4]), most=2).tolist() == [4, 0]


def test_the_documentation_explains_the_same_terms() -> None:
    text = (Path(__file__).parents[2] / "docs" / "compare.md").read_text(encoding="utf-8")
    text = " ".join(text.lower().split())
    for term in DEFINITIONS:
        for part in term.split(" · "):
            assert part.lower() in text, part


@pytest.mark.parametrize("unit", ["", " mm"])
@pytest.mark.parametrize(("typed", "taken"), [("300", 250), ("99999999999", 250), ("0", 1), ("17", 17), ("", 10)])
def test_a_number_that_is_too_large_is_the_largest(typed: str, taken: int, unit: str, qtbot: QtBot) -> None:
    """Qt's own box leaves the last digit of 300 out, and takes 30."""
    box = CountBox(1, 250)
    box.setSuffix(unit)
    qtbot.addWidget(box)
    box.setValue(10)
    box.show()
    box.selectAll()
    QTest.keyClick(box, Qt.Key.Key_Delete)
    QTest.keyClicks(box, typed)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == taken
    assert box.text() == f"{taken}{unit}"


def test_points_without_labels_have_no_classes(sit, qtbot: QtBot) -> None:
    panel = ClassOverlapPanel()
    session, found = sit(panel)
    session.update(compared=replace(found, result=replace(found.result, classes=(), right_a=None, right_b=None)))
    qtbot.waitUntil(lambda: "no labels, so there are no classes" in panel.words.text())
    assert panel.minimumSizeHint().width() > panel.fontMetrics().horizontalAdvance("class 0.000 0.000 overlap")
