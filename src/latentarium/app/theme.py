"""Dark and light: one palette and one stylesheet, made from the two themes' colours.

A widget says what it is by the dynamic property "role". Labels: heading, title, muted, value, wrong, note, message.
Buttons: primary, cell, chip, count, flat, segment, term. Frames: panel, canvas, strip, card.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from latentarium.resources import resource
from latentarium.scene.palettes import THEMES, Theme

LAST_RESORT, PREFERRED = (
    "DejaVu Sans",
    "Inter",
)  # a desktop without a font of its own gets the first; the second reads better
BODY = 13  # px at 100 %
PRESENTING = 24  # px, for a projector


def system_is_dark() -> bool:
    """Whether the desktop asks for dark colours; dark where it does not say."""
    return QApplication.styleHints().colorScheme() != Qt.ColorScheme.Light


def choose_scheme(name: str) -> bool:
    """Follow "dark", "light" or "system", and say whether that means dark."""
    hints = QApplication.styleHints()
    if name == "system":
        hints.unsetColorScheme()
        return system_is_dark()
    hints.setColorScheme(Qt.ColorScheme.Dark if name == "dark" else Qt.ColorScheme.Light)
    return name == "dark"


def dress(app: QApplication, dark: bool, presenting: bool = False) -> None:
    """Give the whole program its style, colours and text size."""
    theme = THEMES["dark" if dark else "light"]
    size = PRESENTING if presenting else BODY
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if QFontInfo(font).family() == LAST_RESORT and PREFERRED in QFontDatabase.families():
        font.setFamily(PREFERRED)
    font.setPixelSize(size)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    with _uncollected():
        if app.style().objectName() != "fusion":
            app.setStyle("Fusion")
        app.setPalette(palette(theme))
        app.setFont(font)
        app.setStyleSheet(stylesheet(theme, dark, size))


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection meanwhile.

    Qt goes through a list of all widgets, and widgets hear of it in Python. A collection set off there may delete a
    forgotten widget that is still in the list, and Qt would walk into it.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def assign_role(widget: QWidget, role: str) -> None:
    """Change a widget's role and draw it anew."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def palette(theme: Theme) -> QPalette:
    """The colours of ordinary widgets."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, theme.window),
        (roles.WindowText, theme.text),
        (roles.Base, theme.control),
        (roles.AlternateBase, theme.panel),
        (roles.ToolTipBase, theme.control),
        (roles.ToolTipText, theme.text),
        (roles.Text, theme.text),
        (roles.PlaceholderText, theme.muted),
        (roles.Button, theme.control),
        (roles.ButtonText, theme.text),
        (roles.BrightText, theme.wrong),
        (roles.Link, theme.accent),
        (roles.LinkVisited, theme.accent),
        (roles.Highlight, theme.accent),
        (roles.HighlightedText, theme.on_accent),
        (roles.Accent, theme.accent),
        (roles.Light, theme.control_hovered),
        (roles.Midlight, theme.control_hovered),
        (roles.Mid, theme.border),
        (roles.Dark, theme.border),
        (roles.Shadow, theme.border),
    ):
        made.setColor(role, QColor(colour))
    faded = QColor(theme.muted)
    faded.setAlphaF(0.6)
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, faded)
    return made


def stylesheet(theme: Theme, dark: bool, size: int) -> str:
    """The stylesheet for a theme and a body text size in px."""
    faded = QColor(theme.muted)
    variant = "dark" if dark else "light"
    return Template(_SHEET).substitute(
        vars(theme),
        faded=f"rgba({faded.red()}, {faded.green()}, {faded.blue()}, 150)",
        small=max(BODY, round(size * 0.95)),
        size=size,
        large=round(size * 1.12),
        pad=round(size * 0.38),
        wide=round(size * 0.75),
        radius=round(size * 0.45),
        arrow=round(size * 0.75),
        drop=round(size * 1.6),
        row=round(size * 1.9),
        round=size // 2 + 1,
        knob=round(size * 0.95),
        half=round(size * 0.95) // 2,
        down=resource("icons", f"down-{variant}.svg").as_posix(),
        up=resource("icons", f"up-{variant}.svg").as_posix(),
        left=resource("icons", f"left-{variant}.svg").as_posix(),
        right=resource("icons", f"right-{variant}.svg").as_posix(),
        tick=resource("icons", f"tick-{variant}.svg").as_posix(),
        dot=resource("icons", f"dot-{variant}.svg").as_posix(),
    )


_SHEET = """
QMainWindow, QDialog { background: $window; }
QMainWindow::separator { background: $border; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $border; }
QSplitter::handle:hover { background: $accent; }
QToolBar { background: $panel; border: none; padding: 0; spacing: 0; }
QToolTip { background: $control; color: $text; border: 1px solid $border; padding: 4px; }

QLabel { background: transparent; }
QLabel[role="heading"] { color: $muted; font-size: ${small}px; font-weight: 600; letter-spacing: 1px; }
QLabel[role="title"] { color: $text; font-weight: 600; }
QLabel[role="muted"], QLabel[role="note"] { color: $muted; }
QLabel[role="message"] { color: $text; background: $panel; border-radius: ${radius}px; padding: 8px 10px; }
QLabel[role="note"] { font-size: ${small}px; }
QLabel[role="value"] { color: $text; font-weight: 600; }
QLabel[role="wrong"] { color: $wrong; font-weight: 600; }
QLabel[role="large"] { color: $text; font-size: ${large}px; font-weight: 600; }
QLabel[role="badge"] { background: $control; border-radius: 4px; padding: 2px 6px; }

QFrame[role="panel"], QWidget[role="panel"] { background: $panel; }
QFrame[role="canvas"], QWidget[role="canvas"] { background: $canvas; }
QFrame[role="strip"], QWidget[role="strip"] { background: $panel; border: none; border-bottom: 1px solid $border; }
QFrame[role="foot"], QWidget[role="foot"] { background: $panel; border: none; border-top: 1px solid $border; }
QFrame[role="card"] { background: $panel; border: 1px solid $border; border-radius: ${radius}px; }
QFrame[role="notice"] { background: $control; border: none; border-left: 4px solid $accent; }
QFrame[role="failure"] { background: $control; border: none; border-left: 4px solid $wrong; }
QFrame[role="gaps"] { background: $border; border: none; }
QFrame[role="rule"] { background: $border; border: none; }

QPushButton, QToolButton {
    background: $control; color: $text; border: 1px solid $border; border-radius: ${radius}px;
    padding: ${pad}px ${wide}px;
}
QPushButton:hover, QToolButton:hover { background: $control_hovered; }
QPushButton:pressed, QToolButton:pressed { background: $border; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:disabled, QToolButton:disabled { color: $faded; background: transparent; }
QToolButton::menu-indicator { image: none; }
QPushButton::menu-indicator { image: url("$down"); width: ${arrow}px; subcontrol-position: right center; right: 6px; }

QPushButton[role="primary"] {
    background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; padding: ${pad}px 14px;
}
QPushButton[role="primary"]:hover { border-color: $text; }
QPushButton[role="primary"]:focus { border-color: $text; }
QPushButton[role="primary"]:disabled { background: $control; color: $faded; border-color: $border; }

QPushButton[role="flat"], QToolButton[role="flat"] {
    background: transparent; border-color: transparent; padding: 2px 4px;
}
QPushButton[role="flat"]:hover, QToolButton[role="flat"]:hover { background: $control_hovered; }
QPushButton[role="flat"]:focus, QToolButton[role="flat"]:focus { border-color: $accent; }

QPushButton[role="cell"] { background: transparent; border: none; padding: 0; font-weight: 600; }
QPushButton[role="cell"]:hover, QPushButton[role="cell"]:focus { color: $accent; }
QPushButton[role="cell"]:disabled { color: $text; }

QPushButton[role="chip"], QToolButton[role="chip"] {
    background: transparent; color: $muted; padding: 2px 7px; border-radius: ${radius}px;
}
QPushButton[role="chip"]:hover, QToolButton[role="chip"]:hover { background: $control_hovered; color: $text; }
QPushButton[role="chip"]:checked, QToolButton[role="chip"]:checked {
    color: $text; background: $control; border-color: $muted;
}
QPushButton[role="chip"]:focus, QToolButton[role="chip"]:focus { border-color: $accent; }
QPushButton[role="chip"]:disabled, QToolButton[role="chip"]:disabled { color: $faded; }

QPushButton[role="term"] {
    background: transparent; color: $muted; border: none; border-bottom: 1px dotted $muted; border-radius: 0;
    padding: 0; text-align: left;
}
QPushButton[role="term"]:hover, QPushButton[role="term"]:focus { color: $accent; border-bottom-color: $accent; }
QPushButton[role="count"] { padding: 0; }
QPushButton[role="count"]:checked { border-color: $accent; background: $control_hovered; }

QPushButton[role="segment"], QToolButton[role="segment"] {
    background: transparent; color: $muted; border: 1px solid $border; border-radius: 0; padding: ${pad}px 9px;
    margin-left: -1px;
}
QPushButton[role="segment"][end="first"] {
    border-top-left-radius: ${radius}px; border-bottom-left-radius: ${radius}px; margin-left: 0;
}
QPushButton[role="segment"][end="last"] {
    border-top-right-radius: ${radius}px; border-bottom-right-radius: ${radius}px;
}
QPushButton[role="segment"]:hover { color: $text; background: $control_hovered; }
QPushButton[role="segment"]:checked { color: $text; background: $control; border-color: $muted; }
QPushButton[role="segment"]::menu-indicator { right: 5px; }
QPushButton[role="segment"][end="last"] { padding-right: 20px; }
QPushButton[role="segment"][end="right"] {
    border-top-right-radius: ${radius}px; border-bottom-right-radius: ${radius}px;
}
QPushButton[role="segment"]:focus { color: $accent; }

QComboBox, QLineEdit, QAbstractSpinBox {
    background: $control; color: $text; border: 1px solid $border; border-radius: ${radius}px;
    padding: ${pad}px 8px; selection-background-color: $accent; selection-color: $on_accent;
}
QComboBox:hover, QLineEdit:hover, QAbstractSpinBox:hover { background: $control_hovered; }
QComboBox:focus, QLineEdit:focus, QAbstractSpinBox:focus { border-color: $accent; }
QComboBox:disabled, QLineEdit:disabled, QAbstractSpinBox:disabled { color: $faded; }
QComboBox[invalid="true"], QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"] { border-color: $wrong; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { background: transparent; border: none; padding: 0; }
QComboBox::drop-down { border: none; width: ${drop}px; }
QComboBox::down-arrow { image: url("$down"); width: ${arrow}px; height: ${arrow}px; }
QComboBox QAbstractItemView {
    background: $panel; color: $text; border: 1px solid $border; selection-background-color: $accent;
    selection-color: $on_accent; outline: none;
}
QAbstractSpinBox::up-button {
    border: none; width: ${drop}px; subcontrol-origin: border; subcontrol-position: top right;
}
QAbstractSpinBox::down-button {
    border: none; width: ${drop}px; subcontrol-origin: border; subcontrol-position: bottom right;
}
QAbstractSpinBox::up-arrow { image: url("$up"); width: ${arrow}px; height: ${arrow}px; }
QAbstractSpinBox::down-arrow { image: url("$down"); width: ${arrow}px; height: ${arrow}px; }

QCheckBox, QRadioButton { background: transparent; spacing: 6px; }
QCheckBox::indicator, QRadioButton::indicator, QMenu::indicator {
    width: ${size}px; height: ${size}px; border: 1px solid $muted; border-radius: 3px; background: $control;
}
QRadioButton::indicator { border-radius: ${round}px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { background: $control_hovered; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $accent; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }
QRadioButton::indicator:checked { background: $accent; border-color: $accent; image: url("$dot"); }

QSlider { background: transparent; min-height: ${drop}px; }
QSlider::groove:horizontal { height: 3px; background: $border; border-radius: 1px; }
QSlider::sub-page:horizontal { height: 3px; background: $muted; border-radius: 1px; }
QSlider::handle:horizontal {
    width: ${knob}px; height: ${knob}px; margin: -${half}px 0; border-radius: ${half}px; background: $text;
}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { background: $accent; }
QSlider::handle:horizontal:disabled { background: $border; }

QMenuBar { background: $panel; color: $muted; border-bottom: 1px solid $border; padding: 2px 6px; }
QMenuBar::item { background: transparent; padding: 4px 9px; border-radius: 4px; }
QMenuBar::item:selected { background: $control_hovered; color: $text; }
QMenu { background: $panel; color: $text; border: 1px solid $border; padding: 5px 0; }
QMenu::item { padding: ${pad}px 28px ${pad}px 30px; background: transparent; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $faded; background: transparent; }
QMenu::separator { height: 1px; background: $border; margin: 5px 0; }
QMenu::indicator { left: 8px; }
QMenu::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }

QDockWidget { color: $muted; font-weight: 600; }
QDockWidget::title { background: $panel; padding: 6px 14px; border-bottom: 1px solid $border; }
QTabBar { background: $panel; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $muted; padding: ${pad}px 14px; border: none; border-bottom: 2px solid transparent;
}
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; font-weight: 600; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:focus { color: $accent; }
QMainWindow > QTabBar { qproperty-elideMode: ElideNone; }
QMainWindow > QTabBar::tab { padding: ${pad}px 7px; font-weight: 500; }
QMainWindow > QTabBar::scroller { width: 28px; }
QMainWindow > QTabBar QToolButton { background: $panel; border: none; border-radius: 0; padding: 0; }
QMainWindow > QTabBar QToolButton::left-arrow { image: url("$left"); width: ${arrow}px; height: ${arrow}px; }
QMainWindow > QTabBar QToolButton::right-arrow { image: url("$right"); width: ${arrow}px; height: ${arrow}px; }
QTabWidget::pane { border: none; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 4px; margin: 1px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QListView, QTreeView, QTableView, QPlainTextEdit, QTextEdit {
    background: $panel; alternate-background-color: $control; color: $text; border: 1px solid $border;
    border-radius: ${radius}px; outline: none; selection-background-color: $accent; selection-color: $on_accent;
}
QListView::item { min-height: ${row}px; padding: 0 6px; }
QListView:focus, QTreeView:focus, QTableView:focus, QPlainTextEdit:focus { border-color: $accent; }
QHeaderView::section {
    background: $control; color: $muted; border: none; border-right: 1px solid $border; padding: ${pad}px 8px;
}
QTableView[role="roomy"]::item { padding: 0 5px; }
QTableView[role="close"] QHeaderView::section { padding-left: 4px; padding-right: 4px; }
QHeaderView::down-arrow, QHeaderView::up-arrow {
    subcontrol-origin: margin; subcontrol-position: top center; width: 9px; height: 9px;
}
QHeaderView::down-arrow { image: url("$down"); }
QHeaderView::up-arrow { image: url("$up"); }
QProgressBar {
    background: $border; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; text-align: center;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QStatusBar { background: $panel; color: $muted; }
"""
