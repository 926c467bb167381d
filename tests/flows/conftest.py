"""A pilot: the program in its real window, used with mouse and keys as a person would."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from latentarium.app.main import bury
from latentarium.app.trainbar import WorkspaceChoice
from latentarium.app.views.view_panel import ViewPanel
from latentarium.app.window import Window
from latentarium.app.worker import keep_triton_out
from latentarium.runs.run import Run
from latentarium.scene.cameras import project
from latentarium.scene.compose import compose
from latentarium.scene.scene import Scene
from latentarium.scene.state import State

keep_triton_out()  # tests train in the process that draws


class Pilot:
    """Hands on one window."""

    def __init__(self, window: Window, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot

    @property
    def state(self) -> State:
        return self.window.state

    @property
    def run(self) -> Run:
        return self.state.runs[0].run

    def view(self, index: int) -> ViewPanel:
        return self.window.centre.column.views[index]

    def scene(self, index: int) -> Scene:
        """What view `index` shows, composed anew."""
        cloud = self.view(index).cloud
        return compose(self.state.runs[0], self.state, index, cloud.width() / cloud.height())

    def wait(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        self.qtbot.waitUntil(ready, timeout=int(1000 * seconds))

    def press(self, name: str, within: QWidget | None = None) -> None:
        """Click the visible button that says `name`."""
        buttons = [
            button
            for button in (within or self.window).findChildren(QAbstractButton)
            if button.isVisible()
            and button.text().strip().lower() == name.lower()
            and (within is not None or not isinstance(button.parent(), WorkspaceChoice))
        ]
        assert len(buttons) == 1, f"{name}: {[button.text() for button in buttons]}"
        assert buttons[0].isEnabled(), f"{name} is disabled"
        QTest.mouseClick(buttons[0], Qt.MouseButton.LeftButton)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def places(self, index: int) -> np.ndarray:
        """Where the dots of a view stand on it, in logical pixels: (N, 3), the third is the depth."""
        cloud, scene = self.view(index).cloud, self.scene(index)
        blended = scene.dots.start * (1 - scene.dots.blend) + scene.dots.end * scene.dots.blend
        return project(blended, scene.camera, cloud.width(), cloud.height())

    def loneliest(self, index: int) -> int:
        """The dot that stands farthest from every other one, inside the view."""
        cloud, places = self.view(index).cloud, self.places(index)[:, :2]
        gaps = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
        np.fill_diagonal(gaps, np.inf)
        inside = (places > 20).all(1) & (places < (cloud.width() - 20, cloud.height() - 20)).all(1)
        return int(np.where(inside, gaps.min(1), -1).argmax())

    def pixel(self, index: int, row: int) -> QPoint:
        x, y = self.places(index)[row, :2]
        return QPoint(round(x), round(y))

    def point_at(self, index: int, row: int) -> None:
        """Rest the pointer on a dot until the program has seen it."""
        cloud = self.view(index).cloud
        QTest.mouseMove(cloud, QPoint(3, 3))
        QTest.mouseMove(cloud, self.pixel(index, row))
        self.wait(lambda: self.state.hovered is not None, 5)

    def click(self, index: int, row: int) -> None:
        QTest.mouseClick(
            self.view(index).cloud,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            self.pixel(index, row),
        )

    def scrub(self, share: float) -> None:
        """Press the track of the timeline at a share of its length."""
        track = self.window.timeline.track
        QTest.mouseClick(
            track,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            QPoint(round(track.width() * share), track.height() // 2),
        )

    def frames(self) -> int:
        return self.state.runs[0].count if self.state.runs else 0

    def close(self) -> float:
        """Close the window as its corner button does; the seconds until training had ended and the window was gone."""
        began = time.monotonic()
        self.window.close()
        took = time.monotonic() - began
        self.wait(lambda: not self.window.parts.trainer.status.busy, 1)
        return took


@pytest.fixture
def take_off(qtbot: QtBot) -> Iterator[Callable[..., Pilot]]:
    """Opens windows: take_off() or take_off(path), as the program does with a file named on the command line."""
    made: list[Window] = []

    def open_window(path: Path | None = None) -> Pilot:
        window = Window()
        made.append(window)
        window.resize(1440, 900)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        if path is not None:
            window.take(path)
            qtbot.waitUntil(lambda: bool(window.state.runs), timeout=20_000)
        return Pilot(window, qtbot)

    yield open_window
    for window in made:
        window.close()
        for shown in window.state.runs:
            shown.run.close()
        bury(window)
