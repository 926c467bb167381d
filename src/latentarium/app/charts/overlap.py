"""How many of their neighbours the points keep from one space to the other."""

import numpy as np
from PySide6.QtCore import Signal

from latentarium.analysis.overlap import bins
from latentarium.app.charts.compared_panel import ComparedPanel, lay_out
from latentarium.app.charts.overlap_plot import BINS, Bars, OverlapPlot, Span, span_words
from latentarium.app.inspector.point import figure
from latentarium.core.arrays import frozen_ints
from latentarium.core.comparison import Comparison
from latentarium.scene.compared import Compared
from latentarium.scene.overlap import rows_in
from latentarium.scene.state import NOTHING, Selection, State


class OverlapPanel(ComparedPanel):
    """The histogram of the overlap; brushing it selects the points in all views."""

    asked_further = Signal(object)  # as `asked`, while a drag goes on that asked before

    def __init__(self) -> None:
        super().__init__("Neighbour overlap")
        self.plot = OverlapPlot()
        self.plot.brushed.connect(self._on_brushed)
        self._brush: tuple[Comparison, Span, Selection] | None = None  # of which comparison, and what was selected
        self._about = lay_out(self, "neighbour overlap", (), self.words, self.plot)

    def _shown_of(self, state: State) -> tuple[object, ...]:
        return (state.selection, state.focus, state.dark)

    def brush(self, span: Span | None, going_on: bool = False) -> None:
        """Select the points of these bins in all views; None selects none. A drag that goes on is undone as a whole."""
        result = self._newest.result
        if result is None:
            return
        selection = NOTHING
        if span is not None:
            name = f"overlap {span_words(span)} at k {_k(result)}"  # true also when other neighbours are asked for
            selection = Selection(frozen_ints(rows_in(result, *span)), name)
        self._brush = None if span is None else (result, span, selection)
        (self.asked_further if going_on else self.asked).emit({"selection": selection})

    def _draw(self) -> None:
        compared, state = self._newest.compared, self._state
        words = self._newest.words(state)
        self._say(words, self.plot)
        if words:
            self._about.show_text("")
        if compared is None or compared.result is None:
            self.plot.show_bars(None, state.dark)
            return
        self._about.show_text(about(compared, compared.result))
        self.plot.show_bars(bars_of(compared.result, state, self._brushed(compared.result)), state.dark)

    def _brushed(self, result: Comparison) -> Span | None:
        """What was brushed, for as long as it is what is selected."""
        if self._brush is None or self._brush[0] is not result or self._brush[2] is not self._state.selection:
            return None
        return self._brush[1]

    def _on_brushed(self, span: Span | None, going_on: bool) -> None:
        self.brush(span, going_on)


def about(compared: Compared, result: Comparison) -> str:
    """By what the neighbours were found: as many as there are, where fewer than were wanted."""
    settings, k = compared.settings, _k(result)
    metrics = dict.fromkeys((settings.metric_a, settings.metric_b))
    return f"Jaccard, k {k}, {' · '.join(metrics)}" + (", self included" if settings.include_self else "")


def bars_of(result: Comparison, state: State, brushed: Span | None = None) -> Bars:
    """The histogram of a comparison, with what is selected and in focus."""
    count = len(result.overlap)
    rows = state.selection.rows
    rows = rows[rows < count]
    selected = np.bincount(bins(result.overlap[rows]), minlength=BINS)[:BINS].astype(np.int64)
    mark = float(result.overlap[state.focus]) if state.focus is not None and state.focus < count else None
    shares = ", ".join(f"{span_words((place, place))}: {share:.1%}" for place, share in enumerate(result.histogram))
    levels = (("mean", result.mean), ("chance", result.chance), ("in class", result.class_chance))
    said = ", ".join(f"{name} {figure(value, 3)}" for name, value in levels)
    return Bars(
        shares=result.histogram,
        count=count,
        selected=selected,
        levels=levels,
        brushed=brushed,
        mark=mark,
        sentence=f"{count:,} points. {said}. {shares}. Arrows brush bins, Shift with arrows more, Escape lets go.",
    )


def _k(result: Comparison) -> int:
    """How many neighbours were compared."""
    return int(result.neighbours_a.shape[1])
