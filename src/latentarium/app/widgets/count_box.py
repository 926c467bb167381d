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
        number = self._bare(text)
        if _is_number(number) and int(number) > self.maximum():
            return QValidator.State.Intermediate, text, place
        return super().validate(text, place)

    def fixup(self, text: str) -> str:
        number = self._bare(text)
        value = min(max(int(number), self.minimum()), self.maximum()) if _is_number(number) else self.value()
        return f"{value}{self.suffix()}"

    def _bare(self, text: str) -> str:
        return text.removesuffix(self.suffix()).strip()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
