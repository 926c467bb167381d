"""Two spaces beside each other, and what was found of them."""

from dataclasses import dataclass

from latentarium.core.comparison import Comparison, ComparisonSettings
from latentarium.runs.run import Run


@dataclass(frozen=True, eq=False)
class Compared:
    """A frame of each of two runs that show the same points in the same rows; `result` None: not worked out yet.

    `problem` says in a sentence why there will be no result.
    """

    run_a: Run
    frame_a: int
    run_b: Run
    frame_b: int
    settings: ComparisonSettings
    result: Comparison | None = None
    problem: str = ""

    @property
    def labelled(self) -> Run:
        """The run whose labels and classes count: A, or B where only B has any."""
        only_b = not (self.run_a.probe.labels >= 0).any() and (self.run_b.probe.labels >= 0).any()
        return self.run_b if only_b else self.run_a
