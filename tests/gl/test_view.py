"""A view among windows: moved, twice, closed, failing, at another scale."""

import gc
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from OpenGL import GL
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow

from latentarium.gl.surface import make_view
from latentarium.gl.view import CloudView
from latentarium.scene.camera import Camera

RED, GREEN = (220, 40, 40), (30, 200, 60)


def test_a_floated_dock_still_draws_and_so_does_one_put_back(qtbot, scene_of, settle, picture_of):
    window, view = QMainWindow(), make_view()
    qtbot.addWidget(window)
    dock = QDockWidget("points")
    dock.setWidget(view)
    window.setCentralWidget(make_view())
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    window.resize(700, 400)
    with qtbot.waitExposed(window):
        window.show()
    scene = scene_of([(0, 0, 0)], 1)
    window.centralWidget().show_scene(scene_of([(0, 0, 0)], 0))
    for shown in (scene, replace(scene, camera=Camera(extent=2.0)), scene):
        view.show_scene(shown)
        settle(60)
        assert view.cloud.complete
        assert picture_of(view).at(scene, (0, 0, 0)) == GREEN
        assert picture_of(window.centralWidget()).at(scene, (0, 0, 0)) == RED
        dock.setFloating(not dock.isFloating())
        settle(60)
        assert picture_of(view).at(scene, (0, 0, 0)) == GREEN, "drawn anew after the move"


UNSHARED = """
import sys
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication, QMainWindow
from latentarium.gl.surface import make_view, prepare_opengl
prepare_opengl()
QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts, False)
application = QApplication([])
sys.path.insert(0, sys.argv[1])
from conftest import GREEN, Picture, make_scene, wait
view, window = make_view(), QMainWindow()
scene = make_scene([(0, 0, 0)], 1)
view.show_scene(scene)
view.show()
window.show()
wait(60)
contexts = []
for _ in range(3):
    window.setCentralWidget(view)
    wait(60)
    assert Picture(view.grab_picture()).at(scene, (0, 0, 0)) == GREEN
    assert len(view.cloud._shelves) == 1, "the objects of the lost context are released"
    view.setParent(None)
    view.show()
    wait(60)
    assert Picture(view.grab_picture()).at(scene, (0, 0, 0)) == GREEN
    assert len(view.cloud._shelves) == 1
print(view.cloud.uploads["positions"])
"""


def test_a_view_that_gets_another_context_draws_all_the_same(qapp):
    """As on a platform where contexts are not shared: every move to another window makes a new one."""
    words = [sys.executable, "-c", UNSHARED, str(Path(__file__).parent)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 6, "each context had its own copy"


def test_a_second_window_draws(qtbot, scene_of, settle, picture_of, gl_view):
    other = make_view()
    qtbot.addWidget(other)
    with qtbot.waitExposed(other):
        other.show()
    gl_view.show_scene(scene_of([(0, 0, 0)], 0))
    other.show_scene(scene_of([(0, 0, 0)], 1))
    settle()
    assert picture_of(gl_view).at(gl_view.scene_shown, (0, 0, 0)) == RED
    assert picture_of(other).at(other.scene_shown, (0, 0, 0)) == GREEN


def test_a_view_in_a_window_is_in_the_windows_picture(qtbot, scene_of, settle, picture_of):
    window, view = QMainWindow(), make_view()
    qtbot.addWidget(window)
    window.setCentralWidget(view)
    window.resize(320, 240)
    with qtbot.waitExposed(window):
        window.show()
    scene = scene_of([(0, 0, 0)], 1)
    view.show_scene(scene)
    settle(60)
    assert picture_of(window).at(scene, (0, 0, 0)) == GREEN


def test_resizing_draws_anew(qtbot, scene_of, settle, picture_of, gl_view):
    gl_view.show_scene(scene_of([(-1, 0, 0)], 1))
    for size in ((500, 300), (200, 400), (320, 240)):
        gl_view.resize(*size)
        settle(60)
        assert picture_of(gl_view).at(gl_view.scene_shown, (-1, 0, 0)) in (GREEN, (14, 17, 22))
    assert picture_of(gl_view).at(gl_view.scene_shown, (-1, 0, 0)) == GREEN


def test_views_leave_nothing_behind(qtbot, scene_of, settle):
    def objects():
        gc.collect()
        return sum(isinstance(item, CloudView) for item in shiboken6.getAllValidWrappers())

    before, widgets = objects(), len(QApplication.topLevelWidgets())
    for _ in range(5):
        view = make_view()
        with qtbot.waitExposed(view):
            view.show()
        view.show_scene(scene_of(np.zeros((20_000, 3))))  # closed while parts are still to come
        QApplication.processEvents()
        shelves = view.cloud._shelves._shelves
        assert len(shelves) == 1
        view.close()
        view.deleteLater()
        del view
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        assert not shelves, "what lay in OpenGL is released with the context"
    assert objects() == before
    assert len(QApplication.topLevelWidgets()) == widgets


def test_a_driver_that_gives_up_is_said_once_after_the_paint(qtbot, scene_of, settle, gl_view, monkeypatch):
    said = []
    gl_view.failed.connect(said.append)

    def refuse(*_):
        raise GL.GLError(1282, "invalid operation")

    monkeypatch.setattr(gl_view.cloud, "_draw", refuse)
    gl_view.show_scene(scene_of([(0, 0, 0)]))
    settle(60)
    gl_view.update()
    settle(60)
    assert len(said) == 1
    assert said[0].startswith("Drawing with OpenGL failed")


def test_a_broken_shader_is_a_failure_not_a_crash(qtbot, scene_of, settle, gl_view, monkeypatch):
    said = []
    gl_view.failed.connect(said.append)
    monkeypatch.setattr("latentarium.gl.shelf.resource", lambda *names: Path(__file__))
    gl_view.show_scene(scene_of([(0, 0, 0)]))
    settle(60)
    assert len(said) == 1


SCALED = """
import sys
from latentarium.gl.surface import make_view, prepare_opengl
prepare_opengl()
from PySide6.QtWidgets import QApplication
application = QApplication([])
sys.path.insert(0, sys.argv[1])
from conftest import make_scene, wait
from latentarium.core.arrays import frozen_floats
from latentarium.scene.scene import Flag, Label, Lines
import numpy as np
rng = np.random.default_rng(0)
line = Lines(frozen_floats([(-1, -1, 0)]), frozen_floats([(1, 1, 0)]), (200, 200, 90, 255), 2.0)
flags = np.zeros(40, np.uint8)
flags[3] = Flag.FOCUSED
scene = make_scene(
    rng.uniform(-1, 1, (40, 3)) * (1, 1, 0), rng.integers(0, 3, 40), flags,
    lines=(line,), grid=line, labels=(Label("pole", (0.9, -0.9, 0.0), (60, 90, 240, 255)),),
)
view = make_view(None, force_raster=sys.argv[3] == "raster")
view.resize(320, 240)
view.show()
view.show_scene(scene)
wait(100)
assert view.grab_picture().save(sys.argv[2])
"""


@pytest.mark.parametrize("kind", ["opengl", "raster"])
def test_twice_the_scale_is_the_same_picture_but_finer(qapp, tmp_path, monkeypatch, kind):
    pictures = []
    for factor in (1, 2):
        monkeypatch.setenv("QT_SCALE_FACTOR", str(factor))
        path = tmp_path / f"{factor}.png"
        subprocess.run(
            [sys.executable, "-c", SCALED, str(Path(__file__).parent), str(path), kind], check=True, timeout=60
        )
        image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
        assert (image.width(), image.height()) == (320 * factor, 240 * factor)
        small = image.scaled(320, 240, mode=Qt.TransformationMode.SmoothTransformation)
        values = np.frombuffer(small.constBits(), np.uint8).reshape(240, 320, 4)[..., :3]
        pictures.append(values.astype(float))
    difference = np.abs(pictures[0] - pictures[1])
    assert difference.mean() < 2.5
    coarse = [picture.reshape(30, 8, 40, 8, 3).mean((1, 3)) for picture in pictures]
    assert np.abs(coarse[0] - coarse[1]).max() < 25
