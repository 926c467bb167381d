"""The dialog that asks for the run to compare with."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from latentarium.app.compare.choices import choices
from latentarium.app.compare.chooser import EMPTY, RunChooser
from latentarium.runs.library import list_runs
from latentarium.runs.run import Run
from latentarium.scene.desk import open_run


@pytest.fixture
def library(make_run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """Four runs: the one that is open, two of the same points, and one of other images."""
    monkeypatch.setenv("LATENTARIUM_LIBRARY", str(tmp_path))
    kept = [make_run(name="open"), make_run(name="kin", dimensions=4), make_run(name="kin too")]
    return [*kept, make_run(("1", "2"), rows=40, name="stranger")]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def chooser(qtbot: QtBot, window: QWidget, *runs: Run) -> RunChooser:
    made = RunChooser(tuple(map(open_run, runs)), True, window)
    made.open()
    made.activateWindow()
    qtbot.waitUntil(lambda: made.isVisible() and made._known)
    return made


def listed(made: RunChooser) -> list[str]:
    return [row.path.name for row in made._model.rows]


def test_the_nearest_kin_come_first(library: list[Run], tmp_path: Path) -> None:
    first, *_ = library
    runs = list_runs(tmp_path)
    rows = choices([*runs, replace(runs[0], path=tmp_path / "begun", frames=0)], first, ())
    assert [row.path.name for row in rows[:2]] in (["kin", "kin too"], ["kin too", "kin"])
    assert rows[0].facts.startswith("same points · 60 points · 9 frames · accuracy")
    assert rows[0].facts.endswith(f"· {rows[0].path.name}"), "all have the same title"
    alone = choices([replace(runs[0], path=tmp_path / "away", title="Other")], first, ())
    assert not alone[0].facts.endswith(f"· {runs[0].name}")
    assert [row.path.name for row in rows[2:]] == ["stranger"], "neither the run itself nor one without a frame"
    assert rows[2].facts.startswith("same data set · 40 points")
    assert [row.path.name for row in choices(list_runs(tmp_path), first, ["stranger"])] == ["stranger"]


def test_a_run_is_chosen_with_the_keyboard(qtbot: QtBot, window: QWidget, library: list[Run]) -> None:
    made = chooser(qtbot, window, *library[:2])
    qtbot.waitUntil(made.filter.hasFocus)
    assert len(listed(made)) == 3
    assert "open as B" in made._model.index(listed(made).index("kin")).data(Qt.ItemDataRole.DisplayRole)
    QTest.keyClicks(made.filter, "kin")
    assert len(listed(made)) == 2
    QTest.keyClick(made.filter, Qt.Key.Key_Down)
    wanted = listed(made)[1]
    with qtbot.waitSignal(made.chosen) as told:
        QTest.keyClick(made.filter, Qt.Key.Key_Return)
    assert told.args[0].name == wanted
    assert not made.isVisible()


def test_what_matches_nothing_cannot_be_chosen(qtbot: QtBot, window: QWidget, library: list[Run]) -> None:
    made = chooser(qtbot, window, library[0])
    QTest.keyClicks(made.filter, "nothing like it")
    assert not made.compare.isEnabled()
    assert [label.text() for label in made.findChildren(QLabel) if label.isVisible()][-1] == "No run matches."
    QTest.keyClick(made.filter, Qt.Key.Key_Escape)
    assert len(listed(made)) == 3
    QTest.keyClick(made.filter, Qt.Key.Key_Escape)
    assert not made.isVisible()


def test_a_run_that_lies_elsewhere_is_browsed_for(
    qtbot: QtBot, window: QWidget, make_run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(name="alone")
    made = chooser(qtbot, window, run)
    assert [label.text() for label in made.findChildren(QLabel) if label.isVisible()][-1] == EMPTY
    assert not made.compare.isEnabled()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(run.path / "run.json"), ""))
    with qtbot.waitSignal(made.chosen) as told:
        QTest.mouseClick(made.browse, Qt.MouseButton.LeftButton)
    assert told.args == [run.path / "run.json"]
