"""Whether and how this machine draws with OpenGL, and the view that goes with it.

PyOpenGL chooses its platform when it is first imported, so nothing here imports it before Qt has chosen its own.
"""

import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext, QSurfaceFormat
from PySide6.QtWidgets import QWidget

from latentarium.gl.raster import RasterView

if TYPE_CHECKING:
    from latentarium.gl.view import CloudView

VERSION = (3, 3)
RASTER = "LATENTARIUM_RASTER"  # set in the environment: draw without OpenGL

_WITHOUT_WIDGETS = {"offscreen", "minimal", "linuxfb", "vnc"}  # may have contexts, but no widget that draws with one
_STRINGS = {"vendor": 0x1F00, "renderer": 0x1F01, "version": 0x1F02, "glsl": 0x8B8C}


def prepare_opengl() -> None:
    """Ask Qt for OpenGL 3.3 core, shared between windows. To be called before the QApplication is made.

    No multisampling: dots and strokes soften their own edges.
    """
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    wanted = QSurfaceFormat()
    wanted.setVersion(*VERSION)
    wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    wanted.setDepthBufferSize(24)
    wanted.setSamples(0)
    QSurfaceFormat.setDefaultFormat(wanted)


def opengl_problem() -> str:
    """Why OpenGL cannot be used here, as a sentence; empty where it can. Needs an application object."""
    if os.environ.get(RASTER, "") not in ("", "0"):
        return f"{RASTER} is set, so the views are drawn without OpenGL."
    platform, context = QGuiApplication.platformName(), _context()
    if context is None or platform in _WITHOUT_WIDGETS:
        return f"Qt's platform “{platform}” offers no OpenGL here."
    found = context.format().version()
    if tuple(found) < VERSION or context.isOpenGLES():
        kind = "OpenGL ES" if context.isOpenGLES() else "OpenGL"
        return f"The graphics driver offers {kind} {found[0]}.{found[1]}; OpenGL {VERSION[0]}.{VERSION[1]} is needed."
    return ""


def opengl_report() -> dict[str, str]:
    """Platform, vendor, renderer, version and glsl, as far as known, and `problem` (empty: none)."""
    report = {"platform": QGuiApplication.platformName(), "problem": opengl_problem()}
    context = _context()
    if context is None:
        return report
    surface = QOffscreenSurface()
    surface.setFormat(context.format())
    surface.create()
    if context.makeCurrent(surface):
        functions = context.functions()
        report |= {name: str(functions.glGetString(number)) for name, number in _STRINGS.items()}
        context.doneCurrent()
    surface.destroy()
    return report


def make_view(parent: QWidget | None = None, force_raster: bool = False) -> "CloudView | RasterView":
    """A view of scenes: with OpenGL where it can be had, else one that says why in `fallback_reason`."""
    reason = "The views are drawn without OpenGL, as asked." if force_raster else opengl_problem()
    if reason:
        return RasterView(parent, reason)
    match_pyopengl()
    # Imported here, because importing PyOpenGL settles its platform, and costs half a second of the start.
    from latentarium.gl.view import CloudView

    return CloudView(parent)


def load_view() -> None:
    """Import what `make_view` imports, in a thread beside the window's: half a second, and more while others work."""
    if not opengl_problem():
        match_pyopengl()
        import latentarium.gl.view  # noqa: F401


def match_pyopengl() -> None:
    """Let PyOpenGL use the windowing system that Qt uses. To be called before PyOpenGL is imported.

    Left alone it takes EGL wherever WAYLAND_DISPLAY is set, even if Qt runs on X11, and every draw fails.
    """
    if not sys.platform.startswith("linux") or "PYOPENGL_PLATFORM" in os.environ:
        return
    on_x11 = QGuiApplication.platformName() == "xcb" and os.environ.get("QT_XCB_GL_INTEGRATION") != "xcb_egl"
    os.environ["PYOPENGL_PLATFORM"] = "glx" if on_x11 else "egl"


def _context() -> QOpenGLContext | None:
    """The context that all others share with, which Qt made with the application object."""
    context: QOpenGLContext | None = QOpenGLContext.globalShareContext()
    if context is None:
        context = QOpenGLContext()
        context.create()
    return context if context.isValid() else None
