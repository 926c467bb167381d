"""What single keys ask for while a view has the focus."""

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import Qt

from latentarium.app.compare.query_steps import asked_for
from latentarium.app.views.layout_chip import asking
from latentarium.scene.camera import Camera
from latentarium.scene.cameras import centred
from latentarium.scene.column_colours import colouring_changes
from latentarium.scene.columns import glided, toggled_dot
from latentarium.scene.picking import blended
from latentarium.scene.scene import Flag, Scene
from latentarium.scene.state import ColourBy, State
from latentarium.scene.trails import USUAL

HELP = (
    "1 to 9 colour by · N and P next and previous dot · Return centres it · K neighbours · T trails · U lays out · "
    "B before and after · M morph · D loose dot · L lasso · I isolate · F frame all · Shift with arrows turns · "
    "plus and minus zoom · R random query · comma and full stop less and more alike · Esc lets go"
)
Changes = dict[str, Any]


def press(key: int, state: State, view: int, scene: Scene) -> Changes | str | None:
    """What a key asks of the state in one view: {} for nothing now, None where it means nothing.

    A text names the action that is to do it.
    """
    if Qt.Key.Key_1 <= key < Qt.Key.Key_1 + len(ColourBy):
        return colouring_changes(state, tuple(ColourBy)[key - Qt.Key.Key_1])
    found = _KEYS.get(key)
    return found(state, view, scene) if found else None


def aimed(state: State, view: int, camera: Camera | None) -> Changes:
    """One view's camera set; None frames all."""
    return {"cameras": (*state.cameras[:view], camera, *state.cameras[view + 1 :])}


def neighbouring_row(state: State, scene: Scene, step: int) -> int | None:
    """The dot before or after the focus, in the sample's order, among those that are shown and not grey."""
    rows = np.flatnonzero((scene.dots.flags & (Flag.HIDDEN | Flag.DIMMED)) == 0)
    if not len(rows):
        return None
    if state.focus is None:
        return int(rows[0 if step > 0 else -1])
    place = int(np.searchsorted(rows, state.focus + (step > 0))) - (step < 0)
    return int(rows[place % len(rows)])


def _step(by: int) -> "Answer":
    def answer(state: State, view: int, scene: Scene) -> Changes:
        row = neighbouring_row(state, scene, by)
        return {} if row is None else {"focus": row}

    return answer


def _centre(state: State, view: int, scene: Scene) -> Changes:
    return {} if state.focus is None else centre_on(state, view, scene, state.focus)


def centre_on(state: State, view: int, scene: Scene, row: int) -> Changes:
    """Look at one dot."""
    return aimed(state, view, centred(scene.camera, blended(scene.dots, np.array([row]))[0]))


def _neighbours(state: State, view: int, scene: Scene) -> Changes:
    return {"show_neighbours": not state.show_neighbours}


def _trails(state: State, view: int, scene: Scene) -> Changes:
    return {"trail": 0 if state.trail else USUAL}


def _lay_out(state: State, view: int, scene: Scene) -> Changes:
    return asking(state)


def _lasso(state: State, view: int, scene: Scene) -> Changes:
    return {"lasso": not state.lasso}


def _compare_moments(state: State, view: int, scene: Scene) -> str:
    return "before after"


def _morph(state: State, view: int, scene: Scene) -> Changes:
    return glided(state)


def _loosen(state: State, view: int, scene: Scene) -> Changes:
    trained = state.runs[0].run.trained if state.runs else 0
    return {"loose": toggled_dot(state, trained)} if trained > 1 else {}


def _query(step: str) -> "Answer":
    return lambda state, view, scene: asked_for(step, state) if state.workspace == "compare" else {}


def _isolate(state: State, view: int, scene: Scene) -> Changes:
    return {"isolated": not state.isolated} if len(state.selection) else {}


def _frame_all(state: State, view: int, scene: Scene) -> Changes:
    return aimed(state, view, None)


def _let_go(state: State, view: int, scene: Scene) -> Changes:
    return {"lasso": False} if state.lasso else {"focus": None}


Answer = Callable[[State, int, Scene], Changes | str]
_KEYS: dict[int, Answer] = {
    Qt.Key.Key_N.value: _step(1),
    Qt.Key.Key_P.value: _step(-1),
    Qt.Key.Key_Return.value: _centre,
    Qt.Key.Key_Enter.value: _centre,
    Qt.Key.Key_K.value: _neighbours,
    Qt.Key.Key_T.value: _trails,
    Qt.Key.Key_U.value: _lay_out,
    Qt.Key.Key_B.value: _compare_moments,
    Qt.Key.Key_M.value: _morph,
    Qt.Key.Key_D.value: _loosen,
    Qt.Key.Key_L.value: _lasso,
    Qt.Key.Key_I.value: _isolate,
    Qt.Key.Key_F.value: _frame_all,
    Qt.Key.Key_R.value: _query("random"),
    Qt.Key.Key_Comma.value: _query("less"),
    Qt.Key.Key_Period.value: _query("more"),
    Qt.Key.Key_Escape.value: _let_go,
}
