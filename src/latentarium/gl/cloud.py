"""The dots of a scene, drawn with OpenGL."""

from collections import Counter
from math import log2
from time import perf_counter

import numpy as np
from OpenGL import GL
from pyqtgraph.opengl.GLGraphicsItem import GLGraphicsItem

from latentarium.gl.order import random_order
from latentarium.gl.shelf import Shelf, Shelves
from latentarium.scene.scene import Colour, Dots, Flag

# The flags that change a dot; the others are marks above it.
SHOWN = int(Flag.SELECTED | Flag.DIMMED | Flag.HIDDEN | Flag.HELD_OUT)
FEW = 12_000  # so many dots are always drawn at once, and with the best edges
BUDGET = 0.007  # seconds of drawing a frame, for more dots than that


class PointCloud(GLGraphicsItem):
    """Discs with a rim, between two frames, opaque with depth.

    Many dots are drawn in parts, in an order that is random but always the same: while things move the
    first part only, at rest the rest, part by part, upon what was drawn. How large a part is follows from how long
    the last ones took. A part that has been drawn stays in the frame buffer until `restart`.

    OpenGL is touched in `paint` alone, and an array is copied only if it is another one than before.
    """

    def __init__(self) -> None:
        super().__init__()
        self._shelves = Shelves("points", self)
        self._dots: Dots | None = None
        self._ground: tuple[Colour, Colour] = ((0, 0, 0, 255), (255, 255, 255, 255))
        self._depth = 0.0
        self._drawn = 0
        self._part = FEW
        self._cost = 0.0  # seconds a dot

    @property
    def uploads(self) -> Counter[str]:
        """How often positions, colours, flags, palette and order were copied to OpenGL."""
        return self._shelves.uploads

    @property
    def drawn(self) -> int:
        """How many dots of the scene shown lie in the frame buffer."""
        return self._drawn

    @property
    def complete(self) -> bool:
        """Whether nothing is left to draw."""
        return self._dots is not None and self._drawn >= len(self._dots.flags)

    def put(self, dots: Dots, background: Colour, foreground: Colour, depth: float) -> bool:
        """Show these dots; says whether that is another picture. Marks such as HOVERED change nothing here.

        `depth` is that of the camera's centre in world units, 0 for a flat camera.
        """
        old, ground = self._dots, (background, foreground)
        if old is not None:
            dots = _with_kept_arrays(old, dots)
        fields = ("start", "end", "blend", "colours", "palette", "flags", "size")
        same = old is not None and all(getattr(old, name) is getattr(dots, name) for name in fields[:2] + fields[3:6])
        same = same and old is not None and (old.blend, old.size) == (dots.blend, dots.size)
        self._dots = dots
        unchanged = same and (ground, depth) == (self._ground, self._depth)
        self._ground, self._depth = ground, depth
        return not unchanged

    def restart(self) -> None:
        """Begin the picture anew: the frame buffer is empty, or another one."""
        self._drawn = 0

    def paint(self, everything: bool = False) -> None:
        """Draw the next part, or all that is left, into the current context."""
        if self._dots is None or self.complete:
            return
        count = len(self._dots.flags)
        part = count if everything else self._size_of_part(count)
        first, last = self._drawn, min(count, self._drawn + part)
        began = perf_counter()
        self._draw(self._dots, first, last)
        self._drawn = last
        if count > FEW:
            GL.glFinish()
            self._learn(last - first, perf_counter() - began)

    def _size_of_part(self, count: int) -> int:
        if count <= FEW:
            return count
        return self._part

    def _learn(self, dots: int, seconds: float) -> None:
        """Fit the size of a part to the budget: in steps, so that it does not flicker."""
        if dots < FEW // 2:
            return
        cost = seconds / dots
        self._cost = cost if not self._cost else 0.7 * self._cost + 0.3 * cost
        fitting = BUDGET / self._cost
        if not 0.8 * self._part < fitting < 1.6 * self._part:
            steps = int(2 * log2(max(1.0, fitting / FEW)))
            self._part = int(FEW * 2 ** (steps / 2))

    def _draw(self, dots: Dots, first: int, last: int) -> None:
        shelf = self._shelves.current()
        GL.glUseProgram(shelf.program)
        GL.glBindVertexArray(shelf.array)
        self._set_uniforms(shelf, dots)
        start, end = shelf.pair(dots.start, dots.end)
        for place, buffer in enumerate((start, end)):
            GL.glBindBuffer(GL.GL_ARRAY_BUFFER, buffer)
            GL.glVertexAttribPointer(place, 3, GL.GL_FLOAT, False, 0, None)
        GL.glBindBuffer(GL.GL_ARRAY_BUFFER, shelf.buffer("colours", dots.colours))
        GL.glVertexAttribIPointer(2, 1, GL.GL_UNSIGNED_SHORT, 0, None)
        GL.glBindBuffer(GL.GL_ARRAY_BUFFER, shelf.buffer("flags", dots.flags))
        GL.glVertexAttribIPointer(3, 1, GL.GL_UNSIGNED_BYTE, 0, None)
        for place in range(4):
            GL.glEnableVertexAttribArray(place)
        GL.glBindBuffer(GL.GL_ELEMENT_ARRAY_BUFFER, shelf.buffer("order", random_order(len(dots.flags))))
        GL.glActiveTexture(GL.GL_TEXTURE0)
        shelf.palette(dots.palette)
        GL.glEnable(GL.GL_PROGRAM_POINT_SIZE)
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glDepthFunc(GL.GL_LEQUAL)
        GL.glEnable(GL.GL_BLEND)
        GL.glBlendFuncSeparate(GL.GL_SRC_ALPHA, GL.GL_ONE_MINUS_SRC_ALPHA, GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA)
        # A soft edge must not hide what is drawn behind it later. So the few get two passes: what is opaque,
        # with depth, and then the edges, without. In a flat view all depths are one, and order alone decides.
        passes = (1, 2) if self._depth and len(dots.flags) <= FEW else (0,)
        for part in passes:
            GL.glUniform1i(shelf.uniform("part"), part)
            GL.glDepthMask(part != 2)
            GL.glDrawElements(GL.GL_POINTS, last - first, GL.GL_UNSIGNED_INT, GL.GLvoidp(4 * first))
        GL.glDepthMask(True)
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glBindVertexArray(0)
        GL.glUseProgram(0)

    def _set_uniforms(self, shelf: Shelf, dots: Dots) -> None:
        ratio = self.view().devicePixelRatioF()
        matrix = np.array(self.mvpMatrix().data(), np.float32)
        GL.glUniformMatrix4fv(shelf.uniform("matrix"), 1, False, matrix)
        numbers = {
            "blend": 0.0 if dots.start is dots.end else dots.blend,
            "size": dots.size * ratio,
            "largest": shelf.largest,
            "ratio": ratio,
            "depth": self._depth or 1.0,
        }
        for name, value in numbers.items():
            GL.glUniform1f(shelf.uniform(name), value)
        for name, colour in zip(("background", "foreground"), self._ground, strict=True):
            GL.glUniform3f(shelf.uniform(name), *(value / 255 for value in colour[:3]))
        GL.glUniform1i(shelf.uniform("palette"), 0)


def _with_kept_arrays(old: Dots, new: Dots) -> Dots:
    """The new dots with the old flags and palette where those look the same."""
    flags, palette = new.flags, new.palette
    if flags is not old.flags and len(flags) == len(old.flags) and not ((flags ^ old.flags) & SHOWN).any():
        flags = old.flags
    if palette is not old.palette and np.array_equal(palette, old.palette):
        palette = old.palette
    return Dots(new.start, new.end, new.blend, new.colours, palette, flags, new.size)
