"""The one mutable place."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from latentarium.app.session import Session
from latentarium.core.annotations import NO_ANNOTATIONS
from latentarium.core.arrays import frozen_ints
from latentarium.runs.run import Run
from latentarium.scene.desk import open_run
from latentarium.scene.state import NOTHING, ColourBy, Selection, State


class Listener(QObject):
    """Notes every pair of states, and asks for something at the first."""

    def __init__(self, session: Session, asking: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.session, self.asking, self.seen = session, asking, []
        session.changed.connect(self.on_changed)

    @Slot(object, object)
    def on_changed(self, old: State, new: State) -> None:
        self.seen.append((old, new))
        if self.asking:
            asking, self.asking = self.asking, None
            self.session.update(**asking)


def test_a_change_is_told_once(qtbot: QtBot) -> None:
    session = Session()
    listener = Listener(session)
    session.update(k=5, metric="euclidean")
    session.update(k=5)
    assert [(old.k, new.k, new.metric) for old, new in listener.seen] == [(12, 5, "euclidean")]


def test_what_a_listener_asks_for_waits_its_turn(qtbot: QtBot) -> None:
    session = Session()
    first, second = Listener(session, {"k": 7}), Listener(session)
    session.update(k=5)
    assert [new.k for _, new in first.seen] == [5, 7]
    assert [new.k for _, new in second.seen] == [5, 7], "nobody sees an old state last"
    assert session.state.k == 7


def test_an_unknown_field_is_refused_and_blocks_nothing(qtbot: QtBot) -> None:
    session = Session()
    with pytest.raises(TypeError):
        session.update(colour="blue")
    session.update(k=3)
    assert session.state.k == 3


def test_rows_that_another_run_does_not_have_are_dropped(qtbot: QtBot, make_run: Any) -> None:
    large, small = open_run(make_run(rows=42, name="large")), open_run(make_run(rows=12))
    session = Session()
    session.update(runs=(large,), focus=30, hovered=5, selection=Selection(frozen_ints([1, 30])), hidden=frozenset({1}))
    session.update(runs=(small,))
    state = session.state
    assert (state.focus, state.hovered, state.selection, state.isolated) == (None, None, NOTHING, False)


def test_the_same_probe_keeps_focus_and_selection(qtbot: QtBot, make_run: Any) -> None:
    session, chosen = Session(), Selection(frozen_ints([1, 3]))
    session.update(runs=(open_run(make_run(name="one")),), focus=5, selection=chosen)
    session.update(runs=(open_run(make_run(name="other")),))
    assert session.state.focus == 5
    assert session.state.selection is chosen


def test_the_moment_stays_within_the_run(qtbot: QtBot, make_run: Any) -> None:
    run = open_run(make_run(frames=4))
    session = Session()
    session.update(runs=(run,), moment=99.0)
    assert session.state.moment == 3.0
    session.update(moment=-1.0)
    assert session.state.moment == 0.0
    session.update(runs=())
    assert (session.state.moment, session.state.playing) == (0.0, False)


def test_selection_and_layout_are_undone_and_redone(qtbot: QtBot, make_run: Any) -> None:
    session = Session()
    session.update(runs=(open_run(make_run()),))
    first, second = Selection(frozen_ints(np.arange(3))), Selection(frozen_ints(np.arange(5)))
    session.ask({"selection": first})
    session.ask({"colour_by": ColourBy.LOSS})
    session.ask({"selection": second, "isolated": True})
    views = session.state.with_view(1, dimensions=2)
    session.ask({"views": views.views, "cameras": views.cameras})
    assert (session.can_undo, session.can_redo) == (True, False)
    session.undo()
    assert session.state.views[1].dimensions == 3
    session.undo()
    assert (session.state.selection, session.state.isolated) == (first, False)
    assert session.state.colour_by is ColourBy.LOSS, "colours are no layout"
    session.undo()
    assert session.state.selection is NOTHING
    assert not session.can_undo
    session.redo()
    session.redo()
    assert (session.state.selection, session.state.isolated) == (second, True)
    session.ask({"hidden": frozenset({0})})
    assert not session.can_redo, "a new change ends what could be redone"


def test_a_drag_is_undone_as_a_whole(qtbot: QtBot, make_run: Any) -> None:
    session = Session()
    session.update(runs=(open_run(make_run()),))
    session.ask({"selection": Selection(frozen_ints([1]))})
    for asking, row in ((session.ask, 2), (session.ask_further, 3), (session.ask_further, 4)):
        asking({"selection": Selection(frozen_ints([row]))})
    assert session.state.selection.rows.tolist() == [4]
    session.undo()
    assert session.state.selection.rows.tolist() == [1]


def test_another_run_forgets_what_could_be_undone(qtbot: QtBot, make_run: Any) -> None:
    session = Session()
    session.update(runs=(open_run(make_run(name="one")),))
    session.ask({"hidden": frozenset({0})})
    session.update(runs=(open_run(make_run(name="other")),))
    assert not session.can_undo


def test_undo_takes_labels_back_but_never_those_that_came_from_disk(small_run: Run) -> None:
    session = Session()
    session.update(runs=(open_run(small_run),))
    session.ask({"selection": Selection(frozen_ints([1, 2]))})
    session.take_annotations(NO_ANNOTATIONS.with_labels(["test-0"], "theirs"))
    session.ask({"annotations": session.state.annotations.with_labels(["test-1"], "mine")})
    session.take_annotations(session.state.annotations.with_labels(["test-5"], "theirs"))
    session.undo()
    assert dict(session.state.annotations.labels) == {"test-0": "theirs", "test-5": "theirs"}
    session.undo()
    assert session.state.selection is NOTHING
    assert dict(session.state.annotations.labels) == {"test-0": "theirs", "test-5": "theirs"}
    session.redo()
    session.redo()
    assert session.state.annotations.labels["test-1"] == "mine"
    session.update(runs=())
    assert len(session.state.annotations) == 0
