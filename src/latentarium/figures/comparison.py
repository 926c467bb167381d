"""Two compared spaces as one figure for paper: both maps, histogram, who is right where, numbers and a caption."""

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from latentarium.core.comparison import Comparison
from latentarium.core.errors import LatentariumError
from latentarium.figures.canvas import Canvas, shade
from latentarium.figures.caption import caption
from latentarium.figures.lettering import Box, shortened, width_of, wrapped
from latentarium.figures.letters import spelled
from latentarium.figures.sheet import (
    MOST_DRAWN,
    OVER_DOTS,
    Sheet,
    checked,
    new_sheet,
    pixels,
    settled,
    write,
)
from latentarium.scene.compared import Compared
from latentarium.scene.comparison_maps import ASPECT
from latentarium.scene.judgement import CELLS, judge
from latentarium.scene.naming import short_names
from latentarium.scene.palettes import OVERLAP, rgba
from latentarium.scene.scene import Scene

LEAST = 60.0  # mm: what is narrower has no room for its words
NARROW, SLIM = 480.0, 300.0  # logical pixels: narrower pages have two, or all three, parts below each other
SPELLED = " Letters that no font of this computer has stand as their Unicode numbers."
_MARGIN, _GAP = 8.0, 12.0
_HEADER, _HEADING, _SCALE, _CHART, _LINE = 34.0, 13.0, 26.0, 138.0, 11.5
_TITLE, _TEXT, _SMALL = 8.0, 6.5, 6.0  # points
_NATURAL = 450.0  # width of a map whose dots and words have the size that its scene says


def draw_comparison(
    compared: Compared,
    scenes: tuple[Scene, Scene],
    names: Sequence[str],
    path: Path | str,
    width_mm: float = 183.0,
    dark: bool = False,
) -> None:
    """Draw a comparison with the two maps in `scenes` as a PNG, PDF or SVG by the ending of `path`.

    `names` are those of A and B; the scenes are composed for the aspect `ASPECT` and in the same theme. Raises
    LatentariumError where nothing was compared yet, for another ending, for a page narrower than LEAST, and where the
    file cannot be written.
    """
    path, result = checked(path), compared.result
    if result is None:
        raise LatentariumError(compared.problem or "The two spaces are still being compared; export the figure then.")
    if width_mm < LEAST:
        raise LatentariumError(f"A page {width_mm:g} mm wide has no room for the figure; it needs {LEAST:g} mm.")
    width = pixels(width_mm)
    inner = width - 2 * _MARGIN
    wide = (inner - _GAP) / 2
    tall = wide / ASPECT
    notes, heads = (scenes[0].note, scenes[1].note), _headings(names, wide)
    header = _HEADER + _HEADING * (max(map(len, heads)) - 1)
    stars = any(label.kind == "prototype" for scene in scenes for label in scene.labels)
    words = caption(compared, names, notes, stars)
    if any(text != spelled(text) for text in (words, *(label.text for scene in scenes for label in scene.labels))):
        words += SPELLED
    lines = wrapped(words, _TEXT, inner)
    lines_of_parts = 3 if width < SLIM else 2 if width < NARROW else 1
    below = _MARGIN + header + tall + _SCALE
    charts = lines_of_parts * (_CHART + _GAP) - _GAP
    height = below + charts + _GAP + _LINE * len(lines) + _MARGIN
    with settled():
        sheet = new_sheet(width, height, dark)
        page = _Page(sheet, compared, result)
        many = sum(len(scene.dots.end) for scene in scenes) > MOST_DRAWN
        for number, scene in enumerate(scenes):
            left = _MARGIN + number * (wide + _GAP)
            page.draw_header(heads[number], _about(compared, number), (left, _MARGIN, wide, header))
            page.draw_map(scene, (left, _MARGIN + header, wide, tall), many)
        page.draw_scale((_MARGIN, below - _SCALE, inner, _SCALE))
        for draw, box in zip(
            (page.draw_histogram, page.draw_rights, page.draw_numbers),
            _boxes(inner, below, lines_of_parts),
            strict=True,
        ):
            draw(box)
        page.draw_caption(lines, (_MARGIN, below + charts + _GAP, inner, _LINE * len(lines)))
        sheet.save(path)


def _headings(names: Sequence[str], width: float) -> list[list[str]]:
    """The maps' names in at most two lines each; where they are too long for that, what tells them apart in one."""

    def lined(called: Sequence[str]) -> list[list[str]]:
        return [wrapped(f"{letter} · {name}", _TITLE, width, True) for letter, name in zip("AB", called, strict=True)]

    whole = lined(names)
    fits = all(width_of(line, _TITLE, True) <= width for lines in whole for line in lines)
    if fits and max(map(len, whole)) <= 2:
        return whole
    return [[f"{letter} · {name}"] for letter, name in zip("AB", short_names(names), strict=True)]


def _boxes(inner: float, top: float, lines: int) -> tuple[Box, Box, Box]:
    """Where histogram, two by two and numbers stand: beside each other, or in two or three lines."""
    down = _CHART + _GAP
    if lines == 3:
        first, second, third = ((_MARGIN, top + place * down, inner, _CHART) for place in range(3))
        return first, second, third
    share = inner if lines == 2 else 0.46 * inner
    left = _MARGIN if lines == 2 else _MARGIN + share + 2 * _GAP
    beside, room = top + (down if lines == 2 else 0.0), _MARGIN + inner - left
    return (
        (_MARGIN, top, share, _CHART),
        (left, beside, room * 0.54, _CHART),
        (left + room * 0.54 + _GAP, beside, room * 0.46 - _GAP, _CHART),
    )


class _Page:
    """Places the parts of a comparison on a sheet."""

    def __init__(self, sheet: Sheet, compared: Compared, result: Comparison) -> None:
        self.sheet, self.compared, self.result, self.theme = sheet, compared, result, sheet.theme

    def draw_header(self, titles: Sequence[str], note: str, box: Box) -> None:
        """A map's name, in as many lines as it has, and what it shows."""
        axes, (_, _, wide, tall) = self.sheet.strip(box), box
        for place, title in enumerate(titles):
            y = 10 + _HEADING * place
            write(axes, 0, y, shortened(title, _TITLE, wide, True), size=_TITLE, weight="bold", color=self.theme.text)
        write(axes, 0, tall - 10, shortened(note, _TEXT, wide), size=_TEXT, color=self.theme.muted)

    def draw_map(self, scene: Scene, box: Box, many: bool) -> None:
        """One space's picture; of `many` dots an image inside the page."""
        _, _, wide, tall = box
        axes = self.sheet.axes(box)
        axes.set_facecolor(shade(scene.background))
        scale = min(1.0, wide / _NATURAL)
        size = max(1.2, scene.dots.size * scale)
        if many:
            axes.set_rasterization_zorder(OVER_DOTS)
        Canvas(axes, replace(scene, dots=replace(scene.dots, size=size)), wide, tall, max(0.6, scale)).draw()
        axes.axis("on")  # its frame and its ground, without ticks
        axes.set(xticks=(), yticks=(), xlim=(0, wide), ylim=(tall, 0))
        for spine in axes.spines.values():
            spine.set(color=self.theme.border, linewidth=0.6)

    def draw_scale(self, box: Box) -> None:
        """What the dots' colours mean, in words and ten steps."""
        axes = self.sheet.strip(box)
        words, ends = "neighbour overlap", "from 0, unlike, to 1, alike"
        left, middle = width_of(words, _TEXT) + 10, box[3] / 2
        step = min(14.0, (box[2] - left - width_of(ends, _SMALL) - 6) / len(OVERLAP))
        write(axes, 0, middle, words, size=_TEXT, color=self.theme.text)
        for place, colour in enumerate(OVERLAP):
            axes.bar(left + step * (place + 0.5), 8, step, middle - 4, color=colour, linewidth=0)
        right = left + step * len(OVERLAP)
        axes.plot(
            [left, right, right, left, left],
            [middle - 4, middle - 4, middle + 4, middle + 4, middle - 4],
            color=self.theme.muted,
            linewidth=0.4,
        )
        write(axes, right + 5, middle, ends, size=_SMALL, color=self.theme.muted)

    def draw_histogram(self, box: Box) -> None:
        """The shares of the points in each tenth, and where chance lies."""
        left, top, wide, tall = box
        self._draw_title("Neighbour overlap", f"Jaccard index, k = {_k(self.result)}", (left, top, wide))
        axes = self.sheet.axes((left + 30, top + 24, wide - 34, tall - 44))
        shares = np.asarray(self.result.histogram)
        centres = (np.arange(len(shares)) + 0.5) / len(shares)
        axes.bar(centres, shares, 0.1, color=OVERLAP, edgecolor=self.theme.muted, linewidth=0.4)
        highest = float(max(shares.max(), 1e-9))
        axes.set(xlim=(0, 1), ylim=(0, highest * 1.36))
        self._draw_chances(axes, wide - 34)
        axes.set_xticks(np.linspace(0, 1, 6))
        axes.set_ylabel("share of points", size=_SMALL, color=self.theme.muted, labelpad=2)
        self._dress(axes)

    def draw_rights(self, box: Box) -> None:
        """How many of the labelled points are right in both, in one, in neither; their shares as shades."""
        left, top, wide, _ = box
        judgement = judge(self.compared)
        self._draw_title("Right in", "", (left, top, wide))
        axes = self.sheet.strip((left, top + 24, wide, 100))
        if judgement is None:
            write(axes, 0, 8, "no labels", size=_TEXT, color=self.theme.muted)
            return
        side, tall = (wide - 4) / 2, 44.0
        red, green, blue, _ = shade(rgba(self.theme.accent))
        for place, name in enumerate(CELLS):
            count = len(judgement.rows[name])
            x, y = (place % 2) * (side + 4), (place // 2) * (tall + 4)
            share = count / max(judgement.total, 1)
            ground = (red, green, blue, 0.06 + 0.3 * share)
            axes.bar(x + side / 2, tall, side, y, color=[ground], edgecolor=self.theme.border, linewidth=0.5)
            write(axes, x + 6, y + 12, name, size=_SMALL, color=self.theme.muted)
            write(axes, x + 6, y + 30, f"{count:,}", size=_TITLE, weight="bold", color=self.theme.text)
            write(axes, x + side - 5, y + 30, f"{share:.1%}", size=_SMALL, color=self.theme.muted, ha="right")

    def draw_numbers(self, box: Box) -> None:
        """The comparison in figures, a line each."""
        left, top, wide, _ = box
        result = self.result
        low, high = result.interval
        self._draw_title("Numbers", "", (left, top, wide))
        lines = [("points", f"{len(result.overlap):,}"), ("mean overlap", f"{result.mean:.3f}")]
        if isfinite(low) and isfinite(high):
            lines.append(("95 % interval", f"{low:.3f}–{high:.3f}"))
        lines.append(("chance", f"{result.chance:.3f}"))
        lines.append(("in class", f"{result.class_chance:.3f}"))
        lines.append(("linear CKA", f"{result.cka:.3f}"))
        lines.append((f"{_k(result)}-NN in A", f"{result.knn_a:.3f}"))
        lines.append((f"{_k(result)}-NN in B", f"{result.knn_b:.3f}"))
        axes = self.sheet.strip((left, top + 24, wide, 14.0 * len(lines)))
        known = [(name, value) for name, value in lines if value != "nan"]
        for place, (name, value) in enumerate(known):
            y = 7 + 14.0 * place
            write(axes, 0, y, name, size=_TEXT, color=self.theme.muted)
            write(axes, wide, y, value, size=_TEXT, weight="bold", color=self.theme.text, ha="right")

    def draw_caption(self, lines: Sequence[str], box: Box) -> None:
        """The caption, line by line."""
        axes = self.sheet.strip(box)
        for place, line in enumerate(lines):
            write(axes, 0, (place + 0.5) * _LINE, line, size=_TEXT, color=self.theme.text)

    def _draw_title(self, title: str, note: str, box: tuple[float, float, float]) -> None:
        left, top, wide = box
        axes = self.sheet.strip((left, top, wide, 20))
        axes.text(0, 8, title, va="center", size=_TEXT + 0.5, weight="bold", color=self.theme.text)
        write(axes, wide, 8, note, size=_SMALL, color=self.theme.muted, ha="right")

    def _draw_chances(self, axes: Axes, wide: float) -> None:
        """Both chance levels, dashed and dotted as in the window, named where the words do not run into each other."""
        levels = [("chance", self.result.chance), ("in class", self.result.class_chance)]
        known = [(name, level) for name, level in levels if isfinite(level)]
        near = len(known) == 2 and abs(known[0][1] - known[1][1]) < 0.2
        for place, (name, level) in enumerate(known):
            dash = (0, (3, 2)) if name == "chance" else (0, (1, 1.5))
            axes.axvline(level, color=self.theme.text, linewidth=0.7, linestyle=dash)
            beside = max(level for _, level in known) if near else level
            left = beside < 0.7
            axes.text(
                beside + (4 if left else -4) / wide,
                axes.get_ylim()[1] * (0.95 - 0.12 * place),
                f"{name} {level:.3f}",
                ha="left" if left else "right",
                va="center",
                size=_SMALL,
                color=self.theme.text,
            )

    def _dress(self, axes: Axes) -> None:
        """Quiet lines and small numbers."""
        axes.set_facecolor("none")
        axes.tick_params(colors=self.theme.muted, labelsize=_SMALL, length=2, width=0.5, pad=2)
        axes.yaxis.set_major_formatter("{x:.2f}")
        axes.xaxis.set_major_formatter("{x:.1f}")
        for side, spine in axes.spines.items():
            spine.set(color=self.theme.border, linewidth=0.6, visible=side in ("left", "bottom"))


def _k(result: Comparison) -> int:
    """How many neighbours were compared: fewer than was asked for, where there are no more points."""
    return int(result.neighbours_a.shape[1])


def _about(compared: Compared, number: int) -> str:
    """A map's second line: the step, or where there is one only the dimensions, and the leave-one-out accuracy."""
    run, frame = (compared.run_a, compared.frame_a) if number == 0 else (compared.run_b, compared.frame_b)
    result = compared.result
    assert result is not None
    knn = result.knn_a if number == 0 else result.knn_b
    width = run.description.dimensions
    parts = [f"step {run.entries[frame].step:,}" if len(run.entries) > 1 else f"{width} dimensions"]
    if isfinite(knn):
        parts.append(f"{_k(result)}-NN {knn:.3f}")
    return " · ".join(parts)
