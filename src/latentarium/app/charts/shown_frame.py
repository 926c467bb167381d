"""Which frame the panels below the views speak of."""

from dataclasses import dataclass

from latentarium.core.errors import LatentariumError
from latentarium.core.frame import Frame
from latentarium.runs.run import Run
from latentarium.scene.columns import shows_second
from latentarium.scene.state import State


@dataclass(frozen=True)
class ShownFrame:
    """A frame of an open run, named but not yet read; equal where nothing changed."""

    run: Run
    index: int

    def read(self) -> Frame | None:
        """The frame itself, or None where its file is damaged: the views say so."""
        try:
            return self.run.frame(self.index)
        except (LatentariumError, IndexError):
            return None


def shown_frame(state: State, column: int = 0) -> ShownFrame | None:
    """The frame nearest to the moment that a column shows, or None while there is none to see."""
    if len(state.runs) <= column or state.runs[column].count == 0 or (column and not shows_second(state)):
        return None
    shown = state.runs[column]
    return ShownFrame(shown.run, max(0, min(state.frame_in(shown), shown.count - 1)))
