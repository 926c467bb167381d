"""What one OpenGL context holds: programs, buffers and textures, with the arrays that they are copies of."""

from collections import Counter
from typing import Any

import numpy as np
import shiboken6
from numpy.typing import NDArray
from OpenGL import GL
from OpenGL.GL import shaders
from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QOffscreenSurface, QOpenGLContext

from latentarium.core.arrays import Bytes
from latentarium.resources import resource

PALETTE_WIDTH = 256  # colours a row of the palette's texture


class Shelf:
    """The OpenGL objects of one context. An array that lies here already, the very same one, is not copied again."""

    def __init__(self, program: str, uploads: Counter[str]) -> None:
        self.program = build_program(program)
        self.array = int(GL.glGenVertexArrays(1))
        self.largest = float(GL.glGetFloatv(GL.GL_POINT_SIZE_RANGE)[1])
        self._uploads = uploads
        self._uniforms: dict[str, int] = {}
        self._buffers: dict[str, int] = {}
        self._held: dict[str, NDArray[Any]] = {}
        self._texture = 0

    def uniform(self, name: str) -> int:
        """Where the program keeps this uniform."""
        if name not in self._uniforms:
            self._uniforms[name] = GL.glGetUniformLocation(self.program, name)
        return self._uniforms[name]

    def buffer(self, name: str, values: NDArray[Any], what: str = "") -> int:
        """The buffer of this name, filled with `values`; `what` is counted if they had to be copied."""
        if name not in self._buffers:
            self._buffers[name] = int(GL.glGenBuffers(1))
        if self._held.get(name) is not values:
            GL.glBindBuffer(GL.GL_ARRAY_BUFFER, self._buffers[name])
            GL.glBufferData(GL.GL_ARRAY_BUFFER, values.nbytes, values, GL.GL_DYNAMIC_DRAW)
            self._held[name] = values
            self._uploads[what or name] += 1
        return self._buffers[name]

    def pair(self, start: NDArray[Any], end: NDArray[Any]) -> tuple[int, int]:
        """The buffers of two arrays of positions, whichever of the two held last each of them was."""
        names = [name for name in ("one", "other") if self._held.get(name) is start]
        first = names[0] if names else ("other" if self._held.get("one") is end else "one")
        second = first if end is start else {"one": "other", "other": "one"}[first]
        return self.buffer(first, start, "positions"), self.buffer(second, end, "positions")

    def palette(self, colours: Bytes) -> int:
        """The texture that holds `colours` (P, 4), PALETTE_WIDTH a row."""
        if not self._texture:
            self._texture = int(GL.glGenTextures(1))
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._texture)
        if self._held.get("palette") is not colours:
            rows = max(1, -(-len(colours) // PALETTE_WIDTH))
            texels = np.zeros((rows * PALETTE_WIDTH, 4), np.uint8)
            texels[: len(colours)] = colours
            for name in (GL.GL_TEXTURE_MIN_FILTER, GL.GL_TEXTURE_MAG_FILTER):
                GL.glTexParameteri(GL.GL_TEXTURE_2D, name, GL.GL_NEAREST)
            size = (PALETTE_WIDTH, rows, 0, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE)
            GL.glTexImage2D(GL.GL_TEXTURE_2D, 0, GL.GL_RGBA8, *size, texels)
            self._held["palette"] = colours
            self._uploads["palette"] += 1
        return self._texture

    def clear(self) -> None:
        """Delete everything. The context, or one that shares with it, must be current."""
        GL.glDeleteProgram(self.program)
        GL.glDeleteVertexArrays(1, [self.array])
        for name in self._buffers.values():
            GL.glDeleteBuffers(1, [name])
        if self._texture:
            GL.glDeleteTextures(1, [self._texture])
        self._buffers, self._held, self._texture = {}, {}, 0


class Shelves(QObject):
    """One shelf a context, made when first asked for and cleared before the context goes.

    A view gets another context whenever it moves to another window, as when a dock floats.
    """

    def __init__(self, program: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.uploads: Counter[str] = Counter()
        self._program = program
        self._shelves: dict[int, tuple[Shelf, QOffscreenSurface]] = {}

    def current(self) -> Shelf:
        """The shelf of the context that is current."""
        context = QOpenGLContext.currentContext()
        address = _address(context)
        if address not in self._shelves:
            surface = QOffscreenSurface()  # to make the context current once more, when its window has gone
            surface.setFormat(context.format())
            surface.create()
            self._shelves[address] = (Shelf(self._program, self.uploads), surface)
            context.aboutToBeDestroyed.connect(self._on_context_lost)
        return self._shelves[address][0]

    def __len__(self) -> int:
        return len(self._shelves)

    @Slot()
    def _on_context_lost(self) -> None:
        context = self.sender()
        if isinstance(context, QOpenGLContext) and _address(context) in self._shelves:
            shelf, surface = self._shelves.pop(_address(context))
            if not shiboken6.isValid(surface):
                return  # the program ends, and everything goes at once
            if context.makeCurrent(surface):
                shelf.clear()
                context.doneCurrent()
            surface.destroy()


def _address(context: QOpenGLContext) -> int:
    """What tells contexts apart: while one is being destroyed Python sees it through another object than before."""
    return int(shiboken6.getCppPointer(context)[0])


def build_program(name: str) -> int:
    """Compile and link resources/shaders/<name>.vert.glsl and .frag.glsl; RuntimeError with the driver's words."""
    stages = ((GL.GL_VERTEX_SHADER, "vert"), (GL.GL_FRAGMENT_SHADER, "frag"))
    compiled = [
        shaders.compileShader(resource("shaders", f"{name}.{ending}.glsl").read_text("utf-8"), stage)
        for stage, ending in stages
    ]
    program = int(GL.glCreateProgram())
    for shader in compiled:
        GL.glAttachShader(program, shader)
    GL.glLinkProgram(program)
    for shader in compiled:
        GL.glDeleteShader(shader)
    if not GL.glGetProgramiv(program, GL.GL_LINK_STATUS):
        raise RuntimeError(GL.glGetProgramInfoLog(program).decode("utf-8", "replace"))
    return program
