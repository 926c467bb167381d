"""Training with the window live against the same training without one, and how late the window's thread answers.

Each round trains the same recipe once headless and once in the real window, each in a fresh interpreter, in turn. The
seconds are those of the training loop itself, from its first batch to its last frame, as the run records them. The
latency is how late a 5 ms timer of the window's thread fires while training runs.
"""

import json
import statistics
import subprocess
import sys

RECIPES = ("ten-digits", "contrastive-fast")

COMMON = """
import json, os, sys, tempfile
from pathlib import Path
os.environ["LATENTARIUM_CONFIG"] = tempfile.mkdtemp()  # not the person's own settings
from latentarium.core.recipe_text import assign, preset
recipe = assign(preset(sys.argv[1]), "frames.pace", 0.0)
folder = Path(tempfile.mkdtemp()) / "run"
"""

HEADLESS = """
from latentarium.jobs.training import train_and_record
from latentarium.training.control import Control
print(json.dumps({"seconds": train_and_record(recipe, folder, Control()).seconds}))
"""

LIVE = """
import time
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
trainer, gaps, last = window.parts.trainer, [], [None]

def beat():
    now = time.perf_counter()
    if last[0] is not None and trainer.status.phase == "training":
        gaps.append(max(0.0, now - last[0] - 0.005))
    last[0] = now

timer = QTimer()
timer.setTimerType(Qt.TimerType.PreciseTimer)
timer.timeout.connect(beat)
timer.start(5)
found = {}

def ended(outcome):
    found["seconds"] = outcome.seconds
    timer.stop()
    window.close()
    app.quit()

trainer.ended.connect(ended)
window.bar.set_pace(0)  # as fast as it goes, as without a window
QTimer.singleShot(300, lambda: trainer.train(recipe, folder.parent))
app.exec()
gaps.sort()
found["p50"], found["p99"], found["most"] = (1000 * gaps[int(len(gaps) * q)] for q in (0.5, 0.99, 0.9999))
print(json.dumps(found))
"""


def measured(program: str, recipe: str) -> dict[str, float]:
    """What a fresh interpreter prints for `recipe`."""
    done = subprocess.run(
        [sys.executable, "-c", COMMON + program, recipe], capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main(rounds: int = 3) -> None:
    """Print medians and ratios; goals: at most 1.10, and 50 ms."""
    print("(a) training with the window live, against headless; window 1440 x 900")
    for recipe in RECIPES:
        pairs = [(measured(HEADLESS, recipe), measured(LIVE, recipe)) for _ in range(rounds)]
        headless, live = (statistics.median(found["seconds"] for found in side) for side in zip(*pairs, strict=True))
        ratios = [on["seconds"] / off["seconds"] for off, on in pairs]
        late = [on for _, on in pairs]
        print(f"    {recipe:18} headless {headless:6.2f} s   live {live:6.2f} s   (medians of {rounds})")
        print(f"    {'':18} ratio {statistics.median(ratios):.2f}   goal <= 1.10")
        figures = "   ".join(
            f"{name} {statistics.median(found[key] for found in late):.0f} ms"
            for name, key in (("median", "p50"), ("p99", "p99"), ("longest", "most"))
        )
        print(f"    {'':18} the window's thread is late by: {figures}   goal p99 <= 50 ms")


if __name__ == "__main__":
    main()
