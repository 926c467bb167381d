"""Lines under the dots, drawn with OpenGL: a grid, or more segments than a painter draws at ease."""

from collections import Counter

import numpy as np
from OpenGL import GL
from pyqtgraph.opengl.GLGraphicsItem import GLGraphicsItem

from latentarium.gl.shelf import Shelf, Shelves
from latentarium.scene.scene import Lines

DASH = 5.0  # logical pixels of a dash, and of a gap


class Strokes(GLGraphicsItem):
    """Some `Lines`, each segment a quad with soft sides; without depth. OpenGL is touched in `paint` alone."""

    def __init__(self) -> None:
        super().__init__()
        self._shelves = Shelves("strokes", self)
        self._groups: tuple[Lines, ...] = ()

    @property
    def uploads(self) -> Counter[str]:
        """How often ends of segments were copied to OpenGL, by group."""
        return self._shelves.uploads

    def put(self, groups: tuple[Lines, ...]) -> bool:
        """Show these; says whether that is another picture."""
        same = len(groups) == len(self._groups) and all(a is b for a, b in zip(groups, self._groups, strict=True))
        self._groups = groups
        return not same

    def paint(self) -> None:
        """Draw into the current context."""
        groups = [(number, lines) for number, lines in enumerate(self._groups) if len(lines.start)]
        if not groups:
            return
        view, shelf = self.view(), self._shelves.current()
        ratio = view.devicePixelRatioF()
        GL.glUseProgram(shelf.program)
        GL.glBindVertexArray(shelf.array)
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glEnable(GL.GL_BLEND)
        GL.glBlendFuncSeparate(GL.GL_SRC_ALPHA, GL.GL_ONE_MINUS_SRC_ALPHA, GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA)
        matrix = np.array(self.mvpMatrix().data(), np.float32)
        GL.glUniformMatrix4fv(shelf.uniform("matrix"), 1, False, matrix)
        GL.glUniform2f(shelf.uniform("viewport"), view.width() * ratio, view.height() * ratio)
        for number, lines in groups:
            self._draw(shelf, number, lines, ratio)
        GL.glBindVertexArray(0)
        GL.glUseProgram(0)

    def _draw(self, shelf: Shelf, number: int, lines: Lines, ratio: float) -> None:
        for place, (name, ends) in enumerate((("start", lines.start), ("end", lines.end))):
            GL.glBindBuffer(GL.GL_ARRAY_BUFFER, shelf.buffer(f"{name} {number}", ends))
            GL.glVertexAttribPointer(place, 3, GL.GL_FLOAT, False, 0, None)
            GL.glEnableVertexAttribArray(place)
            GL.glVertexAttribDivisor(place, 1)
        GL.glUniform1f(shelf.uniform("width"), lines.width * ratio)
        GL.glUniform1f(shelf.uniform("dash"), DASH * ratio if lines.dashed else 0.0)
        GL.glUniform4f(shelf.uniform("colour"), *(value / 255 for value in lines.colour))
        GL.glDrawArraysInstanced(GL.GL_TRIANGLE_STRIP, 0, 4, len(lines.start))
