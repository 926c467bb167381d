"""Points parted into cells, so that most cells need no look when a point's neighbours are asked for.

The points of a trained network lie in clusters. Each cell is what lies nearest to one of some centres. Along the line
from one centre to another, a cell's points come after a certain place, and a query before it is at least that far from
all of them; where that is farther than the query's k-th neighbour found so far, the cell holds none nearer.

It is the exclusion of Connor, Cardillo, Vadicamo and Rabitti (Hilbert Exclusion, ACM TOIS 35, 2016), with the place
where a cell begins instead of the middle between the centres.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Bools, Floats64, Ints

SEED = 0
TRIED = 16  # points for each centre, from which the centres are made
ROUNDS = 2  # of k-means, from points drawn at random
BLOCK = 4096  # points at a time


class Cells:
    """The cells of points (M, D) of ordinary numbers, about as many as the root of M."""

    def __init__(self, points: NDArray[Any]) -> None:
        self._centres = _centres(points)
        self._halves = _half_squares(self._centres)
        wide = self._centres.astype(np.float64)
        self._apart = np.array([np.linalg.norm(wide - centre, axis=1) for centre in wide])
        middles = _centres(self._centres)
        self.groups: Ints = (self._centres @ middles.T - _half_squares(middles)).argmax(1)  # of cells near each other
        count = len(self._centres)
        own = np.empty(len(points), np.int64)
        self._first = np.full((count, count), np.inf)  # the least p·(b - a) of cell b's points p, at [a, b]
        for start in range(0, len(points), BLOCK):
            part = slice(start, start + BLOCK)
            products = self.products(points[part])
            own[part] = self.nearest(products)
            self._note(products, own[part])
        self._rows = np.argsort(own, kind="stable")
        self.sizes: Ints = np.bincount(own, minlength=count)
        self._ends = np.cumsum(self.sizes)

    def _note(self, products: NDArray[Any], own: Ints) -> None:
        """Where the cells begin, of some more of their points."""
        order = np.argsort(own, kind="stable")
        cells, starts = np.unique(own[order], return_index=True)
        past = products[np.arange(len(own)), own][:, None] - products
        least = np.minimum.reduceat(past[order], starts, axis=0)
        self._first[:, cells] = np.minimum(self._first[:, cells], least.T)

    def products(self, queries: NDArray[Any]) -> NDArray[Any]:
        """The products of queries with the centres: (Q, D) -> (Q, C)."""
        products: NDArray[Any] = queries.astype(self._centres.dtype, copy=False) @ self._centres.T
        return products

    def nearest(self, products: NDArray[Any]) -> Ints:
        """The cell of each query, by its products: (Q, C) -> (Q,)."""
        cells: Ints = (products - self._halves).argmax(1)
        return cells

    def rows(self, cells: Ints) -> Ints:
        """The rows of the points of some cells, sorted."""
        starts = self._ends - self.sizes
        return np.sort(np.concatenate([self._rows[starts[cell] : self._ends[cell]] for cell in cells.tolist()]))

    def about(self, cell: int, least: int) -> Ints:
        """The cells nearest to one, itself first, until they have at least so many points, if there are."""
        order = np.argsort(self._apart[cell], kind="stable")
        enough = int(np.searchsorted(np.cumsum(self.sizes[order]), least))
        return order[: enough + 1]

    def near(self, products: NDArray[Any], own: Ints, reach: Floats64, slack: float) -> Ints:
        """The cells that may have a point within `reach` (Q,) of some query, whose cells are `own` (Q,).

        `products` (Q, C) are the queries' with the centres; `slack` is the largest error of such a product.
        """
        mine = products[np.arange(len(own)), own]
        gaps = self._first[own] - (products - mine[:, None])  # times the distance of the centres
        possible: Bools = (gaps <= reach[:, None] * self._apart[own] + slack).any(0)
        possible[own] = True
        return np.flatnonzero(possible & (self.sizes > 0))


def _half_squares(centres: NDArray[Any]) -> NDArray[Any]:
    halves: NDArray[Any] = 0.5 * np.einsum("cd,cd->c", centres, centres)
    return halves


def _centres(points: NDArray[Any]) -> NDArray[Any]:
    """About √M centres, (C, D), of k-means among some of the points."""
    random = np.random.default_rng(SEED)
    count = max(1, int(np.sqrt(len(points))))
    sample = points[random.choice(len(points), min(len(points), TRIED * count), replace=False)]
    centres = sample[:count].copy()
    for _ in range(ROUNDS):
        own = (sample @ centres.T - _half_squares(centres)).argmax(1)
        order, sizes = np.argsort(own, kind="stable"), np.bincount(own, minlength=count)
        held = sizes > 0
        starts = (np.cumsum(sizes) - sizes)[held]
        centres[held] = np.add.reduceat(sample[order], starts, axis=0) / sizes[held, None]
    return centres
