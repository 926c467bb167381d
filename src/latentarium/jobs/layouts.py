"""One frame of a run laid out by t-SNE or UMAP."""

import numpy as np

from latentarium.core.arrays import frozen_floats
from latentarium.core.progress import IsCancelled, Progress
from latentarium.projections.layouts.layout import Layout, settle
from latentarium.projections.layouts.task import Task
from latentarium.projections.layouts.workshop import Workshop
from latentarium.runs.run import Run
from latentarium.scene.desk import atlas
from latentarium.scene.state import ViewSettings


def lay_out(
    run: Run, index: int, settings: ViewSettings, workshop: Workshop, tell: Progress, cancelled: IsCancelled
) -> Layout:
    """Lay out frame `index` as a view's settings ask for, probe and reference together.

    It goes on from the last layout up to that frame, and is turned onto it; the first one is turned onto what stood
    in its place. Raises CancelledError where it was given up.
    """
    frame, book = run.frame(index), atlas(run, settings)
    known = book.newest
    points = np.vstack([frame.embeddings, frame.reference_embeddings])
    last = known.nearest(frame.step)
    start = None if last is None else frozen_floats(last.both[:, : known.dimensions])
    task = Task(settings.method, known.dimensions, frozen_floats(points), start)
    places = workshop.lay_out(task, tell, cancelled)
    if last is not None:
        target = last.both
    else:
        target = np.vstack([known.before.place(frame), known.before.place_reference(frame)])
    return book.add(settle(frame.step, places, len(frame.embeddings), target))
