"""Small runs, recorded by the real recorder, and the states that show them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from latentarium.analysis.accuracy import accuracy, knn_accuracy
from latentarium.analysis.probabilities import cross_entropy
from latentarium.app.session import Session
from latentarium.app.worker import keep_triton_out
from latentarium.core.arrays import frozen_bytes, frozen_floats, frozen_ints
from latentarium.core.comparison import ClassFigures, Comparison, ComparisonSettings
from latentarium.core.dataset import Sample
from latentarium.core.frame import ACCURACY, KNN_ACCURACY, PROBE_LOSS, TRAIN_LOSS, Checkpoint, Frame
from latentarium.core.objectives import CrossEntropy, Objective
from latentarium.core.recipe import Data, Frames, Network, Optimiser, Recipe
from latentarium.runs.recording import Header, record
from latentarium.runs.run import Run
from latentarium.scene.compared import Compared
from latentarium.scene.desk import default_views, open_run
from latentarium.scene.state import OpenRun, State

keep_triton_out()  # tests train in the process that draws

RunMaker = Callable[..., Run]


def make_sample(generator: np.random.Generator, rows: int, classes: int, split: str) -> Sample:
    """Noisy stripes whose place tells the class; labels in turn."""
    labels = np.arange(rows) % classes
    images = generator.integers(0, 60, (rows, 12, 12, 1))
    for row, label in enumerate(labels):
        images[row, (label * 12) // classes] = 255
    return Sample(frozen_bytes(images), frozen_ints(labels), tuple(f"{split}-{row}" for row in range(rows)), split)


def make_frames(probe: Sample, reference: Sample, trained: int, dimensions: int, count: int) -> Iterator[Frame]:
    """Clouds that part: classes leave the origin while their probabilities sharpen."""
    generator = np.random.default_rng(5)
    centres = generator.normal(size=(int(probe.labels.max()) + 1, dimensions)) * 3
    noise = generator.normal(size=(len(probe), dimensions)), generator.normal(size=(len(reference), dimensions))
    for index in range(count):
        share = index / max(count - 1, 1)
        clouds = [centres[sample.labels] * share + own for sample, own in zip((probe, reference), noise, strict=True)]
        logits = [-np.square(cloud[:, None] - centres[None, :trained] * share).sum(2) for cloud in clouds]
        parts = [np.exp(rows - rows.max(1, keepdims=True)) for rows in logits]
        shares = [frozen_floats(rows / rows.sum(1, keepdims=True)) for rows in parts]
        known = probe.labels < trained
        scalars = {
            PROBE_LOSS: float(np.nanmean(cross_entropy(shares[0], probe.labels))),
            ACCURACY: accuracy(shares[0].argmax(1)[known], probe.labels[known]),
            KNN_ACCURACY: knn_accuracy(clouds[0], probe.labels, clouds[1], reference.labels),
        }
        if index:
            scalars[TRAIN_LOSS] = scalars[PROBE_LOSS] * 0.9
        yield Frame(
            step=index * index,
            epoch=index * index / 10,
            embeddings=frozen_floats(clouds[0]),
            probabilities=shares[0],
            reference_embeddings=frozen_floats(clouds[1]),
            reference_probabilities=shares[1],
            scalars=scalars,
        )


@pytest.fixture
def make_run(tmp_path: Path) -> Iterator[RunMaker]:
    """Records and opens runs: make_run(classes=("3", "5", "8"), trained=3, rows=60, dimensions=3, frames=9)."""
    opened: list[Run] = []

    def make(
        classes: tuple[str, ...] = ("3", "5", "8"),
        trained: int | None = None,
        rows: int = 60,
        dimensions: int = 3,
        frames: int = 9,
        name: str = "small",
        objective: Objective | None = None,
    ) -> Run:
        trained = len(classes) if trained is None else trained
        generator = np.random.default_rng(3)
        probe = make_sample(generator, rows, len(classes), "test")
        reference = make_sample(generator, rows // 2 + 1, len(classes), "train")
        recipe = Recipe(
            title="Small",
            data=Data(classes=classes[:trained], held_out=classes[trained:], probe=rows, reference=rows // 2 + 1),
            network=Network(name="mlp", embedding=dimensions, hidden=(8,)),
            objective=(objective or CrossEntropy(),),
            optimiser=Optimiser(steps=max((frames - 1) ** 2, 1)),
            frames=Frames(count=max(frames, 2)),
        )
        baselines = {"pixels_knn_accuracy": 0.93}
        header = Header(recipe, classes, trained, probe, reference, "stripes", "0" * 64, 1, "cpu", baselines)
        items: Iterator[Frame | Checkpoint] = make_frames(probe, reference, trained, dimensions, frames)
        for _ in record(items, tmp_path / name, header):
            pass
        opened.append(Run.open(tmp_path / name))
        return opened[-1]

    yield make
    for run in opened:
        run.close()


@pytest.fixture
def small_run(make_run: RunMaker) -> Run:
    """Three classes, 60 points, three dimensions, nine frames."""
    return make_run()


@pytest.fixture
def show_run() -> Callable[..., State]:
    """The state that shows a run, without projections: show_run(run, moment=3.0, …)."""

    def show(run: Run, **changes: Any) -> State:
        count = changes.pop("count", len(run))
        return State(runs=(OpenRun(run, count, (None, None)),), **changes)

    return show


@pytest.fixture
def seat(qtbot: QtBot) -> Callable[..., Session]:
    """A session that shows a run in a panel, and takes the panel's wishes: seat(panel, run, focus=3, …)."""

    def show(panel: Any, run: Run, **changes: Any) -> Session:
        opened = open_run(run, default_views(run))
        for projection in opened.projections:
            assert projection is not None
            projection.extend(len(run) - 1)
        session = Session(State(), panel)
        panel.asked.connect(session.ask)
        if hasattr(panel, "asked_further"):
            panel.asked_further.connect(session.ask_further)
        session.changed.connect(lambda _, state: panel.show_state(state))
        qtbot.addWidget(panel)
        panel.resize(900, 560)
        panel.show()
        qtbot.waitExposed(panel)
        session.update(runs=(opened,), views=default_views(run), moment=float(len(run) - 1))
        session.update(**changes)
        for _ in range(3):  # what a layout moves, it moves when the events are seen to
            QApplication.processEvents()
        return session

    return show


@pytest.fixture
def compare_slowly() -> Callable[..., Compared]:
    """Two frames compared point by point, by Euclidean distance: compare_slowly(run_a, 0, run_b, 8, k=5)."""

    def compare(run_a: Run, frame_a: int, run_b: Run, frame_b: int, k: int = 5) -> Compared:
        settings = ComparisonSettings(k, "euclidean", "euclidean")
        frames = run_a.frame(frame_a), run_b.frame(frame_b)
        found = [_nearest(np.asarray(frame.embeddings, np.float64), k) for frame in frames]
        (rows_a, ways_a), (rows_b, ways_b) = found
        overlap = np.array([len({*a} & {*b}) / len({*a} | {*b}) for a, b in zip(rows_a, rows_b, strict=True)])
        labels = run_a.probe.labels
        rights = [frame.probabilities.argmax(1) == labels for frame in frames]
        knn = [float((labels[rows[:, 0]] == labels).mean()) for rows, _ in found]
        classes = tuple(
            ClassFigures(label, int(of.sum()), *(float(r[of].mean()) for r in rights), float(overlap[of].mean()))
            for label in np.unique(labels).tolist()
            for of in [labels == label]
        )
        shares = tuple(float(((overlap * 10).astype(int).clip(0, 9) == place).mean()) for place in range(10))
        mean, nan = float(overlap.mean()), float("nan")
        result = Comparison(
            settings, rows_a, ways_a, rows_b, ways_b, overlap, mean, (mean - 0.02, mean + 0.02), shares,
            k / (2 * len(overlap)), nan, 0.5, *knn, *rights, "class head", "class head", classes,
        )  # fmt: skip
        return Compared(run_a, frame_a, run_b, frame_b, settings, result)

    return compare


def _nearest(points: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    ways = np.sqrt(np.square(points[:, None] - points[None]).sum(2))
    np.fill_diagonal(ways, np.inf)
    rows = np.argsort(ways, axis=1, kind="stable")[:, :k]
    return rows, np.take_along_axis(ways, rows, 1)
