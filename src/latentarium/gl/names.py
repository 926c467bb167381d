"""Where the names beside stars stand."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF

GAP = 5.0  # logical pixels between a star and its name
LITTLE = 0.1  # of a name may lie over another, or over a star: so names seldom change sides while they move
HALF = 0.5  # of a name that is covered: it would not be read


def boxes_beside(
    places: Sequence[QPointF], sizes: Sequence[QSizeF], reach: float, room: QRectF, taken: Sequence[QRectF] = ()
) -> list[QRectF | None]:
    """The boxes of names beside stars, which reach so far from their places.

    On the right, else on the left, below or above, wherever hardly anything is covered; else where least is, and
    nowhere (None) where that is half of the name. What is `taken` or lies outside the room counts as covered.
    """
    stars = [QRectF(place.x() - reach, place.y() - reach, 2 * reach, 2 * reach) for place in places]
    names: list[QRectF | None] = []
    for index, (place, size) in enumerate(zip(places, sizes, strict=True)):
        aside, off = reach + GAP + size.width() / 2, reach + size.height() / 2
        boxes = []
        for x, y in ((aside, 0.0), (-aside, 0.0), (0.0, off), (0.0, -off)):
            box = QRectF(QPointF(), size)
            box.moveCenter(place + QPointF(x, y))
            boxes.append(box)
        others = [*taken, *stars[:index], *stars[index + 1 :], *filter(None, names)]
        costs = [_covered(box, others) + _area(box) - _area(box & room) for box in boxes]
        whole = size.width() * size.height()
        free = [side for side, cost in enumerate(costs) if cost <= LITTLE * whole]
        least = free[0] if free else costs.index(min(costs))
        names.append(boxes[least] if free or costs[least] < HALF * whole else None)
    return names


def _covered(box: QRectF, others: Iterable[QRectF]) -> float:
    return sum(_area(box & other) for other in others)


def _area(box: QRectF) -> float:
    return max(box.width(), 0.0) * max(box.height(), 0.0)
