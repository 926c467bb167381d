"""Brings a second run onto the desk, beside the first: read, matched point by point, and laid over it, in a thread."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from latentarium.app.errands import Errand, Errands
from latentarium.app.notices import Notice, NoticeBar
from latentarium.app.opener import reach
from latentarium.app.session import Session
from latentarium.app.worker import Failure
from latentarium.core.errors import LatentariumError
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.projections.aligned import Aligned
from latentarium.runs.matching import Match, UnmatchedError
from latentarium.runs.run import Run
from latentarium.scene.alignment import holding, laid_over
from latentarium.scene.columns import beside
from latentarium.scene.desk import is_of, open_run
from latentarium.scene.naming import names_of
from latentarium.scene.state import ColourBy, Selection, State

BY_POSITION = "Match by position"
ALONE = "Open B alone"
REFUSED = "“{}” (A) and “{}” (B) are not compared: {}"
Reading = Callable[[Tell], Run]


@dataclass(frozen=True, eq=False)
class Pair:
    """Two runs that show the same points in the same rows, and how they were matched."""

    first: Run
    second: Run
    match: Match
    aligned: tuple[Aligned | None, ...] = ()


@dataclass(frozen=True, eq=False)
class Doubt:
    """A run whose points are not matched with those of the first, and why; `by_position`: a person may have them be."""

    second: Run
    sentence: str
    by_position: bool = True


class Companion(QObject):
    """At most one run is on its way to the second column; the newest wish wins."""

    placed = Signal(object)  # what is now in the second column, an OpenRun
    alone_wanted = Signal(Path)  # a run that cannot stand there is to be opened instead of what is open

    def __init__(self, session: Session, errands: Errands, notices: NoticeBar) -> None:
        super().__init__(session)
        self._session, self._errands, self._notices = session, errands, notices
        self._errand: Errand | None = None
        self._beside: Run | None = None  # the first run of the one that is on its way
        self._told: list[Notice] = []  # of the runs that are on the desk
        self._refusal: Notice | None = None  # of the last wish
        session.changed.connect(self._on_changed)

    def open(self, path: Path, frame: int | None = None) -> None:
        """Read the run at `path`, and show it beside the first, at `frame` (None: where that stands)."""

        def read(tell: Tell) -> Run:
            tell(f"Opening {path.name}", None)
            run = Run.open(path)
            if len(run) == 0 and not run.writer_alive():
                raise LatentariumError(f"The run {path} has no frames: its training ended before the first one.")
            return run

        self._bring(f"Opening {path.name}", read, frame)

    def take(
        self, run: Run, frame: int | None = None, by: str = "id", otherwise: Callable[[], None] | None = None
    ) -> None:
        """Show a run that is open already, perhaps one that is being trained, beside the first.

        Where they do not fit together, a notice says why and offers to open it alone, or `otherwise` is called.
        """
        self._bring(f"Matching {run.name}", lambda tell: run, frame, by, otherwise)

    def tell(self, sentence: str, button: str, pressed: Callable[[], None]) -> Notice:
        """Say something of the runs that are on the desk; withdrawn once they are others."""
        notice = self._notices.tell(sentence, button, pressed)
        self._told.append(notice)
        return notice

    def _bring(
        self, name: str, read: Reading, frame: int | None, by: str = "id", otherwise: Callable[[], None] | None = None
    ) -> None:
        state = self._session.state
        if not state.runs:
            return
        first = state.runs[0].run.whole or state.runs[0].run

        def job(tell: Tell, cancelled: IsCancelled) -> Pair | Doubt:
            second = read(tell)
            tell("Matching the points", None)
            found = together(first, second, by)
            return prepared(found, state, frame, tell, cancelled) if isinstance(found, Pair) else found

        def then(found: Pair | Doubt) -> None:
            if isinstance(found, Pair):
                self._place(found, first, frame)
            elif otherwise is None:
                self._refuse(found, first, frame)
            else:
                self._notices.tell_failure(Failure(in_words(found, first)))
                otherwise()

        if self._errand is not None:
            self._errand.cancel()
        if self._refusal is not None:
            self._notices.end(self._refusal)
        self._errand = self._errands.begin(name, job, then)
        self._beside = first if otherwise is None else None

    def _refuse(self, doubt: Doubt, first: Run, frame: int | None) -> None:
        """Say why the run is not beside the first, and what a person can do about it."""

        def match_anyway() -> None:
            self.take(doubt.second, frame, "position")

        def open_alone() -> None:
            self.alone_wanted.emit(doubt.second.path)

        sentence = in_words(doubt, first)
        if doubt.by_position:
            self._refusal = self.tell(sentence, BY_POSITION, match_anyway)
        else:
            self._refusal = self._notices.tell_failure(Failure(sentence))
            self._told.append(self._refusal)
        self._refusal.add_button(ALONE, open_alone)

    def _place(self, pair: Pair, whole: Run, frame: int | None) -> None:
        state = self._session.state
        if not state.runs or not is_of(state.runs[0], whole):
            return  # something else is compared by now
        new = len(state.runs) < 2
        colour = {"colour_by": ColourBy.OVERLAP} if new else {}
        changes = put_beside(pair, state, frame)
        first, second = changes["runs"]
        aligned = holding(replace(state, **changes), pair.aligned)
        changes["runs"] = (first, replace(second, aligned=aligned))
        self._session.update(**changes, **colour, workspace="compare")
        for sentence in pair.match.problems:
            rows = pair.match.about.get(sentence)
            if rows is None:
                self.tell(sentence, "I see", _read)
            else:
                chosen = {"selection": Selection(rows, "another label in B")}
                self.tell(sentence, "Select them", partial(self._session.ask, chosen))
        self.placed.emit(self._session.state.runs[1])

    def _on_changed(self, old: State, new: State) -> None:
        """Give up a run whose first one is gone, and withdraw what was said of runs that are no longer those."""
        gone = self._beside is not None and not (new.runs and is_of(new.runs[0], self._beside))
        if gone and self._errand is not None:
            self._errand.cancel()
        if self._told and [shown.run for shown in old.runs] != [shown.run for shown in new.runs]:
            told, self._told = self._told, []
            for notice in told:
                self._notices.end(notice)


def together(first: Run, second: Run, by: str) -> Pair | Doubt:
    """Match the points; where no ids agree but the rows might, the person is to be asked."""
    from latentarium.jobs.comparing import bring_together

    try:
        return Pair(*bring_together(first, second, by))
    except UnmatchedError as error:
        try:
            bring_together(first, second, "position")
        except LatentariumError as senseless:
            return Doubt(second, f"{error} {senseless}", by_position=False)
        return Doubt(second, f"{error} Only do so where row by row they are of the same images.")
    except LatentariumError as error:
        return Doubt(second, str(error), by_position=False)


def in_words(doubt: Doubt, first: Run) -> str:
    """Why a run is not beside the first, with the names of both."""
    name_a, name_b = names_of([first, doubt.second])
    return REFUSED.format(name_a, name_b, doubt.sentence)


def put_beside(pair: Pair, state: State, frame: int | None) -> dict[str, Any]:
    """The changes that show the pair."""
    first = state.runs[0]
    if first.run is not pair.first:
        first = replace(first, run=pair.first, projections=open_run(pair.first, state.views).projections)
    second = open_run(pair.second, state.views, pair.second.writer_alive())
    return beside(replace(state, runs=(first, *state.runs[1:])), replace(second, matched=words_of(pair)), frame)


def prepared(pair: Pair, state: State, frame: int | None, tell: Tell, cancelled: IsCancelled) -> Pair:
    """Let both runs' projections see all frames, and lay the one over the other, so that the window need not wait."""
    for run in (pair.first, pair.second):
        if len(run):
            for projection in open_run(run, state.views).projections:
                if projection is not None:
                    reach(projection, run, tell, cancelled)
    return replace(pair, aligned=laid_over(replace(state, **put_beside(pair, state, frame))))


def words_of(pair: Pair) -> str:
    """How many points, and how they were found: "1,200 points matched by id"."""
    count = len(pair.match)
    return f"{count:,} {'points' if count != 1 else 'point'} matched by {pair.match.by}"


def _read() -> None:
    """A problem stays until the person has read it."""
