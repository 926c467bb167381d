"""The classes: colour, name, count. A click hides one, a double-click leaves only it."""

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QLabel, QScrollArea, QToolButton, QWidget

from latentarium.app.widgets.swatches import swatches
from latentarium.runs.run import Run
from latentarium.scene.palettes import THEMES, Theme
from latentarium.scene.state import State

HINT = "click hides, double-click isolates"
NONE = "these points have no classes"
TOO_MANY = "over 50 classes: colour alone no longer tells them apart"


class LegendEntry(QAbstractButton):
    """One class; checked while it is shown. Space hides or shows it, Return leaves only it."""

    toggled_class = Signal(int)
    isolated_class = Signal(int)

    def __init__(self, parent: QWidget, label: int) -> None:
        super().__init__(parent)
        self._label = label
        self._name = self._count = self._colour = ""
        self._held_out = False
        self._theme = THEMES["dark"]
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._on_clicked)

    def name_class(self, name: str, count: int, held_out: bool) -> None:
        """Say which class it is, and how many of the probe's points are of it."""
        self._name, self._count, self._held_out = name, f"{count:,}", held_out
        self.setAccessibleName(f"class {name}, {count} points" + (", held out of training" if held_out else ""))
        self.setAccessibleDescription("Space hides or shows it, Return shows only it")
        self.setToolTip("Held out: shown, but never trained on" if held_out else "")
        self.updateGeometry()

    def show_class(self, shown: bool, colour: str, theme: Theme) -> None:
        """Draw it as shown or hidden."""
        if (shown, colour, theme) != (self.isChecked(), self._colour, self._theme):
            self.setChecked(shown)
            self._colour, self._theme = colour, theme
            self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = QFontMetrics(self._bold()).horizontalAdvance(self._name) + metrics.horizontalAdvance(self._tail())
        return QSize(width + self._dot() + 22, metrics.height() + 8)

    def nextCheckState(self) -> None:
        """Leave it as it is: what is shown follows from the state alone."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.isolated_class.emit(self._label)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.isolated_class.emit(self._label)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, dot, shown = self._theme, self._dot(), self.isChecked()
        if self.underMouse() or self.hasFocus():
            painter.setPen(QColor(theme.accent) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.control))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setPen(QPen(QColor(self._colour if shown else theme.muted), 2 if self._held_out else 1.5))
        filled = shown and not self._held_out
        painter.setBrush(QColor(self._colour) if filled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(8 + dot / 2, self.height() / 2), dot / 2 - 1, dot / 2 - 1)
        left = 8 + dot + 6
        bold = self._bold()
        bold.setStrikeOut(not shown)
        painter.setFont(bold)
        painter.setPen(QColor(theme.text if shown else theme.muted))
        place = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(left, 0, self.width(), self.height()), place, self._name)
        left += QFontMetrics(bold).horizontalAdvance(self._name)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRectF(left, 0, self.width(), self.height()), place, self._tail())
        painter.end()

    def _on_clicked(self) -> None:
        self.toggled_class.emit(self._label)

    def _tail(self) -> str:
        return f" {self._count}" + (" held out" if self._held_out else "")

    def _dot(self) -> int:
        return round(self.fontMetrics().height() * 0.7)

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return font


class Legend(QFrame):
    """All classes of the first open run in one line, which scrolls where there are many."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "strip")
        self.setAccessibleName("Classes")
        self._state = State()
        self._run: Run | None = None
        self._entries: list[LegendEntry] = []
        self._line = QWidget()
        self._row = QHBoxLayout(self._line)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._row.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._line)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.back = self._arrow("‹", "Classes to the left")
        self.forth = self._arrow("›", "Classes to the right")
        self.back.clicked.connect(self._on_back)
        self.forth.clicked.connect(self._on_forth)
        self.hint = QLabel(HINT)
        self.hint.setProperty("role", "muted")
        box = QHBoxLayout(self)
        box.setContentsMargins(8, 3, 14, 3)
        box.setSpacing(6)
        for widget in (self.back, self._scroll, self.forth, self.hint):
            box.addWidget(widget, 1 if widget is self._scroll else 0)
        self._fit()

    def show_state(self, state: State) -> None:
        """Show which classes there are, and which are hidden."""
        old, self._state = self._state, state
        run = state.runs[0].run if state.runs else None
        if run is not self._run:
            self._run = run
            self._rebuild()
        elif (old.hidden, old.dark, old.presenting) == (state.hidden, state.dark, state.presenting):
            return
        colours, theme = swatches(len(self._entries), state.dark), THEMES["dark" if state.dark else "light"]
        for label, entry in enumerate(self._entries):
            entry.show_class(label not in state.hidden, colours[label], theme)
        if old.presenting != state.presenting:
            self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, LegendEntry) and event.type() == QEvent.Type.FocusIn:
            self._scroll.ensureWidgetVisible(watched)
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched in self._entries:
            step = {Qt.Key.Key_Left.value: -1, Qt.Key.Key_Right.value: 1}.get(event.key(), 0)
            if step:  # taken here: the scroll area would scroll, and a button go wherever Tab goes
                at = self._entries.index(watched) + step
                self._entries[at % len(self._entries)].setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _rebuild(self) -> None:
        for entry in self._entries:
            self._row.removeWidget(entry)
            entry.hide()
            entry.deleteLater()
        self._entries = []
        if self._run is not None:
            labels = self._run.probe.labels
            counts = np.bincount(labels[labels >= 0], minlength=len(self._run.classes))
            for label, name in enumerate(self._run.classes):
                entry = LegendEntry(self._line, label)
                entry.name_class(name, int(counts[label]), label >= self._run.trained)
                entry.toggled_class.connect(self._on_toggled)
                entry.isolated_class.connect(self._on_isolated)
                entry.installEventFilter(self)
                self._row.insertWidget(label, entry)
                self._entries.append(entry)
        self.hint.setText(TOO_MANY if len(self._entries) > 50 else HINT if self._entries else NONE)
        self._fit()

    def _on_toggled(self, label: int) -> None:
        self.asked.emit({"hidden": self._state.hidden ^ {label}})

    def _on_isolated(self, label: int) -> None:
        others = frozenset(range(len(self._entries))) - {label}
        alone = self._state.hidden >= others
        self.asked.emit({"hidden": frozenset() if alone else others})

    def _on_back(self) -> None:
        bar = self._scroll.horizontalScrollBar()
        bar.setValue(bar.value() - self._scroll.width() * 3 // 4)

    def _on_forth(self) -> None:
        bar = self._scroll.horizontalScrollBar()
        bar.setValue(bar.value() + self._scroll.width() * 3 // 4)

    def _arrow(self, text: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setProperty("role", "flat")
        button.setAccessibleName(name)
        button.setToolTip(name)
        return button

    def _fit(self) -> None:
        """Give the room to the classes first, then to the hint; arrows only where they do not all fit."""
        self._scroll.setFixedHeight(max((e.sizeHint().height() for e in self._entries), default=30))
        # Not the layout's hint: it leaves out entries that were made just now.
        wanted = sum(entry.sizeHint().width() + self._row.spacing() for entry in self._entries)
        room = self.width() - 30
        self.hint.setVisible(self._run is not None and wanted + self.hint.sizeHint().width() < room)
        for arrow in (self.back, self.forth):
            arrow.setVisible(wanted > room)
