"""The strip of the window in which the program speaks: notices, errors, and long work with Cancel."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from latentarium.app.worker import Failure
from latentarium.core.progress import Pace

LASTING = 8000  # ms that a mere notice stays
MOST = 3  # strips at a time; the oldest gives way
LONGEST, WORD = 240, 100  # characters of a sentence and of a word that a strip shows; the rest is under Details
NARROWEST = 160  # px of a sentence


class Notice(QFrame):
    """One strip: a sentence, perhaps a button, and a way to close it."""

    closed = Signal(object)  # itself

    def __init__(self, sentence: str, role: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.setAccessibleName(sentence)
        self._sentence = QLabel(sentence)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._sentence.setMinimumWidth(NARROWEST)  # a long path is one word, which would widen the window
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 8, 6)
        self._row.addWidget(self._sentence, 1)
        self._close = self.add_button("Close", self._on_close)
        self._close.setProperty("role", "flat")

    @property
    def sentence(self) -> str:
        return self._sentence.text()

    def add_button(self, text: str, pressed: Callable[[], None]) -> QPushButton:
        """A further button, left of Close."""
        button = QPushButton(text)
        button.clicked.connect(pressed)
        self._row.insertWidget(max(self._row.count() - 1, 1), button)
        return button

    @Slot()
    def _on_close(self) -> None:
        self.closed.emit(self)


class Progress(Notice):
    """Long work: its name, how far it is, about how long it still takes, and Cancel."""

    cancelled = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(name, "notice", parent)
        self._name = name
        self._pace = Pace()
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(180)
        self._bar.setAccessibleName(f"Progress of: {name}")
        self._row.insertWidget(1, self._bar)
        self._close.setText("Cancel")

    def report(self, text: str, fraction: float | None) -> None:
        """Say how far it is, 0 to 1; None where nobody knows."""
        self._bar.setRange(0, 0 if fraction is None else 1000)
        if fraction is not None:
            self._bar.setValue(round(fraction * 1000))
        self._sentence.setText(self._pace.tell(text or self._name, fraction))

    @Slot()
    def _on_close(self) -> None:
        self.cancelled.emit()


class NoticeBar(QWidget):
    """The strips, one under another; takes no room while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self._strips: list[Notice] = []
        self._fading = QTimer(self)
        self._fading.setSingleShot(True)
        self._fading.timeout.connect(self._on_faded)
        self.hide()

    @property
    def sentences(self) -> tuple[str, ...]:
        """What stands there now."""
        return tuple(strip.sentence for strip in self._strips)

    def tell(self, sentence: str, button: str = "", pressed: Callable[[], None] | None = None) -> Notice:
        """Show a notice; one without a button goes by itself after a while."""
        strip = self._strip(Failure(sentence), "notice")
        if pressed is not None:
            strip.add_button(button, pressed).clicked.connect(strip._on_close)
        elif strip.sentence == sentence:
            strip.setProperty("fades", True)
            self._fading.start(LASTING)
        self._add(strip)
        return strip

    def tell_failure(self, failure: Failure) -> Notice:
        """Show an error; it stays until it is closed."""
        strip = self._strip(failure, "failure")
        self._add(strip)
        return strip

    def begin(self, name: str) -> Progress:
        """Show long work under way; end it with `end`."""
        strip = Progress(name, self)
        self._add(strip)
        return strip

    @Slot(object)
    def end(self, strip: Notice) -> None:
        """Take a strip away."""
        if strip in self._strips:
            self._strips.remove(strip)
            self._column.removeWidget(strip)
            strip.hide()
            strip.deleteLater()
        self.setVisible(bool(self._strips))

    def clear(self) -> None:
        """Take all strips away."""
        self._fading.stop()
        for strip in tuple(self._strips):
            self.end(strip)

    def _strip(self, told: Failure, role: str) -> Notice:
        """A strip with the beginning of what is told, and all of it behind a button where that is more."""
        strip = Notice(beginning(told.sentence), role, self)
        if told.details or strip.sentence != told.sentence.strip():
            strip.add_button("Details", lambda: show_details(self, told))
        return strip

    def _add(self, strip: Notice) -> None:
        for old in tuple(self._strips):
            if old.sentence == strip.sentence and not isinstance(old, Progress):
                self.end(old)
        strip.closed.connect(self.end)
        self._strips.append(strip)
        self._column.addWidget(strip)
        strip.show()  # one that was made while others stood there would stay hidden where these have just gone
        while len(self._strips) > MOST:
            passing = [old for old in self._strips if not isinstance(old, Progress)]
            if not passing:
                break
            self.end(passing[0])
        self.show()

    @Slot()
    def _on_faded(self) -> None:
        for strip in tuple(self._strips):
            if strip.property("fades"):
                self.end(strip)


def beginning(sentence: str) -> str:
    """The first line of a sentence, cut behind a word where it is long: an exception's text may fill a page.

    A word too long for a line, such as a path, is cut in its middle.
    """
    first, _, more = sentence.strip().partition("\n")
    shown = " ".join(cut(word) for word in first.split(" "))
    if len(shown) > LONGEST:
        shown, more, _ = shown[: LONGEST + 1].rpartition(" ")
    return f"{shown.rstrip(' .,:;')} …" if more else shown


def cut(word: str) -> str:
    """A word with its beginning and its end, where it is long."""
    return word if len(word) <= WORD else f"{word[: WORD // 2]}…{word[1 - WORD // 2 :]}"


def show_details(parent: QWidget, failure: Failure) -> None:
    """A window with what a developer wants to know."""
    dialog = QDialog(parent.window())
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("Details")
    text = QPlainTextEdit("\n\n".join(filter(None, (failure.sentence, failure.details))))
    text.setReadOnly(True)
    text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    text.setAccessibleName("Details")
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(text)
    column.addWidget(buttons)
    dialog.resize(760, 420)
    dialog.open()
