"""The same query in two spaces, clicked and read."""

import copy
import csv
import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from latentarium.app.compare.query import QueryPanel
from latentarium.app.compare.query_lines import MOST_TILES
from latentarium.app.session import Session
from latentarium.app.views.view_keys import press
from latentarium.app.widgets.image_tiles import ImageTile, caption, crowded
from latentarium.core.arrays import frozen_ints
from latentarium.core.comparison import ComparisonSettings
from latentarium.core.dataset import unpictured
from latentarium.jobs.comparing import compare
from latentarium.runs.run import Run
from latentarium.scene.compared import Compared
from latentarium.scene.compose import compose
from latentarium.scene.state import Selection

RunMaker = Callable[..., Run]
Seat = Callable[..., Session]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot) -> QueryPanel:
    return QueryPanel()


def found(run: Run, k: int = 8, known: bool = True) -> Compared:
    """The run's last frame beside its fourth."""
    settings, last = ComparisonSettings(k=k), len(run) - 1
    return Compared(run, last, run, 3, settings, compare(run, last, run, 3, settings) if known else None)


def seated(seat: Seat, panel: QueryPanel, compared: Compared, **changes: object) -> Session:
    session = seat(panel, compared.run_a, **changes)
    opened = session.state.runs[0]
    session.update(
        runs=(opened, replace(opened, moment=3.0)), compared=compared, workspace="compare", comparison=compared.settings
    )
    while panel._throttle.pending:
        QTest.qWait(10)
    return session


def said(panel: QueryPanel) -> dict[str, list[int]]:
    """The rows of each group's tiles."""
    return {name: [tile.row for tile in group.tiles.tiles] for name, group in panel.groups.items()}


def test_the_groups_are_the_numbers(small_run: Run, panel: QueryPanel, seat: Seat) -> None:
    compared = found(small_run)
    assert compared.result is not None
    session = seated(seat, panel, compared)
    assert panel.says.text()
    for row in (0, 17, 59):
        session.update(focus=row)
        a, b = (values[row].tolist() for values in (compared.result.neighbours_a, compared.result.neighbours_b))
        shared = [other for other in a if other in b]
        assert said(panel) == {
            "shared": shared,
            "only A": [other for other in a if other not in b],
            "only B": [other for other in b if other not in a],
        }
        overlap = compared.result.overlap[row]
        assert panel.subject.overlap.text() == f"overlap {overlap:.2f} · {len(shared)}/8 shared"
        assert small_run.probe.ids[row] in panel.subject.name.text()
        for name, group in panel.groups.items():
            assert group.heading.text() == f"{name.upper()} · {len(said(panel)[name])}"
            assert group.none.isVisible() == (not said(panel)[name])
    order = np.argsort(compared.result.overlap, kind="stable").tolist()
    assert panel.subject.place.text().startswith(f"{order.index(59) + 1} of 60 ")


def test_before_the_comparison_is_known_the_groups_are(
    small_run: Run, panel: QueryPanel, seat: Seat, qtbot: QtBot
) -> None:
    session = seated(seat, panel, found(small_run, known=False), focus=7)
    groups = said(panel)
    assert panel.steps["random"].isEnabled()
    assert not panel.steps["least"].isEnabled()
    assert "comparing" in panel.subject.place.text()
    session.update(compared=found(small_run))
    assert said(panel) == groups
    qtbot.waitUntil(panel.steps["least"].isEnabled)


def test_other_frames_are_asked_while_they_are_still_compared(
    small_run: Run, panel: QueryPanel, seat: Seat, qtbot: QtBot
) -> None:
    session = seated(seat, panel, found(small_run), focus=7)
    wanted = compare(small_run, 5, small_run, 3, ComparisonSettings(k=8))
    a, b = (values[7].tolist() for values in (wanted.neighbours_a, wanted.neighbours_b))
    session.update(moment=5.0)
    qtbot.waitUntil(lambda: said(panel)["only A"] == [row for row in a if row not in b])
    assert said(panel)["shared"] == [row for row in a if row in b]
    assert "comparing" in panel.subject.place.text()
    session.update(comparison=ComparisonSettings(k=3))
    qtbot.waitUntil(lambda: "/3 shared" in panel.subject.overlap.text())


def test_steps_by_button_and_by_key(small_run: Run, panel: QueryPanel, seat: Seat, qtbot: QtBot) -> None:
    compared = found(small_run)
    assert compared.result is not None
    order = np.argsort(compared.result.overlap, kind="stable").tolist()
    session = seated(seat, panel, compared)
    for name, row in (("least", order[0]), ("more", order[1]), ("most", order[-1]), ("less", order[-2])):
        QTest.mouseClick(panel.steps[name], LEFT)
        assert session.state.focus == row
    scene = compose(session.state.runs[0], session.state, 1)
    assert press(Qt.Key.Key_Period, session.state, 1, scene) == {"focus": order[-1]}
    assert press(Qt.Key.Key_Comma, session.state, 1, scene) == {"focus": order[-3]}
    asked = press(Qt.Key.Key_R, session.state, 1, scene)
    assert asked is not None
    assert 0 <= asked["focus"] < 60
    chosen = [4, 9, 33]
    session.update(selection=Selection(frozen_ints(chosen)))
    inside = [row for row in order if row in chosen]
    QTest.mouseClick(panel.steps["least"], LEFT)
    assert session.state.focus == inside[0]
    QTest.mouseClick(panel.steps["random"], LEFT)
    assert session.state.focus in inside[1:]
    qtbot.waitUntil(lambda: "of 3 selected" in panel.subject.place.text())
    session.update(workspace="train")
    assert press(Qt.Key.Key_R, session.state, 1, scene) == {}


def test_a_tile_lights_its_dot_and_a_click_asks_for_it(small_run: Run, panel: QueryPanel, seat: Seat) -> None:
    session = seated(seat, panel, found(small_run), focus=17)
    wanted = said(panel)["only B"][1]
    tile = next(
        tile
        for tile in panel.groups["only B"].findChildren(ImageTile)
        if f"{small_run.probe.ids[wanted]}:" in tile.toolTip()
    )
    middle = QPointF(tile.rect().center())
    QApplication.sendEvent(tile, QEnterEvent(middle, middle, tile.mapToGlobal(middle)))
    assert session.state.hovered == wanted
    QApplication.sendEvent(tile, QEvent(QEvent.Type.Leave))
    assert session.state.hovered is None
    QTest.mouseClick(tile, LEFT)
    assert session.state.focus == wanted


def test_the_table_has_all_sorts_and_is_copied(make_run: RunMaker, panel: QueryPanel, seat: Seat) -> None:
    run = make_run(rows=200)
    run.probe.metadata["weight"] = tuple(str(row / 7) for row in range(200))
    run.probe.metadata["note"] = tuple("=1+1" if row % 2 else "fine" for row in range(200))
    compared = found(run, k=90)
    assert compared.result is not None
    seated(seat, panel, compared, focus=17)
    groups = said(panel)
    assert max(len(rows) for rows in groups.values()) == MOST_TILES
    assert "the table has all" in panel.says.text()
    QTest.mouseClick(panel.chips["table"], LEFT)
    table = panel.table
    a, b = ({*values[17].tolist()} for values in (compared.result.neighbours_a, compared.result.neighbours_b))
    assert {line.row for line in table.model.lines} == a | b
    assert [line.group for line in table.model.lines[: len(a & b)]] == ["shared"] * len(a & b)
    header = [table.model.headerData(place, Qt.Orientation.Horizontal) for place in range(table.model.columnCount())]
    assert header[2:5] == ["label", "A", "B"]
    assert list(table.model.columns) == ["in", "id", "label", "distance A", "distance B", "overlap", "weight", "note"]
    assert sum(table.view.columnWidth(place) for place in range(5)) <= 270, "both distances are seen in a narrow dock"
    table.view.sortByColumn(6, Qt.SortOrder.DescendingOrder)  # as numbers, not as letters
    assert [line.row for line in table.model.lines] == sorted(a | b, reverse=True)
    table.view.sortByColumn(3, Qt.SortOrder.AscendingOrder)
    nearest = [line.row for line in table.model.lines[:90]]
    assert nearest == compared.result.neighbours_a[17].tolist()
    QTest.mouseClick(table.copy, LEFT)
    copied = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text()), delimiter="\t"))
    assert [run.probe.rows[line["id"]] for line in copied] == [line.row for line in table.model.lines]
    for line, (_, distance) in zip(copied, enumerate(compared.result.distances_a[17]), strict=False):
        row = run.probe.rows[line["id"]]
        assert float(line["distance A"]) == pytest.approx(distance, abs=1e-12)
        assert float(line["overlap"]) == compared.result.overlap[row]
        assert line["note"] == ("'=1+1" if row % 2 else "fine")


def test_numbers_are_whole_in_a_narrow_table(make_run: RunMaker, panel: QueryPanel, seat: Seat, qtbot: QtBot) -> None:
    run = make_run(classes=("aeroplanes", "automobiles", "watercraft"), rows=90)
    seated(seat, panel, found(run), focus=17)
    QTest.mouseClick(panel.chips["table"], LEFT)
    view = panel.table.view
    for wide in (500, 320):
        panel.resize(wide, 700)
        qtbot.waitUntil(lambda wide=wide: panel.width() == wide)
        qtbot.waitUntil(lambda: sum(map(view.columnWidth, range(6))) <= view.viewport().width())
        assert not view.horizontalScrollBar().isVisible()
        for place, name in enumerate(panel.table.model.columns):
            assert name in ("id", "label") or view.columnWidth(place) >= view.sizeHintForColumn(place)
        cells = [view.model().index(0, place).data() for place in range(3, 6)]
        assert cells == [f"{value:.3f}".removeprefix("0") for value in panel.table.model.lines[0].values[3:]]


def test_a_shared_neighbour_has_its_label_and_both_distances(small_run: Run, panel: QueryPanel, seat: Seat) -> None:
    seated(seat, panel, found(small_run), focus=17)
    tiles = panel.groups["shared"].findChildren(ImageTile)
    metrics = tiles[0].fontMetrics()
    tile = replace(panel.groups["shared"].tiles.tiles[0], name="3", figure=".021/.010")
    assert caption(tile, metrics, 200) == ("3 · .021/.010",)
    narrow = metrics.horizontalAdvance(tile.figure) + 2
    assert crowded(tile, metrics, narrow)
    assert caption(tile, metrics, narrow, 2) == ("3", ".021/.010")
    low = tiles[0].height()
    panel.groups["shared"].show_group([replace(tile, figure=50 * "0")], 1, dark=True)
    assert tiles[0].height() == low + metrics.height()


def test_a_line_of_the_table_stands_for_its_dot(small_run: Run, panel: QueryPanel, seat: Seat) -> None:
    session = seated(seat, panel, found(small_run), focus=17)
    QTest.mouseClick(panel.chips["table"], LEFT)
    view = panel.table.view
    view.selectRow(2)
    assert panel.table.text().count("\n") == 2
    third = panel.table.model.lines[2].row
    view.entered.emit(view.model().index(2, 0))
    assert session.state.hovered == third
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert session.state.hovered is None
    view.setFocus()
    view.setCurrentIndex(view.model().index(2, 0))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert session.state.focus == third


def test_a_problem_is_said(small_run: Run, panel: QueryPanel, seat: Seat) -> None:
    problem = "The runs show different images."
    session = seated(seat, panel, replace(found(small_run, known=False), problem=problem), focus=3)
    assert panel.says.text() == problem
    assert not panel.subject.isVisible()
    session.update(compared=None, runs=session.state.runs[:1])
    QTest.qWait(150)
    assert "second run" in panel.says.text()


def test_points_without_images_and_labels_are_a_table_with_the_labels_of_the_other(
    small_run: Run, panel: QueryPanel, seat: Seat
) -> None:
    bare = copy.copy(small_run)
    bare.probe = replace(bare.probe, images=unpictured(60), labels=frozen_ints([-1] * 60))
    whole = found(small_run)
    seated(seat, panel, whole, focus=17)
    assert panel.pages.currentIndex() == 0
    neither = replace(whole, run_a=bare, run_b=bare)
    panel.show_state(replace(panel._state, compared=neither, focus=18))
    assert panel.pages.currentIndex() == 1
    assert not panel.subject.image.isVisible()
    assert not panel.chips["images"].isEnabled()
    assert panel.table.model.columnCount() == 5  # no labels
    panel.show_state(replace(panel._state, compared=replace(whole, run_a=bare), focus=19))
    assert panel.subject.image.isVisible()
    assert panel.pages.currentIndex() == 0
    QTest.mouseClick(panel.chips["table"], LEFT)
    for line in panel.table.model.lines:
        assert line.values[2] == small_run.classes[small_run.probe.labels[line.row]]
