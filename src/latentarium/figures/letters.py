"""Fonts for letters that the page's own font lacks: another font of this computer, or the letter's number instead.

matplotlib would draw an empty box. Names of classes and files come from everywhere, its font has no more than
Latin, Greek, Cyrillic and some others.
"""

import unicodedata
from functools import cache

from matplotlib.font_manager import FontEntry, FontProperties, findfont, fontManager, get_font
from matplotlib.ft2font import FaceFlags, FT2Font

OWN = "DejaVu Sans"  # matplotlib's, which it brings along
_ANY = "sans-serif"
_NORMAL = 400
_LIGHT, _HEAVY = 300, 600  # weights of text
_OUTLINES = b"OTTO"  # how a font begins whose outlines are PostScript's
_SILENT = ("Cc", "Cf")  # categories of Unicode: controls, and signs of the direction and of joining
_SELECTORS = "\ufe0e\ufe0f"  # that the letter before is, or is no, coloured picture
_BOXES = ("lastresort", "last resort", "notdef")  # fonts that have a box for every letter


def spelled(text: str) -> str:
    """`text`, in which letters that no font of this computer has stand as their Unicode numbers, such as U+732B.

    Signs that only tell how to write others are left out where no font has them.
    """
    if text.isascii() or all(map(_known, text)):
        return text
    made, missing = "", False
    for letter in text:
        if _known(letter):
            made, missing = made + letter, False
        elif unicodedata.category(letter) not in _SILENT and letter not in _SELECTORS:
            made, missing = made + (" " if missing else "") + f"U+{ord(letter):04X}", True
    return made


def families(text: str) -> list[str]:
    """The fonts that have the letters of `text`: the page's own first, last any, for who reads an SVG without them."""
    others = () if text.isascii() else (_other(letter) for letter in text if not _own(letter))
    return list(dict.fromkeys([OWN, *(font.name for font in others if font is not None), _ANY]))


def is_postscript(family: str) -> bool:
    """Whether a font's outlines are PostScript's, which a PDF can not hold as TrueType."""
    with open(findfont(FontProperties(family=[family])), "rb") as file:
        head = file.read(16)
        if head[:4] == b"ttcf":  # several in one file: the first of them
            file.seek(int.from_bytes(head[12:16], "big"))
            head = file.read(4)
    return head[:4] == _OUTLINES


def _known(letter: str) -> bool:
    return _own(letter) or _other(letter) is not None


@cache
def _own(letter: str) -> bool:
    """Whether the page's font has it, light and bold."""
    return all(
        get_font(findfont(FontProperties(family=[OWN], weight=weight))).get_char_index(ord(letter)) > 0
        for weight in ("normal", "bold")
    )


@cache
def _other(letter: str) -> FontEntry | None:
    """The first of the other fonts that has it."""
    return next((font for font in _others() if _has(font, letter)), None)


@cache
def _others() -> tuple[FontEntry, ...]:
    """The upright fonts of this computer that text can be set in, those without serifs first."""
    upright = [
        font
        for font in fontManager.ttflist
        if font.style == "normal" and _LIGHT <= _weight(font) <= _HEAVY and font.name != OWN
    ]
    named = [font for font in upright if not any(word in font.name.lower() for word in _BOXES)]
    return tuple(sorted(named, key=lambda font: ("sans" not in font.name.lower(), abs(_weight(font) - _NORMAL))))


def _has(font: FontEntry, letter: str) -> bool:
    try:
        face = FT2Font(font.fname)
    except (OSError, RuntimeError):  # gone, or not what its name says
        return False
    return bool(face.face_flags & FaceFlags.SCALABLE) and face.get_char_index(ord(letter)) > 0


def _weight(font: FontEntry) -> int:
    return font.weight if isinstance(font.weight, int) else _NORMAL
