"""Which frame the panels below the views speak of."""

from dataclasses import dataclass

from latentarium.core.errors import LatentariumError
from latentarium.core.frame import Frame
from latentarium.runs.run import Run
from latentarium.scene.state import State


@dataclass(frozen=True)
class ShownFrame:
    """A frame of the first open run, named but not yet read; equal where nothing changed."""

    run: Run
    index: int

    def read(self) -> Frame | None:
        """The frame itself, or None where its file is damaged: the views say so."""
        try:
            return self.run.frame(self.index)
        except (LatentariumError, IndexError):
            return None


def shown_frame(state: State) -> ShownFrame | None:
    """The frame nearest to the moment, or None while there is none."""
    if not state.runs or state.runs[0].count == 0:
        return None
    return ShownFrame(state.runs[0].run, max(0, min(state.frame, state.runs[0].count - 1)))
