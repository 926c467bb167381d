"""Small multiples of a sweep as one figure: a cell for each run, and a chart of their figures.

Sizes are logical pixels, 96 to the inch, as in picture.py; text stays text in PDF and SVG, with its fonts in the PDF.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latentarium.core.errors import LatentariumError
from latentarium.core.sweep import text_of
from latentarium.figures.canvas import POINTS, Canvas, shade
from latentarium.scene.chart import Chart, axis_of
from latentarium.scene.key import Key
from latentarium.scene.multiples import ASPECT
from latentarium.scene.palettes import THEMES, class_colours, rgba
from latentarium.scene.scene import Scene

Cell = tuple[str, str, Scene | None]  # title, note, and the picture where there is one

COLUMNS = 3
DPI = 300  # of a PNG, and of the dots in a page that has many
MOST_DRAWN = 5000  # dots in one page that stay shapes; more are an image inside it
KINDS = (".png", ".pdf", ".svg")
_LOGICAL = 96.0  # logical pixels an inch
_GAP, _HEADER, _LEGEND = 10.0, 38.0, 24.0
_LETTER = 5.2  # pixels that a letter of the text takes, about
_NATURAL = 450.0  # width of a view whose dots have the size that its scene says
_TITLE, _TEXT = 8.5, 7.0  # points
_MARKERS = "osD^vPX*"
_SETTINGS: Any = {"pdf.fonttype": 42, "svg.fonttype": "none", "svg.hashsalt": "latentarium"}


def draw_multiples(
    cells: Sequence[Cell],
    chart: Chart | None,
    path: Path | str,
    width_mm: float = 183.0,
    dark: bool = False,
    legend: Key = (),
) -> None:
    """Draw cells in three columns, and the chart after the last, as a PNG, PDF or SVG by the ending of `path`.

    A cell without a scene stays empty; `legend` stands above all. Raises LatentariumError for another ending, and where
    the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in KINDS:
        raise LatentariumError(f"{path} ends with none of {', '.join(KINDS)}, which a figure can be written as.")
    count = len(cells) + (chart is not None)
    columns = min(COLUMNS, max(count, 1))
    width = width_mm / 25.4 * _LOGICAL
    wide = (width - _GAP * (columns + 1)) / columns
    tall = wide / ASPECT
    rows = ceil(count / columns)
    above = _LEGEND if legend else 0.0
    height = above + rows * (_HEADER + tall) + _GAP * (rows + 1)
    theme = "dark" if dark else "light"
    with matplotlib.rc_context(_SETTINGS):
        figure = Figure(
            figsize=(width / _LOGICAL, height / _LOGICAL), facecolor=shade(rgba(THEMES[theme].window)), dpi=DPI
        )
        page = _Page(figure, width, height, theme)
        if legend:
            page.draw_legend(legend)
        many = sum(len(scene.dots.end) for _, _, scene in cells if scene is not None) > MOST_DRAWN
        for number in range(count):
            left = _GAP + (number % columns) * (wide + _GAP)
            top = above + _GAP + (number // columns) * (_HEADER + tall + _GAP)
            if number < len(cells):
                page.draw_cell(cells[number], (left, top, wide, tall), many)
            elif chart is not None:
                page.draw_chart(chart, (left, top, wide, tall))
        _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    dates = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}}  # the same figure gives the same file
    kind = path.suffix.lower()
    try:
        figure.savefig(path, format=kind[1:], dpi=DPI, facecolor=figure.get_facecolor(), metadata=dates.get(kind))
    except OSError as error:
        raise LatentariumError(f"The figure {path} cannot be written: {error.strerror or error}.") from error


class _Page:
    """Places cells and the chart on a figure of `width` × `height` logical pixels."""

    def __init__(self, figure: Figure, width: float, height: float, theme: str) -> None:
        self.figure, self.width, self.height = figure, width, height
        self.dark = theme == "dark"
        self.theme = THEMES[theme]

    def draw_legend(self, legend: Key) -> None:
        """The classes' colours and names in one line, as many as find room."""
        axes = self._strip((0.0, 2.0, self.width, _LEGEND))
        left = _GAP + 4
        for row, (name, colour) in enumerate(legend):
            wide = 22 + _LETTER * len(name)
            if left + wide > self.width - 60 and row < len(legend) - 1:
                self._write(axes, left, _LEGEND / 2, f"and {len(legend) - row} more", size=_TEXT, color=self.theme.text)
                return
            axes.scatter(left, _LEGEND / 2, s=(6 * POINTS) ** 2, c=[shade(colour)])
            self._write(axes, left + 8, _LEGEND / 2, name, size=_TEXT, color=self.theme.text)
            left += wide

    def draw_cell(self, cell: Cell, box: tuple[float, float, float, float], many: bool) -> None:
        """A header, and the picture below it."""
        title, note, scene = cell
        left, top, wide, tall = box
        self._draw_header(title, note, (left, top, wide))
        axes = self._axes((left, top + _HEADER, wide, tall))
        if scene is None:
            axes.set_facecolor("none")
        else:
            axes.set_facecolor(shade(scene.background))
            size = max(1.2, scene.dots.size * min(1.0, wide / _NATURAL))
            if many:
                axes.set_rasterization_zorder(3.5)  # dots, and what lies under them
            Canvas(axes, replace(scene, dots=replace(scene.dots, size=size)), wide, tall).draw()
        axes.axis("on")  # its frame and its ground, without ticks
        axes.set(xticks=(), yticks=(), xlim=(0, wide), ylim=(tall, 0))
        for spine in axes.spines.values():
            spine.set(color=self.theme.border, linewidth=0.6)

    def draw_chart(self, chart: Chart, box: tuple[float, float, float, float]) -> None:
        """The figures over the swept values, each with its own marker and its name in a legend below."""
        left, top, wide, tall = box
        self._draw_header(chart.name, _about(chart), (left, top, wide))
        foot = 34 + 11 * ceil(len(chart.series) / 2)
        axes = self._axes((left + 34, top + _HEADER + 4, wide - 42, tall - foot))
        places = axis_of(chart.values).places
        colours = class_colours(max(len(chart.series), 1), self.dark)
        for number, (name, values) in enumerate(chart.series.items()):
            axes.plot(
                places,
                values,
                color=tuple(colours[number] / 255),
                marker=_MARKERS[number % len(_MARKERS)],
                markersize=3,
                linewidth=1,
                label=name,
                clip_on=False,
            )
        shown = _legible(places, [text_of(value) for value in chart.values], wide - 42)
        texts = [text_of(value) if row in shown else "" for row, value in enumerate(chart.values)]
        axes.set_xticks(places, texts)
        axes.set_xlim(-0.04, 1.04)
        axes.margins(y=0.12)
        axes.grid(axis="y", color=self.theme.border, linewidth=0.4)
        axes.tick_params(colors=self.theme.muted, labelsize=_TEXT - 1, length=2, width=0.5)
        axes.yaxis.set_major_formatter("{x:.2f}")
        axes.set_facecolor("none")
        for side, spine in axes.spines.items():
            spine.set(visible=side in ("left", "bottom"), color=self.theme.border, linewidth=0.6)
        if chart.series:
            axes.legend(
                loc="upper center",
                bbox_to_anchor=(0.5, -20 / max(tall - foot, 1.0)),
                ncols=2,
                fontsize=_TEXT - 1,
                frameon=False,
                labelcolor=self.theme.text,
                borderaxespad=0,
                handlelength=1.6,
                columnspacing=1,
            )

    def _draw_header(self, title: str, note: str, box: tuple[float, float, float]) -> None:
        left, top, wide = box
        axes = self._strip((left, top, wide, _HEADER))
        self._write(axes, 1, 12, title, size=_TITLE, weight="bold", color=self.theme.text)
        self._write(axes, 1, 27, note, size=_TEXT, color=self.theme.muted)

    def _write(self, axes: Axes, x: float, y: float, text: str, **how: Any) -> None:
        axes.text(x, y, text, va="center", parse_math=False, **how)

    def _strip(self, box: tuple[float, float, float, float]) -> Axes:
        """Axes for words, whose units are logical pixels, y down."""
        axes = self._axes(box)
        axes.set(xlim=(0, box[2]), ylim=(box[3], 0))
        axes.axis("off")
        return axes

    def _axes(self, box: tuple[float, float, float, float]) -> Axes:
        left, top, wide, tall = box
        return self.figure.add_axes(
            (left / self.width, 1 - (top + tall) / self.height, wide / self.width, tall / self.height)
        )


def _about(chart: Chart) -> str:
    """What the axis is of, and its kind where that is not the usual one."""
    kinds = {"log": "logarithmic", "symlog": "logarithmic, with 0"}
    return " · ".join(filter(None, (chart.axis, kinds.get(axis_of(chart.values).kind, ""))))


def _legible(places: Sequence[float], texts: Sequence[str], width: float) -> list[int]:
    """The values whose names find room on an axis of `width`, from the left; the last always does."""
    letter = 4.6
    shown: list[int] = []
    for row in sorted(range(len(places)), key=lambda row: places[row]):
        if (
            shown
            and (places[row] - places[shown[-1]]) * width < letter * (len(texts[row]) + len(texts[shown[-1]])) / 2 + 4
        ):
            continue
        shown.append(row)
    return shown
