"""Words in any writing, and where names stand."""

import threading
from pathlib import Path

import pytest

from latentarium.figures.lettering import free_spot, shortened, width_of
from latentarium.figures.letters import families, is_postscript, spelled
from latentarium.figures.sheet import new_sheet, settled, write

PRIVATE = "\U000f8fe0\U000f8fe1"  # letters that are nobody's, and so in no font


def test_letters_without_a_font_are_spelled() -> None:
    assert spelled("cat, кошка, γάτα") == "cat, кошка, γάτα"
    assert spelled(f"a {PRIVATE} ({PRIVATE[0]})") == "a U+F8FE0 U+F8FE1 (U+F8FE0)"
    assert spelled(f"a\u200d{PRIVATE[0]}\U000e0001") == f"a{chr(0x200D)}U+F8FE0"
    assert families("cat") == families("кошка") == ["DejaVu Sans", "sans-serif"]
    assert not is_postscript("DejaVu Sans")


@pytest.mark.parametrize("text", ["猫", "犬 (柴犬)", "사과", "ไทย"])
def test_no_word_is_drawn_as_boxes(text: str, tmp_path: Path) -> None:
    """matplotlib warns of a letter that no font has, and warnings are errors here."""
    with settled():
        sheet = new_sheet(200, 50, dark=False)
        write(sheet.strip((0, 0, 200, 50)), 5, 20, text, weight="bold")
        for ending in ("png", "pdf", "svg"):
            sheet.save(tmp_path / f"a.{ending}")
    said = spelled(text)
    assert width_of(text, 8) == width_of(said, 8) > 0
    svg = (tmp_path / "a.svg").read_text("utf-8")
    assert said.split()[0] in svg
    assert "sans-serif" in svg  # for who has none of our fonts
    for letter in text:
        assert letter in said or f"U+{ord(letter):04X}" in said


def test_pages_drawn_at_the_same_time_keep_their_text(tmp_path: Path) -> None:
    """matplotlib's settings are those of all threads: a page that ends must not take another's."""
    began, ended = threading.Event(), threading.Event()

    def other() -> None:
        began.set()
        with settled():
            pass
        ended.set()

    with settled():
        thread = threading.Thread(target=other)
        thread.start()
        assert began.wait(10)
        assert not ended.wait(0.05)
        sheet = new_sheet(200, 50, dark=False)
        write(sheet.strip((0, 0, 200, 50)), 5, 20, "words")
        sheet.save(tmp_path / "a.svg")
    thread.join(10)
    assert ">words<" in (tmp_path / "a.svg").read_text("utf-8")


def test_names_stand_where_no_other_is() -> None:
    first = free_spot((50, 50), (30, 10), 5, 100, [])
    assert first == (55, 45, 30, 10)
    second = free_spot((50, 50), (30, 10), 5, 100, [first])
    assert second == (15, 45, 30, 10)
    third = free_spot((50, 50), (30, 10), 5, 100, [first, second])
    assert third == (55, 55, 30, 10)
    assert free_spot((50, 50), (60, 10), 5, 100, []) is None
    assert free_spot((90, 50), (30, 10), 5, 100, []) == (55, 45, 30, 10)


def test_names_are_cut_to_their_room() -> None:
    name = "Antidisestablishmentarianism"
    cut = shortened(name, 8, 60, True)
    assert cut.endswith("…")
    assert name.startswith(cut[:-1])
    assert width_of(cut, 8, True) <= 60
