"""The one mutable place: which State holds now, and which were before."""

from collections import deque
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from latentarium.core.annotations import NO_ANNOTATIONS, Annotations
from latentarium.core.arrays import frozen_ints
from latentarium.projections.aligned import Aligned
from latentarium.runs.run import Run
from latentarium.scene.state import NOTHING, ColourBy, OpenRun, Selection, State, ViewSettings

KEPT_STEPS = 100


@dataclass(frozen=True)
class Step:
    """What undo brings back: selection, layout and labels by hand, never the data or the moment."""

    selection: Selection
    isolated: bool
    hidden: frozenset[int]
    views: tuple[ViewSettings, ...]
    filtered: Selection | None
    annotations: Annotations

    @classmethod
    def of(cls, state: State) -> "Step":
        shown = state.selection, state.isolated, state.hidden, state.views
        return cls(*shown, state.filtered, state.annotations)


class Session(QObject):
    """Swap one State for the next, and say so once.

    What a listener asks for while `changed` is being delivered waits its turn, so nobody sees an old state last.
    """

    changed = Signal(object, object)  # old State, new State

    def __init__(self, state: State | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = state or State()
        self._wanted: deque[dict[str, Any]] = deque()
        self._past: list[Step] = []
        self._future: list[Step] = []

    def update(self, **changes: Any) -> None:
        """Replace those fields of the state; unknown names raise TypeError."""
        self._wanted.append(changes)
        if len(self._wanted) > 1:
            return
        try:
            while self._wanted:
                old, self.state = self.state, fitted(self.state, replace(self.state, **self._wanted[0]))
                if run_of(old) is not run_of(self.state):
                    self._past.clear()
                    self._future.clear()
                if self.state != old:
                    self.changed.emit(old, self.state)
                self._wanted.popleft()
        except BaseException:
            self._wanted.clear()
            raise

    @Slot(object)
    def ask(self, changes: dict[str, Any]) -> None:
        """Take a person's wish for the state; selection and layout can be undone afterwards."""
        before = Step.of(self.state)
        named = (name for name in Step.__dataclass_fields__ if name in changes)
        if any(changes[name] != getattr(before, name) for name in named):
            self._past = [*self._past[1 - KEPT_STEPS :], before]
            self._future.clear()
        self.update(**changes)

    @Slot(object)
    def ask_further(self, changes: dict[str, Any]) -> None:
        """Take a wish that goes on with the last one, as in a drag: undo brings back what was before both."""
        self.update(**changes)

    def take_annotations(self, annotations: Annotations) -> None:
        """Show labels and columns that came from disk; no undo takes them away."""
        news = annotations.changes(self.state.annotations)
        for steps in (self._past, self._future):
            for place, step in enumerate(steps):
                labels = step.annotations.with_changes(news) if news else step.annotations
                labels = replace(labels, columns=annotations.columns, beyond=annotations.beyond)
                steps[place] = replace(step, annotations=labels)
        self.update(annotations=annotations)

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    @Slot()
    def undo(self) -> None:
        """Bring back the selection and layout before the last change of them."""
        if self._past:
            self._future.append(Step.of(self.state))
            self._bring_back(self._past.pop())

    @Slot()
    def redo(self) -> None:
        """Take the last undo back."""
        if self._future:
            self._past.append(Step.of(self.state))
            self._bring_back(self._future.pop())

    def _bring_back(self, step: Step) -> None:
        pairs = zip(self.state.views, step.views, self.state.cameras, strict=True)
        cameras = tuple(camera if now == then else None for now, then, camera in pairs)
        self.update(
            selection=step.selection,
            isolated=step.isolated,
            hidden=step.hidden,
            views=step.views,
            cameras=cameras,
            filtered=step.filtered,
            annotations=step.annotations,
        )


def run_of(state: State) -> Run | None:
    """The run of the first column."""
    return state.runs[0].run if state.runs else None


def _speaks_of_loss(run: Run | None) -> bool:
    """Whether it is the lesson that is about its two figures."""
    return run is not None and run.recipe.teaching == "same-loss"


def _kin(runs: tuple[OpenRun, ...]) -> tuple[OpenRun, ...]:
    """The runs, with further moments of the first one seen as it is: its frames, its projections."""
    first = runs[0]
    others = (
        replace(one, count=first.count, live=first.live, projections=first.projections)
        if one.run is first.run
        and (one.count, one.live, one.projections) != (first.count, first.live, first.projections)
        else one
        for one in runs[1:]
    )
    made = (first, *others)
    return runs if all(a is b for a, b in zip(made, runs, strict=True)) else made


def _kept_aligned(runs: tuple[OpenRun, ...]) -> tuple[OpenRun, ...]:
    """The runs, with a layout that goes on from the one before aligned as that one is."""
    made = tuple(replace(one, aligned=_followed(one)) if _outdated(one) else one for one in runs)
    return runs if all(a is b for a, b in zip(made, runs, strict=True)) else made


def _outdated(one: OpenRun) -> bool:
    pairs = zip(one.aligned, one.projections, strict=False)
    return any(aligned is not None and aligned.inner is not projection for aligned, projection in pairs)


def _followed(one: OpenRun) -> tuple[Aligned | None, ...]:
    pairs = zip(one.aligned, one.projections, strict=False)
    return tuple(aligned and aligned.followed_by(projection) for aligned, projection in pairs)


def _carried(state: State, before: Run, after: Run) -> dict[str, Any]:
    """What is hovered, in focus and selected where the same run shows more or fewer of its points, by their ids."""

    def row_of(row: int | None) -> int | None:
        return None if row is None else after.probe.rows.get(before.probe.ids[row])

    rows = sorted(row for old in state.selection.rows.tolist() if (row := row_of(old)) is not None)
    selection = replace(state.selection, rows=frozen_ints(np.array(rows, np.int64))) if rows else NOTHING
    kept = {"selection": selection, "isolated": state.isolated and bool(rows)}
    return {"hovered": row_of(state.hovered), "focus": row_of(state.focus), **kept}


def fitted(old: State, new: State) -> State:
    """`new` without what its runs cannot show: rows, classes, poles and moments that are not there.

    Where another run shows the same probe, hovered, focus and selection stay; so does what came with the run.
    """
    before, after = run_of(old), run_of(new)
    changes: dict[str, Any] = {}
    if after is None:
        changes.update(hovered=None, focus=None, selection=NOTHING, isolated=False, hidden=frozenset(), playing=False)
        changes.update(filtered=None, annotations=NO_ANNOTATIONS)
    elif after is not before:
        foreign: dict[str, Any] = {}
        if before is None or before.probe.ids != after.probe.ids:
            foreign.update(hovered=None, focus=None, selection=NOTHING, isolated=False, filtered=None)
        if before is not None and (before.whole or before) is (after.whole or after):
            foreign.update(_carried(old, before, after))
        if before is None or before.path != after.path:
            foreign.update(annotations=NO_ANNOTATIONS)
        if before is None or before.classes != after.classes:
            foreign.update(hidden=frozenset(), views=tuple(replace(view, poles=()) for view in new.views))
        if before is None or before.recipe.network != after.recipe.network or before.classes != after.classes:
            foreign.update(cameras=tuple(None for _ in new.views))
        if not after.classes and after.probe.metadata:
            foreign.update(colour_by=ColourBy.COLUMN)  # there is nothing else that could tell its points apart
        elif before is not None and not before.classes and new.colour_by is ColourBy.COLUMN:
            foreign.update(colour_by=ColourBy.CLASS)
        if new.loose is not None and len(new.loose) != after.trained:
            foreign.update(loose=None)
        foreign.update(headline=_speaks_of_loss(after) or (new.headline and not _speaks_of_loss(before)))
        changes.update({name: value for name, value in foreign.items() if getattr(old, name) == getattr(new, name)})
    if len(new.runs) < 2 <= len(old.runs) and new.colour_by is ColourBy.OVERLAP:
        by_column = after is not None and not after.classes and after.probe.metadata
        changes["colour_by"] = ColourBy.COLUMN if by_column else ColourBy.CLASS
    if after is not before and new.events is not None and new.events.run is not after:
        changes["events"] = None
    if len(new.runs) > 1:
        kin = _kept_aligned(_kin(new.runs))
        if kin is not new.runs:
            changes["runs"] = kin
    last = max(new.runs[0].count - 1, 0) if new.runs else 0
    if not 0 <= new.moment <= last:
        changes["moment"] = float(min(max(new.moment, 0.0), last))
    rows = len(after.probe) if after else 0
    for name in ("hovered", "focus"):
        row = changes.get(name, getattr(new, name))
        if row is not None and not 0 <= row < rows:
            changes[name] = None
    if new.isolated and len(changes.get("selection", new.selection)) == 0:
        changes["isolated"] = False
    return replace(new, **changes) if changes else new
