"""The points as a table."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from latentarium.app.inspector.points_model import PointsModel, plain
from latentarium.app.inspector.points_table import PointsTable
from latentarium.app.session import Session
from latentarium.core.arrays import frozen_ints
from latentarium.runs.run import Run
from latentarium.scene.metadata import natural
from latentarium.scene.state import Selection

RunMaker = Callable[..., Run]
Seat = Callable[..., Session]
UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


@pytest.fixture
def table(qtbot: QtBot) -> PointsTable:
    return PointsTable()


def ids(model: PointsModel) -> list[str]:
    return [model.text(line, 0) for line in range(model.rowCount())]


def test_the_model_keeps_qt_s_rules(qtbot: QtBot, make_run: RunMaker) -> None:
    model = PointsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    run = make_run(classes=("3", "5", "8"), trained=2)
    for index in (2, 5):
        model.show_frame(run, run.frame(index))
        for column in range(model.columnCount()):
            model.sort(column, DOWN)
    model.show_frame(None, None)
    assert model.rowCount() == 0
    assert tester.model() is model


def test_it_says_of_every_point_what_the_frame_says(make_run: RunMaker) -> None:
    run = make_run(classes=("3", "5", "8"), trained=2)
    model, frame = PointsModel(), run.frame(4)
    model.show_frame(run, frame)
    for row in range(len(run.probe)):
        label, prediction = int(run.probe.labels[row]), int(frame.probabilities[row].argmax())
        loss = abs(np.log(frame.probabilities[row, label])) if label < 2 else None
        assert [model.text(row, column) for column in range(6)] == [
            f"test-{row}",
            run.classes[label],
            run.classes[prediction],
            "held out" if label == 2 else "yes" if label == prediction else "✕ no",
            "–" if loss is None else f"{loss:.3f}",
            f"{frame.probabilities[row].max():.3f}",
        ]


def test_it_sorts_by_every_column(small_run: Run) -> None:
    model, frame = PointsModel(), small_run.frame(2)
    model.show_frame(small_run, frame)
    losses = -np.log(frame.probabilities[np.arange(60), small_run.probe.labels])
    model.sort(4, DOWN)
    assert ids(model) == [f"test-{row}" for row in np.argsort(-losses, kind="stable")]
    model.sort(5, UP)
    assert ids(model) == [f"test-{row}" for row in np.argsort(frame.probabilities.max(1), kind="stable")]
    model.sort(0, UP)
    assert ids(model) == [f"test-{row}" for row in range(60)]


def test_points_that_no_loss_can_be_told_of_come_last(make_run: RunMaker) -> None:
    run = make_run(classes=("3", "5", "8"), trained=2, rows=30)
    model = PointsModel()
    model.show_frame(run, run.frame(4))
    for order in (UP, DOWN):
        model.sort(4, order)
        assert all(model.text(line, 4) == "–" for line in range(20, 30))


def test_columns_of_the_metadata_and_of_a_comparison_sort_too(small_run: Run) -> None:
    model, probe = PointsModel(), small_run.probe
    scores = tuple("" if row == 3 else str(60 - row / 2) for row in range(60))
    small_run.probe = replace(probe, metadata={"score": scores, "name": tuple(f"n{row % 3}" for row in range(60))})
    overlap = np.linspace(0, 1, 60)[::-1]
    model.show_frame(small_run, small_run.frame(-1), overlap=overlap)
    assert model.names()[6:] == ["overlap", "label by hand", "score", "name"]
    model.sort(model.names().index("score"), UP)
    assert ids(model) == [*(f"test-{row}" for row in range(59, 3, -1)), "test-2", "test-1", "test-0", "test-3"]
    model.sort(model.names().index("name"), DOWN)
    assert ids(model)[:3] == ["test-2", "test-5", "test-8"]
    model.sort(6, UP)
    assert ids(model) == [f"test-{row}" for row in range(59, -1, -1)]
    assert model.text(0, 6) == "0.000"
    model.show_frame(small_run, small_run.frame(0), kept=frozen_ints([4, 9]))
    assert sorted(ids(model)) == ["test-4", "test-9"], "the column that sorted is gone, the points' own order holds"


def test_a_run_without_labels_and_class_head(small_run: Run) -> None:
    model, frame = PointsModel(), small_run.frame(-1)
    small_run.probe = replace(small_run.probe, labels=frozen_ints(np.full(60, -1)))
    model.show_frame(small_run, replace(frame, probabilities=np.empty((60, 0), np.float32)))
    assert model.names() == ["id", "label by hand"]
    model.sort(1, UP)
    assert model.text(0, 1) == ""


def test_the_selection_is_linked_both_ways(qtbot: QtBot, seat: Seat, small_run: Run, table: PointsTable) -> None:
    session = seat(table, small_run)
    asked: list[dict[str, object]] = []
    table.asked.connect(asked.append)
    session.update(selection=Selection(frozen_ints([3, 4, 5, 17])), focus=17)
    assert table.selected().tolist() == [3, 4, 5, 17]
    assert asked == []  # what comes from the state is no wish
    table.view.sortByColumn(4, DOWN)
    assert table.selected().tolist() == [3, 4, 5, 17]
    assert asked == []

    first = table.model.index(0, 0)
    QTest.mouseClick(
        table.view.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        table.view.visualRect(first).center(),
    )
    row = int(table.model.rows_at(np.array([0]))[0])
    assert session.state.selection.rows.tolist() == [row]
    assert session.state.focus == row
    QTest.keyClick(table.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert len(session.state.selection) == 2


def test_letting_go_of_the_focus_does_not_bring_it_back(seat: Seat, small_run: Run, table: PointsTable) -> None:
    session = seat(table, small_run, focus=17)
    session.update(focus=None)
    session.update(selection=Selection(frozen_ints([1, 2])))
    assert session.state.focus is None
    assert table.selected().tolist() == [1, 2]


def test_another_frame_keeps_selection_and_order(qtbot: QtBot, seat: Seat, small_run: Run, table: PointsTable) -> None:
    session = seat(table, small_run, selection=Selection(frozen_ints([3, 9])))
    table.view.sortByColumn(4, UP)
    session.update(moment=2.0)
    frame = small_run.frame(2)
    losses = -np.log(frame.probabilities[np.arange(60), small_run.probe.labels])
    expected = [f"test-{row}" for row in np.argsort(losses, kind="stable")]
    qtbot.waitUntil(lambda: ids(table.model) == expected, timeout=2000)
    assert table.selected().tolist() == [3, 9]


def test_it_is_copied_as_tab_separated_text(qtbot: QtBot, seat: Seat, small_run: Run, table: PointsTable) -> None:
    seat(table, small_run, selection=Selection(frozen_ints([2, 4])))
    QTest.mouseClick(table.copy, Qt.MouseButton.LeftButton)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].split("\t") == [
        "id",
        "label",
        "prediction",
        "right",
        "loss",
        "confidence",
        "label by hand",
    ]
    assert [line.split("\t")[0] for line in lines[1:]] == ["test-2", "test-4", ""]
    frame = small_run.frame(-1)
    assert float(lines[1].split("\t")[5]) == pytest.approx(float(frame.probabilities[2].max()), rel=1e-6)
    table.view.selectionModel().select(table.model.index(0, 0), QItemSelectionModel.SelectionFlag.Clear)
    assert table.text().count("\n") == 61


def test_no_cell_is_taken_for_a_formula() -> None:
    assert plain("=1+1") == "'=1+1"
    assert plain("a\tb\nc") == "a b c"


def test_ids_sort_as_people_count() -> None:
    assert sorted(["test-10", "test-9", "3/b.png", "3/a.png"], key=natural) == [
        "3/a.png",
        "3/b.png",
        "test-9",
        "test-10",
    ]


def test_sorting_keeps_what_is_selected_and_where_the_focus_is(
    qtbot: QtBot, table: PointsTable, make_run: RunMaker, seat: Seat
) -> None:
    session = seat(table, make_run())
    asked: list[object] = []
    table.asked.connect(asked.append)
    rows = [1, 4, 6, 7]
    session.update(selection=Selection(frozen_ints(rows)), focus=4)
    asked.clear()
    for section, order in ((0, DOWN), (2, UP), (-1, UP)):
        table.view.sortByColumn(section, order)
        assert table.selected().tolist() == rows
        assert table.model.rows_at(np.array([table.view.currentIndex().row()])).tolist() == [4]
    assert asked == [], "no hand did this"


def test_arrows_go_from_line_to_line(qtbot: QtBot, seat: Seat, small_run: Run, table: PointsTable) -> None:
    session = seat(table, small_run)
    table.view.setFocus()
    table.view.setCurrentIndex(table.model.index(0, 0))
    for key, row in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Down, 3), (Qt.Key.Key_Up, 2)):
        QTest.keyClick(table.view, key)
        assert table.view.currentIndex().row() == row
        assert session.state.focus == row
        assert session.state.selection.rows.tolist() == [row]
    QTest.keyClick(table.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert (session.state.focus, session.state.selection.rows.tolist()) == (3, [2, 3])
