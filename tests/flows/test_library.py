"""A person keeps the library in order while a run of it is open."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QMenu, QMessageBox

from latentarium.app.library.panel import LibraryPanel
from latentarium.app.library.rows import Order
from latentarium.core.recipe import Recipe
from latentarium.core.recipe_text import preset
from latentarium.core.sweep import Sweep
from latentarium.runs.groups import create_group
from latentarium.runs.library import library_folder, list_runs

from .conftest import Pilot

ARCHIVED = Path(__file__).parents[1] / "archive" / "v1"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of two runs and a sweep, and a trash of its own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for name in ("one", "two"):
        shutil.copytree(archived(), library_folder() / name)
    group = create_group(library_folder() / "sweep", Sweep(Recipe(title="Seeds"), "seed", (4, 5)))
    shutil.copytree(archived(), group.members[0])
    return library_folder()


def archived() -> Path:
    return next(path.parent for path in sorted(ARCHIVED.rglob("run.json")))


def panel_of(pilot: Pilot) -> LibraryPanel:
    """The library, in front and read."""
    pilot.window.actions_table["dock library"].trigger()
    panel = pilot.window.panels.library
    pilot.wait(lambda: panel.isVisible() and panel.list.model().rowCount() > 0, 5)
    return panel


def line(panel: LibraryPanel, name: str) -> int:
    """The line of the folder `name`, or -1."""
    return next((place for place, row in enumerate(panel._model.rows) if row.path.name == name), -1)


def choose(panel: LibraryPanel, name: str) -> None:
    panel.list.setFocus()
    panel.list.setCurrentIndex(panel._model.index(line(panel, name)))


def answer(button: str) -> None:
    """Press a button of the question that is about to be asked."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(one for one in box.buttons() if one.text().replace("&", "") == button).click()

    QTimer.singleShot(200, press)


def test_an_open_run_is_renamed_and_shown_on(take_off: Callable[..., Pilot], library: Path) -> None:
    pilot = take_off(library / "one")
    panel, run = panel_of(pilot), pilot.run
    choose(panel, "one")
    QTest.keyClick(panel.list, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, "The best: so far")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    pilot.wait(lambda: line(panel, "The best- so far") >= 0, 5)
    assert pilot.run is run
    assert run.path == library / "The best- so far"
    assert pilot.window.windowTitle() == "The best- so far – Latentarium"
    assert panel._model.rows[line(panel, "The best- so far")].title == "The best: so far"
    assert panel.list.currentIndex().row() == line(panel, "The best- so far")
    assert panel.list.currentIndex().data().endswith("open as A")
    pilot.window.parts.session.ask({"moment": 0.0, "following": False})
    assert run.frame(0).step == run.entries[0].step
    assert pilot.window.parts.settings.recent()[0] == run.path
    assert not (library / "one").exists()


def test_a_run_stays_in_sight_when_its_new_name_is_none_that_is_searched(
    take_off: Callable[..., Pilot], library: Path
) -> None:
    pilot = take_off()
    panel = panel_of(pilot)
    pilot.wait(lambda: line(panel, "one") >= 0, 5)
    QTest.keyClicks(panel._filter, "one")
    pilot.wait(lambda: line(panel, "two") < 0 <= line(panel, "one"), 5)
    told: list[str] = []
    pilot.window.parts.notices.tell = told.append
    panel.retitled.emit(panel._model.rows[line(panel, "one")], "my run/..x")
    pilot.wait(lambda: line(panel, "my run-..x") >= 0, 5)
    assert panel.list.currentIndex().row() == line(panel, "my run-..x")
    assert told == ["Renamed to my run/..x; on disk it is called my run-..x."]


def test_runs_are_put_into_a_group(
    take_off: Callable[..., Pilot], library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot = take_off(library / "one")
    panel = panel_of(pilot)
    choose(panel, "one")
    panel.list.selectionModel().select(
        panel._model.index(line(panel, "two")), panel.list.selectionModel().SelectionFlag.Select
    )
    monkeypatch.setattr(QInputDialog, "getText", lambda *given, **named: ("Thesis", True))
    menu = panel._deeds.menu(panel._deeds.chosen())
    submenu = next(child for child in menu.findChildren(QMenu) if child.title() == "Put into a group")
    next(action for action in submenu.actions() if action.text() == "A new group…").trigger()
    pilot.wait(lambda: line(panel, "Thesis") >= 0, 5)
    assert {(run.name, run.shelf) for run in list_runs(library) if not run.group} == {
        ("one", "Thesis"),
        ("two", "Thesis"),
    }
    assert pilot.run.path == library / "Thesis" / "one"
    assert [row.kind for row in panel._model.rows].count("group") == 1
    menu.close()


def test_a_run_goes_to_the_trash_and_comes_back(take_off: Callable[..., Pilot], library: Path, tmp_path: Path) -> None:
    pilot = take_off(library / "one")
    panel = panel_of(pilot)
    choose(panel, "one")
    answer("Cancel")
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    assert (library / "one").is_dir()
    pilot.window.activateWindow()
    pilot.wait(panel.list.hasFocus, 5)
    answer("Move to the trash")
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    pilot.wait(lambda: line(panel, "one") < 0, 5)
    assert pilot.state.runs == ()
    assert not (library / "one").exists()
    assert list((tmp_path / "data" / "Trash" / "files").iterdir())
    pilot.press("Bring back")
    pilot.wait(lambda: line(panel, "one") >= 0, 5)
    assert "one" in {run.name for run in list_runs(library)}
    assert not list((tmp_path / "data" / "Trash" / "info").iterdir())


def test_a_run_beside_another_is_renamed_and_thrown_away(take_off: Callable[..., Pilot], library: Path) -> None:
    pilot = take_off(library / "one")
    panel = panel_of(pilot)
    panel.beside_wanted.emit(library / "two")
    pilot.wait(lambda: len(pilot.state.runs) == 2 and all(pilot.state.runs[1].projections), 20)
    first, second = (shown.run for shown in pilot.state.runs)
    panel.retitled.emit(_row(panel, pilot, "two"), "B")
    pilot.wait(lambda: second.path == library / "B", 5)
    assert second.frame(0).step == second.entries[0].step
    pilot.wait(lambda: line(panel, "B") >= 0 and not pilot.window.parts.errands.busy, 10)
    pilot.window._librarian.throw_away([library / "B"])
    pilot.wait(lambda: not (library / "B").exists(), 5)
    assert [shown.run for shown in pilot.state.runs] == [first]
    pilot.wait(lambda: line(panel, "B") < 0, 5)


def test_where_there_is_no_trash_a_run_stays(
    take_off: Callable[..., Pilot], library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    pilot = take_off()
    pilot.window._librarian.throw_away([library / "one"])
    pilot.wait(lambda: any("no trash" in sentence for sentence in pilot.window.parts.notices.sentences), 5)
    assert (library / "one" / "run.json").is_file()


def test_a_recipe_is_taken_from_the_library(take_off: Callable[..., Pilot], library: Path) -> None:
    pilot = take_off()
    pilot.window.panels.form.set_recipe(preset("triangle"))
    panel = panel_of(pilot)
    choose(panel, "two")
    QTest.keyClick(panel.list, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    own = next(run for run in list_runs(library) if run.name == "two")
    taken = pilot.window.panels.form.recipe()
    assert taken is not None
    assert taken.title == own.title
    pilot.wait(pilot.window.panels.form.isVisible, 5)
    panel_of(pilot)
    choose(panel, "sweep")
    panel._deeds.wanted.emit("recipe", panel._deeds.chosen())
    swept = pilot.window.panels.form.recipe()
    assert swept is not None
    assert (swept.title, swept.sweep.field, swept.sweep.values) == ("Seeds", "seed", (4, 5))


def test_a_sweep_on_the_desk_is_renamed(take_off: Callable[..., Pilot], library: Path) -> None:
    pilot = take_off()
    pilot.window.take(library / "sweep")
    pilot.wait(lambda: pilot.state.sweep is not None and any(cell.shown for cell in pilot.state.sweep.cells), 10)
    panel = pilot.window.panels.library
    panel.show()
    panel.retitled.emit(_row(panel, pilot, "sweep"), "Five seeds")
    pilot.wait(lambda: pilot.state.sweep is not None and pilot.state.sweep.path == library / "Five seeds", 5)
    assert pilot.state.sweep is not None
    for cell in pilot.state.sweep.cells:
        assert cell.path is None or cell.path.parent == library / "Five seeds"
        assert cell.shown is None or cell.shown.run.folder.is_dir()


def test_order_and_folds_come_back(take_off: Callable[..., Pilot], library: Path) -> None:
    shutil.copytree(archived(), library / "Shelf" / "three")
    pilot = take_off()
    panel = panel_of(pilot)
    pilot.wait(lambda: line(panel, "three") >= 0, 5)
    panel._order.setFocus()
    QTest.keyClick(panel._order, Qt.Key.Key_Down)
    QTest.keyClick(panel._order, Qt.Key.Key_Down)
    for name in ("Shelf", "sweep"):
        choose(panel, name)
        QTest.keyClick(panel.list, Qt.Key.Key_Left)
    panel.retitled.emit(panel._model.rows[line(panel, "Shelf")], "Board")
    pilot.wait(lambda: line(panel, "Board") >= 0, 5)
    assert panel._model.rows[line(panel, "Board")].folded, "called otherwise, it is folded still"
    listed = [(row.title, row.folded) for row in panel._model.rows]
    assert listed[0] == ("Board", True), "by name, a heading by its own"
    assert listed[-1] == ("sweep", True)
    pilot.close()
    panel = panel_of(again := take_off())
    again.wait(lambda: [(row.title, row.folded) for row in panel._model.rows] == listed, 5)
    assert panel._order.currentText() == Order.NAME.value


def _row(panel: LibraryPanel, pilot: Pilot, name: str) -> object:
    pilot.window.actions_table["dock library"].trigger()
    panel.refresh()
    pilot.wait(lambda: line(panel, name) >= 0, 5)
    return panel._model.rows[line(panel, name)]
