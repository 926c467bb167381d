"""What a second column shows, and the dot that no column owns."""

from dataclasses import replace
from typing import Any

from latentarium.scene.camera import Camera
from latentarium.scene.desk import has_simplex, open_run
from latentarium.scene.state import OpenRun, State


def before_and_after(state: State) -> dict[str, Any]:
    """The changes that put the first frame of the run shown beside it, or take the second column away again.

    Another run that is compared stays, also while it waits in its workspace.
    """
    shown = state.runs[0]
    if holds_another(state):
        return {}
    if len(state.runs) > 1:
        return alone(state)
    return {"runs": (shown, replace(shown, moment=0.0))}


def moments_instead(state: State) -> dict[str, Any]:
    """The changes that take another run away, and put the first frame of the run shown in its place."""
    lone = alone(state)
    return {**lone, **before_and_after(replace(state, **lone))}


def holds_another(state: State) -> bool:
    """Whether another run is the second, seen or waiting."""
    return len(state.runs) > 1 and state.runs[1].run is not state.runs[0].run


def alone(state: State) -> dict[str, Any]:
    """The changes that leave the first run alone, with all of its points again."""
    first = replace(state.runs[0], shows="both")
    if first.run.whole is not None:
        first = replace(first, run=first.run.whole, projections=open_run(first.run.whole, state.views).projections)
    return {"runs": (first,), "compared": None, "morph": 0.0, "gliding": None}


def stands_left(state: State) -> bool:
    """Whether the second column belongs at the left: an earlier moment of the same run, where nothing is compared."""
    first, second = state.runs[:2]
    return second.run is first.run and second.moment is not None and state.workspace != "compare"


def shows_second(state: State) -> bool:
    """Whether there is a second column to see: two moments of a run anywhere, another run where runs are compared."""
    return len(state.runs) > 1 and (state.workspace == "compare" or state.runs[1].run is state.runs[0].run)


def comparing(state: State) -> bool:
    """Whether two spaces stand beside each other in the workspace that compares them."""
    return state.workspace == "compare" and len(state.runs) > 1


def comes_beside(state: State) -> bool:
    """Whether a run that was just made comes beside the one that is open, and not in its place."""
    return state.workspace == "compare" and bool(state.runs)


def beside(state: State, second: OpenRun, frame: int | None = None) -> dict[str, Any]:
    """The changes that put a run beside the first, which shows the same points in the same rows.

    It stands at `frame` (negative: from the end), and alone, where one is given; else it follows the first, unless one
    of them has a single frame only, with which nothing can keep step.
    """
    first, last = state.runs[0], float(max(second.count - 1, 0))
    single = min(first.count, second.count) < 2 and not (first.live or second.live)
    if frame is None and not single:
        moment, link = None, "step" if state.link == "alone" else state.link
    else:
        at = last if frame is None else float(frame if frame >= 0 else second.count + frame)
        moment, link = min(max(at, 0.0), last), "alone"
    kept = state.runs[1] if len(state.runs) > 1 else None
    shows = kept.shows if kept else "embedding"
    firsts = first if kept else replace(first, shows="embedding")
    made = replace(second, moment=moment, aligned=(), shows=shows, cameras=kept.cameras if kept else None)
    shown = replace(state, runs=(firsts, made), link=link)
    anchor = None if first.live or second.live else (shown.frame, shown.frame_in(made))
    return {"runs": (firsts, made), "link": link, "anchor": anchor, "compared": None, "morph": 0.0, "gliding": None}


def frame_beside(state: State, frame: int) -> dict[str, Any]:
    """The changes that put another frame of the first run beside it."""
    return beside(state, state.runs[0], frame)


def swapped(state: State) -> dict[str, Any]:
    """The changes that make the second run the first, each at the moment that it shows."""
    first, second = state.runs[:2]
    alone = first.run is second.run or state.link == "alone"
    moment = state.moment_in(second)
    settings = state.comparison
    return {
        "runs": (
            replace(second, moment=None, aligned=(), cameras=None, matched=""),
            replace(
                first,
                moment=state.moment_in(first) if alone else None,
                aligned=(),
                cameras=second.cameras,
                matched=second.matched,
            ),
        ),
        "moment": moment,
        "following": moment >= second.count - 1,
        "playing": False,
        "anchor": state.anchor and (state.anchor[1], state.anchor[0]),
        "comparison": replace(settings, metric_a=settings.metric_b, metric_b=settings.metric_a),
        "compared": None,
        "morph": 0.0,
        "gliding": None,
    }


def linked(state: State, link: str) -> dict[str, Any]:
    """The changes that let the second run follow the first by step or by fraction, or stay where it is, alone."""
    if len(state.runs) < 2:
        return {"link": link}
    second = state.runs[1]
    moment = round(state.moment_in(second)) if link == "alone" else None
    return {"link": link, "runs": (state.runs[0], replace(second, moment=moment))}


def shows_view(state: State, column: int, view: int) -> bool:
    """Whether a column has this view to see: not every run has a simplex, and one of two that are compared may
    show a single view."""
    if len(state.runs) <= column:
        return True
    shown, kind = state.runs[column], state.views[view].kind
    if not has_simplex(shown.run):
        return kind != "simplex"
    return not comparing(state) or shown.shows in ("both", kind)


def shows_both(state: State, column: int) -> bool:
    """Whether a column has all its views to see."""
    return all(shows_view(state, column, view) for view in range(len(state.views)))


def with_column(state: State, column: int, **changes: Any) -> dict[str, Any]:
    """The changes that alter one column."""
    runs = list(state.runs)
    runs[column] = replace(runs[column], **changes)
    return {"runs": tuple(runs)}


def with_second(state: State, **changes: Any) -> dict[str, Any]:
    """The changes that alter the second column."""
    return with_column(state, 1, **changes)


def linked_cameras(state: State, together: bool) -> dict[str, Any]:
    """The changes that let both columns be seen from one place, or the second from one of its own."""
    return with_second(state, cameras=None if together else state.cameras) if len(state.runs) > 1 else {}


def own_cameras(state: State, column: int, view: int, changes: dict[str, Any]) -> dict[str, Any]:
    """`changes` that move the camera of a view, for the column alone where it has cameras of its own."""
    own = state.runs[column].cameras if len(state.runs) > column else None
    if own is None or "cameras" not in changes:
        return changes
    others = {name: value for name, value in changes.items() if name != "cameras"}
    cameras = (*own[:view], changes["cameras"][view], *own[view + 1 :])
    return {**others, **with_column(state, column, cameras=cameras)}


def reframed(state: State, cameras: tuple[Camera | None, ...], view: int) -> dict[str, Any]:
    """The changes that set the common cameras, and let the second column's own of one view frame all."""
    if len(state.runs) < 2 or (own := state.runs[1].cameras) is None:
        return {"cameras": cameras}
    return {"cameras": cameras, **with_second(state, cameras=(*own[:view], None, *own[view + 1 :]))}


def glided(state: State) -> dict[str, Any]:
    """The changes that let the first column's dots set out for the farther end of their way, or turn round on it."""
    if not comparing(state):
        return {}
    return {"gliding": 1.0 - (state.gliding if state.gliding is not None else round(state.morph))}


def framed(state: State) -> dict[str, Any]:
    """The changes that let every view frame all."""
    everything = tuple(None for _ in state.views)
    own = len(state.runs) > 1 and state.runs[1].cameras is not None
    return {"cameras": everything, **(with_second(state, cameras=everything) if own else {})}


def toggled_dot(state: State, trained: int) -> tuple[float, ...] | None:
    """The loose dot in the middle of the simplex, or none where there is one."""
    return (1 / trained,) * trained if state.loose is None else None
