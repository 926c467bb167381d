"""Dressing the program while Python tidies up."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from latentarium.app.theme import dress


class Collecting(QWidget):
    """Hears of a new style in Python, where a collection may start whenever collecting is not forbidden."""

    heard = 0

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            Collecting.heard += 1
            if gc.isenabled():
                gc.collect()


@pytest.fixture
def no_chance() -> Iterator[None]:
    """Garbage is collected where a test says so, and nowhere else."""
    before = gc.get_threshold()
    gc.set_threshold(0)
    yield
    gc.set_threshold(*before)


def test_a_collection_deletes_no_widget_that_qt_is_dressing(qtbot: QtBot, qapp: QApplication, no_chance: None) -> None:
    heard = [Collecting() for _ in range(20)]
    for widget in heard:
        qtbot.addWidget(widget)
    for _ in range(2000):  # forgotten widgets, held by nothing but themselves
        forgotten = QWidget()
        forgotten.me = forgotten
        QLabel("lost", forgotten)
        forgotten.ensurePolished()
        del forgotten
    dress(qapp, dark=False)
    dress(qapp, dark=True)
    assert Collecting.heard >= len(heard)
    assert gc.isenabled()
    gc.collect()
