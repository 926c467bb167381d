"""Where the names beside stars stand."""

import itertools

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF

from latentarium.gl.names import GAP, boxes_beside

ROOM = QRectF(0, 0, 400, 300)
NAME = QSizeF(60, 16)
REACH = 7.0


def test_a_name_stands_on_the_right_and_at_the_edge_on_the_left():
    middle, edge = boxes_beside([QPointF(100, 100), QPointF(390, 200)], [NAME, NAME], REACH, ROOM)
    assert middle.left() == 100 + REACH + GAP
    assert middle.center().y() == 100
    assert edge.right() == 390 - REACH - GAP


def test_names_of_stars_close_together_can_all_be_read():
    places = [QPointF(100, 100), QPointF(140, 102), QPointF(118, 124)]
    boxes = boxes_beside(places, [NAME] * 3, REACH, ROOM)
    for one, other in itertools.combinations(boxes, 2):
        assert one is not None
        assert other is not None
        both = one & other
        assert max(both.width(), 0) * max(both.height(), 0) <= 0.1 * 60 * 16
    assert boxes[0].right() < 100


def test_a_small_move_seldom_changes_sides():
    random = np.random.default_rng(0)
    places = [QPointF(*spot) for spot in random.uniform(50, 250, (10, 2)).tolist()]
    changes = 0
    before = boxes_beside(places, [NAME] * 10, REACH, ROOM)
    for _ in range(100):
        places = [place + QPointF(0.3, -0.2) for place in places]  # all alike: nothing comes nearer to another
        after = boxes_beside(places, [NAME] * 10, REACH, ROOM.adjusted(-100, -100, 100, 100))
        changes += sum(
            abs(old.x() + 0.3 - new.x()) + abs(old.y() - 0.2 - new.y()) > 1
            for old, new in zip(before, after, strict=True)
        )
        before = after
    assert changes == 0


def test_names_that_could_not_be_read_are_left_out():
    boxes = boxes_beside([QPointF(200, 150)] * 7, [NAME] * 7, REACH, ROOM)
    shown = [box for box in boxes if box is not None]
    assert 1 <= len(shown) < 7
    for one, other in itertools.combinations(shown, 2):
        both = one & other
        assert max(both.width(), 0) * max(both.height(), 0) < 0.5 * 60 * 16
    assert boxes_beside([QPointF(200, 150)], [NAME], REACH, ROOM, [QRectF(100, 100, 200, 100)]) == [None]


def test_nothing_to_name():
    assert boxes_beside([], [], REACH, ROOM) == []
