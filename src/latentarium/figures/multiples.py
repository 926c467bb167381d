"""Small multiples of a sweep as one figure: a cell for each run, and a chart of their figures."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path

from latentarium.core.sweep import text_of
from latentarium.figures.canvas import POINTS, Canvas, shade
from latentarium.figures.lettering import Box, shortened, width_of
from latentarium.figures.sheet import MOST_DRAWN, OVER_DOTS, Sheet, checked, new_sheet, pixels, settled, write
from latentarium.scene.chart import Chart, axis_of
from latentarium.scene.key import Key
from latentarium.scene.multiples import ASPECT
from latentarium.scene.palettes import class_colours
from latentarium.scene.scene import Scene

Cell = tuple[str, str, Scene | None]  # title, note, and the picture where there is one

COLUMNS = 3
_GAP, _HEADER, _LEGEND = 10.0, 38.0, 24.0
_LONGEST = 160.0  # pixels of a name in the legend; a longer one is cut
_NATURAL = 450.0  # width of a view whose dots have the size that its scene says
_TITLE, _TEXT = 8.5, 7.0  # points
_MARKERS = "osD^vPX*"


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
    path = checked(path)
    count = len(cells) + (chart is not None)
    columns = min(COLUMNS, max(count, 1))
    width = pixels(width_mm)
    wide = (width - _GAP * (columns + 1)) / columns
    tall = wide / ASPECT
    rows = ceil(count / columns)
    above = _LEGEND if legend else 0.0
    height = above + rows * (_HEADER + tall) + _GAP * (rows + 1)
    with settled():
        sheet = new_sheet(width, height, dark)
        page = _Page(sheet, dark)
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
        sheet.save(path)


class _Page:
    """Places cells and the chart on a sheet."""

    def __init__(self, sheet: Sheet, dark: bool) -> None:
        self.sheet, self.theme, self.dark = sheet, sheet.theme, dark

    def draw_legend(self, legend: Key) -> None:
        """The classes' colours and names in one line, as many as find room."""
        axes = self.sheet.strip((0.0, 2.0, self.sheet.width, _LEGEND))
        left = _GAP + 4
        for row, (name, colour) in enumerate(legend):
            name = shortened(name, _TEXT, _LONGEST)
            wide = 22 + width_of(name, _TEXT)
            if left + wide > self.sheet.width - 60 and row < len(legend) - 1:
                write(axes, left, _LEGEND / 2, f"and {len(legend) - row} more", size=_TEXT, color=self.theme.text)
                return
            axes.scatter(left, _LEGEND / 2, s=(6 * POINTS) ** 2, c=[shade(colour)])
            write(axes, left + 8, _LEGEND / 2, name, size=_TEXT, color=self.theme.text)
            left += wide

    def draw_cell(self, cell: Cell, box: Box, many: bool) -> None:
        """A header, and the picture below it."""
        title, note, scene = cell
        left, top, wide, tall = box
        self._draw_header(title, note, (left, top, wide))
        axes = self.sheet.axes((left, top + _HEADER, wide, tall))
        if scene is None:
            axes.set_facecolor("none")
        else:
            axes.set_facecolor(shade(scene.background))
            size = max(1.2, scene.dots.size * min(1.0, wide / _NATURAL))
            if many:
                axes.set_rasterization_zorder(OVER_DOTS)  # dots, and what lies under them
            Canvas(axes, replace(scene, dots=replace(scene.dots, size=size)), wide, tall).draw()
        axes.axis("on")  # its frame and its ground, without ticks
        axes.set(xticks=(), yticks=(), xlim=(0, wide), ylim=(tall, 0))
        for spine in axes.spines.values():
            spine.set(color=self.theme.border, linewidth=0.6)

    def draw_chart(self, chart: Chart, box: Box) -> None:
        """The figures over the swept values, each with its own marker and its name in a legend below."""
        left, top, wide, tall = box
        self._draw_header(chart.name, _about(chart), (left, top, wide))
        foot = 34 + 11 * ceil(len(chart.series) / 2)
        axes = self.sheet.axes((left + 34, top + _HEADER + 4, wide - 42, tall - foot))
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
        axes = self.sheet.strip((left, top, wide, _HEADER))
        write(axes, 1, 12, shortened(title, _TITLE, wide, True), size=_TITLE, weight="bold", color=self.theme.text)
        write(axes, 1, 27, shortened(note, _TEXT, wide), size=_TEXT, color=self.theme.muted)


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
