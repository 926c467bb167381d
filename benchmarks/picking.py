"""Pointing at a dot among many: the whole of what the view does on a rest of the pointer, timed.

Each pick is timed twice: just after the camera was turned, so that every dot is placed anew, and again with the
pointer elsewhere. Beside it, the plain way in float64 through homogeneous coordinates, for every pick.
"""

import sys
import time

import numpy as np

from latentarium.core.arrays import frozen_floats
from latentarium.scene.cameras import framed, projection_matrix, turned, view_matrix
from latentarium.scene.picking import lasso, pick
from latentarium.scene.scene import Dots, Scene

SIZE = (900.0, 700.0)
GOAL = 5.0  # milliseconds, p95 at 60,000


def made_up(count: int) -> Scene:
    """Dots half way between two frames."""
    rng = np.random.default_rng(0)
    start = frozen_floats(rng.normal(size=(count, 3)))
    end = frozen_floats(start + rng.normal(size=(count, 3)) * 0.1)
    dots = Dots(
        start, end, 0.5, np.zeros(count, np.uint16), np.full((1, 4), 255, np.uint8), np.zeros(count, np.uint8), 4
    )
    return Scene(dots, framed(start, False, *SIZE), (0, 0, 0, 255), (255, 255, 255, 255))


def plainly(scene: Scene, x: float, y: float) -> int:
    """The nearest dot by the matrices that OpenGL gets."""
    dots = scene.dots
    places = dots.start.astype(float) * (1 - dots.blend) + dots.end.astype(float) * dots.blend
    matrix = projection_matrix(scene.camera, *SIZE) @ view_matrix(scene.camera)
    clip = np.column_stack([places, np.ones(len(places))]) @ matrix.T
    pixels = (clip[:, :2] / clip[:, 3:] * (1, -1) + 1) / 2 * SIZE
    return int(np.hypot(*(pixels - (x, y)).T).argmin())


def milliseconds(count: int, picks: int) -> dict[str, np.ndarray]:
    """The times of so many picks, by kind."""
    rng, scene = np.random.default_rng(1), made_up(count)
    times: dict[str, list[float]] = {"camera turned": [], "same camera": [], "the plain way": []}
    for _ in range(picks):
        scene = Scene(scene.dots, turned(scene.camera, 7, 2), scene.background, scene.foreground)
        for name, act in (("camera turned", pick), ("same camera", pick), ("the plain way", None)):
            x, y = rng.uniform(0, 1, 2) * SIZE
            began = time.perf_counter()
            act(scene, x, y, *SIZE) if act else plainly(scene, x, y)
            times[name].append((time.perf_counter() - began) * 1000)
    return {name: np.array(values) for name, values in times.items()}


def main(picks: int = 200) -> None:
    """Print medians and 95th percentiles; goal p95 <= 5 ms at 60,000, the camera just turned."""
    print("(d) pointing at a dot")
    for count in (10_000, 60_000, 1_000_000):
        times = milliseconds(count, picks if count < 100_000 else picks // 10)
        for name, values in times.items():
            p95 = np.percentile(values, 95)
            verdict = ""
            if count == 60_000 and name == "camera turned":
                verdict = f"   goal p95 <= {GOAL:g} ms: {'met' if p95 <= GOAL else 'MISSED'}"
            print(f"    {count:9,} dots, {name:13}  median {np.median(values):6.2f} ms, p95 {p95:6.2f} ms{verdict}")
    scene = made_up(60_000)
    turn = np.linspace(0, 2 * np.pi, 400)
    began = time.perf_counter()
    rows = lasso(scene, np.column_stack([450 + 200 * np.cos(turn), 350 + 200 * np.sin(turn)]), *SIZE)
    took = (time.perf_counter() - began) * 1000
    print(f"       60,000 dots, a lasso of 400 corners around {len(rows):,} of them: {took:.1f} ms")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
