"""The search for the nearest of some points.

A matrix product gives every distance at once, but rounded: two copies of a point may come out at slightly
different distances, and their order would depend on the block they fell into. So the product, in 32 bits where the
points have no more, only draws up a short list, wide enough that no true neighbour can be missing (the bound on its
rounding error is in `Search._slack`), and the short list is measured again, term by term in float64, and sorted by
distance, then row. Where 32 bits leave a query too long a list, it is drawn up again in 64; and where they would not
do, since squares of numbers so large or so small have no place in them, 64 are taken at once.

Where there are many queries, those in cells near each other go together, and look only into the cells that may hold
their neighbours (`cells`): in the space of a trained network, into few.

The idea ends where very many points lie at the same distance: then the short list is nearly everything.
"""

import weakref
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.analysis.cells import Cells
from latentarium.core.arrays import Floats64, Ints

PAIRS = 2048  # distances measured at a time
PLACED = 4096  # queries whose cells are found at a time
TRIED, WORTH = 16, 0.5  # blocks of queries that show whether cells are worth it, and the share of points at most
BLOCK = 8 * 2**20  # bytes of one block of distances: about what stays in a processor's cache
ROWS, LARGEST = 128, 64 * 2**20  # queries that a block has all the same, for a product of few is slow; bytes at most
GROUPED = 256  # queries of cells near each other that make a block
MOST = 0.75  # of the points: where more may be near, all are looked at, for taking them out is a copy
GROUPS = 128  # of points: the k-th of their nearest bounds the distance of a query's k-th
FEW = 8  # queries that are not worth a copy of the points in float64
ORDINARY = 1e-24, 1e24  # squares of lengths that 32 bits are trusted with
_known: dict[int, tuple[weakref.ref[NDArray[Any]], Floats64]] = {}


class Search:
    """Looks for the k nearest of the points (M, D), by products of numbers of one `kind`."""

    def __init__(self, points: NDArray[Any], k: int, metric: str, fine: bool = False) -> None:
        squares = _squared_lengths(points)
        self._ordinary = _ordinary(squares)
        narrow = points.dtype == np.float32 and self._ordinary and not fine
        self.kind: type[np.floating[Any]] = np.float32 if narrow else np.float64
        self._points, self._k, self._metric = points, k, metric
        self._searched = points.astype(self.kind, copy=False)
        self._squares = squares.astype(self.kind, copy=False)
        self._inverse = _inverse(np.sqrt(squares)).astype(self.kind, copy=False) if metric == "cosine" else None
        self._longest = float(np.sqrt(squares.max()))
        self._finer: Search | None = None
        self._cells: Cells | None = None

    def part(self, queries: NDArray[Any]) -> list[Ints]:
        """The queries' rows in blocks, each of which is asked for at once."""
        width = len(self._points) * self.kind(0).itemsize
        return _blocks(np.arange(len(queries)), max(1, min(max(BLOCK // width, ROWS), LARGEST // width)))

    def part_by_cells(self, queries: NDArray[Any]) -> list[Ints]:
        """The same, in blocks of cells near each other, where it is worth it to look into few cells."""
        plain = self.part(queries)
        if not self._ordinary or not _ordinary(_squared_lengths(queries)):
            return plain
        cells = Cells(self._placed(self._searched))
        some = _blocks(np.arange(len(queries)), PLACED)
        own = np.concatenate([cells.nearest(cells.products(self._placed(queries[rows]))) for rows in some])
        groups = cells.groups[own]
        order = np.lexsort((own, groups))
        size = max(len(plain[0]), min(GROUPED, int(LARGEST / (MOST * len(self._points) * self.kind(0).itemsize))))
        ends = np.cumsum(np.bincount(groups))[:-1]
        parts = [rows for group in np.split(order, ends) for rows in _blocks(group, size)]
        tried = [rows[:FEW] for rows in parts[:: max(1, len(parts) // TRIED)]]
        looks = [self._among(cells, queries[rows].astype(np.float64), np.full(len(rows), -1))[0] for rows in tried]
        if np.mean([1.0 if rows is None else len(rows) / len(self._points) for rows in looks]) > WORTH:
            return plain
        self._cells = cells
        return parts

    def find(self, queries: Floats64, skip: Ints) -> tuple[Ints, Floats64]:
        """The rows and the distances of the points nearest to some queries, (Q, k) each.

        After `part_by_cells` they are one of its blocks.
        """
        ordinary = _ordinary(np.einsum("ij,ij->i", queries, queries))
        if self.kind is np.float32 and not ordinary:
            return self._fine().find(queries, skip)
        among, rough = self._among(self._cells, queries, skip) if self._cells is not None and ordinary else (None, None)
        asking, asked = self._list(queries, skip, among, rough)
        if self.kind is np.float32 and len(queries) >= FEW:
            asking, asked = self._shortened(queries, skip, among, asking, asked)
        exact = _measure(queries, self._points, asking, asked, self._metric)
        return _first(asking, asked, exact, self._k)

    def _placed(self, vectors: NDArray[Any]) -> NDArray[Any]:
        """Vectors whose Euclidean distances grow as the metric's: themselves, or of length 1 (or 0)."""
        if self._metric == "euclidean":
            return vectors
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
        placed: NDArray[Any] = vectors * _inverse(lengths).astype(vectors.dtype)[:, None]
        return placed

    def _among(self, cells: Cells, queries: Floats64, skip: Ints) -> tuple[Ints | None, NDArray[Any] | None]:
        """The rows, sorted, of the points among which some queries have their neighbours; None for all.

        The queries' own cells tell how far the others matter; where they do not, what `_rough` said of them comes too.
        """
        products = cells.products(self._placed(queries))
        own = cells.nearest(products)
        begun = np.union1d(own, cells.about(int(own[0]), 2 * self._k + 1))
        first = cells.rows(begun)
        if len(first) > MOST * len(self._points):
            return None, None
        rough = self._rough(queries.astype(self.kind), first)
        _leave_out(rough, skip, first)
        reached = np.partition(rough, self._k - 1, axis=1)[:, self._k - 1] + self._slack(queries)
        squares = np.einsum("ij,ij->i", queries, queries)
        if self._metric == "euclidean":
            reach, lengths = reached + squares, self._longest + float(np.sqrt(squares.max()))
        else:  # between vectors of length 1; one of length 0 is in reach of all
            reach, lengths = 2 + 2 * reached * _inverse(np.sqrt(squares)), 2.0
            reach[squares == 0] = 4.0
        slack = _terms(self.kind, queries.shape[1]) * lengths**2
        found = cells.near(products, own, np.sqrt(np.maximum(reach, 0)), slack)
        if np.isin(found, begun).all():
            return first, rough
        return (None if cells.sizes[found].sum() > MOST * len(self._points) else cells.rows(found)), None

    def _shortened(
        self, queries: Floats64, skip: Ints, among: Ints | None, asking: Ints, asked: Ints
    ) -> tuple[Ints, Ints]:
        """The short lists, those that are too long drawn up again in 64 bits."""
        long = np.bincount(asking, minlength=len(queries)) > 4 * self._k + GROUPS
        if not long.any():
            return asking, asked
        chosen, good = np.flatnonzero(long), ~long[asking]
        found, these = self._fine()._list(queries[chosen], skip[chosen], among)
        asking, asked = np.concatenate([asking[good], chosen[found]]), np.concatenate([asked[good], these])
        order = np.argsort(asking, kind="stable")
        return asking[order], asked[order]

    def _fine(self) -> "Search":
        """The same search in 64 bits."""
        self._finer = self._finer or Search(self._points, self._k, self._metric, fine=True)
        return self._finer

    def _list(
        self, queries: Floats64, skip: Ints, among: Ints | None, rough: NDArray[Any] | None = None
    ) -> tuple[Ints, Ints]:
        """All pairs of query and point that could be among a query's k nearest, as two arrays, query by query.

        `rough` is what `_rough` says of the points `among`, without those to skip, where that is known.
        """
        if rough is None:
            with np.errstate(over="ignore", invalid="ignore"):  # what overflows is measured again
                rough = self._rough(queries.astype(self.kind), among)
            _leave_out(rough, skip, among)
        slack, k = self._slack(queries), self._k
        near = rough <= self._limit(_reached(rough, k) + slack)[:, None]
        asking, asked = (part.astype(np.int64, copy=False) for part in np.divmod(np.flatnonzero(near), len(rough[0])))
        if len(asking) > 1.3 * k * len(queries):
            values = rough[asking, asked]  # few enough to find each query's k-th
            order = np.lexsort((values, asking))
            starts = np.searchsorted(asking, np.arange(len(queries)))
            kept = values <= self._limit(values[order[starts + k - 1]] + slack)[asking]
            asking, asked = asking[kept], asked[kept]
        return asking, asked if among is None else among[asked]

    def _limit(self, values: Floats64) -> NDArray[Any]:
        """The values as numbers of the kind, rounded up; what is infinite, and left out, stays beyond them."""
        kind = np.finfo(self.kind)
        with np.errstate(over="ignore"):
            return np.minimum(values + np.abs(values) * float(kind.eps), kind.max).astype(self.kind)

    def _rough(self, queries: NDArray[Any], among: Ints | None) -> NDArray[Any]:
        """Something that grows with the distance from one query, rounded, (Q, M) or (Q, rows); never NaN.

        Euclidean: ‖p‖² - 2 q·p, which is the squared distance less ‖q‖². Cosine: -q·p / ‖p‖.
        """
        these = slice(None) if among is None else among
        product: NDArray[Any]
        if self._inverse is None:
            product = (-2 * queries) @ self._searched[these].T
            product += self._squares[these]
        else:
            product = -queries @ self._searched[these].T
            product *= self._inverse[these]
        reach = float(np.abs(queries).max(initial=0)) * queries.shape[1] + self._longest
        if not reach**2 < float(np.finfo(product.dtype).max) / 4:  # may have overflowed
            np.nan_to_num(product, copy=False, nan=np.finfo(product.dtype).max)
        return product

    def _slack(self, queries: Floats64) -> Floats64:
        """Twice the largest error of `_rough`, (Q,): a dot product of D terms is off by at most D·eps·‖a‖‖b‖."""
        own = np.sqrt(np.einsum("ij,ij->i", queries, queries))
        if self._metric == "euclidean":
            own = (own + self._longest) ** 2
        slack: Floats64 = np.nan_to_num(_terms(self.kind, queries.shape[1]) * own, nan=np.inf)
        return slack


def _terms(kind: type[np.floating[Any]], terms: int) -> float:
    """Four times the largest error of a sum of products, as a share of it, and some more for what is added to it."""
    return 4.0 * float(np.finfo(kind).eps) * (terms + 4)


def _leave_out(rough: NDArray[Any], skip: Ints, among: Ints | None) -> None:
    """Put the row that each query skips (Q,), if it has one, beyond all others: of all, or of the rows `among`."""
    asking = np.flatnonzero(skip >= 0)
    places = skip[asking]
    if among is not None:
        places = np.minimum(np.searchsorted(among, places), len(among) - 1)
        known = among[places] == skip[asking]
        asking, places = asking[known], places[known]
    rough[asking, places] = np.inf


def _blocks(rows: Ints, size: int) -> list[Ints]:
    """The rows in blocks of at most `size`."""
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def _reached(rough: NDArray[Any], k: int) -> NDArray[Any]:
    """A value that at least k of each row do not exceed, and seldom many more: (Q, M) -> (Q,).

    The k-th of the nearest of groups of points, which takes one look at every value; points apart by the number of
    groups make up a group, so that neighbours that come in a row, as those of a class may, are in different ones.
    """
    groups = max(GROUPS, 8 * k)
    size = rough.shape[1] // groups
    if size >= 4:
        rough = rough[:, : size * groups].reshape(len(rough), size, groups).min(1)
    reached: NDArray[Any] = np.partition(rough, k - 1, axis=1)[:, k - 1]
    return reached


def _measure(queries: Floats64, points: NDArray[Any], asking: Ints, asked: Ints, metric: str) -> Floats64:
    """The distance of each pair, term by term in float64, so that equal points tie: (P,), (P,) -> (P,)."""
    distances = np.empty(len(asked), np.float64)
    lengths = _lengths(queries)
    for start in range(0, len(asked), PAIRS):
        part = slice(start, start + PAIRS)
        some, wide = queries[asking[part]], points[asked[part]].astype(np.float64, copy=False)
        if metric == "euclidean":
            wide -= some
            distances[part] = _lengths(wide)
            continue
        cosines = np.einsum("ij,ij->i", wide, some) * _inverse(_lengths(wide) * lengths[asking[part]])
        distances[part] = np.clip(1.0 - cosines, 0.0, 2.0)
    return distances


def _lengths(vectors: Floats64) -> Floats64:
    lengths: Floats64 = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return lengths


def _first(asking: Ints, asked: Ints, distances: Floats64, k: int) -> tuple[Ints, Floats64]:
    """The first k pairs of each query by distance, then row: (Q, k) each. Every query has at least k pairs."""
    order = np.lexsort((asked, distances, asking))
    starts = np.searchsorted(asking, np.arange(asking[-1] + 1))  # the pairs come query by query
    chosen = order[starts[:, None] + np.arange(k)]
    return asked[chosen], distances[chosen]


def _inverse(lengths: NDArray[Any]) -> NDArray[Any]:
    """1 / length, and 0 for a length of 0."""
    inverse = np.zeros_like(lengths)
    np.divide(1, lengths, out=inverse, where=lengths > 0)
    return inverse


def _ordinary(squares: Floats64) -> bool:
    """Whether all lengths are such as 32 bits hold, or 0."""
    low, high = ORDINARY
    return bool(np.all(((squares > low) & (squares < high)) | (squares == 0)))


def _squared_lengths(points: NDArray[Any]) -> Floats64:
    """Squared lengths of the points, (M,), remembered while a read-only array lives: a frame is asked many times."""
    key = id(points)
    known = _known.get(key)
    if known is not None and known[0]() is points:
        return known[1]
    lengths: Floats64 = np.einsum("ij,ij->i", points, points, dtype=np.float64)
    if not points.flags.writeable:
        _known[key] = (weakref.ref(points, lambda _gone: _known.pop(key, None)), lengths)
    return lengths
