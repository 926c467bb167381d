"""Voronoi cells of 1,500 examples: how many pictures a second a window shows of them, replaying and while it trains.

A picture counts when it has been drawn and its cells are other ones than before. Before that, what one partition
costs, beside SciPy's own Voronoi diagram of the same points.
"""

import json
import statistics
import subprocess
import sys
import time

import numpy as np

POINTS = 1500

COMMON = """
import json, os, sys, tempfile, time
from pathlib import Path
os.environ["LATENTARIUM_CONFIG"] = tempfile.mkdtemp()  # not the person's own settings
from latentarium.core.recipe_text import assign, preset
recipe = assign(preset("triplet-voronoi"), "data.classes", "[]")  # all ten digits: 1,500 dots
recipe = assign(recipe, "frames.pace", float(sys.argv[1]))
folder = Path(tempfile.mkdtemp())
from latentarium.gl.surface import prepare_opengl
prepare_opengl()
from PySide6.QtCore import QTimer, Qt
from PySide6.QtWidgets import QApplication
app = QApplication(sys.argv)
from latentarium.app.window import Window
window = Window()
window.resize(1440, 900)
window.show()
app.processEvents()
seen, shown = [], [None]

def count():
    scene = cloud.scene_shown
    if scene is not None and scene.regions is not None and scene.regions is not shown[0]:
        shown[0] = scene.regions
        seen.append(time.perf_counter())

def rate():
    gaps = sorted(b - a for a, b in zip(seen, seen[1:]))
    return {"cells": len(shown[0].colours), "rate": len(gaps) / (seen[-1] - seen[0]),
            "slow": 1000 * gaps[int(0.95 * len(gaps))]}

cloud = window.centre.column.views[1].cloud
(cloud.frameSwapped if hasattr(cloud, "frameSwapped") else cloud.painted).connect(count)
trainer, found = window.parts.trainer, {}

def ended(outcome):
    found["training"] = rate()
    seen.clear()
    window.parts.session.ask({"moment": 0.0, "playing": True, "following": False})
    timer.start(50)

def look():
    if not window.state.playing:
        found["replaying"] = rate()
        timer.stop()
        window.close()
        app.quit()

timer = QTimer()
timer.timeout.connect(look)
trainer.ended.connect(ended)
window.bar.set_pace(float(sys.argv[1]))
QTimer.singleShot(300, lambda: trainer.train(recipe, folder))
app.exec()
print(json.dumps(found))
"""


def partition(rounds: int = 15) -> tuple[float, float]:
    """Seconds for our cells and for SciPy's diagram of clustered points, medians."""
    from scipy.spatial import Voronoi

    from latentarium.scene.cells import voronoi

    rng = np.random.default_rng(0)
    points = rng.normal(size=(10, 1, 2)) * 3 + rng.normal(size=(10, POINTS // 10, 2))
    points = points.reshape(-1, 2).astype(np.float32)
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for make, taken in zip((voronoi, Voronoi), seconds, strict=True):
            began = time.perf_counter()
            make(points)
            taken.append(time.perf_counter() - began)
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def watched(pace: float) -> dict[str, dict[str, float]]:
    """What a fresh window shows while it trains for at least `pace` seconds, and then replays."""
    done = subprocess.run(
        [sys.executable, "-c", COMMON, str(pace)], capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, dict[str, float]] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main(pace: float = 15.0) -> None:
    """Print what was found; the goal is 15 pictures a second."""
    ours, theirs = partition()
    print(f"(regions) Voronoi cells of {POINTS:,} examples; window 1440 x 900")
    print(f"    one partition {1000 * ours:.1f} ms   scipy.spatial.Voronoi {1000 * theirs:.1f} ms")
    for asked, name in ((0.0, "as fast as it goes"), (pace, f"at a pace of {pace:g} s")):
        found = watched(asked)
        for what, figures in found.items():
            print(
                f"    {what:10} {name:22} {figures['cells']:,.0f} cells   {figures['rate']:5.1f} pictures/s   "
                f"95 % within {figures['slow']:.0f} ms   goal >= 15"
            )


if __name__ == "__main__":
    main()
