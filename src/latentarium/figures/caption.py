"""What must be said under a figure of two compared spaces, so that it can be read and made again."""

from collections.abc import Sequence
from math import isfinite

from latentarium.analysis.overlap import BOOTSTRAP_SEED
from latentarium.core.comparison import Comparison
from latentarium.core.dataset import Sample
from latentarium.runs.run import Run
from latentarium.scene.compared import Compared
from latentarium.scene.naming import name_of

_METRICS = {"cosine": "cosine distance", "euclidean": "Euclidean distance"}


def caption(compared: Compared, names: Sequence[str], maps: tuple[str, str] = ("", ""), stars: bool = False) -> str:
    """Sentences on what is shown: N, k, metrics, seeds, the sample, and what the numbers mean.

    `maps` says how each map was made, `stars` whether the class means are among the marks.
    Raises ValueError for a comparison without a result.
    """
    result = compared.result
    if result is None:
        raise ValueError("the comparison has no result yet")
    sentences = [
        f"Two spaces of the same N = {len(result.overlap):,} points.",
        f"A, {names[0]}: {space(compared.run_a, compared.frame_a)}.",
        f"B, {names[1]}: {space(compared.run_b, compared.frame_b)}.",
        _sampled(compared),
        _measured(result),
        _found(result),
    ]
    if maps[0] or maps[1]:
        same = maps[0] == maps[1]
        sentences.append(f"Maps: {maps[0]}." if same else f"Maps: A {maps[0]}; B {maps[1]}.")
    sentences.append("Stars: the classes' means." if stars else "")
    sentences.append(_judged(result))
    return " ".join(filter(None, sentences))


def space(run: Run, frame: int) -> str:
    """What a space is: the network or who made it, its dimensions, the step and the seed."""
    width, origin = run.description.dimensions, run.recipe.origin
    if origin is not None:
        made = " ".join(filter(None, (origin.model, "on" if origin.model and origin.dataset else "", origin.dataset)))
        parts = [made or "brought in", f"{width} dimensions", f"from {origin.source or origin.format}"]
        if len(run.entries) > 1:
            parts.append(f"step {run.entries[frame].step:,}")
        return ", ".join(parts)
    objectives = " + ".join(objective.name for objective in run.recipe.objective)
    parts = [f"{run.recipe.network.name}, {objectives}", f"{width} dimensions", f"step {run.entries[frame].step:,}"]
    return ", ".join([*parts, f"seed {run.recipe.seed}"])


def _sampled(compared: Compared) -> str:
    """Which points these are, and out of how many."""
    run, other = compared.run_a, compared.run_b
    count, whole = len(run.probe), (run.description.probe.count, other.description.probe.count)
    parts = [f"Points: {_drawn(run, run.probe)}"]
    if count != whole[0] or count != whole[1]:
        of = f"{whole[0]:,}" if whole[0] == whole[1] else f"{whole[0]:,} in A and {whole[1]:,} in B"
        parts.append(f"the {count:,} of {of} that both have")
    if run.probe.ids != other.probe.ids:
        parts.append("matched row by row, not by id")
    if run.recipe.data.held_out and run.recipe.origin is None:
        parts.append(f"classes that A never trained on: {', '.join(run.recipe.data.held_out)}")
    return "; ".join(parts) + "."


def _drawn(run: Run, sample: Sample) -> str:
    origin, data = run.recipe.origin, run.recipe.data
    if origin is not None:
        return f"those of {origin.dataset or origin.source or name_of(run)}"
    return f"{sample.split} images of {run.description.dataset.name or data.name}, drawn class by class in proportion"


def _measured(result: Comparison) -> str:
    settings, k = result.settings, result.neighbours_a.shape[1]
    a, b = (_METRICS.get(metric, metric) for metric in (settings.metric_a, settings.metric_b))
    by = f"by {a} in both" if a == b else f"by {a} in A and {b} in B"
    own = "counted" if settings.include_self else "not counted"
    return f"Colour: Jaccard index of each point's k = {k} nearest neighbours, {by}, the point itself {own}."


def _found(result: Comparison) -> str:
    low, high = result.interval
    mean = f"Mean {result.mean:.3f}"
    if isfinite(low) and isfinite(high):
        mean += f" (95 % bootstrap interval {low:.3f} to {high:.3f}, seed {BOOTSTRAP_SEED})"
    expected = f"expected by chance {result.chance:.3f}"
    if isfinite(result.class_chance):
        expected += f", of neighbours drawn within the class {result.class_chance:.3f}"
    return f"{mean}; {expected}. Linear CKA {result.cka:.3f}."


def _judged(result: Comparison) -> str:
    """By what a point is right; empty without labels."""
    if result.right_a is None or result.right_b is None:
        return ""
    if result.judged_a == result.judged_b:
        return f"Right: by {result.judged_a}."
    return f"Right: in A by {result.judged_a}, in B by {result.judged_b}."
