"""Regions under the dots, drawn with OpenGL."""

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL
from pyqtgraph.opengl.GLGraphicsItem import GLGraphicsItem

from latentarium.gl.shelf import Shelves
from latentarium.scene.scene import Regions


def fans(starts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Triangles of convex polygons, as rows of their corners, from each polygon's first: (P + 1,) -> (T, 3)."""
    counts = np.maximum(np.diff(starts) - 2, 0)
    first = np.repeat(starts[:-1], counts)
    step = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.column_stack([first, first + step + 1, first + step + 2]).astype(np.uint32)


class Patches(GLGraphicsItem):
    """Some `Regions`, each polygon in its colour; without depth. OpenGL is touched in `paint` alone."""

    def __init__(self) -> None:
        super().__init__()
        self._shelves = Shelves("patches", self)
        self._regions: Regions | None = None
        self._tints: NDArray[Any] = np.empty((0, 4), np.uint8)
        self._triangles: NDArray[Any] = np.empty((0, 3), np.uint32)

    @property
    def uploads(self) -> Counter[str]:
        """How often places, tints and triangles were copied to OpenGL."""
        return self._shelves.uploads

    def put(self, regions: Regions | None) -> bool:
        """Show these; says whether that is another picture."""
        if regions is self._regions:
            return False
        self._regions = regions
        if regions is not None:
            self._tints = np.repeat(regions.palette[regions.colours], np.diff(regions.starts), axis=0)
            self._triangles = fans(regions.starts)
        return True

    def paint(self) -> None:
        """Draw into the current context."""
        if self._regions is None or not len(self._triangles):
            return
        shelf = self._shelves.current()
        GL.glUseProgram(shelf.program)
        GL.glBindVertexArray(shelf.array)
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glEnable(GL.GL_BLEND)
        GL.glBlendFuncSeparate(GL.GL_SRC_ALPHA, GL.GL_ONE_MINUS_SRC_ALPHA, GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA)
        GL.glUniformMatrix4fv(shelf.uniform("matrix"), 1, False, np.array(self.mvpMatrix().data(), np.float32))
        GL.glBindBuffer(GL.GL_ARRAY_BUFFER, shelf.buffer("places", self._regions.corners))
        GL.glVertexAttribPointer(0, 3, GL.GL_FLOAT, False, 0, None)
        GL.glBindBuffer(GL.GL_ARRAY_BUFFER, shelf.buffer("tints", self._tints))
        GL.glVertexAttribPointer(1, 4, GL.GL_UNSIGNED_BYTE, True, 0, None)
        for place in range(2):
            GL.glEnableVertexAttribArray(place)
        GL.glBindBuffer(GL.GL_ELEMENT_ARRAY_BUFFER, shelf.buffer("triangles", self._triangles))
        GL.glDrawElements(GL.GL_TRIANGLES, self._triangles.size, GL.GL_UNSIGNED_INT, None)
        GL.glBindVertexArray(0)
        GL.glUseProgram(0)
