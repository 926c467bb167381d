"""Loss and accuracy over the steps: where training stands, how it came there, and a way back to any frame."""

import math

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from latentarium.app.charts.curve_plot import CurvePlot, Curves
from latentarium.app.charts.throttle import Throttle
from latentarium.core.frame import ACCURACY, KNN_ACCURACY, KNN_SHOTS, PROBE_LOSS, TRAIN_LOSS
from latentarium.runs.run import Run
from latentarium.scene.palettes import THEMES
from latentarium.scene.state import OpenRun, State

UNSEEN = KNN_SHOTS[5]  # offered where two classes or more are held out
LOSSES = {TRAIN_LOSS: "loss", PROBE_LOSS: "probe loss"}
SHARES = {ACCURACY: "accuracy", KNN_ACCURACY: "1-NN", UNSEEN: "unseen"}
ABOUT = {
    TRAIN_LOSS: "Mean training loss over the batches since the frame before",
    PROBE_LOSS: "Mean of −log p(label) over the probe: this run was not trained here",
    ACCURACY: "Share of the probe whose most probable class is its label",
    KNN_ACCURACY: "Share of the probe whose nearest reference image has its label, with raw pixels and the first frame",
    UNSEEN: "On classes held out: k-NN accuracy with 5 labelled examples a class, with raw pixels and the first frame",
}


class CurvesPanel(QWidget):
    """The training loss, and the accuracy or the 1-NN accuracy of the probe; a click goes to that frame."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.plot = CurvePlot()
        self.plot.chosen.connect(self._on_chosen)
        self._state = State()
        self._record = Record()
        self._throttle = Throttle(self, self._draw)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        head = QHBoxLayout()
        head.setSpacing(4)
        for name, text in SHARES.items():
            button = QPushButton(text)
            button.setCheckable(True)
            button.setProperty("role", "chip")
            button.setAccessibleName(f"Show {text} in the chart")
            button.setToolTip(ABOUT[name])
            button.clicked.connect(self._throttle.want)
            self._group.addButton(button)
            self._buttons[name] = button
            head.addWidget(button)
        self._buttons[ACCURACY].setChecked(True)
        self._buttons[UNSEEN].hide()
        self._loss = QLabel(LOSSES[TRAIN_LOSS])
        self._loss.setToolTip(ABOUT[TRAIN_LOSS])
        head.addStretch(1)
        head.addWidget(self._loss)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 6)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.plot, 1)
        self._paint_names()

    def show_state(self, state: State) -> None:
        """Follow the first open run, its newest frame and the moment."""
        old, self._state = self._state, state
        if old.dark != state.dark:
            self._paint_names()
        if old.dark != state.dark or _shown(old) != _shown(state):
            self._throttle.want()
        if _shown(old)[0] is not _shown(state)[0]:
            self._offer(_shown(state)[0])
        if state.runs:
            self.plot.show_index(min(state.frame, max(state.runs[0].count - 1, 0)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._throttle.want()

    @property
    def share(self) -> str:
        """Which scalar the left axis shows."""
        return next(name for name, button in self._buttons.items() if button.isChecked())

    def _draw(self) -> None:
        curves = None
        if self._state.runs and self._state.runs[0].count:
            self._record.follow(self._state.runs[0])
            curves = self._record.curves(self.share, self._state.runs[0])
        self.plot.show_curves(curves, self._state.dark)

    def _offer(self, run: Run | None) -> None:
        """Offer the curve on held-out classes where there are two, and leave it where there are not."""
        offered = run is not None and len(run.classes) - run.trained > 1
        self._buttons[UNSEEN].setVisible(offered)
        if self.share == UNSEEN and not offered:
            self._buttons[ACCURACY].setChecked(True)
        self._loss.setText(LOSSES[_loss_of(run)])
        self._loss.setToolTip(ABOUT[_loss_of(run)])

    def _paint_names(self) -> None:
        """Name each axis in its curve's colour."""
        theme = THEMES["dark" if self._state.dark else "light"]
        self._loss.setStyleSheet(f"color: {theme.loss}; font-weight: 600")
        for button in self._buttons.values():
            button.setStyleSheet(f"QPushButton:checked {{ color: {theme.accuracy} }}")

    def _on_chosen(self, index: int) -> None:
        self.asked.emit({"moment": float(index), "following": False})


def _loss_of(run: Run | None) -> str:
    """The loss that a run has: that of its training, or where it was not trained here, that of its probe."""
    return PROBE_LOSS if run is not None and run.recipe.origin is not None else TRAIN_LOSS


class Record:
    """The scalars of a run's frames as columns. While the run grows, only what is new is read."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self._columns: dict[str, list[float]] = {}

    def follow(self, shown: OpenRun) -> None:
        """Read the frames of this run that are new since the last call."""
        if shown.run is not self._run or len(self._columns["step"]) > shown.count:
            self._run = shown.run
            self._columns = {name: [] for name in ("step", *LOSSES, *SHARES)}
        for entry in shown.run.entries[len(self._columns["step"]) : shown.count]:
            self._columns["step"].append(float(entry.step))
            for name in (*LOSSES, *SHARES):
                self._columns[name].append(float(entry.scalars.get(name, np.nan)))

    def curves(self, share: str, shown: OpenRun) -> Curves:
        """The loss and one share as curves; the axis of a live run ends where its recipe says."""
        steps, left = np.array(self._columns["step"]), np.array(self._columns[share])
        levels: list[tuple[str, float]] = []
        if share != ACCURACY:
            levels = [
                (f"step {steps[0]:,.0f}", float(left[0])),
                ("raw pixels", shown.run.baselines.get(f"pixels_{share}", np.nan)),
            ]
            levels = [(name, value) for name, value in levels if np.isfinite(value)]
        lowest = min([*left[np.isfinite(left)].tolist(), *(value for _, value in levels)], default=0.0)
        return Curves(
            steps=steps,
            left_name=SHARES[share],
            left=left,
            right_name=LOSSES[_loss_of(shown.run)],
            right=np.array(self._columns[_loss_of(shown.run)]),
            end=max(float(steps[-1]), _planned(shown) if shown.live else 0.0, 1.0),
            floor=0.0 if share == ACCURACY else _floor(lowest),
            levels=tuple(levels),
            live=shown.live,
        )


def _planned(shown: OpenRun) -> float:
    """The step at which the recipe ends, as far as the frames so far tell it."""
    optimiser = shown.run.recipe.optimiser
    if optimiser.steps is not None:
        return float(optimiser.steps)
    last = shown.run.entries[shown.count - 1]
    return (optimiser.epochs or 0.0) * last.step / last.epoch if last.epoch > 0 else 0.0


def _floor(lowest: float) -> float:
    """A round share below `lowest`, with room for the curve above it."""
    return max(0.0, math.floor(lowest * 5 - 0.1) / 5)


def _shown(state: State) -> tuple[Run | None, int]:
    return (state.runs[0].run, state.runs[0].count) if state.runs else (None, 0)
