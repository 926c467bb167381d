"""A linear probe of the frame shown, beside the window."""

from functools import partial

from PySide6.QtCore import QObject, Slot

from latentarium.app.charts.shown_frame import ShownFrame, shown_frame
from latentarium.app.charts.verification import VerificationPanel
from latentarium.app.errands import Errand
from latentarium.app.parts import Parts
from latentarium.jobs.probing import probe_linearly
from latentarium.jobs.zero_shot import Compared


class Probing(QObject):
    """Fits one linear probe at a time, says what came of it, and leaves it with the figures on unseen classes."""

    def __init__(self, parts: Parts, panel: VerificationPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._parts, self._panel = parts, panel
        self._errand: Errand | None = None

    @Slot()
    def begin(self) -> None:
        """Probe the frame shown; one that is still under way is dropped."""
        shown = shown_frame(self._parts.session.state)
        if shown is None:
            return
        if self._errand is not None:
            self._errand.cancel()
        job = partial(probe_linearly, shown.run, shown.index)
        self._errand = self._parts.errands.begin("Linear probe", job, partial(self._deliver, shown))

    def _deliver(self, shown: ShownFrame, figures: tuple[Compared, ...]) -> None:
        self._errand = None
        self._parts.docks.reveal("verification")
        self._panel.show_probe(shown.run, shown.index, figures)
        step = shown.run.entries[shown.index].step
        words = "; ".join(f"{figure.title} {figure.text}" for figure in figures)
        self._parts.notices.tell(f"Step {step:,}: {words}." if words else "There are no two classes to tell apart.")
