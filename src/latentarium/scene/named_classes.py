"""The classes of a second column as the first one has them: the same by name, not by number."""

from dataclasses import replace

import numpy as np

from latentarium.core.arrays import Bytes, frozen_bytes
from latentarium.scene.memory import kept
from latentarium.scene.palettes import class_colours
from latentarium.scene.scene import Regions
from latentarium.scene.state import OpenRun, State


def as_numbered(open_run: OpenRun, state: State) -> State:
    """The state with the hidden classes, which are numbered as in the first run, numbered as in this one."""
    if not state.hidden or not _differs(open_run, state):
        return state
    first = state.runs[0].run.classes
    names = {first[place] for place in state.hidden if place < len(first)}
    own = enumerate(open_run.run.classes)
    return replace(state, hidden=frozenset(place for place, name in own if name in names))


def as_coloured(colours: Bytes, open_run: OpenRun, state: State) -> Bytes:
    """The colours of this run's classes (K, 4), with those that the first run's classes of the same names have.

    A class that the first does not have takes a colour that none there has. Further rows stay.
    """
    if not _differs(open_run, state):
        return colours
    first, own, dark = state.runs[0].run.classes, open_run.run.classes, state.dark

    def paint() -> Bytes:
        places = {name: place for place, name in enumerate(first)}
        for name in own:
            places.setdefault(name, len(places))
        painted = class_colours(len(places), dark)[[places[name] for name in own]]
        painted[:, 3] = colours[: len(own), 3]
        return frozen_bytes(np.vstack([painted, colours[len(own) :]]))

    return kept(open_run.run.probe, ("colours by name", first, colours.tobytes(), dark), paint)


def colour_classes(open_run: OpenRun, state: State) -> Bytes:
    """The colours of this run's classes (K, 4), where it stands beside another by the names there."""
    return as_coloured(class_colours(len(open_run.run.classes), state.dark), open_run, state)


def as_tinted(regions: Regions | None, open_run: OpenRun, state: State) -> Regions | None:
    """The regions in the colours that the dots then have."""
    if regions is None or (palette := as_coloured(regions.palette, open_run, state)) is regions.palette:
        return regions
    return kept(regions, ("by name", palette.tobytes()), lambda: replace(regions, palette=palette))


def _differs(open_run: OpenRun, state: State) -> bool:
    return open_run in state.runs[1:] and open_run.run.classes != state.runs[0].run.classes
