"""The classes' colours as ordinary widgets need them."""

from functools import lru_cache

from PySide6.QtGui import QColor

from latentarium.scene.palettes import class_colours


@lru_cache(maxsize=32)
def swatches(count: int, dark: bool) -> tuple[str, ...]:
    """The colours of `count` classes as #rrggbb, the same as the dots'."""
    return tuple(QColor(*(int(part) for part in colour[:3])).name() for colour in class_colours(count, dark))
