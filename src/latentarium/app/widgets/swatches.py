"""The classes' colours as ordinary widgets need them."""

from functools import lru_cache

from PySide6.QtGui import QColor

from latentarium.core.arrays import Bytes
from latentarium.scene.palettes import THEMES, class_colours


@lru_cache(maxsize=32)
def swatches(count: int, dark: bool) -> tuple[str, ...]:
    """The colours of `count` classes as #rrggbb, the same as the dots'."""
    return tuple(QColor(*(int(part) for part in colour[:3])).name() for colour in class_colours(count, dark))


def swatch(label: int, count: int, dark: bool) -> str:
    """The colour of one of `count` classes as #rrggbb, and of a point without a label, -1."""
    return swatches(count, dark)[label] if label >= 0 else THEMES["dark" if dark else "light"].muted


def swatch_in(colours: Bytes, label: int, dark: bool) -> str:
    """The same of one class among these colours (K, 4)."""
    if label < 0:
        return THEMES["dark" if dark else "light"].muted
    return QColor(*(int(part) for part in colours[label, :3])).name()
