"""A page of a paper: axes and words placed in logical pixels, 96 to the inch, y down, and written as PNG, PDF or SVG.

Text stays text in PDF and SVG, with its fonts in the PDF.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from latentarium.core.errors import LatentariumError
from latentarium.figures.canvas import shade
from latentarium.figures.lettering import LOGICAL, Box
from latentarium.figures.letters import families, is_postscript, spelled
from latentarium.scene.palettes import THEMES, Theme, rgba

DPI = 300  # of a PNG, and of the dots in a page that has many
MOST_DRAWN = 5000  # dots in one page that stay shapes; more are an image inside it
OVER_DOTS = 3.5  # the z-order up to which a map of many dots is an image
KINDS = (".png", ".pdf", ".svg")
_MM_PER_INCH = 25.4
_SETTINGS: Any = {"pdf.fonttype": 42, "svg.fonttype": "none", "svg.hashsalt": "latentarium"}

_alone = threading.Lock()


@dataclass(frozen=True, eq=False)
class Sheet:
    """A figure of `width` × `height` logical pixels in one theme."""

    figure: Figure
    width: float
    height: float
    theme: Theme

    def axes(self, box: Box) -> Axes:
        """Axes over a part of the page."""
        left, top, wide, tall = box
        return self.figure.add_axes(
            (left / self.width, 1 - (top + tall) / self.height, wide / self.width, tall / self.height)
        )

    def strip(self, box: Box) -> Axes:
        """Axes for words, whose units are logical pixels, y down."""
        axes = self.axes(box)
        axes.set(xlim=(0, box[2]), ylim=(box[3], 0))
        axes.axis("off")
        return axes

    def save(self, path: Path) -> None:
        """Write it in the format of `path`'s ending. Raises LatentariumError where the file cannot be written."""
        dates = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}}  # the same figure gives the same file
        kind, ground = path.suffix.lower(), self.figure.get_facecolor()
        fonts = {name for text in self.figure.findobj(Text) for name in families(text.get_text())}
        if kind == ".pdf" and any(map(is_postscript, fonts)):
            matplotlib.rcParams["pdf.fonttype"] = 3  # the other kind that is embedded, for outlines of any sort
        try:
            self.figure.savefig(path, format=kind[1:], dpi=DPI, facecolor=ground, metadata=dates.get(kind))
        except OSError as error:
            raise LatentariumError(f"The figure {path} cannot be written: {error.strerror or error}.") from error


def new_sheet(width: float, height: float, dark: bool) -> Sheet:
    """An empty page; draw and save it within `settled`."""
    theme = THEMES["dark" if dark else "light"]
    size = (width / LOGICAL, height / LOGICAL)
    return Sheet(Figure(figsize=size, facecolor=shade(rgba(theme.window)), dpi=DPI), width, height, theme)


@contextmanager
def settled() -> Iterator[None]:
    """matplotlib as a page wants it: text as text. One page at a time, for its settings are those of all threads."""
    with _alone, matplotlib.rc_context(_SETTINGS):
        yield


def pixels(millimetres: float) -> float:
    """Logical pixels of a length."""
    return millimetres / _MM_PER_INCH * LOGICAL


def checked(path: Path | str) -> Path:
    """`path`; LatentariumError where its ending is none that a figure can be written as."""
    path = Path(path)
    if path.suffix.lower() not in KINDS:
        raise LatentariumError(f"{path} ends with none of {', '.join(KINDS)}, which a figure can be written as.")
    return path


def write(axes: Axes, x: float, y: float, text: str, **how: Any) -> None:
    """Words as they stand, nothing in them taken for mathematics; in the middle of their line."""
    text = spelled(text)
    axes.text(x, y, text, **{"va": "center", "parse_math": False, "family": families(text), **how})
