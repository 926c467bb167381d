"""How much room words take on a page, in logical pixels, 96 to the inch."""

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

LOGICAL = 96.0  # logical pixels an inch
_POINTS = 72  # an inch
_HINTED = 1.015  # letters that are fitted to pixels take a little more


def width_of(text: str, size: float, bold: bool = False) -> float:
    """How many logical pixels a text of `size` points takes."""
    fonts = FontProperties(size=size, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, fonts, ismath=False)
    return float(width) * LOGICAL / _POINTS * _HINTED


def wrapped(text: str, size: float, width: float) -> list[str]:
    """The words of a text in lines of at most `width` logical pixels; a longer word has a line of its own."""
    lines: list[str] = []
    for word in text.split():
        if lines and width_of(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def shortened(text: str, size: float, width: float, bold: bool = False) -> str:
    """`text`, cut with an ellipsis where it is wider than `width` logical pixels."""
    if width_of(text, size, bold) <= width:
        return text
    while text and width_of(text + "…", size, bold) > width:
        text = text[:-1]
    return text + "…"
