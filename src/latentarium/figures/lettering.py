"""How much room words take on a page, in logical pixels, 96 to the inch."""

from bisect import bisect_right
from collections.abc import Sequence

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from latentarium.figures.letters import families, spelled

LOGICAL = 96.0  # logical pixels an inch
Box = tuple[float, float, float, float]  # left, top, width, height
_POINTS = 72  # an inch
_HINTED = 1.015  # letters that are fitted to pixels take a little more


def width_of(text: str, size: float, bold: bool = False) -> float:
    """How many logical pixels a text of `size` points takes."""
    text = spelled(text)
    fonts = FontProperties(family=families(text), size=size, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, fonts, ismath=False)
    return float(width) * LOGICAL / _POINTS * _HINTED


def wrapped(text: str, size: float, width: float, bold: bool = False) -> list[str]:
    """The words of a text in lines of at most `width` logical pixels; a longer word has a line of its own."""
    lines: list[str] = []
    for word in text.split():
        if lines and width_of(f"{lines[-1]} {word}", size, bold) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def shortened(text: str, size: float, width: float, bold: bool = False) -> str:
    """`text`, cut with an ellipsis where it is wider than `width` logical pixels."""
    if width_of(text, size, bold) <= width:
        return text
    kept = bisect_right(range(1, len(text)), width, key=lambda count: width_of(text[:count] + "…", size, bold))
    return text[:kept] + "…"


def free_spot(
    mark: tuple[float, float], size: tuple[float, float], reach: float, width: float, taken: Sequence[Box]
) -> Box | None:
    """Where words of a `size` stand beside a mark at (x, y) without touching what is `taken`, within the `width`.

    `reach` from the mark, at its right if they can, else left of it, up to two lines lower or higher. None where all
    that is taken.
    """
    (x, y), (wide, tall) = mark, size
    for down in (0.0, tall, -tall, 2 * tall, -2 * tall):
        for left in (x + reach, x - reach - wide):
            box = left, y + down - tall / 2, wide, tall
            if left >= 0 and left + wide <= width and not any(_meet(box, other) for other in taken):
                return box
    return None


def _meet(one: Box, other: Box) -> bool:
    return all(
        abs(one[i] - other[i] + (one[i + 2] - other[i + 2]) / 2) < (one[i + 2] + other[i + 2]) / 2 for i in (0, 1)
    )
