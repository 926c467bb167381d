"""Partitions of the plane into convex cells: Voronoi's, and those of the largest of several linear functions.

Cells are one flat list of corners, that of cell c from `starts[c]` to `starts[c + 1]`, in order around it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Rows = NDArray[np.int64]

GUARDS = 64.0  # radii: how far out stand the four points that close the outer cells; beyond half of it nothing is true
_LEAST = 1e-12  # of the box's area: a cell that is smaller is none


@dataclass(frozen=True, eq=False)
class Cells:
    """Convex polygons and the borders between them.

    `corners` (V, 2), `starts` (C + 1,), `owners` (C,): the row of the point, or function, whose cell it is.
    `borders` (B, 2, 2) are segments, `sides` (B, 2) the owners of the cells to either side.
    """

    corners: Matrix
    starts: Rows
    owners: Rows
    borders: Matrix
    sides: Rows


def voronoi(points: NDArray[Any]) -> Cells:
    """Each point's cell, what is nearer to it than to any other: points (N, 2), finite.

    Of points at the same place one has the cell. The outer cells end far out, at `GUARDS` / 2 radii.
    By way of Delaunay's triangles: the corners of a cell are the centres of the circles about its point's triangles.
    """
    if not len(points):
        return _none()
    from scipy.spatial import Delaunay  # .3 s, which only a view with cells needs

    places = np.asarray(points, np.float64)
    low, high = places.min(0), places.max(0)
    middle, radius = (low + high) / 2, float((high - low).max() / 2) or 1.0
    corners = GUARDS * np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    found = Delaunay(np.vstack([(places - middle) / radius, corners]))
    # Each triangle is a facet of the hull of the points lifted onto a paraboloid, and its plane gives the circle's
    # centre, also where four and more points lie on one circle and the triangles are arbitrary.
    planes, triangles = found.equations, found.simplices
    centres = planes[:, :2] / (-2 * found.paraboloid_scale * planes[:, 2:3])
    owners, around = triangles.ravel(), np.repeat(np.arange(len(triangles)), 3)
    real = owners < len(places)
    owners, around = owners[real], around[real]
    away = centres[around] - found.points[owners]
    order = np.lexsort((np.arctan2(away[:, 1], away[:, 0]), owners))
    owners, around = owners[order], around[order]
    counts = np.bincount(owners, minlength=len(places))
    borders, sides = _borders(found.neighbors, triangles, centres, len(places))
    return Cells(
        corners=centres[around] * radius + middle,
        starts=np.concatenate([[0], np.cumsum(counts[counts > 0])]),
        owners=np.flatnonzero(counts),
        borders=borders * radius + middle,
        sides=sides,
    )


def largest(weights: NDArray[Any], offsets: NDArray[Any], middle: Sequence[float], reach: float) -> Cells:
    """Where each of the functions w·z + b is the largest: weights (K, 2), offsets (K,), in a square about `middle`.

    `reach` is half the square's side. Functions that are the largest nowhere in it have no cell; rows that are not
    finite take no part. Raises ValueError where shapes differ.
    """
    functions = np.column_stack([np.asarray(weights, np.float64), np.asarray(offsets, np.float64)])
    known = np.flatnonzero(np.isfinite(functions).all(1)).tolist()
    x, y = float(middle[0]), float(middle[1])
    square = [(x + reach * i, y + reach * j) for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    polygons: list[list[tuple[float, float]]] = []
    owners, borders, sides = [], [], []
    for row in known:
        polygon, rivals = square, [-1] * 4  # rivals[i]: the function beyond the edge from corner i to the next
        for other in known:
            if other != row and polygon:
                a, b, c = (functions[row] - functions[other]).tolist()
                if a or b or c:
                    polygon, rivals = _cut(polygon, rivals, (a, b, c), other)
                elif other < row:
                    polygon = []  # the very same function: the first of them has the cell
        if len(polygon) < 3 or _area(polygon) < _LEAST * reach * reach:
            continue
        polygons.append(polygon)
        owners.append(row)
        for corner, rival in enumerate(rivals):
            if rival > row:
                borders.append((polygon[corner], polygon[(corner + 1) % len(polygon)]))
                sides.append((row, rival))
    return Cells(
        corners=np.array([corner for polygon in polygons for corner in polygon], np.float64).reshape(-1, 2),
        starts=np.cumsum([0] + [len(polygon) for polygon in polygons]),
        owners=np.array(owners, np.int64),
        borders=np.array(borders, np.float64).reshape(-1, 2, 2),
        sides=np.array(sides, np.int64).reshape(-1, 2),
    )


def _none() -> Cells:
    nothing = np.empty(0, np.int64)
    return Cells(np.empty((0, 2)), np.zeros(1, np.int64), nothing, np.empty((0, 2, 2)), nothing.reshape(0, 2))


def _borders(neighbours: Rows, triangles: Rows, centres: Matrix, count: int) -> tuple[Matrix, Rows]:
    """Between the centres of two triangles that share an edge runs the border of the edge's two points."""
    here = np.repeat(np.arange(len(triangles)), 3)
    there = neighbours.ravel()
    ends = triangles[:, [[1, 2], [2, 0], [0, 1]]].reshape(-1, 2)  # the edge opposite to each corner
    wanted = (here < there) & (ends < count).all(1)
    return np.stack([centres[here[wanted]], centres[there[wanted]]], axis=1), ends[wanted].astype(np.int64)


def _cut(
    polygon: list[tuple[float, float]], rivals: list[int], line: tuple[float, float, float], rival: int
) -> tuple[list[tuple[float, float]], list[int]]:
    """The part of a convex polygon where a·x + b·y + c >= 0 (Sutherland and Hodgman 1974), with who is beyond."""
    a, b, c = line
    heights = [a * x + b * y + c for x, y in polygon]
    if min(heights) >= 0:
        return polygon, rivals
    kept: list[tuple[float, float]] = []
    beyond: list[int] = []
    for corner, height in enumerate(heights):
        following = (corner + 1) % len(polygon)
        other = heights[following]
        if height >= 0:
            kept.append(polygon[corner])
            beyond.append(rivals[corner])
        if (height >= 0) != (other >= 0):
            share = height / (height - other)
            (x, y), (u, v) = polygon[corner], polygon[following]
            kept.append((x + share * (u - x), y + share * (v - y)))
            beyond.append(rival if height >= 0 else rivals[corner])
    return kept, beyond


def _area(polygon: list[tuple[float, float]]) -> float:
    x, y = np.array(polygon).T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
