"""A run's views, used as a person would."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from latentarium.app.session import Session
from latentarium.app.views.column import Column
from latentarium.app.views.poles_popup import change_poles
from latentarium.app.views.view_panel import ViewPanel
from latentarium.app.widgets.framed_image import FRAME
from latentarium.core.arrays import frozen_ints
from latentarium.gl.raster import RasterView
from latentarium.runs.run import Run
from latentarium.scene.cameras import project
from latentarium.scene.picking import blended, pick
from latentarium.scene.scene import Flag
from latentarium.scene.state import ColourBy, Selection, State

RunMaker = Callable[..., Run]
Seat = Callable[..., Session]
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def lonely_dot(view: ViewPanel) -> tuple[int, QPoint]:
    """A dot that is pointed at where it stands, and where that is."""
    scene, cloud = view.cloud.scene_shown, view.cloud
    assert scene is not None
    places = project(blended(scene.dots), scene.camera, cloud.width(), cloud.height())
    for row, (x, y, _) in enumerate(places):
        place = QPoint(round(float(x)), round(float(y)))
        inside = cloud.rect().adjusted(20, 20, -20, -20).contains(place)
        if inside and pick(scene, place.x(), place.y(), cloud.width(), cloud.height()) == row:
            return row, place
    raise AssertionError("every dot is covered by another")


def hover(qtbot: QtBot, view: ViewPanel) -> tuple[int, QPoint]:
    row, place = lonely_dot(view)
    QTest.mouseMove(view.cloud, place - QPoint(60, 0))
    QTest.mouseMove(view.cloud, place)
    qtbot.waitUntil(view.card.isVisible, timeout=3000)
    return row, place


def pixels(image: QImage) -> NDArray[np.uint8]:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


@pytest.fixture
def column(qtbot: QtBot) -> Column:
    return Column()


def test_a_hovered_dot_is_lit_in_every_view_and_its_card_shows_that_very_image(
    qtbot: QtBot, seat: Seat, small_run: Run, column: Column
) -> None:
    session = seat(column, small_run)
    row, place = hover(qtbot, column.views[0])
    assert session.state.hovered == row
    for view in column.views:
        scene = view.cloud.scene_shown
        assert scene is not None
        assert np.flatnonzero(scene.dots.flags & Flag.HOVERED).tolist() == [row]

    card = column.views[0].card
    seen = pixels(card.image.grab().toImage())[FRAME:-FRAME, FRAME:-FRAME]
    times = len(seen) // 12
    image = np.broadcast_to(small_run.probe.images[row], (12, 12, 3))
    assert np.array_equal(seen, image.repeat(times, 0).repeat(times, 1))

    box = QRect(card.mapTo(column, QPoint(0, 0)), card.size())
    assert not box.contains(column.views[0].cloud.mapTo(column, place))
    assert column.views[1].card.isHidden()

    QTest.mouseMove(column.views[0].cloud, QPoint(3, 3))
    qtbot.waitUntil(lambda: session.state.hovered is None, timeout=3000)
    assert card.isHidden()


def test_the_card_is_large_enough_for_all_of_it_the_first_time_and_when_presenting(
    qtbot: QtBot, seat: Seat, small_run: Run, column: Column
) -> None:
    session = seat(column, small_run)
    column.grab()  # lays out what is still hidden, in fonts that it has not got yet
    hover(qtbot, column.views[1])
    card = column.views[1].card
    assert card.size() == card.sizeHint()
    assert card.image.size() == card.image.sizeHint()
    session.update(presenting=True)
    QTest.qWait(50)
    assert card.image.size() == card.image.sizeHint()
    assert card.image.picture.width() >= 190


def test_the_card_is_large_when_presenting(qtbot: QtBot, seat: Seat, small_run: Run, column: Column) -> None:
    seat(column, small_run, presenting=True)
    hover(qtbot, column.views[1])
    assert column.views[1].card.image.picture.width() >= 190


def test_a_click_focuses_and_escape_lets_go(qtbot: QtBot, seat: Seat, small_run: Run, column: Column) -> None:
    session = seat(column, small_run)
    row, place = lonely_dot(column.views[0])
    QTest.mouseClick(column.views[0].cloud, LEFT, NONE, place)
    assert session.state.focus == row
    QTest.mouseClick(column.views[0].cloud, LEFT, NONE, QPoint(3, 3))
    assert session.state.focus == row
    QTest.keyClick(column.views[0].cloud, Qt.Key.Key_Escape)
    assert session.state.focus is None


def test_a_lasso_selects(qtbot: QtBot, seat: Seat, small_run: Run, column: Column) -> None:
    session = seat(column, small_run)
    cloud = column.views[0].cloud
    QTest.keyClick(cloud, Qt.Key.Key_L)
    assert session.state.lasso
    corners = [QPoint(2, 2), QPoint(cloud.width() - 3, 2), QPoint(cloud.width() - 3, cloud.height() - 3)]
    corners += [QPoint(2, cloud.height() - 3), QPoint(2, 40)]
    QTest.mousePress(cloud, LEFT, NONE, corners[0])
    for corner in corners[1:]:
        QTest.mouseMove(cloud, corner)
    QTest.mouseRelease(cloud, LEFT, NONE, corners[-1])
    assert session.state.selection.rows.tolist() == list(range(len(small_run.probe)))
    assert not session.state.lasso


def test_keys_step_through_the_dots_that_are_shown(qtbot: QtBot, seat: Seat, small_run: Run, column: Column) -> None:
    session = seat(column, small_run, hidden=frozenset({1}))
    cloud = column.views[1].cloud
    visited = []
    for _ in range(3):
        QTest.keyClick(cloud, Qt.Key.Key_N)
        visited.append(session.state.focus)
    assert visited == [0, 2, 3]  # 1 is of the hidden class
    assert cloud.accessibleDescription().startswith("In focus: test-3, label 3, predicted ")
    QTest.keyClick(cloud, Qt.Key.Key_P)
    QTest.keyClick(cloud, Qt.Key.Key_P)
    assert session.state.focus == 0
    QTest.keyClick(cloud, Qt.Key.Key_P)
    assert session.state.focus == len(small_run.probe) - 1
    QTest.keyClick(cloud, Qt.Key.Key_Return)
    scene = column.views[1].cloud.scene_shown
    assert scene is not None
    x, y, _ = project(blended(scene.dots), scene.camera, 100, 100)[len(small_run.probe) - 1]
    assert (x, y) == pytest.approx((50, 50), abs=0.01)
    QTest.keyClick(cloud, Qt.Key.Key_F)
    assert session.state.cameras[1] is None


def test_digits_choose_the_colours_and_the_foot_explains_them(
    qtbot: QtBot, seat: Seat, small_run: Run, column: Column
) -> None:
    session = seat(column, small_run)
    view = column.views[0]
    scales = (ColourBy.LOSS, ColourBy.CONFIDENCE, ColourBy.TRUST, ColourBy.OVERLAP)
    for key, colour in enumerate(ColourBy, Qt.Key.Key_1):
        QTest.keyClick(view.cloud, Qt.Key(key))
        assert session.state.colour_by is colour
        assert view.foot.scale.isVisible() == (colour in scales)
        keys = (ColourBy.CORRECTNESS, ColourBy.PROBABILITIES, ColourBy.COLUMN)
        assert view.foot.key.isVisible() == (colour in keys)
        if colour is ColourBy.CORRECTNESS:
            judge = "prototypes" if small_run.recipe.network.classifier == "none" else "class head"
            assert view.foot.key.accessibleName().startswith(f"Colours: by {judge}, right, wrong")
    QTest.keyClick(view.cloud, Qt.Key.Key_K)
    assert not session.state.show_neighbours


def test_no_wording_makes_the_views_too_wide_for_a_small_window(
    qtbot: QtBot, seat: Seat, make_run: RunMaker, column: Column
) -> None:
    classes = tuple(f"class {row}" for row in range(12))
    session = seat(column, make_run(classes=classes, trained=11, rows=60, dimensions=16))
    column.views[0].foot.show_fallback("The driver went away.")
    session.update(selection=Selection(frozen_ints(range(50))))
    for colour in ColourBy:
        session.update(colour_by=colour)
        QApplication.processEvents()
        assert max(view.minimumSizeHint().width() for view in column.views) <= 340, colour


def test_no_dot_runs_under_text(qtbot: QtBot, seat: Seat, small_run: Run, column: Column) -> None:
    seat(column, small_run)
    for view in column.views:
        cloud = QRect(view.cloud.mapTo(view, QPoint(0, 0)), view.cloud.size())
        foot = QRect(view.foot.mapTo(view, QPoint(0, 0)), view.foot.size())
        assert not cloud.intersects(foot)
        assert view.foot.status.text().startswith("60 of 60 shown")


def test_a_drag_turns_the_cloud(qtbot: QtBot, seat: Seat, small_run: Run, column: Column) -> None:
    session = seat(column, small_run)
    cloud = column.views[1].cloud
    QTest.mousePress(cloud, LEFT, NONE, QPoint(50, 50))
    QTest.mouseMove(cloud, QPoint(90, 60))
    QTest.mouseRelease(cloud, LEFT, NONE, QPoint(90, 60))
    turned = session.state.cameras[1]
    assert turned is not None
    assert session.state.cameras[0] is None
    scene = cloud.scene_shown
    assert scene is not None
    assert scene.camera == turned


def test_the_controls_change_the_settings_of_their_view(
    qtbot: QtBot, seat: Seat, make_run: RunMaker, column: Column
) -> None:
    session = seat(column, make_run(classes=tuple("0123456"), rows=70, dimensions=2))
    simplex, embedding = (view.controls for view in column.views)
    simplex.wanted.emit({"boundaries": False})
    assert not session.state.views[0].boundaries
    simplex.wanted.emit({"poles": (4, 5), "rest": True})
    assert session.state.views[0].poles == (4, 5)
    embedding.wanted.emit({"method": "svd"})
    assert session.state.views[1].method == "svd"
    assert session.state.views[0].poles == (4, 5)


def test_a_new_layout_is_seen_afresh_and_a_toggle_is_not(
    qtbot: QtBot, seat: Seat, small_run: Run, column: Column
) -> None:
    session = seat(column, small_run)
    view = column.views[0]
    QTest.keyClick(view.cloud, Qt.Key.Key_N)
    QTest.keyClick(view.cloud, Qt.Key.Key_Return)
    camera = session.state.cameras[0]
    assert camera is not None
    view.controls.wanted.emit({"counts": True})
    assert session.state.cameras[0] == camera
    view.controls.wanted.emit({"layout": "axes"})
    assert session.state.cameras[0] is None


def test_poles_are_two_or_three_beside_a_rest_and_two_to_four_without() -> None:
    assert change_poles((0, 1, 2), 5, True) == (1, 2, 5)
    assert change_poles((0, 1), 5, True) == (0, 1, 5)
    assert change_poles((0, 1, 2), 5, False) == (0, 1, 2, 5)
    assert change_poles((0, 1, 2), 1, True) == (0, 2)
    assert change_poles((0, 2), 2, True) == (0, 2)


def test_without_a_run_and_before_the_first_frame_it_says_so(
    qtbot: QtBot, seat: Seat, small_run: Run, column: Column, show_run: Callable[..., State]
) -> None:
    session = seat(column, small_run)
    view = column.views[1]
    assert view.message.isHidden()
    column.show_state(show_run(small_run))
    assert view.message.text() == "Placing the dots …"
    assert view.cloud.scene_shown is not None
    assert len(view.cloud.scene_shown.dots.flags) == 0
    column.show_state(State())
    assert view.message.text() == "No run is open"
    column.show_state(session.state)
    assert view.message.isHidden()


def test_when_opengl_gives_up_another_view_steps_in(qtbot: QtBot, seat: Seat, small_run: Run, column: Column) -> None:
    session = seat(column, small_run)
    view = column.views[0]
    view.cloud.failed.emit("The driver went away.")
    assert isinstance(view.cloud, RasterView)
    assert view.foot.fallback.isVisible()
    assert view.foot.fallback.toolTip() == "The driver went away."
    row, _ = hover(qtbot, view)
    assert session.state.hovered == row


def test_every_control_says_what_it_is(qtbot: QtBot, seat: Seat, make_run: RunMaker, column: Column) -> None:
    seat(column, make_run(classes=tuple("0123456"), rows=70))
    for button in column.findChildren(QAbstractButton):
        assert button.accessibleName(), button
    for view in column.views:
        assert view.cloud.accessibleName().startswith(view.title.text())


def test_news_that_no_view_shows_paint_nothing(seat: Seat, small_run: Run, column: Column) -> None:
    session = seat(column, small_run, moment=3.0, following=False)
    before = [view.cloud.scene_shown for view in column.views]
    session.update(runs=(replace(session.state.runs[0], live=True),))
    assert all(view.cloud.scene_shown is scene for view, scene in zip(column.views, before, strict=True))
    session.update(moment=3.5)
    assert all(view.cloud.scene_shown is not scene for view, scene in zip(column.views, before, strict=True))
