"""The header and the frames of a space that was brought in."""

import json
from collections.abc import Iterator
from types import MappingProxyType

import numpy as np

from latentarium.analysis.accuracy import ASKED, accuracy, own_accuracy
from latentarium.analysis.probabilities import cloud_temperature, cross_entropy, prototype_probabilities, prototypes
from latentarium.core.arrays import Floats, Ints, frozen_floats, frozen_ints
from latentarium.core.dataset import Sample, unpictured
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.frame import ACCURACY, KNN_ACCURACY, PROBE_LOSS, SECONDS, Checkpoint, Frame
from latentarium.core.origin import Origin
from latentarium.core.progress import IsCancelled, Progress
from latentarium.core.recipe import Data, Frames, Network, Optimiser, Prototypes, Recipe
from latentarium.runs.importing.found import Found, Hints
from latentarium.runs.importing.pictures import natural
from latentarium.runs.importing.space import Moment, Space
from latentarium.runs.layout import LARGEST_TABLE
from latentarium.runs.recording import Header, Item
from latentarium.runs.samples import table_bytes

MOST_CLASSES = 256
LONGEST_NAME = 200  # characters of a run's or a class's name
LARGEST_PARAMS = 64 << 10


def header_of(space: Space, found: Found, hints: Hints) -> tuple[Header, tuple[str, ...]]:
    """What run.json says of a space, and sentences about what is missing in it.

    Where nothing gives class probabilities, they are those of the classes' prototypes, the mean vectors of their
    points in the last frame, at the temperature of `cloud_temperature`. Without labels, or with too many of them, the
    run has no classes.
    """
    missing: list[str] = []
    classes, labels = _classes(space)
    if space.labels is not None and not classes:
        count = len({*space.labels} - {""})
        missing.append(
            f"Column {found.label_field or 'label'} has {count:,} different labels, more than the {MOST_CLASSES} that "
            "can be told apart: it is kept as a column, and the points have no classes."
            if count
            else "No point has a label."
        )
    last, given = space.moments[-1].read()
    recipe = Recipe(
        title=name_of(found, hints),
        data=Data(name="folder"),
        network=Network(embedding=last.shape[1], classifier="none" if given is None else "embedding"),
        objective=(),
        optimiser=Optimiser(steps=max(1, space.moments[-1].step)),
        prototypes=Prototypes(temperature=_temperature(last, labels, len(classes)) if given is None else 1.0),
        frames=Frames(count=max(2, len(space.moments))),
        origin=Origin(
            format=found.format,
            source=found.path.name,
            dataset=hints.dataset,
            model=hints.model,
            numbered=space.numbered,
            params=params_of(hints),
        ),
    )
    told = {name for name in space.metadata if classes and name.lower() == "label" and found.label_field == name}
    metadata = {name: values for name, values in space.metadata.items() if name not in told}  # the classes say it
    probe = Sample(unpictured(len(labels)), labels, space.ids, "test", metadata, space.thumbnails)
    if len(table_bytes(probe)) > LARGEST_TABLE:
        raise LatentariumError(
            f"The columns of {found.path} need more than {LARGEST_TABLE >> 20} MB; leave some of them out."
        )
    nothing = Sample(unpictured(0), frozen_ints([]), (), "train")
    return Header(recipe, classes, len(classes), probe, nothing, hints.dataset or found.name, "", 1, "cpu"), tuple(
        missing
    )


def frames_of(space: Space, header: Header, tell: Progress, cancelled: IsCancelled) -> Iterator[Item]:
    """Every moment as a frame, and at the end a checkpoint that says that there will be no more."""
    frame = None
    for number, moment in enumerate(space.moments):
        tell("Writing the run", number / len(space.moments) if len(space.moments) > 1 else None)
        if cancelled():
            raise CancelledError("Nothing was brought in.")
        frame = _frame(moment, header)
        yield frame
    if frame is not None:
        yield Checkpoint(frame.step, frame.epoch, MappingProxyType({}), MappingProxyType({SECONDS: 0.0}))


def name_of(found: Found, hints: Hints) -> str:
    """What the run will be called."""
    return (hints.name or found.name)[:LONGEST_NAME].strip() or found.format


def params_of(hints: Hints) -> str:
    """The parameters as they are kept; LatentariumError where they are no JSON object."""
    if not hints.params.strip():
        return ""
    try:
        values = json.loads(hints.params) if len(hints.params) <= LARGEST_PARAMS else None
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise LatentariumError('The parameters must be a JSON object, such as {"epochs": 10}.')
    return json.dumps(values)


def _classes(space: Space) -> tuple[tuple[str, ...], Ints]:
    """The classes' names, and each point's index into them, int64 (N,), -1 for none."""
    texts = space.labels or ("",) * len(space.ids)
    classes = space.classes or tuple(sorted({*texts} - {""}, key=natural))
    if len(classes) > MOST_CLASSES:
        classes = ()
    place = {name: label for label, name in enumerate(classes)}
    names = tuple(name[:LONGEST_NAME] for name in classes)
    return names, frozen_ints([place.get(text, -1) for text in texts])


def _temperature(vectors: Floats, labels: Ints, classes: int) -> float:
    """The classes' `cloud_temperature`, to three digits as it is shown; 1 where there is none."""
    known = np.flatnonzero(labels >= 0)
    if not classes or not len(known):
        return 1.0
    some = known[:: -(-len(known) // ASKED)]
    found = cloud_temperature(vectors[some], labels[some], classes)
    return float(f"{found:.3g}") if 1e-12 < found < 1e12 else 1.0


def _frame(moment: Moment, header: Header) -> Frame:
    vectors, given = moment.read()
    labels, classes = header.probe.labels, header.trained
    scalars = {KNN_ACCURACY: own_accuracy(vectors, labels)}
    if given is not None:
        probabilities = given
        known = labels >= 0
        scalars[ACCURACY] = accuracy(given.argmax(1)[known], labels[known])
        scalars[PROBE_LOSS] = float(np.nanmean(cross_entropy(given, labels))) if known.any() else float("nan")
    elif classes:
        known = labels >= 0
        means = prototypes(vectors[known], labels[known], classes)
        probabilities = prototype_probabilities(vectors, means, header.recipe.prototypes.temperature)
    else:
        probabilities = np.empty((len(vectors), 0), np.float32)
    return Frame(
        moment.step,
        float(moment.step),
        vectors,
        frozen_floats(probabilities),
        frozen_floats(np.empty((0, vectors.shape[1]))),
        frozen_floats(np.empty((0, probabilities.shape[1]))),
        MappingProxyType({name: value for name, value in scalars.items() if np.isfinite(value)}),
    )
