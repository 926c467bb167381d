"""The thread that trains, with a real small training."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, QThread, Slot
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from latentarium.app.session import Session
from latentarium.app.trainer import Phase, Trainer
from latentarium.app.worker import Failure, Worker, explained
from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Data, Frames, Network, Optimiser, Recipe
from latentarium.runs.run import Run
from latentarium.scene.desk import open_run
from latentarium.training.control import Control


def small_recipe(steps: int = 12, **data: Any) -> Recipe:
    return Recipe(
        title="Small",
        data=Data(classes=("3", "5"), per_class=20, probe=24, reference=20, **data),
        network=Network(name="mlp", embedding=2, hidden=(8,)),
        optimiser=Optimiser(steps=steps, batch=16),
        frames=Frames(count=6),
    )


class Watcher(QObject):
    """What the window would do: opens the run that is being trained, and notes the threads it is told on."""

    def __init__(self, trainer: Trainer, session: Session) -> None:
        super().__init__()
        self.session, self.trainer = session, trainer
        self.runs: list[Run] = []
        self.outcomes: list[Any] = []
        self.failures: list[Failure] = []
        self.phases: list[Phase] = []
        self.threads: set[QThread] = set()
        trainer.opened.connect(self.on_opened)
        trainer.ended.connect(self.on_ended)
        trainer.failed.connect(self.on_failed)
        trainer.changed.connect(self.on_changed)

    @Slot(object)
    def on_opened(self, run: Run) -> None:
        self.threads.add(QThread.currentThread())
        self.runs.append(run)
        self.session.update(runs=(open_run(run, self.session.state.views, live=True),))

    @Slot(object)
    def on_ended(self, outcome: Any) -> None:
        self.threads.add(QThread.currentThread())
        self.outcomes.append(outcome)

    @Slot(object)
    def on_failed(self, failure: Failure) -> None:
        self.failures.append(failure)

    @Slot(object)
    def on_changed(self, status: Any) -> None:
        if not self.phases or self.phases[-1] is not status.phase:
            self.phases.append(status.phase)


@pytest.fixture
def bench(qtbot: QtBot) -> Any:
    session = Session()
    trainer = Trainer(session)
    watcher = Watcher(trainer, session)
    yield watcher
    assert trainer.end()
    for run in watcher.runs:
        run.close()


def test_a_training_reaches_the_desk(qtbot: QtBot, bench: Watcher, tmp_path: Path) -> None:
    bench.trainer.train(small_recipe(), tmp_path)
    assert bench.trainer.status.phase is Phase.STARTING
    qtbot.waitUntil(lambda: not bench.trainer.status.busy, timeout=60_000)
    assert bench.failures == []
    (outcome,) = bench.outcomes
    assert not outcome.stopped
    shown = bench.session.state.runs[0]
    assert (shown.count, shown.live) == (outcome.frames, False)
    assert bench.phases == [Phase.STARTING, Phase.TRAINING, Phase.IDLE]
    assert bench.threads == {QApplication.instance().thread()}
    again = Run.open(outcome.run)
    np.testing.assert_array_equal(shown.run.frame(-1).embeddings, again.frame(-1).embeddings)


def test_pause_step_resume_and_stop(qtbot: QtBot, bench: Watcher, tmp_path: Path) -> None:
    trainer = bench.trainer
    trainer.set_pace(60.0)
    trainer.train(small_recipe(steps=3000), tmp_path)
    qtbot.waitUntil(lambda: trainer.status.phase is Phase.TRAINING, timeout=60_000)
    qtbot.waitUntil(lambda: bool(bench.session.state.runs) and bench.session.state.runs[0].count > 0, timeout=10_000)
    trainer.pause()
    assert trainer.status.phase is Phase.PAUSED
    qtbot.wait(100)
    count = bench.session.state.runs[0].count
    trainer.set_pace(0.0)
    qtbot.wait(150)
    assert bench.session.state.runs[0].count == count, "paused, whatever the pace"
    trainer.step()
    qtbot.waitUntil(lambda: bench.session.state.runs[0].count == count + 1, timeout=10_000)
    qtbot.wait(150)
    assert bench.session.state.runs[0].count == count + 1
    trainer.set_pace(600.0)
    trainer.resume()
    trainer.stop()
    qtbot.waitUntil(lambda: not trainer.status.busy, timeout=5_000)
    (outcome,) = bench.outcomes
    assert outcome.stopped
    assert Path(outcome.run).is_dir()


def test_ending_stops_and_waits(qtbot: QtBot, bench: Watcher, tmp_path: Path) -> None:
    bench.trainer.set_pace(600.0)
    bench.trainer.train(small_recipe(steps=3000), tmp_path)
    qtbot.waitUntil(lambda: bench.trainer.status.phase is Phase.TRAINING, timeout=60_000)
    assert bench.trainer.end()


def test_only_one_training_at_a_time(qtbot: QtBot, bench: Watcher, tmp_path: Path) -> None:
    bench.trainer.train(small_recipe(), tmp_path / "one")
    bench.trainer.train(small_recipe(), tmp_path / "two")
    qtbot.waitUntil(lambda: not bench.trainer.status.busy, timeout=60_000)
    assert len(bench.outcomes) == 1


def test_a_mistake_arrives_as_a_sentence(qtbot: QtBot, bench: Watcher, tmp_path: Path) -> None:
    bench.trainer.train(small_recipe(name="folder", root=str(tmp_path / "nothing here")), tmp_path)
    qtbot.waitUntil(lambda: not bench.trainer.status.busy, timeout=30_000)
    (failure,) = bench.failures
    assert "nothing here" in failure.sentence
    assert failure.details == ""


def test_the_unforeseen_has_details_and_the_foreseen_none() -> None:
    try:
        raise ZeroDivisionError("by nought")
    except ZeroDivisionError as error:
        failure = explained(error, "Training")
    assert failure.sentence == "Training failed: ZeroDivisionError: by nought"
    assert "Traceback" in failure.details
    assert explained(LatentariumError("A sentence."), "Training").sentence == "A sentence."


def test_a_worker_that_never_ran_ends_at_once(qtbot: QtBot) -> None:
    assert Worker(lambda control, listener: None, Control()).end(100)
