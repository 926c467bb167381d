"""Table, search and labels by hand in the real window."""

import csv
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from latentarium.app.inspector.table_panel import TablePanel
from latentarium.app.window import Window
from latentarium.core.annotations import Columns
from latentarium.core.arrays import frozen_ints
from latentarium.runs.added_columns import save_columns
from latentarium.runs.annotations import load_annotations, save_annotations
from latentarium.runs.run import Run
from latentarium.scene.compose import compose
from latentarium.scene.scene import Flag
from latentarium.scene.state import NOTHING, ColourBy, Selection

Opened = Callable[..., Window]
ROWS = 60
WRITERS = ("Anna", "Ben", "Chloë", "")


def give_metadata(folder: Path, columns: dict[str, list[str]]) -> None:
    """Write columns into a recorded run's table, with its hash, as the recorder would have."""
    path = folder / "metadata.csv"
    with path.open(newline="") as file:
        ids = [row[0] for row in csv.reader(file)][1:]
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", *columns])
        writer.writerows(zip(ids, *columns.values(), strict=True))
    about = json.loads((folder / "run.json").read_text())
    about["files"]["metadata.csv"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "run.json").write_text(json.dumps(about))


@pytest.fixture
def folder(make_run: Any) -> Path:
    """A small run whose points have a writer and a score."""
    path: Path = make_run().path
    scores = [f"{row / 10:.1f}" for row in range(ROWS)]
    give_metadata(path, {"writer": [WRITERS[row % 4] for row in range(ROWS)], "score": scores})
    return path


@pytest.fixture
def window(qtbot: QtBot, folder: Path) -> Iterator[Window]:
    made = Window()
    made.resize(1280, 720)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.take(folder)
    qtbot.waitUntil(lambda: bool(made.state.runs), timeout=20_000)
    yield made
    made.close()
    for shown in made.state.runs:
        shown.run.close()
    made.deleteLater()


def table(qtbot: QtBot, window: Window) -> TablePanel:
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    panel = window.panels.table
    qtbot.waitUntil(panel.isVisible)
    return panel


def search(qtbot: QtBot, panel: TablePanel, text: str) -> None:
    panel.search.clear()
    QTest.keyClicks(panel.search, text)
    QTest.keyClick(panel.search, Qt.Key.Key_Return)


def lit(window: Window, flag: Flag) -> list[int]:
    flags = compose(window.state.runs[0], window.state, 0).dots.flags
    return np.flatnonzero((flags & flag) != 0).tolist()


def label(window: Window, text: str, qtbot: QtBot) -> None:
    """Press Ctrl+L, type a label, press Return."""

    def type_it() -> None:
        dialog = window.findChild(QInputDialog)
        assert dialog is not None
        field = dialog.findChild(QLineEdit)
        assert field is not None
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    QTimer.singleShot(150, window, type_it)
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)


def test_a_search_selects_while_it_is_typed(qtbot: QtBot, window: Window) -> None:
    panel = table(qtbot, window)
    qtbot.waitUntil(lambda: panel.points.model.rowCount() == ROWS)
    QTest.keyClicks(panel.search, "writer:ann score>3")
    expected = [row for row in range(ROWS) if row % 4 == 0 and row / 10 > 3]
    qtbot.waitUntil(lambda: window.state.selection.rows.tolist() == expected, timeout=3000)
    assert lit(window, Flag.SELECTED) == expected
    assert panel.points.model.rowCount() == len(expected)
    assert panel.points.selected().tolist() == expected
    QTest.keyClick(panel.search, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(panel.search, Qt.Key.Key_Delete)
    assert window.state.selection is NOTHING
    assert panel.points.model.rowCount() == ROWS


def test_show_only_hides_what_is_not_found(qtbot: QtBot, window: Window) -> None:
    panel = table(qtbot, window)
    search(qtbot, panel, "writer=ben")
    panel.only.click()
    expected = [row for row in range(ROWS) if row % 4 == 1]
    assert window.state.filtered is not None
    assert len(window.state.selection) == 0
    assert sorted(set(range(ROWS)) - set(lit(window, Flag.HIDDEN))) == expected
    window.actions_table["select all"].trigger()
    assert window.state.selection.rows.tolist() == expected
    window.actions_table["undo"].trigger()
    window.actions_table["undo"].trigger()
    assert window.state.filtered is None
    search(qtbot, panel, "writer=anna")
    assert lit(window, Flag.HIDDEN) == [row for row in range(ROWS) if row % 4]
    window.actions_table["show all"].trigger()
    assert lit(window, Flag.HIDDEN) == []
    assert panel.search.text() == ""


def test_what_a_frame_says_is_searched_and_follows_the_frame(qtbot: QtBot, window: Window) -> None:
    panel, run = table(qtbot, window), window.state.runs[0].run

    def wrong(index: int) -> list[int]:
        frame = run.frame(index)
        return np.flatnonzero(frame.predictions != run.probe.labels).tolist()

    last = len(run) - 1
    search(qtbot, panel, "right=no")
    assert window.state.selection.rows.tolist() == wrong(last)
    window.parts.session.ask({"moment": 1.0, "following": False})
    assert wrong(1) != wrong(last)
    qtbot.waitUntil(lambda: window.state.selection.rows.tolist() == wrong(1), timeout=3000)
    search(qtbot, panel, "confidence>0.5 prediction=5")
    probabilities = run.frame(1).probabilities
    expected = np.flatnonzero((probabilities.max(1) > 0.5) & (probabilities.argmax(1) == 1))
    assert window.state.selection.rows.tolist() == expected.tolist()


def test_what_cannot_be_searched_is_said(qtbot: QtBot, window: Window) -> None:
    panel = table(qtbot, window)
    search(qtbot, panel, "writer>3")
    assert "no numbers" in panel.answer.text()
    assert panel.answer.isVisible()
    search(qtbot, panel, "writer=nobody")
    assert panel.answer.text() == "No point fits."
    assert panel.points.model.rowCount() == 0
    search(qtbot, panel, "ben")
    assert not panel.answer.isVisible()


def test_columns_colour_and_name_dots(qtbot: QtBot, window: Window) -> None:
    panel = table(qtbot, window)
    actions = {action.data(): action for action in panel.colour.menu().actions()}
    assert list(actions) == ["", "label", "writer", "score"]
    actions["score"].trigger()
    assert window.state.colour_by is ColourBy.COLUMN
    scene = compose(window.state.runs[0], window.state, 1)
    assert scene.scale == ("score", 0.0, pytest.approx(5.9))
    qtbot.waitUntil(window.centre.column.views[1].foot.scale.isVisible)
    assert panel.colour.text() == "Colour by: score ▾"
    next(action for action in panel.tag.menu().actions() if action.data() == "writer").trigger()
    window.parts.session.ask({"focus": 5, "show_neighbours": False})
    marks = compose(window.state.runs[0], window.state, 1).labels
    assert next(mark.text for mark in marks if mark.kind == "tag") == "Ben", "what is looked at comes first"
    window.centre.column.views[0].cloud.setFocus()
    for column in ("label", "writer"):
        QTest.keyClick(window.centre.column.views[0].cloud, Qt.Key.Key_9)
        assert window.state.column == column
    assert "Ben" in window.centre.column.views[0].foot.key.accessibleName()
    actions[""].trigger()
    assert window.state.colour_by is ColourBy.CLASS


def test_the_inspector_tells_what_the_table_knows(qtbot: QtBot, window: Window) -> None:
    inspector = window.panels.inspector
    window.parts.session.ask({"focus": 6})
    assert inspector.facts.texts() == {"writer": "Chloë", "score": "0.6"}
    window.parts.session.ask({"focus": 7, "annotations": window.state.annotations.with_labels(["test-7"], "mine")})
    assert inspector.facts.texts() == {"score": "0.7", "label by hand": "mine"}, "an empty cell says nothing"
    window.parts.session.ask({"focus": None})
    assert inspector.facts.isHidden()


def test_a_menu_offers_groups_and_ends(qtbot: QtBot, window: Window) -> None:
    panel = table(qtbot, window)
    panel.where.menu().aboutToShow.emit()
    menus = {action.text(): action.menu() for action in panel.where.menu().actions()}
    assert list(menus) == ["label", "writer", "score"], "ids are all different"
    texts = {action.text(): action for action in menus["writer"].actions()}
    assert list(texts) == ["Anna  (15)", "Ben  (15)", "Chloë  (15)"]
    panel.where.menu().triggered.emit(texts["Chloë  (15)"])
    assert window.state.selection.rows.tolist() == list(range(2, ROWS, 4))
    panel.where.menu().triggered.emit(menus["score"].actions()[0])
    assert window.state.selection.rows.tolist() == list(range(6))


def test_a_label_is_kept_beside_the_run_and_taken_back(qtbot: QtBot, window: Window, folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    window.parts.session.ask({"selection": Selection(frozen_ints([4, 7]))})
    label(window, "seven", qtbot)
    run = window.state.runs[0].run
    assert dict(window.state.annotations.labels) == {"test-4": "seven", "test-7": "seven"}
    qtbot.waitUntil(lambda: dict(load_annotations(run).labels) == {"test-4": "seven", "test-7": "seven"}, timeout=5000)
    panel = window.panels.table
    column = panel.points.model.names().index("label by hand")
    assert panel.points.model.text(4, column) == "✎ seven"
    assert panel.points.model.text(5, column) == run.classes[run.probe.labels[5]]
    search(qtbot, panel, "edited=yes")
    assert window.state.selection.rows.tolist() == [4, 7]

    save_annotations(run, {"test-9": "theirs"})  # another program, meanwhile
    panel.search.clear()
    index = panel.points.model.index(2, column)
    assert panel.points.model.setData(index, "typed")
    qtbot.waitUntil(lambda: window.state.annotations.labels.get("test-9") == "theirs", timeout=5000)
    assert load_annotations(run).labels["test-2"] == "typed"
    own = run.classes[run.probe.labels[2]]
    assert panel.points.model.setData(panel.points.model.index(2, column), own), "the source's own label"
    assert "test-2" not in window.state.annotations.labels
    while window.parts.session.can_undo:
        window.actions_table["undo"].trigger()
    qtbot.waitUntil(lambda: dict(load_annotations(run).labels) == {"test-9": "theirs"}, timeout=5000)
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert {name: after[name] for name in before} == before, "the source stays as it is"


def test_labels_come_back_and_are_exported(qtbot: QtBot, window: Window, folder: Path, tmp_path: Path) -> None:
    run = window.state.runs[0].run
    annotations = window.state.annotations.with_labels(["test-1"], "=evil")
    window.parts.session.ask({"annotations": annotations})
    qtbot.waitUntil(lambda: len(load_annotations(run)) == 1, timeout=5000)
    with qtbot.waitSignal(window.parts.exporter.written, timeout=5000):
        window._labeller.export(run, annotations, tmp_path / "labels.csv")
    with (tmp_path / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["id", "label", "label by hand", "edited", "writer", "score"]
    assert rows[1] == {
        "id": "test-1",
        "label": run.classes[run.probe.labels[1]],
        "label by hand": "'=evil",
        "edited": "yes",
        "writer": "Ben",
        "score": "0.1",
    }
    assert len(rows) == ROWS
    window.actions_table["close run"].trigger()
    assert len(window.state.annotations) == 0
    window.take(folder)
    qtbot.waitUntil(lambda: window.state.annotations.labels.get("test-1") == "=evil", timeout=20_000)


def test_labels_that_cannot_be_kept_are_not_shown_as_kept(qtbot: QtBot, window: Window, folder: Path) -> None:
    (folder / "annotations.csv").write_text("no table")
    window.parts.session.ask({"annotations": window.state.annotations.with_labels(["test-1"], "lost")})
    qtbot.waitUntil(lambda: any("is damaged" in said for said in window.parts.notices.sentences), timeout=5000)
    qtbot.waitUntil(lambda: not window.parts.errands.busy, timeout=5000)
    assert (folder / "annotations.csv").read_text() == "no table"
    assert len(window.state.annotations) == 0


def test_a_table_is_added_beside_the_run(qtbot: QtBot, window: Window, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "extra.csv"
    path.write_text("name,weight,writer\n" + "".join(f"test-{row},{row / 8},w{row}\n" for row in range(50)))
    run = window.state.runs[0].run
    window.parts.session.ask({"annotations": window.state.annotations.with_labels(["test-1"], "mine")})
    window._labeller.add_table(run, path)
    panel = window.panels.table
    qtbot.waitUntil(lambda: "weight" in window.state.annotations.columns.cells, timeout=5000)
    assert any("50 of 60 points" in said for said in window.parts.notices.sentences)
    qtbot.waitUntil(lambda: "writer (added)" in panel.points.model.names(), timeout=5000)
    search(qtbot, panel, "weight>=6 -writer:ben")
    assert window.state.selection.rows.tolist() == [48]
    window.actions_table["undo"].trigger()
    window.actions_table["undo"].trigger()
    assert "weight" in window.state.annotations.columns.cells, "undo takes labels back, not the table"
    assert len(window.state.annotations) == 0
    window.parts.session.ask({"annotations": window.state.annotations.with_labels(["test-2"], "again")})
    qtbot.waitUntil(lambda: dict(load_annotations(run).labels) == {"test-2": "again"}, timeout=5000)
    qtbot.waitUntil(lambda: not window.parts.errands.busy, timeout=5000)
    assert "weight" in window.state.annotations.columns.cells
    assert "weight" in (folder / "columns.csv").read_text().splitlines()[0]


def test_columns_added_to_the_run_beside_are_in_the_table(
    qtbot: QtBot, window: Window, folder: Path, tmp_path: Path
) -> None:
    beside = tmp_path / "beside"
    shutil.copytree(folder, beside)
    names = Run.open(beside).probe.ids
    weights, writers = tuple(str(row / 8) for row in range(ROWS)), tuple(WRITERS[row % 4] for row in range(ROWS))
    save_columns(Run.open(beside), Columns(names, {"weight": weights, "writer": tuple(reversed(writers))}))
    window.compare.open_beside(beside)
    qtbot.waitUntil(lambda: "weight" in window.state.annotations.beyond.cells, timeout=20_000)
    panel = table(qtbot, window)
    window.parts.session.ask({"selection": Selection(frozen_ints([3]))})
    label(window, "mine", qtbot)
    qtbot.waitUntil(lambda: not window.parts.errands.busy, timeout=20_000)
    assert {"writer", "weight", "writer (B)"} <= set(panel.points.model.names())
    search(qtbot, panel, "weight>=7")
    assert window.state.selection.rows.tolist() == list(range(56, ROWS))
    while window.parts.session.can_undo:
        window.actions_table["undo"].trigger()
    assert "weight" in window.state.annotations.beyond.cells, "undo takes no column away"
    window.compare.close_second()
    qtbot.waitUntil(lambda: not window.state.annotations.beyond.cells, timeout=5000)
    assert "weight" not in panel.points.model.names()
