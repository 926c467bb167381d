"""Commands for sweeps: train the runs of one, go on with it, and draw them all in one figure."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from latentarium.cli.output import plain, print_json, say
from latentarium.cli.reading import new_file
from latentarium.cli.training import Reporter, anchored, pairs, stopped_by_signals, values_of
from latentarium.core.errors import LatentariumError
from latentarium.core.frame import ZERO_SHOT, Frame
from latentarium.core.recipe_text import assign_all, preset
from latentarium.core.sweep import Sweep, name_of, plan
from latentarium.data.sources import LOCAL, root_of
from latentarium.data.sources import download as fetch
from latentarium.jobs.measures import NAMES, chart_of
from latentarium.jobs.sweep import Cell, cells_of, continue_sweep, run_sweep
from latentarium.jobs.training import outcome_of
from latentarium.runs.groups import Group, read_group
from latentarium.runs.library import find_group, fresh_folder
from latentarium.runs.run import Run
from latentarium.scene.key import Key, class_key
from latentarium.scene.multiples import embedding_scene
from latentarium.scene.scene import Scene
from latentarium.training.control import Control

FIGURES = ("png", "pdf", "svg")


class SweepReporter:
    """A SweepListener that speaks on stderr."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self._one = Reporter()
        self._name = ""

    def stage(self, text: str, fraction: float | None) -> None:
        """Show which run it is, what is being done, and how the last frame was."""
        self._one.stage(f"{self._name} · {text}", fraction)

    def changed(self, index: int, cell: Cell) -> None:
        """Say what became of a run."""
        name = name_of(self._sweep.field, cell.value)
        if cell.state == "training":
            self._name = f"{name}, run {index + 1} of {len(self._sweep.values)}"
            self._one.forget()
        elif cell.state == "failed":
            self._one.warned(f"{name} failed: {cell.error}")

    def opened(self, index: int, path: Path) -> None:
        """Nothing: where the runs lie is said at the end."""

    def committed(self, index: int, frame_index: int, frame: Frame) -> None:
        """Show how the frame is."""
        self._one.committed(frame_index, frame)

    def warned(self, sentence: str) -> None:
        """Say it, and go on."""
        self._one.warned(sentence)

    def end(self) -> None:
        """Take the line of progress away."""
        self._one.line.end()


def sweep(
    source: str, over: str | None, settings: Sequence[str], out: Path | None, download: bool, as_json: bool
) -> int:
    """Train every run of a recipe's sweep into a new folder in `out`, or go on with the sweep in a folder."""
    folder, planned = find_group(source), None
    if folder is not None:
        if over or settings or out:
            raise LatentariumError(
                f"{folder} is a sweep that goes on as it was begun; --over, --set and --out are not for it."
            )
        swept = read_group(folder).sweep
    else:
        swept = planned = _planned(source, over, settings)
        folder = fresh_folder(planned.recipe, out)
    reporter, control = SweepReporter(swept), Control()
    with stopped_by_signals(control) as caught:
        try:
            data = swept.recipe.data
            if download and data.name not in LOCAL:
                fetch(data.name, root_of(data), reporter.stage, lambda: control.stopped)
            if planned is not None:
                cells = run_sweep(planned, folder, control, reporter)
            else:
                cells = continue_sweep(folder, control, reporter)
        finally:
            reporter.end()
    _tell(folder, swept, cells, as_json)
    if caught:
        return 128 + caught[0]
    failed = [name_of(swept.field, cell.value) for cell in cells if cell.state == "failed"]
    if failed:
        raise LatentariumError(f"{len(failed)} of {len(cells)} runs failed ({', '.join(failed)}); the others are kept.")
    return 0


def export_sweep(folder: Path, kind: str | None, out: Path | None, force: bool) -> int:
    """Draw the embeddings of all runs and the chart of their figures, and print where the figure lies."""
    kind = kind or (out.suffix.lower().lstrip(".") if out is not None else "") or FIGURES[0]
    if kind not in FIGURES:
        raise LatentariumError(f"A sweep can be drawn as {', '.join(FIGURES)}, not as {kind}.")
    group = read_group(folder)
    path = out or Path(f"{group.name}.{kind}")
    with new_file(path, kind, force) as made:
        _draw(group, made)
    print(path)
    return 0


def _draw(group: Group, path: Path) -> None:
    from latentarium.figures.multiples import draw_multiples  # here: matplotlib, for pictures alone

    cells = cells_of(group)
    drawn: list[tuple[str, str, Scene | None]] = []
    key: Key = ()
    with ExitStack() as stack:
        for cell in cells:
            scene = None
            if cell.run is not None:
                run = Run.open(cell.run)
                stack.callback(run.close)
                scene = embedding_scene(run)
                key = key or class_key(run, False)
            drawn.append((name_of(group.sweep.field, cell.value), cell.note, scene))
        chart = chart_of(group.sweep, [cell.measures for cell in cells])
        draw_multiples(drawn, chart, path, legend=key)


def _planned(source: str, over: str | None, settings: Sequence[str]) -> Sweep:
    recipe = anchored(assign_all(preset(source), pairs(settings)))
    if over is None:
        if not recipe.sweep.field:
            raise LatentariumError(
                f"The recipe {source} sweeps over nothing; say --over FIELD=v1,v2, such as seed=0,1,2."
            )
        return plan(recipe)
    field, equals, values = over.partition("=")
    if not equals:
        raise LatentariumError(f"--over {over}: write field=values, such as --over seed=0,1,2.")
    return plan(recipe, field, values)


def _tell(folder: Path, swept: Sweep, cells: Sequence[Cell], as_json: bool) -> None:
    if any(cell.state in ("queued", "stopped") for cell in cells):
        say(f"Stopped; the runs are kept. To go on: latentarium sweep {folder}")
    if as_json:
        print_json(
            {"sweep": str(folder.absolute()), "field": swept.field, "runs": [_as_values(cell) for cell in cells]}
        )
        return
    print(plain(f"sweep  {folder.absolute()}"))
    for cell in cells:
        name = name_of(swept.field, cell.value)
        figures = (f"{NAMES[figure]} {share:.4f}" for figure, share in cell.measures.items() if figure in NAMES)
        print(plain("  ".join((f"{name:<24}{cell.state:<9}", *figures))))


def _as_values(cell: Cell) -> dict[str, Any]:
    """One run as `train --json` tells of it, after its value and state; then what else the sweep compares."""
    shown: dict[str, Any] = {}
    if cell.run is not None:
        run = Run.open(cell.run)
        shown = values_of(outcome_of(run))
        run.close()
    return {
        "value": cell.value,
        "state": cell.state,
        **({"error": cell.error} if cell.error else {}),
        **shown,
        **{name: share for name, share in cell.measures.items() if name not in (*shown, *ZERO_SHOT)},
    }
