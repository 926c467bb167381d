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
