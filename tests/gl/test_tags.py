"""Words beside dots, counted and looked for in the picture."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from latentarium.gl.tags import MOST, paint_tags
from latentarium.scene.scene import Label

SIZE = (400.0, 300.0, 3.0)
INK, HALO = (255, 255, 255, 255), (0, 0, 0, 255)


def painted(
    spots: list[tuple[str, float, float]], spared: tuple[QRectF, ...] = (), loud: bool = False
) -> tuple[int, np.ndarray]:
    """How many words were painted, and where there is ink: bool (300, 400)."""
    picture = QImage(400, 300, QImage.Format.Format_Grayscale8)
    picture.fill(QColor(0, 0, 0))
    with QPainter(picture) as painter:
        tags = [(Label(text, (0.0, 0.0, 0.0), INK, "tag"), QPointF(x, y)) for text, x, y in spots]
        count = paint_tags(painter, tags, SIZE, (INK if loud else (9, 9, 9, 255), HALO), spared)
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(300, picture.bytesPerLine())[:, :400]
    return count, rows > 100


def test_words_stand_right_of_their_dot_or_left_at_the_edge(qtbot: QtBot) -> None:
    count, ink = painted([("word", 100, 100), ("word", 398, 200)])
    assert count == 2
    assert ink[90:110, 105:150].any()
    assert not ink[90:110, :104].any()
    assert ink[190:210, 340:394].any()


def test_no_word_lies_over_another_and_the_first_wins(qtbot: QtBot) -> None:
    one, first = painted([("first", 200, 100)])
    assert one == 1
    count, ink = painted([("first", 200, 100), ("second", 202, 101), ("third", 201, 99)])
    assert count == 2, "the second finds room at the left"
    np.testing.assert_array_equal(ink[:, 205:], first[:, 205:])


def test_names_are_spared_and_there_are_few(qtbot: QtBot) -> None:
    assert painted([("word", 200, 100)], (QRectF(0, 0, 400, 300),))[0] == 0
    many = [(f"w{row}", 20 + 50 * (row % 7), 10 + 20 * (row // 7)) for row in range(98)]
    assert painted(many)[0] == MOST


def test_the_words_of_a_ringed_dot_go_below_or_above_it_where_its_sides_are_taken(qtbot: QtBot) -> None:
    sides = QRectF(100, 90, 80, 20), QRectF(220, 90, 80, 20)
    assert painted([("word", 200, 100)], sides)[0] == 0
    count, ink = painted([("word", 200, 100)], sides, loud=True)
    assert count == 1
    assert ink[112:140, 170:230].any()
    _, ink = painted([("word", 200, 100)], (*sides, QRectF(150, 112, 100, 40)), loud=True)
    assert ink[60:90, 170:230].any()


def test_words_are_plain_text(qtbot: QtBot) -> None:
    plain, ink = painted([("<b>&amp;</b>", 20, 100)])
    assert plain == 1
    assert ink.any(0).nonzero()[0].max() > 70, "every letter of it"
