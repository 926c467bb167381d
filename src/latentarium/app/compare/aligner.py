"""Keeps the second run laid over the first, as projections, frames and the wish change."""

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from latentarium.app.errands import Errand, Errands
from latentarium.app.session import Session
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.projections.aligned import Aligned
from latentarium.scene.alignment import align_view, alignment_key, outdated_views, with_alignment
from latentarium.scene.state import State


class Aligner(QObject):
    """One view at a time, in a quiet errand."""

    def __init__(self, session: Session, errands: Errands) -> None:
        super().__init__(session)
        self._session, self._errands = session, errands
        self._errand: Errand | None = None
        session.changed.connect(self._on_changed)

    @Slot(object, object)
    def _on_changed(self, old: State, new: State) -> None:
        if old.runs is not new.runs or (old.align, old.anchor) != (new.align, new.anchor) or old.views is not new.views:
            self._next()

    def _next(self) -> None:
        state = self._session.state
        outdated = outdated_views(state) if self._errand is None else ()
        for view, key in outdated:
            if key is None:
                self._put(view, None)
                return  # which has this called again

            def job(tell: Tell, cancelled: IsCancelled, view: int = view, key: tuple[object, ...] = key) -> Aligned:
                return align_view(state, view, key)

            def then(aligned: Aligned, view: int = view) -> None:
                if alignment_key(self._session.state, view) == aligned.key:
                    self._put(view, aligned)

            self._errand = self._errands.begin("Aligning B to A", job, then, self._go_on, quiet=True)
            return

    def _go_on(self, errand: Errand) -> None:
        self._errand = None
        self._next()

    def _put(self, view: int, aligned: Aligned | None) -> None:
        state = self._session.state
        first, second = state.runs[:2]
        inner = second.projections[view]
        if aligned is not None and inner is not None and aligned.inner is not inner:
            aligned = Aligned(inner, aligned.map, aligned.key)  # a later layout of the same
        second = replace(second, aligned=with_alignment(second, view, aligned, len(state.views)))
        self._session.update(runs=(first, second))
