"""The program shown without a person: it trains its first preset in the real window, and photographs it."""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QSize, Slot
from PySide6.QtWidgets import QApplication

from latentarium.app.main import bury, dress
from latentarium.app.settings import Settings
from latentarium.app.window import FIRST_PRESET, Window
from latentarium.app.worker import Failure
from latentarium.core.frame import Frame
from latentarium.core.recipe_text import preset
from latentarium.gl.surface import prepare_opengl
from latentarium.runs.run import Run
from latentarium.scene.compose import compose

SIZE = QSize(1440, 900)
PICTURE = (1200, 1000)  # px, of a single view
PACE = 8.0  # seconds that training should at least take, so that there is something to see
LOOK_BACK = 0.35  # of the run, for the pictures: classes have parted, and strays are still on their way
LONGEST = 600  # seconds


class Show(QObject):
    """Waits for the training, and notes how it ended."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.failure: Failure | None = None
        self.over = False
        window.parts.trainer.ended.connect(self._on_ended)
        window.parts.trainer.failed.connect(self._on_failed)

    @Slot(object)
    def _on_ended(self, outcome: Any) -> None:
        self.over = True

    @Slot(object)
    def _on_failed(self, failure: Failure) -> None:
        self.failure, self.over = failure, True


def demo(out: Path) -> int:
    """Train in the window; leave the run and four pictures in `out`; give the exit code."""
    out.mkdir(parents=True, exist_ok=True)
    prepare_opengl()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    dress(app)
    config = Path(tempfile.mkdtemp(prefix="latentarium-demo-"))  # not the person's own settings
    window = Window(Settings(config))
    try:
        return _perform(app, window, out)
    finally:
        window.close()
        bury(window)
        shutil.rmtree(config, ignore_errors=True)


def _perform(app: QApplication, window: Window, out: Path) -> int:
    recipe = preset(FIRST_PRESET)
    window.resize(SIZE)
    window.show()
    window.show_theme("dark")
    show, trainer = Show(window), window.parts.trainer
    window.bar.set_pace(PACE)
    _say(f"Training “{recipe.title}” …")
    trainer.train(recipe, parent=out)
    _wait(app, lambda: show.over and not trainer.status.busy, LONGEST)
    if show.failure or not window.state.runs:
        _say(show.failure.sentence + show.failure.details if show.failure else "Training did not end in time.")
        return 1
    _photograph(app, window, out)
    run = window.state.runs[0].run
    _say(f"The run lies at {run.path}, the pictures in {out}.")
    return 0


def _photograph(app: QApplication, window: Window, out: Path) -> None:
    session, (shown,) = window.parts.session, window.state.runs
    index = round((shown.count - 1) * LOOK_BACK)
    session.ask({"moment": float(index), "following": False, "focus": stray(shown.run, shown.run.frame(index))})
    window.parts.notices.clear()
    for name in ("dark", "light"):
        window.show_theme(name)
        _wait(app, lambda: False, 0.8)
        window.grab().save(str(out / f"window-{name}.png"))
    from latentarium.figures.picture import draw_scene  # matplotlib: only for pictures

    state = replace(window.state, cameras=(None, None))
    for view, settings in enumerate(state.views):
        scene = compose(window.state.runs[0], state, view, PICTURE[0] / PICTURE[1])
        draw_scene(scene, out / f"{settings.kind}.png", *PICTURE, dpi=150)


def stray(run: Run, frame: Frame) -> int:
    """A dot that is not where it should be: of those predicted wrong the least decided, else the least sure of all."""
    labels, rows = run.probe.labels, np.arange(len(run.probe))
    known = labels < run.trained
    own = np.where(known, frame.probabilities[rows, np.where(known, labels, 0)], 1.0)
    best = frame.probabilities.max(1)
    wrong = known & (frame.predictions != labels)
    return int(np.where(wrong, best - own, 2.0).argmin() if wrong.any() else own.argmin())


def _wait(app: QApplication, ready: Callable[[], bool], seconds: float) -> None:
    """Let the window live until `ready` says so, at most `seconds`."""
    end = time.monotonic() + seconds
    while not ready() and time.monotonic() < end:
        app.processEvents()
        time.sleep(0.002)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
