"""The names that colours stand for, for a legend."""

from collections.abc import Sequence

from latentarium.runs.run import Run
from latentarium.scene.palettes import class_colours
from latentarium.scene.scene import Colour

Key = Sequence[tuple[str, Colour]]


def class_key(run: Run, dark: bool) -> Key:
    """A run's classes and their colours; of one that was held out the name says so."""
    names = [f"{name} held out" if label >= run.trained else name for label, name in enumerate(run.classes)]
    colours = class_colours(len(names), dark).tolist()
    return [(name, (red, green, blue, alpha)) for name, (red, green, blue, alpha) in zip(names, colours, strict=True)]
