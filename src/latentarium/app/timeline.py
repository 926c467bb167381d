"""The replay strip at the foot: play, where we are, the track, speed, loop, and how far behind the newest frame."""

from collections import Counter
from math import hypot, inf

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from latentarium.analysis.events import Event
from latentarium.app.charts.events import NAMES, kind_colour, wish
from latentarium.app.clock import SPEEDS, newest
from latentarium.app.widgets.icons import icon
from latentarium.scene.happenings import Happenings
from latentarium.scene.palettes import THEMES
from latentarium.scene.state import State

TICK_SPACING = 6  # px between ticks at least
HANDLE = 7.0  # px, radius
GROOVE = 3.0  # px
MARK, MARK_HEIGHT, MARK_STEP, MARK_REACH = 3.0, 10.0, 5.0, 5.0  # px: radius, above the track, apart, of the pointer
STACKED = 3  # marks of one frame at most
MARGIN = 10.0  # px beside the track, so that the handle is not cut


class Track(QWidget):
    """The line of frames: ticks, the part played, and a handle to scrub with."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Frames of the run")
        self.setToolTip("Drag to any frame; ← and → go one frame, Home and End to the first and the newest")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(120)
        self._moment, self._last, self._live, self._dark = 0.0, 0, False, True
        self._events: tuple[Event, ...] = ()
        self._known: Happenings | None = None
        self._on_mark = False  # the button was pressed on a mark
        self.setMouseTracking(True)

    def show_state(self, state: State) -> None:
        if state.events is not self._known:
            self._known = state.events
            self._events = state.events.largest() if state.events else ()
            self.update()
        live = bool(state.runs) and state.runs[0].live
        shown = (state.moment, newest(state), live, state.dark)
        if shown != (self._moment, self._last, self._live, self._dark):
            self._moment, self._last, self._live, self._dark = shown
            self.setEnabled(bool(state.runs))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 34)

    def moment_at(self, x: float) -> float:
        """The moment under a horizontal place in px."""
        width = max(self.width() - 2 * MARGIN, 1)
        return min(max((x - MARGIN) / width, 0.0), 1.0) * self._last

    def marks(self) -> tuple[tuple[float, float, Event], ...]:
        """Where each marked event stands, in px, those of one frame above each other."""
        width, middle, heights, found = self.width() - 2 * MARGIN, self.height() / 2 - 2, Counter[int](), []
        for event in self._events:
            if event.frame <= self._last and heights[event.frame] < STACKED:
                heights[event.frame] += 1
                x = MARGIN + width * event.frame / max(self._last, 1)
                found.append((x, middle - MARK_HEIGHT - MARK_STEP * (heights[event.frame] - 1), event))
        return tuple(found)

    def mark_at(self, place: QPointF) -> Event | None:
        """The marked event under the pointer."""
        near = [(hypot(x - place.x(), y - place.y()), event) for x, y, event in self.marks()]
        distance, event = min(near, key=lambda pair: pair[0], default=(inf, None))
        return event if distance <= MARK_REACH else None

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            mark = self.mark_at(QPointF(event.pos()))
            if mark is not None:
                words = f"frame {mark.frame + 1}: {len(mark.rows):,} points · {NAMES[mark.kind]}. Click to go there"
                QToolTip.showText(event.globalPos(), words, self)
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        mark = self.mark_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and mark is not None:
            self._on_mark = True
            self.asked.emit(wish(mark))
        elif event.button() == Qt.MouseButton.LeftButton:
            self._on_mark = False
            self._scrub(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and not self._on_mark:
            self._scrub(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._on_mark:  # a dot rests on a frame, not between two
            self._ask(round(self.moment_at(event.position().x())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = max(self._last // 10, 1)
        strides = {Qt.Key.Key_PageUp: page, Qt.Key.Key_PageDown: -page}
        stride = strides.get(Qt.Key(event.key()))
        if stride is None:
            super().keyPressEvent(event)
        else:
            self._ask(min(max(round(self._moment) + stride, 0), self._last))

    def _scrub(self, x: float) -> None:
        self._ask(self.moment_at(x))

    def _ask(self, moment: float) -> None:
        self.asked.emit({"moment": float(moment), "playing": False, "following": moment >= self._last})

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = THEMES["dark" if self._dark else "light"]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        left, width, middle = MARGIN, self.width() - 2 * MARGIN, self.height() / 2 - 2
        painter.setBrush(QColor(theme.border))
        painter.drawRoundedRect(QRectF(left, middle - GROOVE / 2, width, GROOVE), 1.5, 1.5)
        if self._last > 0:
            share = min(self._moment / self._last, 1.0)
            stride = 1
            while width / self._last * stride < TICK_SPACING:
                stride *= 2 if str(stride)[0] in "15" else 5  # 1, 2, 10, 20, 100 …
            painter.setBrush(QColor(theme.muted))
            for frame in range(0, self._last + 1, stride):
                painter.drawRect(QRectF(left + width * frame / self._last - 0.5, middle + 8, 1, 4))
            painter.setPen(QPen(QColor(theme.panel), 1))
            for x, y, event_marked in self.marks():
                painter.setBrush(kind_colour(event_marked.kind, self._dark))
                painter.drawEllipse(QPointF(x, y), MARK, MARK)
            painter.setPen(Qt.PenStyle.NoPen)
            accent = QColor(theme.accent)
            painter.setBrush(accent)
            painter.drawRoundedRect(QRectF(left, middle - GROOVE / 2, width * share, GROOVE), 1.5, 1.5)
            place = QPointF(left + width * share, middle)
            if self.hasFocus():
                accent.setAlpha(80)
                painter.setBrush(accent)
                painter.drawEllipse(place, HANDLE + 3, HANDLE + 3)
                accent.setAlpha(255)
                painter.setBrush(accent)
            painter.drawEllipse(place, HANDLE, HANDLE)
        painter.end()


class Timeline(QWidget):
    """Shows and steers the moment. Training is not its business."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "foot")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = State()
        name = QLabel("Replay")
        name.setProperty("role", "muted")
        self._play = QToolButton()
        self._play.clicked.connect(self._on_play)
        self._frame, self._step = QLabel(), QLabel()
        self._step.setProperty("role", "muted")
        self.track = Track()
        self.track.asked.connect(self.asked)
        self._speed = QToolButton()
        self._speed.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._speed.setMenu(self._make_speeds())
        self._loop = QToolButton()
        self._loop.setCheckable(True)
        self._loop.setAccessibleName("Loop")
        self._loop.setToolTip("Start again at the end")
        self._loop.clicked.connect(self._on_loop)
        self._where = QLabel()
        self._live = QPushButton("Go live")
        self._live.clicked.connect(self._on_live)
        for button in (self._play, self._speed, self._loop, self._live):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._arrange(name)
        self._draw(State(), State(), everything=True)

    def _arrange(self, name: QLabel) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._frame)
        texts.addWidget(self._step)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 14, 6)
        row.setSpacing(10)
        row.addWidget(name)
        row.addWidget(self._play)
        row.addLayout(texts)
        row.addWidget(self.track, 1)
        for widget in (self._speed, self._loop, self._where, self._live):
            row.addWidget(widget)

    def show_state(self, state: State) -> None:
        """Speak of this state's moment."""
        old, self._state = self._state, state
        self.track.show_state(state)
        self._draw(old, state)

    def _draw(self, old: State, new: State, everything: bool = False) -> None:
        if everything or (old.dark, old.playing) != (new.dark, new.playing):
            theme = THEMES["dark" if new.dark else "light"]
            self._play.setIcon(icon("pause" if new.playing else "play", theme.text, theme.muted))
            self._loop.setIcon(icon("loop", theme.text, theme.muted))
            words = "Pause the replay" if new.playing else "Play the replay"
            self._play.setAccessibleName(words)
            self._play.setToolTip(f"{words} (Space)")
        if everything or (old.speed, old.loop) != (new.speed, new.loop):
            self._speed.setText(f"{new.speed:g}×")
            self._speed.setAccessibleName(f"Speed {new.speed:g} times")
            self._loop.setChecked(new.loop)
        if everything or (old.runs, old.frame, old.following) != (new.runs, new.frame, new.following):
            self._write(new)

    def _write(self, state: State) -> None:
        playable = newest(state) > 0
        for widget in (self._play, self._speed, self._loop):
            widget.setEnabled(playable)
        empty = not state.runs or state.runs[0].count == 0
        self._step.setVisible(not empty)
        if empty:
            self._frame.setText("no frames yet" if state.runs else "no run is open")
            self._where.setText("")
            self._live.hide()
            return
        opened = state.runs[0]
        shown, behind = state.frame + 1, newest(state) - state.frame
        entry = opened.run.entries[min(state.frame, len(opened.run.entries) - 1)]
        self._frame.setText(f"frame <b>{shown}</b> of {opened.count}")
        epoch = "" if opened.run.recipe.origin is not None else f" · epoch {entry.epoch:.1f}"  # elsewhere: not known
        self._step.setText(f"step {entry.step}{epoch}")
        self._reserve(opened.run.entries[-1].step)
        arriving = state.following or behind == 0  # the glide to the newest frame is no delay worth a number
        self._live.setVisible(not arriving)
        self._live.setText("Go live" if opened.live else "Go to the end")
        if not arriving:
            self._where.setText(f"{behind} behind" if opened.live else f"{behind} to the end")
        else:
            theme = THEMES["dark" if state.dark else "light"]
            live = f'<span style="color:{theme.accent}">●</span> Live'
            self._where.setText(live if opened.live else "last frame")

    def _reserve(self, step: int) -> None:
        """Keep the texts' widths, so that the track does not twitch while numbers grow."""
        room = self._frame.fontMetrics().horizontalAdvance
        self._step.setMinimumWidth(room(f"step {'0' * max(len(str(step)), 3)} · epoch 00.0") + 4)
        self._where.setMinimumWidth(room("000 behind"))

    def _make_speeds(self) -> QMenu:
        menu = QMenu(self._speed)
        group = QActionGroup(menu)
        for speed in SPEEDS:
            action = QAction(f"{speed:g}×", menu, checkable=True, checked=speed == 1.0)
            action.setData(speed)
            group.addAction(action)
            menu.addAction(action)
        group.triggered.connect(self._on_speed)
        return menu

    @Slot(QAction)
    def _on_speed(self, action: QAction) -> None:
        self.asked.emit({"speed": action.data()})

    @Slot()
    def _on_play(self) -> None:
        self.asked.emit(playing_changes(self._state))

    @Slot()
    def _on_loop(self) -> None:
        self.asked.emit({"loop": not self._state.loop})

    @Slot()
    def _on_live(self) -> None:
        self.asked.emit({"following": True, "playing": False})


def playing_changes(state: State) -> dict[str, object]:
    """What the play button asks for: pause, or play from here, from the start where this is the end."""
    if state.playing:
        return {"playing": False, "moment": float(state.frame)}
    at_end = state.moment >= newest(state)
    return {"playing": True, "following": False, "moment": 0.0 if at_end else state.moment}
