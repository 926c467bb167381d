"""Which view a machine gets."""

import os
import subprocess
import sys

import pytest

from latentarium.gl.raster import RasterView
from latentarium.gl.surface import make_view, opengl_problem, opengl_report
from latentarium.gl.view import CloudView


def test_the_report_names_the_driver(qapp):
    report = opengl_report()
    assert report["problem"] == ""
    assert {"platform", "vendor", "renderer", "version", "glsl"} <= report.keys()
    assert float(report["version"][:3]) >= 3.3


def test_both_kinds_have_the_same_interface(qtbot):
    views = [make_view(), make_view(force_raster=True)]
    for view in views:
        qtbot.addWidget(view)
    assert [type(view) for view in views] == [CloudView, RasterView]
    for name in ("pointed", "clicked", "centred", "camera_changed", "lassoed", "failed", "show_scene", "set_lasso"):
        assert all(hasattr(view, name) for view in views)
    assert views[0].fallback_reason == ""
    assert views[1].fallback_reason.endswith(".")


def test_raster_can_be_asked_for(qtbot, monkeypatch):
    monkeypatch.setenv("LATENTARIUM_RASTER", "1")
    view = make_view()
    qtbot.addWidget(view)
    assert isinstance(view, RasterView)
    assert "LATENTARIUM_RASTER" in view.fallback_reason
    monkeypatch.setenv("LATENTARIUM_RASTER", "0")
    assert opengl_problem() == ""


OFFSCREEN = """
import sys
from latentarium.gl.surface import make_view, opengl_report, prepare_opengl
prepare_opengl()
from PySide6.QtWidgets import QApplication
application = QApplication([])
view = make_view()
view.resize(200, 100)
view.show()
application.processEvents()
assert "OpenGL" not in sys.modules and "pyqtgraph" not in sys.modules
print(type(view).__name__, "|", view.fallback_reason, "|", opengl_report()["problem"])
"""


def run(script, **environment):
    words = [sys.executable, "-c", script]
    settings = {**os.environ, **environment}
    done = subprocess.run(words, env=settings, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_platform_without_opengl_gets_the_raster_view_and_a_reason():
    kind, reason, problem = run(OFFSCREEN, QT_QPA_PLATFORM="offscreen").split(" | ")
    assert kind == "RasterView"
    assert "offscreen" in reason
    assert reason == problem


def test_an_old_driver_gets_the_raster_view_and_a_reason(qapp):
    if "llvmpipe" not in opengl_report().get("renderer", ""):
        pytest.skip("only Mesa can pretend to be older than it is")
    script = OFFSCREEN.replace('"OpenGL" not in', '"pyqtgraph" not in')
    kind, reason, _ = run(script, MESA_GL_VERSION_OVERRIDE="3.1", MESA_GLSL_VERSION_OVERRIDE="140").split(" | ")
    assert kind == "RasterView"
    assert "3.3" in reason or "no OpenGL" in reason


WAYLAND = """
from latentarium.gl.surface import make_view, prepare_opengl
prepare_opengl()
from PySide6.QtWidgets import QApplication
application = QApplication([])
view = make_view()
from OpenGL import platform
print(type(view).__name__, type(platform.PLATFORM).__name__)
"""


def test_pyopengl_goes_with_qt_even_where_a_wayland_is_about(qapp):
    found = run(WAYLAND, WAYLAND_DISPLAY="wayland-9", XDG_SESSION_TYPE="wayland", QT_QPA_PLATFORM="xcb")
    assert found == "CloudView GLXPlatform"
