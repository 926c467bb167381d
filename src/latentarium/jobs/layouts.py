"""One frame of a run laid out by t-SNE or UMAP."""

from dataclasses import dataclass

import numpy as np

from latentarium.analysis.neighbours import nearest
from latentarium.core.arrays import Floats, frozen_floats
from latentarium.core.frame import Frame
from latentarium.core.progress import IsCancelled, Progress
from latentarium.projections.layouts.layout import Layout, settle
from latentarium.projections.layouts.task import Task
from latentarium.projections.layouts.workshop import Workshop
from latentarium.runs.run import Run
from latentarium.scene.desk import atlas
from latentarium.scene.naming import name_of
from latentarium.scene.state import ViewSettings


@dataclass(frozen=True, eq=False)
class Guide:
    """Another run's layout of the same points, which the first one of this run begins at, so that they look alike."""

    layout: Layout
    run: Run
    index: int

    @property
    def name(self) -> str:
        """Which layout it is, in words."""
        return f"the layout of {name_of(self.run)}{_at(self.run, self.run.entries[self.index].step)}"

    def places(self, frame: Frame) -> Floats:
        """Where the points of `frame` begin, probe and reference: (N + M, 3).

        The references of two runs may differ: each of its points begins where its nearest point of the probe does.
        """
        probe = self.layout.place(self.run.frame(self.index))
        if not len(frame.reference_embeddings):
            return probe
        near, _ = nearest(frame.reference_embeddings, frame.embeddings, 1, "euclidean")
        return frozen_floats(np.vstack([probe, probe[near[:, 0]]]))


def lay_out(
    run: Run,
    index: int,
    settings: ViewSettings,
    workshop: Workshop,
    tell: Progress,
    cancelled: IsCancelled,
    guide: Guide | None = None,
) -> Layout:
    """Lay out frame `index` as a view's settings ask for, probe and reference together.

    It goes on from the last layout up to that frame, and is turned onto it; the first one is turned onto what stood
    in its place, or begins at a `guide` and is turned onto that. Raises CancelledError where it was given up.
    """
    frame, book = run.frame(index), atlas(run, settings)
    known = book.newest
    points = np.vstack([frame.embeddings, frame.reference_embeddings])
    last = known.nearest(frame.step)
    begun = last.both if last is not None else guide.places(frame) if guide is not None else None
    start = None if begun is None else frozen_floats(begun[:, : known.dimensions])
    task = Task(settings.method, known.dimensions, frozen_floats(points), start)
    places = workshop.lay_out(task, tell, cancelled)
    target = begun
    if target is None:
        target = np.vstack([known.before.place(frame), known.before.place_reference(frame)])
    begun_at = f"its layout{_at(run, last.step)}" if last is not None else guide.name if guide is not None else ""
    return book.add(settle(frame.step, places, len(frame.embeddings), target, begun_at))


def _at(run: Run, step: int) -> str:
    """Which step, of a run that has several."""
    return f" at step {step:,}" if len(run.entries) > 1 else ""
