"""Real pixels: made-up scenes, views on the virtual screen, and what they show."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from latentarium.core.arrays import frozen_bytes, frozen_floats
from latentarium.gl.surface import make_view, opengl_problem
from latentarium.scene.camera import Camera
from latentarium.scene.cameras import project
from latentarium.scene.scene import Dots, Scene

RED, GREEN, BLUE = (220, 40, 40), (30, 200, 60), (60, 90, 240)
PALETTE = frozen_bytes([(*shade, 255) for shade in (RED, GREEN, BLUE)])
GROUND, INK = (14, 17, 22, 255), (238, 241, 245, 255)
WIDTH, HEIGHT = 320, 240


def make_scene(points: Any, colours: Any = 0, flags: Any = 0, **changes: Any) -> Scene:
    """Dots of 13 pixels at these points, as they are, seen by a flat camera."""
    places = frozen_floats(points).reshape(-1, 3)
    count = len(places)
    dots = {
        "start": places,
        "end": places,
        "blend": 0.0,
        "colours": np.broadcast_to(np.asarray(colours, np.uint16), (count,)).copy(),
        "palette": PALETTE,
        "flags": np.broadcast_to(np.asarray(flags, np.uint8), (count,)).copy(),
        "size": 13.0,
    }
    dots |= {name: changes.pop(name) for name in tuple(changes) if name in dots}
    return Scene(Dots(**dots), **{"camera": Camera(), "background": GROUND, "foreground": INK, **changes})


@pytest.fixture
def scene_of() -> Callable[..., Scene]:
    return make_scene


def wait(milliseconds: int) -> None:
    """Let the event loop run for so long."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


@pytest.fixture
def settle() -> Callable[..., None]:
    """Let the event loop run: by default until all dots of a small scene are drawn."""
    return lambda milliseconds=40: wait(milliseconds)


@pytest.fixture(params=["opengl", "raster"])
def any_view(request: pytest.FixtureRequest, qtbot: Any) -> QWidget:
    """A view on the screen, of both kinds."""
    return put_on_screen(qtbot, request.param == "raster")


@pytest.fixture
def gl_view(qtbot: Any) -> QWidget:
    """A view on the screen that draws with OpenGL."""
    return put_on_screen(qtbot, False)


def put_on_screen(qtbot: Any, raster: bool) -> QWidget:
    assert raster or not opengl_problem(), "these tests need a screen with OpenGL, as Xvfb with 24 bits offers it"
    view = make_view(None, force_raster=raster)
    qtbot.addWidget(view)
    view.resize(WIDTH, HEIGHT)
    with qtbot.waitExposed(view):
        view.show()
    return view


class Picture:
    """What a view shows, pixel by pixel."""

    def __init__(self, image: QImage, ratio: float = 1.0) -> None:
        image = image.convertToFormat(QImage.Format.Format_RGB32)
        self.ratio = ratio
        values = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
        self.pixels = values[:, : image.width(), 2::-1].astype(int)

    def at(self, scene: Scene, place: Any) -> tuple[int, ...]:
        """The colour of the pixel where a place of the scene is seen."""
        height, width = self.pixels.shape[:2]
        x, y, _ = project([place], scene.camera, width / self.ratio, height / self.ratio)[0] * self.ratio
        return tuple(self.pixels[int(y), int(x)].tolist())

    def count(self, colour: tuple[int, ...], within: int = 2) -> int:
        """How many pixels have nearly this colour."""
        return int((np.abs(self.pixels - colour[:3]).max(2) <= within).sum())


@pytest.fixture
def picture_of() -> Callable[[QWidget], Picture]:
    """The picture of a view, or of a window that holds one."""

    def grabbed(widget: Any) -> Picture:
        image = widget.grab_picture() if hasattr(widget, "grab_picture") else widget.grab().toImage()
        return Picture(image, widget.devicePixelRatioF())

    return grabbed
