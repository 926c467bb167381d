"""One point looked at closely."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from latentarium.app.inspector.inspector import Inspector
from latentarium.app.inspector.point import describe, figure
from latentarium.app.inspector.probability_bars import choose_bars
from latentarium.app.session import Session
from latentarium.app.theme import dress
from latentarium.app.widgets.image_tiles import ImageTile
from latentarium.app.widgets.swatches import swatches
from latentarium.runs.run import Run
from latentarium.scene.state import State

RunMaker = Callable[..., Run]
Seat = Callable[..., Session]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def inspector(qtbot: QtBot) -> Inspector:
    return Inspector()


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[None]:
    """The program's own fonts and paddings."""
    font = qapp.font()
    dress(qapp, True)
    yield
    qapp.setStyleSheet("")
    qapp.setFont(font)


def shown_tiles(inspector: Inspector) -> list[ImageTile]:
    return [tile for tile in inspector.findChildren(ImageTile) if tile.isVisible()]


def enter(tile: ImageTile) -> None:
    middle = QPointF(tile.rect().center())
    QApplication.sendEvent(tile, QEnterEvent(middle, middle, tile.mapToGlobal(middle)))


def brute_force(run: Run, row: int, k: int, metric: str, among: str) -> list[int]:
    """The neighbours one by one, in plain Python."""
    frame = run.frame(-1)
    query = frame.embeddings[row].astype(float)
    points = frame.reference_embeddings if among == "reference" else frame.embeddings
    found = []
    for place, point in enumerate(points.astype(float)):
        if among == "probe" and place == row:
            continue
        if metric == "euclidean":
            distance = float(np.sqrt(((point - query) ** 2).sum()))
        else:
            distance = 1 - float(point @ query) / float(np.linalg.norm(point) * np.linalg.norm(query))
        found.append((distance, place))
    return [place for _, place in sorted(found)[:k]]


def test_it_says_what_to_do_while_there_is_no_point(seat: Seat, small_run: Run, inspector: Inspector) -> None:
    session = seat(inspector, small_run)
    assert not inspector.point.isVisible()
    assert inspector.empty.isVisible()
    assert inspector.figures.texts() == {
        "1-NN accuracy, this frame": figure(small_run.frame(-1).scalars["knn_accuracy"], 3),
        "raw pixels · step 0": f"0.93 · {figure(small_run.frame(0).scalars['knn_accuracy'])}",
    }
    session.update(runs=())
    assert inspector.empty.isVisible()
    assert inspector.figures.texts() == {}


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("among", ["reference", "probe"])
def test_the_tiles_are_the_neighbours_by_brute_force(
    seat: Seat, small_run: Run, inspector: Inspector, metric: str, among: str
) -> None:
    session = seat(inspector, small_run, focus=17, k=9, metric=metric, among=among)
    expected = brute_force(small_run, 17, 9, metric, among)
    assert [tile.row for tile in inspector.neighbours.tiles.tiles] == expected
    sample = small_run.reference if among == "reference" else small_run.probe
    own = int(small_run.probe.labels[17])
    assert [tile.odd for tile in inspector.neighbours.tiles.tiles] == [sample.labels[row] != own for row in expected]
    same = sum(int(sample.labels[row]) == own for row in expected)
    assert inspector.figures.texts()["same class among k"] == f"{same} of 9"
    assert len(shown_tiles(inspector)) == 9
    session.update(k=4)
    assert [tile.row for tile in inspector.neighbours.tiles.tiles] == expected[:4]
    assert len(shown_tiles(inspector)) == 4


def test_a_hovered_point_comes_before_the_one_in_focus(seat: Seat, small_run: Run, inspector: Inspector) -> None:
    session = seat(inspector, small_run, focus=17)
    session.update(hovered=4)
    assert inspector.badge.text() == "probe · test-4"
    assert inspector.point.image.accessibleName() == "image test-4"
    assert inspector.point.label.text() == "label 5"
    session.update(hovered=None)
    assert inspector.badge.text() == "probe · test-17"


def test_bars_have_the_probabilities_and_colours_of_the_classes(
    seat: Seat, small_run: Run, inspector: Inspector
) -> None:
    seat(inspector, small_run, focus=2)
    bars = inspector.point.bars.bars
    assert [bar.name for bar in bars] == ["3", "5", "8"]
    assert [bar.share for bar in bars] == pytest.approx(small_run.frame(-1).probabilities[2].tolist())
    assert [bar.colour for bar in bars] == list(swatches(3, True))


def test_of_many_classes_the_ten_most_probable_are_shown() -> None:
    shares = np.linspace(0, 1, 25, dtype=np.float32)
    bars = choose_bars(shares, [f"class {row}" for row in range(25)], ["#000000"] * 25)
    assert [bar.name for bar in bars] == [f"class {row}" for row in range(24, 14, -1)]


def test_the_cross_stands_only_where_the_prediction_is_wrong(
    seat: Seat, make_run: RunMaker, inspector: Inspector
) -> None:
    run = make_run(classes=("3", "5", "8", "9"), trained=3, rows=80)
    frame = run.frame(1)
    points = [describe(run, frame, row) for row in range(len(run.probe))]
    session = seat(inspector, run, moment=1.0)
    for wanted in ("wrong", "right", "held out"):
        row = next(p.row for p in points if wanted == ("held out" if p.held_out else "wrong" if p.wrong else "right"))
        session.update(focus=row)
        assert inspector.point.mark.isVisible() == (wanted == "wrong")
        assert ("held out" in inspector.point.label.text()) == (wanted == "held out")
        assert np.isnan(points[row].loss) == (wanted == "held out")
        if wanted != "held out":
            assert points[row].loss == pytest.approx(-np.log(frame.probabilities[row, run.probe.labels[row]]))


def test_a_probe_tile_lights_its_dot_and_a_click_focuses_it(seat: Seat, small_run: Run, inspector: Inspector) -> None:
    session = seat(inspector, small_run, focus=17, among="probe")
    tiles = shown_tiles(inspector)
    rows = [tile.row for tile in inspector.neighbours.tiles.tiles]
    enter(tiles[2])
    assert session.state.hovered == rows[2]
    assert [tile.row for tile in inspector.neighbours.tiles.tiles] == rows  # they stay under the hand
    QApplication.sendEvent(tiles[2], QEvent(QEvent.Type.Leave))
    assert session.state.hovered is None
    QTest.mouseClick(tiles[2], LEFT)
    assert session.state.focus == rows[2]


def test_a_training_tile_is_no_dot(seat: Seat, small_run: Run, inspector: Inspector) -> None:
    session = seat(inspector, small_run, focus=17)
    enter(shown_tiles(inspector)[0])
    QTest.mouseClick(shown_tiles(inspector)[0], LEFT)
    assert session.state.hovered is None
    assert session.state.focus == 17


def test_arrow_keys_go_from_tile_to_tile(qtbot: QtBot, seat: Seat, small_run: Run, inspector: Inspector) -> None:
    session = seat(inspector, small_run, focus=17, among="probe", k=7)
    inspector.activateWindow()
    tiles = shown_tiles(inspector)
    tiles[0].setFocus()
    qtbot.waitUntil(tiles[0].hasFocus)
    QTest.keyClick(tiles[0], Qt.Key.Key_Right)
    assert tiles[1].hasFocus()
    QTest.keyClick(tiles[1], Qt.Key.Key_Return)
    assert session.state.focus == brute_force(small_run, 17, 2, "cosine", "probe")[1]


def test_k_metric_and_where_to_look_are_asked_for(seat: Seat, small_run: Run, inspector: Inspector) -> None:
    session = seat(inspector, small_run, focus=17)
    inspector.neighbours.k.setValue(5)
    assert session.state.k == 5
    for chip, name in ((inspector.neighbours.measure, "Euclidean"), (inspector.neighbours.among, "probe")):
        next(action for action in chip.menu().actions() if action.text() == name).trigger()
    assert (session.state.metric, session.state.among) == ("euclidean", "probe")
    assert inspector.neighbours.measure.text() == "Euclidean ▾"
    assert (inspector.neighbours.k.minimum(), inspector.neighbours.k.maximum()) == (1, 50)


def test_the_frame_shown_is_followed(qtbot: QtBot, seat: Seat, small_run: Run, inspector: Inspector) -> None:
    session = seat(inspector, small_run, focus=17)
    session.update(moment=3.0)
    expected = small_run.frame(3).probabilities[17].tolist()
    qtbot.waitUntil(lambda: [bar.share for bar in inspector.point.bars.bars] == pytest.approx(expected), timeout=2000)
    session.update(moment=3.4)  # still speaks of frame 3
    assert [bar.share for bar in inspector.point.bars.bars] == pytest.approx(expected)


def test_what_is_out_of_sight_reads_no_frame(seat: Seat, small_run: Run, inspector: Inspector) -> None:
    session = seat(inspector, small_run, focus=17)
    inspector.hide()
    session.update(focus=3)
    assert inspector.badge.text() == "probe · test-17"
    inspector.show()
    assert inspector.badge.text() == "probe · test-3"


@pytest.mark.parametrize("width", [280, 300, 334, 420])
def test_nothing_is_cut_off_at_the_side(
    qapp: QApplication, dressed: None, seat: Seat, make_run: RunMaker, inspector: Inspector, width: int
) -> None:
    classes = ("aquarium fish", "a class with a name that is much too long for any panel", *map(str, range(10)))
    session = seat(inspector, make_run(classes=classes, trained=11, rows=120), focus=1, k=14, metric="euclidean")
    inspector.resize(width, 700)
    for moment in (0.0, 8.0):
        session.update(moment=moment)
        qapp.processEvents()
        for child in inspector.inner.findChildren(QWidget):
            if child.isVisible():
                right = child.mapTo(inspector, QPoint(child.width(), 0)).x()
                assert right <= width, (child, right)


def test_every_control_says_what_it_is(seat: Seat, small_run: Run, inspector: Inspector) -> None:
    seat(inspector, small_run, focus=17)
    for button in inspector.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.accessibleName(), button
    assert inspector.neighbours.k.accessibleName()


def test_numbers_for_people() -> None:
    assert [figure(value) for value in (0.125, None, float("nan"), float("inf"), -1.5)] == [
        "0.12",
        "–",
        "–",
        "∞",
        "−1.50",
    ]


def test_it_is_empty_again_without_a_focus_or_a_run(seat: Seat, small_run: Run, inspector: Inspector) -> None:
    session = seat(inspector, small_run, focus=17)
    inspector.show_state(replace(session.state, focus=None))
    assert inspector.empty.isVisible()
    inspector.show_state(State())
    assert inspector.empty.isVisible()
