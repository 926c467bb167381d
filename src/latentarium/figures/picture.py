"""A scene as a PNG file, drawn by matplotlib without a window.

Sizes are logical pixels, 96 to the inch, as on a screen; a larger `dpi` makes the same picture finer.
"""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from latentarium.core.errors import LatentariumError
from latentarium.figures.canvas import POINTS, Canvas, shade
from latentarium.figures.lettering import shortened, width_of
from latentarium.figures.sheet import write
from latentarium.runs.run import Run
from latentarium.scene.compose import compose
from latentarium.scene.desk import open_run, seen_views
from latentarium.scene.key import Key, class_key
from latentarium.scene.scene import Scene
from latentarium.scene.state import State

LOGICAL = 96  # logical pixels an inch
_LEGEND, _HEADER, _FOOT = 40, 52, 34  # heights of the strips of words
_MARGIN = 18
_SMALL = 9.5  # points of the text
_LONGEST = 220  # pixels of a name in the legend; a longer one is cut
_QUIET = 0.75
_BAR = 110  # length of the colour bar


def draw_scene(
    scene: Scene, path: Path | str, width: int = 1600, height: int = 1600, dpi: float = 192, legend: Key = ()
) -> None:
    """Draw one view, with its title, note and status, as a PNG of `width` × `height` pixels.

    Raises LatentariumError where the file cannot be written.
    """
    _draw([scene], path, (width, height), dpi, legend)


def draw_frame(
    run: Run, index: int, path: Path | str, dark: bool = False, width: int = 2400, height: int = 1400, dpi: float = 192
) -> None:
    """Draw the simplex and the embedding of frame `index` (negative: from the end) side by side, with a legend.

    Raises IndexError where there is no such frame, LatentariumError where the file cannot be written.
    """
    index = range(len(run))[index]
    views = seen_views(run)
    state = State(views=views, moment=float(index), dark=dark)
    opened = open_run(run, views)
    aspect = (width / len(views)) / (height - (_LEGEND + _HEADER + _FOOT) * dpi / LOGICAL)
    scenes = [compose(opened, state, view, aspect) for view in range(len(views))]
    _draw(scenes, path, (width, height), dpi, class_key(run, dark))


def _draw(scenes: Sequence[Scene], path: Path | str, size: tuple[int, int], dpi: float, legend: Key) -> None:
    figure = Figure(figsize=(size[0] / dpi, size[1] / dpi), dpi=dpi, facecolor=shade(scenes[0].background))
    FigureCanvasAgg(figure)
    width, height = (side * LOGICAL / dpi for side in size)
    top = 0.0
    if legend:
        _draw_legend(_strip(figure, (0, 0, width, _LEGEND), (width, height)), legend, scenes[0], width)
        top = _LEGEND
    each = width / len(scenes)
    for column, scene in enumerate(scenes):
        left, tall = column * each, height - top - _HEADER - _FOOT
        _draw_header(_strip(figure, (left, top, each, _HEADER), (width, height)), scene, each)
        Canvas(_strip(figure, (left, top + _HEADER, each, tall), (width, height)), scene, each, tall).draw()
        _draw_foot(_strip(figure, (left, height - _FOOT, each, _FOOT), (width, height)), scene)
    try:
        figure.savefig(path, format="png", dpi=dpi, facecolor=figure.get_facecolor())
    except OSError as error:
        raise LatentariumError(f"The picture {path} cannot be written: {error.strerror or error}.") from error


def _strip(figure: Figure, box: tuple[float, float, float, float], size: tuple[float, float]) -> Axes:
    """Axes over a part of the figure (left, top, width, height), whose units are logical pixels, y down."""
    left, top, wide, tall = box
    width, height = size
    axes = figure.add_axes((left / width, 1 - (top + tall) / height, wide / width, tall / height))
    axes.set(xlim=(0, wide), ylim=(tall, 0))
    axes.axis("off")
    return axes


def _draw_legend(axes: Axes, legend: Key, scene: Scene, width: float) -> None:
    """Dots with names in one line, as many as find room."""
    left, ink = float(_MARGIN), shade(scene.foreground)
    for row, (name, colour) in enumerate(legend):
        name = shortened(name, _SMALL, _LONGEST)
        wide = 32 + width_of(name, _SMALL)
        if left + wide > width - _MARGIN and row < len(legend):
            axes.text(left, _LEGEND / 2, f"and {len(legend) - row} more", va="center", size=_SMALL, color=ink)
            return
        axes.scatter(left + 5, _LEGEND / 2, s=(10 * POINTS) ** 2, c=[shade(colour)])
        write(axes, left + 16, _LEGEND / 2, name, size=_SMALL, color=ink)
        left += wide


def _draw_header(axes: Axes, scene: Scene, width: float) -> None:
    """Title, note, and the colour bar of a continuous colour."""
    ink = shade(scene.foreground)
    write(axes, _MARGIN, 16, scene.title, size=11, weight="bold", color=ink)
    note = shortened(scene.note, _SMALL, width - 2 * _MARGIN)
    write(axes, _MARGIN, 36, note, size=_SMALL, color=ink, alpha=_QUIET)
    if scene.scale is None:
        return
    name, low, high = scene.scale
    right = width - _MARGIN - 36
    axes.text(right + 8, 16, f"{high:.2f}", va="center", size=_SMALL, color=ink)
    axes.text(right - _BAR - 8, 16, f"{name}  {low:.2f}", va="center", ha="right", size=_SMALL, color=ink)
    colours = scene.dots.palette[None, :256]
    axes.imshow(colours, extent=(right - _BAR, right, 22, 10), aspect="auto", interpolation="nearest")
    axes.set(xlim=(0, width), ylim=(_HEADER, 0))


def _draw_foot(axes: Axes, scene: Scene) -> None:
    ink = shade(scene.foreground)
    write(axes, _MARGIN, _FOOT / 2, scene.status, size=_SMALL, color=ink, alpha=_QUIET)
