"""The panels below the views: what they show, and what a click on them asks for."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from latentarium.app.charts.curve_plot import CurvePlot, Curves, even_step, thinned
from latentarium.app.charts.curves import CurvesPanel, Record
from latentarium.app.charts.hardest import HardestPanel
from latentarium.app.charts.matrices import ConfusionPanel, SimilarityPanel, confusion_matrix, similarity_matrix
from latentarium.app.charts.matrix_view import MatrixView
from latentarium.app.charts.throttle import Throttle
from latentarium.app.session import Session
from latentarium.app.widgets.image_tiles import ImageTiles, Tile
from latentarium.core.frame import KNN_ACCURACY, TRAIN_LOSS, Frame
from latentarium.runs.run import Run
from latentarium.scene.palettes import THEMES, class_colours
from latentarium.scene.state import NOTHING, OpenRun, State

RunMaker = Callable[..., Run]
Seat = Callable[..., Session]
Settle = Callable[[QWidget], None]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def settle(qtbot: QtBot) -> Callable[..., None]:
    """Waits until a panel has drawn what it was last shown."""

    def wait(panel: QWidget) -> None:
        throttle = panel.findChild(Throttle)
        qtbot.waitUntil(lambda: not throttle.pending, timeout=3000)
        panel.grab()

    return wait


@pytest.fixture
def sit(seat: Callable[..., Session], settle: Settle) -> Seat:
    """Seats a panel, and waits until it has drawn."""

    def wait(panel: QWidget, run: Run, **changes: Any) -> Session:
        session = seat(panel, run, **changes)
        settle(panel)
        return session

    return wait


def cell(view: MatrixView, row: int, column: int) -> QPoint:
    return view.cell_rect(row, column).center().toPoint()


def button(panel: QWidget, name: str) -> QAbstractButton:
    return next(part for part in panel.findChildren(QAbstractButton) if part.accessibleName() == name)


def cosine(frame: Frame, first: int, second: int) -> float:
    a, b = frame.embeddings[first].astype(float), frame.embeddings[second].astype(float)
    return float(a @ b / math.sqrt((a @ a) * (b @ b)))


@pytest.mark.parametrize(("label", "prediction"), [(0, 0), (0, 1), (1, 0), (2, 2), (2, 1)])
def test_a_confusion_cell_selects_its_points(small_run: Run, sit: Seat, label: int, prediction: int) -> None:
    panel = ConfusionPanel()
    session = sit(panel, small_run, moment=2.0)
    QTest.mouseClick(panel.matrix, LEFT, pos=cell(panel.matrix, label, prediction))
    frame = small_run.frame(2)
    expected = [
        row
        for row in range(60)
        if small_run.probe.labels[row] == label and frame.probabilities[row].argmax() == prediction
    ]
    assert expected
    assert session.state.selection.rows.tolist() == expected
    assert confusion_matrix(small_run, frame, session.state.selection).marked == {(label, prediction)}
    assert confusion_matrix(small_run, frame, session.state.selection).figures(label, prediction) == str(len(expected))
    QTest.mouseClick(panel.matrix, LEFT, pos=cell(panel.matrix, label, prediction))
    assert session.state.selection is NOTHING


def test_the_keyboard_reaches_a_cell(small_run: Run, sit: Seat) -> None:
    panel = ConfusionPanel()
    session = sit(panel, small_run, moment=2.0)
    panel.matrix.setFocus()
    QTest.keyClick(panel.matrix, Qt.Key.Key_Right)
    told = panel.matrix.accessibleDescription()
    QTest.keyClick(panel.matrix, Qt.Key.Key_Return)
    assert told.startswith("label 3, predicted 5: ")
    assert told.split()[-3] == str(len(session.state.selection))


def test_held_out_classes_have_a_row_but_no_column(make_run: RunMaker, sit: Seat) -> None:
    run = make_run(classes=("a", "b", "c", "d"), trained=3)
    panel = ConfusionPanel()
    session = sit(panel, run)
    matrix = confusion_matrix(run, run.frame(-1), NOTHING)
    assert matrix.shape == (4, 3)
    counts = [int(matrix.figures(3, column)) for column in range(3)]
    assert sum(counts) == 15
    column = int(np.argmax(counts))
    QTest.mouseClick(panel.matrix, LEFT, pos=cell(panel.matrix, 3, column))
    assert len(session.state.selection) == counts[column]
    assert set(run.probe.labels[session.state.selection.rows]) == {3}


def test_similarities_are_those_of_all_pairs(small_run: Run) -> None:
    frame, labels = small_run.frame(4), small_run.probe.labels
    matrix = similarity_matrix(small_run, frame)
    for first in range(3):
        for second in range(3):
            pairs = [
                cosine(frame, a, b)
                for a in np.flatnonzero(labels == first)
                for b in np.flatnonzero(labels == second)
                if a != b
            ]
            assert matrix.figures(first, second) == f"{np.mean(pairs):.2f}".replace("-", "−")


def test_similarity_can_be_seen_before_training(small_run: Run, sit: Seat, settle: Settle) -> None:
    panel = SimilarityPanel()
    session = sit(panel, small_run)
    after = similarity_matrix(small_run, small_run.frame(-1)).sentences(0, 0)
    before = similarity_matrix(small_run, small_run.frame(0)).sentences(0, 0)
    assert before != after
    assert panel.matrix.accessibleDescription() == after
    QTest.mouseClick(button(panel, "Class similarity: step 0"), LEFT)
    settle(panel)
    assert panel.matrix.accessibleDescription() == before
    QTest.mouseClick(panel.matrix, LEFT, pos=cell(panel.matrix, 0, 2))
    assert session.state.selection.rows.tolist() == np.flatnonzero(small_run.probe.labels != 1).tolist()


@pytest.mark.parametrize("classes", [2, 10, 100])
def test_matrices_of_any_size_are_drawn(make_run: RunMaker, sit: Seat, settle: Settle, classes: int) -> None:
    run = make_run(classes=tuple(f"class {index}" for index in range(classes)), rows=2 * classes, frames=2)
    panel = ConfusionPanel()
    sit(panel, run)
    panel.resize(220, 160)
    settle(panel)
    image = panel.grab().toImage()
    rect = panel.matrix.cell_rect(classes - 1, classes - 1)
    assert panel.matrix.rect().contains(rect.toRect())
    place = panel.matrix.mapTo(panel, rect.center().toPoint()) + QPoint(
        0, -1 if classes == 100 else -int(rect.height() / 3)
    )
    assert image.pixelColor(place) != image.pixelColor(1, 1)
    assert panel.matrix.cell_at(rect.center()) == (classes - 1, classes - 1)
    assert panel.matrix.cell_at(QPointF(0, 0)) is None


@pytest.mark.parametrize("index", [0, 1, 5, 8])
def test_a_click_on_the_curve_asks_for_that_frame(small_run: Run, sit: Seat, index: int) -> None:
    panel = CurvesPanel()
    asked: list[dict[str, object]] = []
    panel.asked.connect(asked.append)
    session = sit(panel, small_run)
    place = QPoint(round(panel.plot.place_of(index)), panel.plot.height() // 2)
    QTest.mouseClick(panel.plot, LEFT, pos=place)
    assert asked == [{"moment": float(index), "following": False}]
    assert session.state.frame == index
    assert not session.state.following


def test_the_curves_follow_a_run_that_grows(small_run: Run) -> None:
    record = Record()
    record.follow(OpenRun(small_run, 4, (None, None), live=True))
    early = record.curves(KNN_ACCURACY, OpenRun(small_run, 4, (None, None), live=True))
    assert early.steps.tolist() == [0, 1, 4, 9]
    assert early.end == 64  # where the recipe ends
    record.follow(OpenRun(small_run, 9, (None, None)))
    curves = record.curves(KNN_ACCURACY, OpenRun(small_run, 9, (None, None)))
    assert curves.left.tolist() == [entry.scalars[KNN_ACCURACY] for entry in small_run.entries]
    assert math.isnan(curves.right[0])  # nothing is trained at step 0
    assert curves.right[1:].tolist() == [entry.scalars[TRAIN_LOSS] for entry in small_run.entries[1:]]
    assert dict(curves.levels) == {"step 0": small_run.entries[0].scalars[KNN_ACCURACY], "raw pixels": 0.93}
    record.follow(OpenRun(small_run, 2, (None, None)))
    assert record.curves(KNN_ACCURACY, OpenRun(small_run, 2, (None, None))).steps.tolist() == [0, 1]


def test_the_curves_are_drawn_in_their_colours(small_run: Run, sit: Seat, settle: Settle) -> None:
    panel = CurvesPanel()
    session = sit(panel, small_run)
    panel.resize(240, 140)
    for dark in (True, False):
        session.update(dark=dark)
        settle(panel)
        image = panel.grab().toImage()
        seen = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
        theme = THEMES["dark" if dark else "light"]
        assert {theme.loss, theme.accuracy} <= seen


def test_thinning_keeps_the_peaks() -> None:
    values = np.sin(np.arange(5000) / 50)
    values[1234], values[4000] = 9.0, -9.0
    rows = thinned(values, np.arange(5000), 200)
    assert len(rows) <= 204
    assert {0, 1234, 4000, 4999} <= set(rows.tolist())
    assert (np.diff(rows) > 0).all()
    assert thinned(values, np.arange(50), 200).tolist() == list(range(50))


@pytest.mark.parametrize(
    ("least", "step"), [(0.3, 0.5), (1, 1), (1.01, 2), (23, 25), (26, 50), (51, 100), (0, 1), (7e-4, 1e-3)]
)
def test_axes_have_even_steps(least: float, step: float) -> None:
    assert even_step(least) == pytest.approx(step)


def test_the_hardest_come_first(small_run: Run, sit: Seat, qtbot: QtBot) -> None:
    panel = HardestPanel()
    session = sit(panel, small_run, moment=3.0)
    frame, labels = small_run.frame(3), small_run.probe.labels
    losses = [-math.log(float(frame.probabilities[row, labels[row]])) for row in range(60)]
    expected = sorted(range(60), key=lambda row: (-losses[row], row))[:24]
    assert [tile.row for tile in panel.tiles.tiles] == expected
    assert panel.tiles.tiles[0].figure == f"{losses[expected[0]]:.2f}"
    colour = class_colours(3, True)[labels[expected[0]]]
    assert panel.tiles.tiles[0].colour == "#" + "".join(f"{part:02x}" for part in colour[:3])
    tile = panel.tiles.childAt(10, 10)
    assert tile is not None

    def pointed_at() -> bool:
        QTest.mouseMove(panel, panel.rect().bottomRight())
        QTest.mouseMove(tile)
        return session.state.hovered == expected[0]

    qtbot.waitUntil(pointed_at, timeout=3000)
    QTest.mouseClick(tile, LEFT)
    assert session.state.focus == expected[0]


def test_held_out_examples_have_no_loss(make_run: RunMaker, sit: Seat) -> None:
    run = make_run(classes=("a", "b", "c"), trained=2, rows=12)
    panel = HardestPanel()
    sit(panel, run)
    assert len(panel.tiles.tiles) == 8
    assert all(run.probe.labels[tile.row] < 2 for tile in panel.tiles.tiles)


def test_panels_without_a_run_are_empty(small_run: Run, sit: Seat, settle: Settle) -> None:
    for panel in (CurvesPanel(), ConfusionPanel(), SimilarityPanel(), HardestPanel()):
        session = sit(panel, small_run)
        session.update(runs=())
        settle(panel)
        QTest.mouseClick(panel, LEFT)
        assert session.state == State(views=session.state.views, following=session.state.following)


def test_work_is_done_at_once_then_seldom_and_always_last(qtbot: QtBot) -> None:
    panel = QWidget()
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    seen: list[int] = []
    wishes = [0]
    throttle = Throttle(panel, lambda: seen.append(wishes[-1]))
    for wish in range(1, 40):
        wishes.append(wish)
        throttle.want()
        QTest.qWait(5)
    qtbot.waitUntil(lambda: seen[-1] == 39, timeout=2000)
    assert seen[0] == 1
    assert len(seen) < 15
    panel.hide()
    wishes.append(40)
    throttle.want()
    QTest.qWait(150)
    assert seen[-1] == 39


def test_the_figures_of_a_high_loss_axis_have_room(qtbot: QtBot) -> None:
    plot = CurvePlot()
    qtbot.addWidget(plot)
    plot.resize(240, 160)
    steps, low = np.array([0.0, 1, 2]), np.array([0.1, 0.2, 0.3])
    for highest, figures in ((13.0, ["0", "4", "8", "12", "16"]), (0.9, ["0.00", "0.25", "0.50", "0.75", "1.00"])):
        curves = Curves(steps, "accuracy", low, "loss", np.array([highest, 1.0, 0.1]), 2.0)
        plot.show_curves(curves, dark=True)
        assert plot._figures(plot._top(curves)) == figures
        room = plot.width() - plot._box().right() - 6
        assert max(map(plot.fontMetrics().horizontalAdvance, figures)) <= room


@pytest.fixture
def probe_tiles(small_run: Run) -> Callable[[int], list[Tile]]:
    """Tiles of images of this size."""

    def make(side: int) -> list[Tile]:
        probe = small_run.probe
        images = np.zeros((len(probe.labels), side, side, 3), np.uint8)
        sample = replace(probe, images=images)
        return [Tile(sample, row, "#ffffff", figure="1.0") for row in range(8)]

    return make


def test_tiles_of_a_larger_size_get_the_height_they_need(
    qtbot: QtBot, probe_tiles: Callable[[int], list[Tile]]
) -> None:
    tiles = ImageTiles("Tiles", side=40)
    inside = QWidget()
    qtbot.addWidget(inside)
    column = QVBoxLayout(inside)
    column.addWidget(tiles)
    column.addStretch(1)
    inside.resize(200, 900)
    inside.show()
    for side in (28, 32):
        tiles.show_tiles(probe_tiles(side))
        needed = tiles.heightForWidth(178)
        qtbot.waitUntil(lambda needed=needed: tiles.height() == needed, timeout=3000)


def test_where_no_curve_was_recorded_the_chart_says_so(qtbot: QtBot, make_run: RunMaker) -> None:
    steps, none, loss = np.array([0.0, 10.0]), np.full(2, np.nan), np.array([1.0, 0.5])
    assert Curves(steps, "accuracy", none, "loss", none, 10).empty
    assert not Curves(steps, "accuracy", none, "loss", none, 10, live=True).empty
    assert not Curves(steps, "accuracy", none, "loss", loss, 10).empty
    assert Curves(steps[:1], "accuracy", none[:1], "loss", loss[:1], 10).empty
