"""What t-SNE and UMAP are set to, and how to say it so that a map can be made again."""

SEED = 0
FEWEST = 8  # points that make a neighbourhood; fewer are shown by PCA

NEIGHBOURS, MIN_DISTANCE, SPREAD, NEGATIVES = 15, 0.1, 1.0, 5.0  # UMAP's own defaults
EPOCHS, EPOCHS_OF_MANY, MANY = 500, 200, 10_000  # UMAP's own, by the number of points
REFRESHING_EPOCHS = 30
PARALLEL = 5_000  # points from which threads are worth their compiling; beyond, two runs differ by their timing

PERPLEXITY, ITERATIONS, REFRESHING_ITERATIONS = 30.0, 1000, 250
EXAGGERATION = 12.0


def neighbours_of(count: int) -> int:
    """How many neighbours UMAP asks for among `count` points."""
    return min(NEIGHBOURS, count - 1)


def epochs_of(count: int, begun: bool) -> int:
    """How many steps UMAP goes with `count` points, fewer where they have begun at a layout."""
    return REFRESHING_EPOCHS if begun else EPOCHS if count <= MANY else EPOCHS_OF_MANY


def perplexity_of(count: int) -> float:
    """t-SNE's perplexity for `count` points."""
    return min(PERPLEXITY, (count - 1) / 3)


def rate_of(count: int) -> float:
    """t-SNE's learning rate for `count` points."""
    return max(count / EXAGGERATION / 4, 50.0)


def described(method: str, count: int, begun: str) -> str:
    """The settings of a layout of `count` points by one of task.METHODS; `begun` names the layout that it went on from.

    An empty `begun`: from nothing.
    """
    if count < FEWEST:
        return "PCA, for so few points"
    if method == "tsne":
        parts = [f"perplexity {perplexity_of(count):g}", f"learning rate {rate_of(count):.0f}"]
        parts.append("no early exaggeration" if begun else f"early exaggeration {EXAGGERATION:g}")
        steps = REFRESHING_ITERATIONS if begun else ITERATIONS
        parts.append(f"{steps:,} iterations from {begun or 'PCA'}")
    else:
        parts = [f"{neighbours_of(count)} neighbours", f"minimum distance {MIN_DISTANCE:g}"]
        parts.append(f"{epochs_of(count, bool(begun))} epochs from {begun or 'the spectral layout'}")
    seed = f"seed {SEED}"
    if method != "tsne" and count > PARALLEL:
        seed += ", in parallel and so a little different each time"
    return ", ".join(["Euclidean distances", *parts, seed])
