"""The library's panel, used as a person would."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt, QThread
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from latentarium.app.library.panel import LibraryPanel
from latentarium.app.library.rows import Order, facts
from latentarium.runs.library import library_folder, list_runs
from latentarium.runs.run import Run
from latentarium.scene.state import OpenRun, State

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def library(qtbot: QtBot, make_run: Callable[..., Run]) -> LibraryPanel:
    """A library of two runs and something else."""
    library_folder().mkdir(parents=True)
    for name, classes in (("cats-1", ("cat", "dog")), ("digits-2", ("3", "5", "8"))):
        shutil.copytree(make_run(classes=classes, frames=3, name=name).folder, library_folder() / name)
    (library_folder() / "not a run").mkdir()
    panel = LibraryPanel()
    qtbot.addWidget(panel)
    panel.resize(280, 500)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    qtbot.waitUntil(lambda: len(rows(panel)) == 2, timeout=5000)
    return panel


def rows(panel: LibraryPanel) -> list[str]:
    model = panel.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def notes(panel: LibraryPanel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if not label.isHidden()]


def choose(panel: LibraryPanel, row: int) -> None:
    panel.list.setFocus()
    panel.list.setCurrentIndex(panel.list.model().index(row, 0))


def test_it_lists_filters_and_sorts(library: LibraryPanel) -> None:
    runs = list_runs(library_folder())
    assert all("3 frames" in row and "accuracy" in row for row in rows(library))
    assert "2 runs" in notes(library)
    edit, order = library.findChild(QLineEdit), library.findChild(QComboBox)
    QTest.keyClicks(edit, "cat")
    assert len(rows(library)) == 1
    assert "1 of 2 runs" in notes(library)
    QTest.keyClicks(edit, " nothing")
    assert rows(library) == []
    assert "No run matches." in notes(library)
    edit.clear()
    assert len(rows(library)) == len(runs) == 2
    before = rows(library)
    order.setCurrentText(Order.OLDEST.value)
    assert rows(library) == before[::-1]
    for dark in (True, False):
        library.show_state(State(dark=dark))
        library.grab()
    assert facts(runs[0]) == f"3 frames · accuracy {runs[0].scalars['accuracy']:.2f}"


def test_return_and_double_click_open_a_run(library: LibraryPanel, qtbot: QtBot) -> None:
    paths = [run.path for run in list_runs(library_folder())]
    choose(library, 0)
    with qtbot.waitSignal(library.opened) as told:
        QTest.keyClick(library.list, Qt.Key.Key_Return)
    assert told.args == [paths[0]]
    place = library.list.visualRect(library.list.model().index(1, 0)).center()
    QTest.mouseClick(library.list.viewport(), LEFT, pos=place)
    with qtbot.waitSignal(library.opened) as told:
        QTest.mouseDClick(library.list.viewport(), LEFT, pos=place)
    assert told.args == [paths[1]]
    with qtbot.waitSignal(library.beside_wanted) as told:
        QTest.keyClick(library.list, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert told.args == [paths[1]]


def test_the_filter_hands_over_to_the_list(library: LibraryPanel) -> None:
    edit = library.findChild(QLineEdit)
    edit.setFocus()
    QTest.keyClicks(edit, "dog")
    QTest.keyClick(edit, Qt.Key.Key_Down)
    assert library.list.hasFocus()
    assert [index.row() for index in library.list.selectedIndexes()] == [0]


def test_a_name_is_written_in_its_place(library: LibraryPanel, qtbot: QtBot) -> None:
    choose(library, 1)
    QTest.keyClick(library.list, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "Small"
    QTest.keyClicks(editor, "Best of all")
    library.refresh()
    qtbot.waitUntil(lambda: library._reader is None)
    assert QApplication.focusWidget() is editor  # what is read meanwhile takes nothing away
    with qtbot.waitSignal(library.retitled) as told:
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert told.args is not None
    assert (told.args[0].path, told.args[1]) == (list_runs(library_folder())[1].path, "Best of all")
    assert rows(library)[1].startswith("Small")  # until it is so on disk


def test_runs_on_the_desk_are_marked(library: LibraryPanel, make_run: Callable[..., Run]) -> None:
    runs = [Run.open(run.path) for run in list_runs(library_folder())]
    desk = tuple(OpenRun(run, 3, (None, None)) for run in runs)
    library.show_state(State(runs=desk))
    assert [row.rpartition(", ")[2] for row in rows(library)] == ["open as A", "open as B"]
    library.show_state(State(runs=(desk[1], desk[1])))
    assert rows(library)[1].endswith("open as A B")
    library.grab()
    library.show_state(State())
    assert not any("open as" in row for row in rows(library))
    for run in runs:
        run.close()


def test_headings_are_folded_with_keys_and_mouse(library: LibraryPanel, qtbot: QtBot) -> None:
    shutil.move(library_folder() / "cats-1", library_folder() / "not a run" / "cats-1")
    library.refresh()
    qtbot.waitUntil(lambda: len(rows(library)) == 3, timeout=5000)
    head = next(place for place, row in enumerate(rows(library)) if row.startswith("not a run"))
    choose(library, head + 1)
    QTest.keyClick(library.list, Qt.Key.Key_Left)
    assert library.list.currentIndex().row() == head
    QTest.keyClick(library.list, Qt.Key.Key_Left)
    assert len(rows(library)) == 2
    QTest.keyClick(library.list, Qt.Key.Key_Right)
    assert len(rows(library)) == 3
    box = library.list.visualRect(library.list.model().index(head, 0))
    QTest.mouseClick(library.list.viewport(), LEFT, pos=box.topLeft() + (box.center() - box.topLeft()) * 0.1)
    assert len(rows(library)) == 2
    choose(library, head)
    QTest.keyClick(library.list, Qt.Key.Key_Return)
    assert len(rows(library)) == 3
    library.grab()


def test_what_the_menu_offers(library: LibraryPanel) -> None:
    def offered() -> list[str]:
        return [action.text() for action in library._deeds.menu(library._deeds.chosen()).actions() if action.text()]

    choose(library, 0)
    assert offered() == [
        "Open",
        "Open beside, to compare",
        "Duplicate the recipe",
        "Rename…",
        "Show in folder",
        "Put into a group",
        "Move to the trash…",
    ]
    library.list.selectAll()
    assert offered() == ["Compare these two", "Put into a group", "Move to the trash…"]


def test_two_runs_are_compared(library: LibraryPanel, qtbot: QtBot) -> None:
    library.list.setFocus()
    library.list.selectAll()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    with qtbot.waitSignal(library.both_wanted) as told:
        QTest.keyClick(library.list, Qt.Key.Key_Return, both)
    assert told.args == [row.path for row in library._model.rows]


def test_it_is_read_again(library: LibraryPanel, qtbot: QtBot) -> None:
    shutil.rmtree(library_folder() / "cats-1")
    library.refresh()
    library.refresh()
    qtbot.waitUntil(lambda: len(rows(library)) == 1, timeout=5000)
    shutil.rmtree(library_folder())
    library.hide()
    library.refresh()  # nothing is read while nobody looks
    assert len(rows(library)) == 1
    library.show()
    qtbot.waitUntil(lambda: rows(library) == [], timeout=5000)
    assert any("No runs yet" in note for note in notes(library))


def test_hiding_waits_for_the_thread(library: LibraryPanel, qtbot: QtBot) -> None:
    for _ in range(20):
        library.refresh()
        library.hide()
        assert not any(thread.isRunning() for thread in library.findChildren(QThread))
        library.show()
    qtbot.waitUntil(lambda: len(rows(library)) == 2, timeout=5000)


def test_what_was_chosen_stays_chosen(library: LibraryPanel, qtbot: QtBot, make_run: Callable[..., Any]) -> None:
    choose(library, 1)
    kept = library.list.currentIndex().data()
    shutil.copytree(library_folder() / "cats-1", library_folder() / "another")
    library.refresh()
    qtbot.waitUntil(lambda: len(rows(library)) == 3, timeout=5000)
    assert [index.data() for index in library.list.selectedIndexes()] == [kept]
    assert Path(library_folder() / "another").is_dir()


def test_a_line_can_be_dragged_as_the_folder_it_is(library: LibraryPanel) -> None:
    data = library._model.mimeData([library._model.index(0), library._model.index(1)])
    assert [Path(url.toLocalFile()) for url in data.urls()] == [row.path for row in library._model.rows]
    assert library._model.flags(library._model.index(0)) & Qt.ItemFlag.ItemIsDragEnabled


def test_esc_empties_the_filter_and_is_the_windows_in_an_empty_one(library: LibraryPanel, qtbot: QtBot) -> None:
    edit = library.findChild(QLineEdit)
    QTest.keyClicks(edit, "cat")
    assert len(rows(library)) == 1
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.text() == ""
    assert len(rows(library)) == 2
    assert not edit._empties(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier))


def test_a_damaged_run_is_counted_and_told(library: LibraryPanel, qtbot: QtBot) -> None:
    (library_folder() / "cats-1" / "run.json").write_text("{")
    library.refresh()
    qtbot.waitUntil(lambda: "1 run · 1 damaged" in notes(library), timeout=5000)
    told = next(label for label in library.findChildren(QLabel) if "damaged" in label.text())
    assert "cats-1" in told.toolTip()


def test_what_other_programs_do_is_seen(library: LibraryPanel, qtbot: QtBot) -> None:
    (library_folder() / "cats-1").rename(library_folder() / "cats-9")
    qtbot.waitUntil(lambda: any(row.path.name == "cats-9" for row in library._model.rows), timeout=5000)
    (library_folder() / "shelf").mkdir()
    shutil.move(library_folder() / "cats-9", library_folder() / "shelf" / "cats-9")
    qtbot.waitUntil(lambda: len(rows(library)) == 3, timeout=5000)
    shutil.move(library_folder() / "shelf" / "cats-9", library_folder().parent / "elsewhere")
    qtbot.waitUntil(lambda: len(rows(library)) == 1, timeout=5000)


def test_a_copy_is_listed_when_it_is_whole(library: LibraryPanel, qtbot: QtBot) -> None:
    source, target = library_folder() / "cats-1", library_folder() / "copy"
    target.mkdir()
    qtbot.waitUntil(lambda: "copy" in looked_into(library), timeout=5000)
    shutil.copy2(source / "run.json", target)
    qtbot.waitUntil(lambda: any("0 frames" in row for row in rows(library)), timeout=5000)
    for part in source.iterdir():
        (shutil.copytree if part.is_dir() else shutil.copy2)(part, target / part.name)
    qtbot.waitUntil(lambda: sum("3 frames" in row for row in rows(library)) == 3, timeout=5000)


def test_what_comes_into_a_folder_without_runs_is_seen(library: LibraryPanel, qtbot: QtBot) -> None:
    elsewhere = library_folder().parent / "elsewhere"
    shutil.copytree(library_folder() / "cats-1", elsewhere)
    qtbot.waitUntil(lambda: "not a run" in looked_into(library), timeout=5000)
    elsewhere.rename(library_folder() / "not a run" / "cats-2")
    qtbot.waitUntil(lambda: len(rows(library)) == 4, timeout=5000)


def test_a_library_that_another_program_makes_is_seen(library: LibraryPanel, qtbot: QtBot) -> None:
    away = library_folder().with_name("away")
    library_folder().rename(away)
    qtbot.waitUntil(lambda: rows(library) == [], timeout=5000)
    away.rename(library_folder())
    qtbot.waitUntil(lambda: len(rows(library)) == 2, timeout=5000)


def looked_into(panel: LibraryPanel) -> set[str]:
    return {Path(folder).name for folder in panel._watch.paths}


def test_a_run_that_is_gone_leaves_the_list_when_it_is_opened(library: LibraryPanel, qtbot: QtBot) -> None:
    library._watch.watch([])
    shutil.rmtree(library_folder() / "cats-1")
    choose(library, next(line for line, row in enumerate(library._model.rows) if row.path.name == "cats-1"))
    with qtbot.waitSignal(library.opened):
        QTest.keyClick(library.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(rows(library)) == 1, timeout=5000)
