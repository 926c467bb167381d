"""The classes above the views."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from latentarium.app.session import Session
from latentarium.app.views.column import Column
from latentarium.app.views.legend import HINT, TOO_MANY, Legend, LegendEntry
from latentarium.runs.run import Run
from latentarium.scene.scene import Flag

RunMaker = Callable[..., Run]
Seat = Callable[..., Session]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def legend(qtbot: QtBot) -> Legend:
    return Legend()


def entries(legend: Legend) -> list[LegendEntry]:
    return [entry for entry in legend.findChildren(LegendEntry) if not entry.isHidden()]


def test_it_counts_the_points_of_each_class(seat: Seat, make_run: RunMaker, legend: Legend) -> None:
    seat(legend, make_run(classes=("cat", "dog", "owl"), trained=2, rows=61))
    assert [entry.accessibleName() for entry in entries(legend)] == [
        "class cat, 21 points",
        "class dog, 20 points",
        "class owl, 20 points, held out of training",
    ]
    assert entries(legend)[2].toolTip().startswith("Held out")
    assert legend.hint.text() == HINT


def test_a_click_hides_a_class_and_another_shows_it(seat: Seat, small_run: Run, legend: Legend) -> None:
    session = seat(legend, small_run)
    QTest.mouseClick(entries(legend)[1], LEFT)
    assert session.state.hidden == {1}
    assert [entry.isChecked() for entry in entries(legend)] == [True, False, True]
    QTest.mouseClick(entries(legend)[1], LEFT)
    assert session.state.hidden == frozenset()


def test_a_double_click_isolates_and_another_shows_all(seat: Seat, small_run: Run, legend: Legend) -> None:
    session = seat(legend, small_run)
    for hidden in ({0, 1}, set()):
        entry = entries(legend)[2]
        QTest.mouseClick(entry, LEFT)  # as Qt tells of a double click: the first click counts as one
        QTest.mouseDClick(entry, LEFT)
        assert session.state.hidden == hidden


def test_hidden_classes_are_hidden_in_the_views(qtbot: QtBot, seat: Seat, small_run: Run, legend: Legend) -> None:
    column = Column()
    qtbot.addWidget(column)
    session = seat(legend, small_run)
    session.changed.connect(lambda _, state: column.show_state(state))
    QTest.mouseClick(entries(legend)[0], LEFT)
    for view in column.views:
        scene = view.cloud.scene_shown
        assert scene is not None
        assert (((scene.dots.flags & Flag.HIDDEN) != 0) == (small_run.probe.labels == 0)).all()


def test_it_works_with_keys(qtbot: QtBot, seat: Seat, small_run: Run, legend: Legend) -> None:
    session = seat(legend, small_run)
    first, second, _ = entries(legend)
    legend.activateWindow()
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Space)
    assert session.state.hidden == {1}
    QTest.keyClick(second, Qt.Key.Key_Return)
    assert session.state.hidden == {0, 2}


def test_many_classes_scroll_in_one_line(qtbot: QtBot, seat: Seat, make_run: RunMaker, legend: Legend) -> None:
    classes = tuple(f"class {row}" for row in range(60))
    seat(legend, make_run(classes=classes, rows=120, frames=2))
    legend.resize(700, legend.sizeHint().height())
    assert len({entry.mapTo(legend, QPoint(0, 0)).y() for entry in entries(legend)}) == 1
    last = entries(legend)[-1]
    assert last.visibleRegion().isEmpty()
    legend.activateWindow()
    last.setFocus()
    qtbot.waitUntil(lambda: not last.visibleRegion().isEmpty())
    assert legend.hint.text() == TOO_MANY
    before = entries(legend)[0].mapTo(legend, QPoint(0, 0)).x()
    QTest.mouseClick(legend.back, LEFT)
    assert entries(legend)[0].mapTo(legend, QPoint(0, 0)).x() > before
