"""The gestures, by real events on a real view, of both kinds."""

import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from latentarium.gl.hand import REST
from latentarium.scene.camera import Camera
from latentarium.scene.cameras import project, turned

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
POINTS = [(-0.6, 0.3, 0.0), (0.5, -0.4, 0.0), (0.1, 0.2, 0.0)]
SIZE = (320.0, 240.0)


def mouse(view, kind, x, y, button=Qt.MouseButton.NoButton, held=Qt.MouseButton.NoButton, keys=NONE):
    place = QPointF(x, y)
    QApplication.sendEvent(view, QMouseEvent(kind, place, view.mapToGlobal(place), button, held, keys))


def move(view, x, y):
    mouse(view, QEvent.Type.MouseMove, x, y)


def drag(view, places, button=LEFT, keys=NONE, release=True):
    mouse(view, QEvent.Type.MouseButtonPress, *places[0], button, button, keys)
    for place in places[1:]:
        mouse(view, QEvent.Type.MouseMove, *place, held=button, keys=keys)
    if release:
        mouse(view, QEvent.Type.MouseButtonRelease, *places[-1], button, keys=keys)


def pixel(view, row):
    x, y, _ = project([POINTS[row]], view.scene_shown.camera, *SIZE)[0]
    return float(x), float(y)


@pytest.fixture
def heard(any_view, scene_of):
    """A view with three dots whose camera follows the hand, and what it said."""
    said = []
    any_view.show_scene(scene_of(POINTS, [0, 1, 2]))
    any_view.pointed.connect(lambda row: said.append(("pointed", row)))
    any_view.clicked.connect(lambda row: said.append(("clicked", row)))
    any_view.centred.connect(lambda row: said.append(("centred", row)))
    any_view.camera_changed.connect(lambda camera: said.append(("camera", camera)))
    any_view.camera_changed.connect(lambda camera: any_view.show_scene(replace(any_view.scene_shown, camera=camera)))
    any_view.lassoed.connect(lambda rows, additive: said.append(("lassoed", rows.tolist(), additive)))
    return any_view, said


def test_a_dot_is_pointed_at_after_a_rest_and_let_go(heard, settle):
    view, said = heard
    x, y = pixel(view, 1)
    for step in range(8):  # longer than a rest, but never at rest
        moved = time.monotonic()
        move(view, x + 3, y + step % 2)
        settle(REST // 4)
        if time.monotonic() - moved < 0.9 * REST / 1000:  # a busy machine may have stood still meanwhile
            assert said == []
        else:
            said.clear()
            move(view, x + 100, y)
            said.clear()
    move(view, x + 4, y + 4)
    settle(REST + 60)
    assert said == [("pointed", 1)]
    move(view, x + 6, y)
    settle(REST + 60)
    assert said == [("pointed", 1)], "still the same dot"
    move(view, x + 40, y)
    assert said[1:] == [("pointed", None)], "at once"
    move(view, *pixel(view, 2))
    settle(REST + 60)
    assert said[2:] == [("pointed", 2)]
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert said[3:] == [("pointed", None)]


def test_a_pointer_that_left_points_at_nothing(heard, settle):
    view, said = heard
    move(view, *pixel(view, 0))
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    settle(REST + 60)
    assert said == []
    QApplication.sendEvent(view, QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))
    move(view, 5, 5)
    settle(REST + 60)
    assert said == []


def test_clicks(heard):
    view, said = heard
    QTest.mouseClick(view, LEFT, NONE, QPoint(*(round(value) for value in pixel(view, 0))))
    QTest.mouseClick(view, LEFT, NONE, QPoint(3, 3))
    x, y = pixel(view, 2)
    drag(view, [(x, y), (x + 2, y + 1)])
    QTest.mouseClick(view, RIGHT, NONE, QPoint(3, 3))
    assert said == [("clicked", 0), ("clicked", None), ("clicked", 2)]


def test_a_drag_pans_what_is_flat_and_turns_what_is_not(heard):
    view, said = heard
    before = pixel(view, 0)
    drag(view, [(100, 100), (108, 100), (150, 120)])
    after = pixel(view, 0)
    assert after == pytest.approx((before[0] + 50, before[1] + 20), abs=0.01)
    assert all(kind == "camera" for kind, *_ in said)
    camera = Camera(flat=False)
    view.show_scene(replace(view.scene_shown, camera=camera))
    drag(view, [(100, 100), (120, 100), (150, 120)])
    assert view.scene_shown.camera == turned(camera, 50, 20)


@pytest.mark.parametrize("flat", [True, False])
def test_the_right_button_pans(heard, flat):
    view, _ = heard
    view.show_scene(replace(view.scene_shown, camera=Camera(flat=flat)))
    drag(view, [(100, 100), (108, 100), (130, 90)], RIGHT)
    x, y, _ = project([(0, 0, 0)], view.scene_shown.camera, *SIZE)[0]
    assert (x, y) == pytest.approx((190, 110), abs=0.01)


def test_a_drag_that_hears_late_still_ends_where_the_hand_is(any_view, scene_of):
    asked = []
    any_view.show_scene(scene_of(POINTS))
    any_view.camera_changed.connect(asked.append)  # and no scene comes back
    drag(any_view, [(100, 100), (108, 100), (150, 120)])
    x, y, _ = project([(0, 0, 0)], asked[-1], *SIZE)[0]
    assert (x, y) == pytest.approx((210, 140), abs=0.01)


def wheel(view, x, y, notches, keys=NONE):
    place = QPointF(x, y)
    event = QWheelEvent(
        place, view.mapToGlobal(place), QPoint(), QPoint(0, round(120 * notches)), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def test_the_wheel_zooms_at_the_pointer(heard):
    view, _ = heard
    x, y = pixel(view, 1)
    for notches in (1, 2, -0.5):
        before = view.scene_shown.camera.extent
        wheel(view, x, y, notches)
        assert pixel(view, 1) == pytest.approx((x, y), abs=0.01)
        assert (view.scene_shown.camera.extent < before) == (notches > 0)


def test_zooming_while_dragging_goes_on_from_there(heard):
    view, _ = heard
    drag(view, [(100, 100), (150, 100)], release=False)
    wheel(view, 150, 100, 3)
    extent, before = view.scene_shown.camera.extent, pixel(view, 0)
    mouse(view, QEvent.Type.MouseMove, 160, 100, held=LEFT)
    assert view.scene_shown.camera.extent == extent
    assert pixel(view, 0) == pytest.approx((before[0] + 10, before[1]), abs=0.01)


def test_a_double_click_centres_a_dot_or_a_place(heard):
    view, said = heard
    x, y = pixel(view, 1)
    mouse(view, QEvent.Type.MouseButtonDblClick, x + 5, y, LEFT, LEFT)
    assert pixel(view, 1) == pytest.approx((160, 120), abs=0.01)
    assert ("centred", 1) in said
    place = view.scene_shown.camera.centre
    mouse(view, QEvent.Type.MouseButtonDblClick, 200, 220, LEFT, LEFT)
    x, y, _ = project([place], view.scene_shown.camera, *SIZE)[0]
    assert (x, y) == pytest.approx((120, 20), abs=0.01)


AROUND_ZERO = [(-30, -30), (30, -30), (30, 30), (-30, 30)]


@pytest.mark.parametrize(("keys", "additive"), [(SHIFT, False), (SHIFT | CONTROL, True)])
def test_shift_drags_a_lasso(heard, keys, additive, picture_of):
    view, said = heard
    camera, (x, y) = view.scene_shown.camera, pixel(view, 0)
    corners = [(x + dx, y + dy) for dx, dy in AROUND_ZERO]
    bare = picture_of(view).pixels
    drag(view, corners, keys=keys, release=False)
    assert (picture_of(view).pixels != bare).any(), "the lasso is seen"
    mouse(view, QEvent.Type.MouseButtonRelease, *corners[-1], LEFT, keys=keys)
    assert said == [("lassoed", [0], additive)]
    assert view.scene_shown.camera is camera
    assert (picture_of(view).pixels == bare).all()


def test_lasso_mode_needs_no_shift(heard):
    view, said = heard
    view.set_lasso(True)
    assert view.cursor().shape() == Qt.CursorShape.CrossCursor
    drag(view, [(0, 0), (320, 0), (320, 240), (0, 240)])
    assert said == [("lassoed", [0, 1, 2], False)]
    view.set_lasso(False)
    drag(view, [(0, 0), (20, 0), (30, 10)])
    assert said[1][0] == "camera"


def test_a_lasso_in_space(heard):
    view, said = heard
    view.show_scene(replace(view.scene_shown, camera=turned(Camera(flat=False), 50, 20)))
    x, y = pixel(view, 2)
    drag(view, [(x + dx / 3, y + dy / 3) for dx, dy in AROUND_ZERO], keys=SHIFT)
    assert said == [("lassoed", [2], False)]


def test_framing_all(heard):
    view, _ = heard
    view.show_scene(replace(view.scene_shown, camera=Camera(extent=30, centre=(50, 0, 0))))
    view.frame_all()
    pixels = np.array([pixel(view, row) for row in range(3)])
    assert (pixels > 0).all()
    assert (pixels < SIZE).all()
    assert np.ptp(pixels, axis=0).max() > 150


def test_keys_zoom_and_turn_and_leave_the_others_alone(heard):
    view, said = heard
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.scene_shown.camera.extent < 1.2
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.scene_shown.camera.extent == pytest.approx(1.2)
    QTest.keyClick(view, Qt.Key.Key_Right, SHIFT)
    assert view.scene_shown.camera.centre != (0, 0, 0)
    count = len(said)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_K)
    assert len(said) == count


def test_nothing_happens_without_a_scene(qtbot):
    from latentarium.gl.surface import make_view

    view = make_view(None, force_raster=True)
    qtbot.addWidget(view)
    view.camera_changed.connect(lambda camera: pytest.fail("no scene, no camera"))
    move(view, 5, 5)
    drag(view, [(5, 5), (50, 50)])
    wheel(view, 5, 5, 1)
    view.frame_all()
    assert view.scene_shown is None
