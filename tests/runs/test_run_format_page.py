"""docs/run-format.md is true: every line of it runs."""

import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_page_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = (ROOT / "docs" / "run-format.md").read_text(encoding="utf-8")
    test = doctest.DocTestParser().get_doctest(text, {}, "run-format.md", None, 0)
    assert len(test.examples) > 30
    said: list[str] = []
    failures, _ = doctest.DocTestRunner().run(test, out=said.append)
    assert failures == 0, "".join(said)
