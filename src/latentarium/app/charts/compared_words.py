"""What the panels of a comparison say while there is nothing to show."""

from latentarium.core.comparison import Comparison
from latentarium.scene.compared import Compared
from latentarium.scene.state import State

ALONE = "Open a second run, or another moment of this one, beside it: then this shows where they agree."
WAITING = "Comparing …"


class Newest:
    """The newest comparison of the runs on the desk: while the next one is worked out, the last one stays."""

    def __init__(self) -> None:
        self.compared: Compared | None = None

    def follow(self, state: State) -> bool:
        """Take what the state knows; says whether that is anything else."""
        old, new = self.compared, state.compared if len(state.runs) > 1 else None
        waiting = new is not None and new.result is None and not new.problem
        if waiting and old is not None and new is not None and (old.run_a, old.run_b) == (new.run_a, new.run_b):
            return False
        self.compared = new
        return old is not new

    @property
    def result(self) -> Comparison | None:
        """What was found."""
        return self.compared.result if self.compared else None

    def words(self, state: State) -> str:
        """Why there is nothing to show; empty where there is something."""
        if self.result is not None:
            return ""
        if len(state.runs) < 2:
            return ALONE
        return (self.compared.problem if self.compared else "") or WAITING
