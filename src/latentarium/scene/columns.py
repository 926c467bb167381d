"""What a second column shows, and the dot that no column owns."""

from dataclasses import replace
from typing import Any

from latentarium.scene.state import OpenRun, State


def before_and_after(state: State) -> dict[str, Any]:
    """The changes that put the first frame of the run shown beside it, or take the second column away again."""
    shown = state.runs[0]
    if len(state.runs) > 1:
        return {"runs": (shown,)}
    return {"runs": (shown, replace(shown, moment=0.0))}


def stands_left(shown: OpenRun, first: OpenRun) -> bool:
    """Whether a second column belongs at the left: an earlier moment of the same run."""
    return shown.run is first.run and shown.moment is not None


def toggled_dot(state: State, trained: int) -> tuple[float, ...] | None:
    """The loose dot in the middle of the simplex, or none where there is one."""
    return (1 / trained,) * trained if state.loose is None else None
