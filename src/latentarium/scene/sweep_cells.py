"""What the cells of a sweep show: one moment, one camera and one pointer for all of them."""

from dataclasses import replace
from typing import Any

import numpy as np

from latentarium.core.frame import ACCURACY, KNN_ACCURACY
from latentarium.runs.run import Run
from latentarium.scene.camera import Camera
from latentarium.scene.compose import compose, dot_size
from latentarium.scene.desk import is_of, open_run
from latentarium.scene.multiples import embedding_view
from latentarium.scene.scene import Scene
from latentarium.scene.state import NOTHING, OpenRun, OpenSweep, State, SweepCell

SMALL = 0.64  # of the dots' size in a view that has the window for itself


def open_cell(run: Run, live: bool = False) -> OpenRun:
    """A run as a cell shows it. Cheap: nothing is placed yet."""
    return open_run(run, (embedding_view(run),), live)


def shown_runs(state: State) -> tuple[OpenRun, ...]:
    """Every open run of the state: those on the desk and those in the cells of a sweep."""
    cells = state.sweep.cells if state.sweep else ()
    return (*state.runs, *(cell.shown for cell in cells if cell.shown is not None))


def told(state: State, run: Run, **changes: Any) -> dict[str, Any]:
    """What to change of the state where there is news of `run`: `changes` of its OpenRun, wherever that is shown."""
    found: dict[str, Any] = {}
    if any(is_of(shown, run) for shown in state.runs):
        found["runs"] = tuple(replace(shown, **changes) if is_of(shown, run) else shown for shown in state.runs)
    sweep = state.sweep
    if sweep is not None and any(cell.shown is not None and cell.shown.run is run for cell in sweep.cells):
        cells = tuple(
            replace(cell, shown=replace(cell.shown, **changes))
            if cell.shown is not None and cell.shown.run is run
            else cell
            for cell in sweep.cells
        )
        found["sweep"] = replace(sweep, cells=cells)
    return found


def with_cell(sweep: OpenSweep, index: int, **changes: Any) -> OpenSweep:
    """The same with another cell in place `index`."""
    cells = sweep.cells
    return replace(sweep, cells=(*cells[:index], replace(cells[index], **changes), *cells[index + 1 :]))


def moment_of_cell(shown: OpenRun, state: State) -> float:
    """The moment a cell shows: the state's, at most its own last frame; its last one where the state follows."""
    last = float(max(shown.count - 1, 0))
    in_hand = bool(state.runs) and state.runs[0].run is shown.run
    return last if state.following and not in_hand else min(state.moment, last)


def cell_state(shown: OpenRun, state: State, camera: Camera | None) -> State:
    """The state by which a cell's scene is composed; equal where the scene would be the same."""
    probe = state.runs[0].run.probe.ids if state.runs else None
    same = probe is not None and (shown.run is state.runs[0].run or shown.run.probe.ids == probe)
    return State(
        moment=moment_of_cell(shown, state),
        hovered=state.hovered if same else None,
        focus=state.focus if same else None,
        selection=state.selection if same else NOTHING,
        isolated=state.isolated and same,
        hidden=state.hidden,
        filtered=state.filtered if same else None,
        colour_by=state.colour_by,
        column=state.column,
        show_neighbours=False,
        views=(replace(embedding_view(shown.run), background="none"),),  # hundreds of polygons a cell take too long
        cameras=(camera,),
        dark=state.dark,
        presenting=state.presenting,
        lasso=state.lasso,
        dot_size=state.dot_size or SMALL * dot_size(len(shown.run.probe), state.presenting),
    )


def cell_scene(shown: OpenRun, state: State, aspect: float = 1.0) -> tuple[Scene, Camera]:
    """The scene of one cell and the camera that would frame all of it; the sweep's camera is seen from there."""
    base = compose(shown, cell_state(shown, state, None), 0, aspect)
    camera = state.sweep.camera if state.sweep else None
    if camera is None:
        return base, base.camera
    return replace(base, camera=placed(camera, base.camera)), base.camera


def relative(camera: Camera, base: Camera) -> Camera:
    """`camera` in the units of `base`, so that it can be carried over to another cell."""
    centre = (np.asarray(camera.centre, float) - np.asarray(base.centre, float)) / base.extent
    x, y, z = (float(part) for part in centre)
    return replace(camera, centre=(x, y, z), extent=camera.extent / base.extent)


def placed(camera: Camera, base: Camera) -> Camera:
    """The camera of a cell that frames all with `base`, from one in its units; a flat cell stays flat."""
    centre = np.asarray(base.centre, float) + np.asarray(camera.centre, float) * base.extent
    x, y, z = (float(part) for part in centre)
    return replace(base, centre=(x, y, z), extent=camera.extent * base.extent, rotation=camera.rotation)


def progress_of(cell: SweepCell) -> str:
    """How far a cell is, in a word or a few: "done", "epoch 31 of 50", "queued"."""
    shown = cell.shown
    if cell.state != "training":
        return cell.state
    if shown is None or shown.count == 0:
        return "starting"
    entry, length = shown.run.entries[min(shown.count, len(shown.run.entries)) - 1], shown.run.recipe.optimiser
    if length.steps:
        return f"step {entry.step:,} of {length.steps:,}"
    return f"epoch {entry.epoch:.0f} of {length.epochs:g}"


def note_of(cell: SweepCell) -> str:
    """What stands below a cell's name: its test accuracy once it is done, else how far it is."""
    if cell.state == "done":
        for name, spoken in ((ACCURACY, "test"), (KNN_ACCURACY, "1-NN")):
            if name in cell.measures:
                return f"{spoken} {cell.measures[name]:.3f}"
        return "done"
    if cell.state == "training":
        return f"running, {progress_of(cell)}"
    return f"failed: {cell.error}" if cell.state == "failed" else cell.state
