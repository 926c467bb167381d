"""A whole number to type: what is too large or too small becomes the nearest that is allowed."""

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QSpinBox


class CountBox(QSpinBox):
    """A spin box that takes "300" for its largest number, where Qt's would leave the last digit out and take 30."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__()
        self.setRange(least, most)
        self.setKeyboardTracking(False)

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        if _is_number(text) and int(text) > self.maximum():
            return QValidator.State.Intermediate, text, place
        return super().validate(text, place)

    def fixup(self, text: str) -> str:
        return str(min(max(int(text), self.minimum()), self.maximum())) if _is_number(text) else str(self.value())


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
