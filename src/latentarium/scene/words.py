"""What a view says of itself: title, note and status."""

from math import isfinite

from latentarium.core.frame import ACCURACY, KNN_ACCURACY, PROBE_LOSS
from latentarium.projections.aligned import bare
from latentarium.projections.chain import Chain
from latentarium.projections.layouts.layout import Layout, settings_of
from latentarium.projections.projection import Projection
from latentarium.projections.simplex import Simplex
from latentarium.runs.run import Run
from latentarium.scene.desk import OVER_TIME
from latentarium.scene.moment import Moment
from latentarium.scene.palettes import DISTINCT
from latentarium.scene.state import ColourBy, ViewSettings

MEANS_LITTLE = "distances between clusters mean little"
_SEPARATOR = " · "


def title(settings: ViewSettings) -> str:
    """The view's name."""
    return "Simplex" if settings.kind == "simplex" else "Embedding"


def note(run: Run, projection: Projection | None, moment: Moment | None, by: ColourBy, *further: str) -> str:
    """What it shows, how far to trust it, and what the colours do not say by themselves."""
    if projection is None:
        return "being made…"
    parts, projection = [projection.title], bare(projection)
    if len(run.entries) < 2:
        parts[0] = parts[0].replace(OVER_TIME, "")
    if isinstance(projection, Simplex):
        held_out = run.classes[run.trained :]
        if held_out:
            parts.append(f"held out, without a pole: {_listed(held_out)}")
    elif isinstance(projection, Chain) and moment is not None:
        share = projection.share(moment.nearest)
        if share < 0.995:
            parts.insert(0, f"{share:.0%} of the {projection.measure}")
    elif isinstance(projection, Layout) and moment is not None:
        if projection.laid:
            parts.insert(0, MEANS_LITTLE)
        if len(run.entries) > 1 or not projection.laid:
            parts.insert(0, projection.tell(moment.nearest.step))
    parts += [words for words in further if words]
    if by is ColourBy.PROBABILITIES and run.trained != 3:
        parts.append("the classes' colours, mixed by probability")
    elif by in (ColourBy.CLASS, ColourBy.PREDICTION) and len(run.classes) > DISTINCT:
        parts.append(f"{len(run.classes)} classes: colour alone no longer tells them apart")
    return _SEPARATOR.join(parts)


def layout_words(run: Run, projection: Projection | None, index: int) -> str:
    """How the map of a frame was laid out, for whoever would make it again; empty for what is no layout."""
    layout = bare(projection) if projection is not None else None
    if projection is None or not isinstance(layout, Layout) or not layout.laid:
        return ""
    step = run.entries[index].step
    settings, told = settings_of(layout, step), layout.tell(step) if len(run.entries) > 1 else ""
    parts = [projection.title, f"{told} ({settings})" if told and settings else told or settings, MEANS_LITTLE]
    return ", ".join(filter(None, parts))


def where(run: Run, index: int, figures: bool = True) -> str:
    """Which step a frame is of, and how good its space is: "step 60 · 1-NN 0.887"; of a part of the points the step."""
    if not run.entries:
        return "waiting for the first frame"
    entry = run.entries[index]
    known = entry.scalars.get(KNN_ACCURACY)
    parts = [f"step {entry.step:,}"] if len(run.entries) > 1 else []
    parts += [f"1-NN {known:.3f}"] if figures and not _more(run) and known is not None and isfinite(known) else []
    return _SEPARATOR.join(parts)


def status(
    run: Run, settings: ViewSettings, moment: Moment | None, shown: int, selected: int, part: str = "", own: bool = True
) -> str:
    """How many of how many points, `part` of what, and this moment's figures, beside raw pixels and the first frame.

    Dots that are not where this moment has them, `own` False, are no sight of those figures.
    """
    if moment is None:
        return "waiting for the first frame"
    parts = [f"{shown:,} of {len(run.probe):,} shown"]
    if part:
        parts.append(part)
    if selected:
        parts.append(f"{selected:,} selected")
    if not own:
        return _SEPARATOR.join(parts)
    scalars = moment.nearest.scalars
    if settings.kind == "simplex":
        figures = [("accuracy", scalars.get(ACCURACY), 3), ("loss", scalars.get(PROBE_LOSS), 2)]
    else:
        figures = [
            ("1-NN", scalars.get(KNN_ACCURACY), 3),
            ("pixels", run.baselines.get("pixels_knn_accuracy"), 2),
        ]
        if len(run.entries) > 1:
            figures.append((f"step {run.entries[0].step:,}", run.entries[0].scalars.get(KNN_ACCURACY), 2))
    found = [f"{name} {value:.{digits}f}" for name, value, digits in figures if value is not None and isfinite(value)]
    if found and _more(run):
        found[0] = f"of all {_more(run):,}: {found[0]}"
    return _SEPARATOR.join(parts + found)


def part_words(run: Run) -> str:
    """Which part of A's points is here while B waits: "600 of 800, matched with B"; empty where all are."""
    return f"{len(run.probe):,} of {len(run.whole.probe):,}, matched with B" if run.whole is not None else ""


def _more(run: Run) -> int:
    """How many points the run has, whose figures are those of all, where only a part of them is here; else 0."""
    return len(run.whole.probe) if run.whole is not None and len(run.whole.probe) > len(run.probe) else 0


def _listed(names: tuple[str, ...], most: int = 4) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
