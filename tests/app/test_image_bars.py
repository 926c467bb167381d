"""Images with their probabilities: of the selection, the focus, and of many the hardest."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from latentarium.app.charts.image_bars import EMPTY, ImageBarsPanel
from latentarium.app.charts.throttle import Throttle
from latentarium.app.session import Session
from latentarium.core.arrays import frozen_ints
from latentarium.runs.run import Run
from latentarium.scene.state import NOTHING, Selection

RunMaker = Callable[..., Run]
Seat = Callable[..., Session]
Settle = Callable[[QWidget], None]


@pytest.fixture
def settle(qtbot: QtBot) -> Settle:
    """Waits until a panel has drawn what it was last shown."""

    def wait(panel: QWidget) -> None:
        qtbot.waitUntil(lambda: not panel.findChild(Throttle).pending, timeout=3000)

    return wait


def test_the_selection_is_shown_with_its_probabilities(small_run: Run, seat: Seat, settle: Settle) -> None:
    panel = ImageBarsPanel()
    session = seat(panel, small_run, moment=2.0)
    settle(panel)
    assert panel.rows == ()
    assert panel.note.text() == EMPTY
    session.update(focus=7)
    settle(panel)
    assert panel.rows == (7,)
    session.update(selection=Selection(frozen_ints([3, 9, 20]), "three"))
    settle(panel)
    assert panel.rows == (3, 9, 20)
    assert not panel.note.isVisible()
    for card, row in zip(panel.cards, panel.rows, strict=False):
        shares = small_run.frame(2).probabilities[row]
        assert [bar.name for bar in card.bars.bars] == ["3", "5", "8"]
        np.testing.assert_allclose([bar.share for bar in card.bars.bars], shares)
    QTest.mouseClick(panel.cards[1].image, Qt.MouseButton.LeftButton)
    assert session.state.focus == 9
    session.update(selection=NOTHING, focus=None)
    settle(panel)
    assert [card.isVisible() for card in panel.cards] == [False, False, False]


def test_of_a_large_selection_the_hardest_are_shown(small_run: Run, seat: Seat, settle: Settle) -> None:
    panel = ImageBarsPanel()
    seat(panel, small_run, moment=3.0, selection=Selection(frozen_ints(range(5, 45)), "forty"))
    settle(panel)
    frame, labels = small_run.frame(3), small_run.probe.labels
    losses = {row: -math.log(float(frame.probabilities[row, labels[row]])) for row in range(5, 45)}
    assert list(panel.rows) == sorted(losses, key=lambda row: (-losses[row], row))[:24]
    assert panel.note.text() == "the hardest 24 of 40 selected"


def test_many_classes_show_the_most_probable(make_run: RunMaker, seat: Seat, settle: Settle) -> None:
    run = make_run(classes=("a", "b", "c", "d", "e"), trained=4, rows=20)
    panel = ImageBarsPanel()
    seat(panel, run, focus=4, moment=2.0)  # of a class that was never trained on
    settle(panel)
    shares = run.frame(2).probabilities[4]
    assert [bar.name for bar in panel.cards[0].bars.bars] == ["abcd"[row] for row in np.argsort(-shares)[:3]]
    assert "loss" not in panel.cards[0].image.accessibleName()
