"""Cells that spreadsheets must not take for formulas."""

from latentarium.core.cells import guarded


def test_guarded_cells():
    for text in ("=1", "+x", "-x", "@x", "=", "-", "+1+1", "-1e", "\t=1"):
        assert guarded(text) == f"'{text}"
    for text in ("", "x", "1", "-1", "+2.5e-3", "-.5", "a=b", "3/a.png", "'x"):
        assert guarded(text) == text
