"""What two spaces of the same points have in common."""

from dataclasses import dataclass

from latentarium.core.arrays import Bools, Floats64, Ints

MOST_NEIGHBOURS = 250


@dataclass(frozen=True)
class ComparisonSettings:
    """How two spaces are compared: the k nearest neighbours of each point, each space by its own metric.

    A metric is cosine or euclidean. `include_self`: a point counts itself among its neighbours, as Vectory does.
    """

    k: int = 10  # 1 to MOST_NEIGHBOURS
    metric_a: str = "cosine"
    metric_b: str = "cosine"
    include_self: bool = False


@dataclass(frozen=True)
class ClassFigures:
    """The points of one class: how many are right in A and in B (0 to 1), and their mean overlap.

    The points are those that A has this label for; `accuracy_b` is of those that B has it for, NaN where it has none.
    """

    label: int
    count: int
    accuracy_a: float
    accuracy_b: float
    overlap: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two spaces of the same N points, A and B, compared by their k nearest neighbours. Arrays are read-only.

    Neighbours are rows, (N, k), nearest first, ties by row, with distances float64 (N, k). `overlap` (N,) is the
    Jaccard index |A∩B| / |A∪B| of each point; `interval` is a 95 % bootstrap interval of its mean; `histogram` holds
    the shares of ten bins [a, b) of width .1, the last closed. `chance` and `class_chance` are the expected overlap
    of neighbours drawn at random, from all points and from the point's class (NaN without labels). `cka` is linear.
    `knn_a`, `knn_b`: leave-one-out k-NN accuracy, NaN without labels. `right_a`, `right_b` (N,): right by the class
    head where there is one, else by leave-one-out k-NN; None without labels; `judged_a`, `judged_b` say by which.
    """

    settings: ComparisonSettings
    neighbours_a: Ints
    distances_a: Floats64
    neighbours_b: Ints
    distances_b: Floats64
    overlap: Floats64
    mean: float
    interval: tuple[float, float]
    histogram: tuple[float, ...]
    chance: float
    class_chance: float
    cka: float
    knn_a: float
    knn_b: float
    right_a: Bools | None
    right_b: Bools | None
    judged_a: str
    judged_b: str
    classes: tuple[ClassFigures, ...]


@dataclass(frozen=True, eq=False)
class Along:
    """The mean overlap of each of F frames with the last frame and with the one before. Arrays are read-only.

    `steps` int64 (F,); `to_last` float64 (F,), 1 at the end; `to_previous` (F,), NaN at the start. Of `sample` points,
    whose k neighbours are looked for among all; `chance` as in a Comparison.
    """

    steps: Ints
    to_last: Floats64
    to_previous: Floats64
    k: int
    chance: float
    sample: int


@dataclass(frozen=True, eq=False)
class OverK:
    """The mean overlap for every number of neighbours. Arrays are read-only.

    `ks` int64 (K,), 1 and up; `overlap` and `chance` float64 (K,). Of `sample` points, as in Along.
    """

    ks: Ints
    overlap: Floats64
    chance: Floats64
    sample: int
