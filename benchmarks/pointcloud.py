"""The point cloud against pyqtgraph's GLScatterPlotItem: orbiting, new frames with colours, a glide between frames.

Both stand in windows of the same size and draw dots of the same size. They take turns, round by round, and a round
is timed from asking for a picture to having it on the screen; printed are medians and their ratios.

The cloud draws a random part of many dots while things move, and the rest as soon as they rest: what is timed is
the motion, and beside it stands how long the complete picture takes after it.
"""

import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from OpenGL import GL
from pyqtgraph.opengl import GLScatterPlotItem, GLViewWidget
from PySide6.QtWidgets import QApplication, QWidget

from latentarium.core.arrays import Floats, frozen_bytes, frozen_floats
from latentarium.gl.surface import opengl_report, prepare_opengl
from latentarium.gl.view import CloudView
from latentarium.scene.camera import Camera
from latentarium.scene.cameras import turned
from latentarium.scene.scene import Dots, Scene

WIDTH, HEIGHT = 900, 700
GLIDE = 30  # pictures between two frames
GOALS = {
    ("orbit", 60_000): 1.0,
    ("orbit", 1_000_000): 8.0,
    **{("frame", count): 2.0 for count in (60_000, 1_000_000)},
    **{("glide", count): 1.5 for count in (60_000, 1_000_000)},
}
PALETTE = frozen_bytes(np.random.default_rng(7).integers(60, 255, (10, 4)))


class Frames:
    """The same made-up frames for both: ten clusters on their way."""

    def __init__(self, count: int) -> None:
        rng = np.random.default_rng(0)
        self.labels = rng.integers(0, 10, count).astype(np.uint16)
        self._base = rng.normal(size=(10, 3))[self.labels] + rng.normal(size=(count, 3)) * 0.3
        self._drift = rng.normal(size=(count, 3)) * 0.02
        self.flags = np.zeros(count, np.uint8)

    def positions(self, step: int) -> Floats:
        """The positions (N, 3) at one step; a new array each time."""
        return frozen_floats(self._base + self._drift * step)

    def colours(self, step: int) -> np.ndarray:
        """Indices into the palette (N,); a new array each time."""
        return (self.labels + step) % 10


class Ours:
    """A `CloudView` that is given scenes."""

    def __init__(self, frames: Frames, size: float) -> None:
        self.view, start = CloudView(), frames.positions(0)
        self.drawn = 0  # dots, in the picture before
        dots = Dots(start, start, 0.0, frames.labels, PALETTE, frames.flags, size)
        camera = Camera(flat=False, extent=3.0)
        self.scene = Scene(dots, camera, (14, 17, 22, 255), (238, 241, 245, 255))

    def orbit(self, step: int) -> None:
        self.drawn = self.view.cloud.drawn
        self.scene = replace(self.scene, camera=turned(self.scene.camera, 4, 0))
        self.view.show_scene(self.scene)

    def show_frame(self, positions: Floats, colours: np.ndarray) -> None:
        self.drawn = self.view.cloud.drawn
        dots = replace(self.scene.dots, start=positions, end=positions, blend=0.0, colours=colours)
        self.scene = replace(self.scene, dots=dots)
        self.view.show_scene(self.scene)

    def glide(self, start: Floats, end: Floats, share: float) -> None:
        self.drawn = self.view.cloud.drawn
        self.scene = replace(self.scene, dots=replace(self.scene.dots, start=start, end=end, blend=share))
        self.view.show_scene(self.scene)


class Theirs:
    """A `GLViewWidget` with a scatter plot."""

    def __init__(self, frames: Frames, size: float) -> None:
        self.view = GLViewWidget()
        self.view.setCameraPosition(distance=9.0)
        self._shades = (PALETTE / 255).astype(np.float32)
        shades = self._shades[frames.labels]
        self._item = GLScatterPlotItem(pos=frames.positions(0), color=shades, size=size, glOptions="translucent")
        self.view.addItem(self._item)

    def orbit(self, step: int) -> None:
        self.view.orbit(2, 0)

    def show_frame(self, positions: Floats, colours: np.ndarray) -> None:
        self._item.setData(pos=positions, color=self._shades[colours])

    def glide(self, start: Floats, end: Floats, share: float) -> None:
        self._item.setData(pos=start + (end - start) * np.float32(share))


def painted(view: QWidget) -> None:
    """Return when everything asked for so far is on the screen."""
    QApplication.processEvents()
    view.makeCurrent()
    GL.glFinish()
    view.doneCurrent()


def timed(view: QWidget, act: Callable[[], None]) -> float:
    """Seconds until what `act` asks for is on the screen."""
    began = time.perf_counter()
    act()
    painted(view)
    return time.perf_counter() - began


def rounds(peers: dict[str, Ours | Theirs], count: int, act: Callable[[Ours | Theirs, int], Iterator[float]]) -> dict:
    """Let the peers take turns, each alone on the screen; the seconds of each one's rounds."""
    seconds: dict[str, list[float]] = {name: [] for name in peers}
    for step in range(count):
        for name, peer in peers.items():
            peer.view.show()
            timed(peer.view, lambda peer=peer: peer.orbit(0))
            seconds[name].append(statistics.median(act(peer, step)))
            peer.view.hide()
    return seconds


def orbit(peer: Ours | Theirs, step: int) -> Iterator[float]:
    """Ten small turns."""
    for turn in range(10):
        yield timed(peer.view, lambda turn=turn: peer.orbit(turn))


def frame(peer: Ours | Theirs, step: int, frames: Frames) -> Iterator[float]:
    """Three new frames with new colours, each an array of its own, ready before the clock starts."""
    for index in range(3):
        positions, colours = frames.positions(step * 3 + index), frames.colours(step + index)
        yield timed(peer.view, lambda new=(positions, colours): peer.show_frame(*new))


def glide(peer: Ours | Theirs, step: int, frames: Frames) -> Iterator[float]:
    """From one frame to the next in GLIDE pictures; one number, the seconds of a picture."""
    start, end = frames.positions(step), frames.positions(step + 5)
    began = time.perf_counter()
    for index in range(GLIDE):
        peer.glide(start, end, index / (GLIDE - 1))
        painted(peer.view)
    yield (time.perf_counter() - began) / GLIDE


def complete(ours: Ours) -> tuple[float, float]:
    """Seconds from the end of a motion to the complete picture, and the longest that the window was busy."""
    ours.orbit(0)
    painted(ours.view)
    began, longest = time.perf_counter(), 0.0
    while not ours.view.cloud.complete:
        stepped = time.perf_counter()
        QApplication.processEvents()
        longest = max(longest, time.perf_counter() - stepped)
        time.sleep(0.001)
    return time.perf_counter() - began, longest


def compare(count: int, size: float, turns: int) -> None:
    """Print one table."""
    frames = Frames(count)
    ours, theirs = Ours(frames, size), Theirs(frames, size)
    peers: dict[str, Ours | Theirs] = {"ours": ours, "theirs": theirs}
    ours.view.show_scene(ours.scene)
    for peer in peers.values():
        peer.view.resize(WIDTH, HEIGHT)
        peer.view.show()
        for _ in range(6):  # warm, and let the cloud learn how fast this machine draws
            timed(peer.view, lambda peer=peer: peer.orbit(0))
        peer.view.hide()
    print(f"  {count:,} dots of {size:g} px, {WIDTH}×{HEIGHT}; medians of {turns} rounds in turn")
    kinds = {
        "orbit": orbit,
        "frame": lambda peer, step: frame(peer, step, frames),
        "glide": lambda peer, step: glide(peer, step, frames),
    }
    for name, act in kinds.items():
        gc.collect()
        seconds = rounds(peers, turns, act)
        mine, other = (statistics.median(seconds[peer]) * 1000 for peer in ("ours", "theirs"))
        goal = GOALS.get((name, count))
        ratio = other / mine
        verdict = "" if goal is None else f"goal ≥ {goal:g}×: {'met' if ratio >= goal else 'MISSED'}"
        print(f"    {name:6} ours {mine:7.1f} ms   GLScatterPlotItem {other:7.1f} ms   {ratio:6.2f}×   {verdict}")
    print(f"    while moving {ours.drawn:,} of {count:,} dots were drawn", end="")
    ours.view.show()
    seconds, longest = complete(ours)
    print(f"; all of them {seconds:.2f} s after it, the window busy for {longest * 1000:.0f} ms at most")
    for peer in peers.values():
        peer.view.close()
        peer.view.deleteLater()
    QApplication.processEvents()


def main(turns: int = 7) -> None:
    """Print the tables of 1,500, 60,000 and 1,000,000 dots."""
    if QApplication.instance() is None:
        prepare_opengl()
    application = QApplication.instance() or QApplication([])  # kept until the end
    print("(b) the point cloud;", opengl_report().get("renderer", "no OpenGL"))
    compare(1_500, 7.0, turns)
    compare(60_000, 5.0, turns)
    compare(1_000_000, 3.0, max(3, turns // 2))
    del application


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
