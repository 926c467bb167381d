"""The window as a person meets it."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from latentarium.app.command_palette import CommandPalette
from latentarium.app.settings import SessionFile, config_folder
from latentarium.app.theme import BODY, PRESENTING
from latentarium.app.trainbar import TrainBar
from latentarium.app.window import Window
from latentarium.core.arrays import frozen_ints
from latentarium.core.recipe_text import preset, write_recipe
from latentarium.runs.run import Run
from latentarium.scene.state import NOTHING, ColourBy, Selection, State

Opened = Callable[..., Window]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    made = Window()
    made.resize(1280, 720)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()
    for shown in made.state.runs:
        shown.run.close()
    made.deleteLater()


@pytest.fixture
def opened(qtbot: QtBot, window: Window, make_run: Any) -> Opened:
    def open_run(**about: Any) -> Window:
        run: Run = make_run(**about)
        window.take(run.path)
        qtbot.waitUntil(lambda: bool(window.state.runs) and window.state.runs[0].run.path == run.path)
        return window

    return open_run


def press(window: Window, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key, modifier)


def view(window: Window) -> QWidget:
    return window.centre.column.views[0].cloud


def test_the_first_start_teaches(window: Window) -> None:
    assert window.centre.welcome.isVisible()
    assert window.actions_table["train"].isEnabled()
    assert window.bar.pace > 0, "the teaching preset opens at its own pace"
    assert window.parts.docks.visible() == {"recipe"}
    assert not window.actions_table["export"].isEnabled()


def test_a_run_opens_at_its_newest_frame(opened: Opened) -> None:
    window = opened(frames=6)
    assert window.state.moment == 5.0
    assert not window.centre.welcome.isVisible()
    assert window.centre.column.isVisible()
    assert window.parts.docks.visible() > {"inspector", "curves", "confusion"}
    assert window.windowTitle().startswith("small")
    assert [path.name for path in window.parts.settings.recent()] == ["small"]


def test_a_frame_can_be_named(qtbot: QtBot, window: Window, make_run: Any) -> None:
    run = make_run(frames=6)
    window.take(Path(f"{run.path}@2"))
    qtbot.waitUntil(lambda: bool(window.state.runs))
    assert window.state.moment == 2.0
    window.take(Path(f"{run.path}@-2"))
    qtbot.waitUntil(lambda: window.state.moment == 4.0)


def test_what_cannot_be_opened_is_said(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    window.take(tmp_path / "nothing")
    assert "nothing" in window.parts.notices.sentences[-1]
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"no zip")
    window.take(broken)
    qtbot.waitUntil(lambda: any("broken.zip" in sentence for sentence in window.parts.notices.sentences))
    assert not any("Traceback" in sentence for sentence in window.parts.notices.sentences)


def test_a_dropped_recipe_fills_the_form(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(write_recipe(preset("triangle").model_copy(update={"title": "Mine", "seed": 7})), encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    nothing, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, left, nothing)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, nothing))
    recipe = window.panels.form.recipe()
    assert recipe is not None
    assert (recipe.title, recipe.seed) == ("Mine", 7)


def test_a_mistaken_recipe_cannot_be_trained_and_says_so(window: Window) -> None:
    recipe = preset("triangle")
    texts = lambda: " ".join(label.text() for label in window.centre.welcome.findChildren(QLabel))  # noqa: E731
    train = next(button for button in window.bar.findChildren(QPushButton) if button.accessibleName() == "Train")
    assert train.isEnabled()
    assert "Press ▶ Train" in texts()
    strange = recipe.data.model_copy(update={"name": "kmnist"})  # which has no classes 3, 5 and 8
    window.panels.form.set_recipe(recipe.model_copy(update={"data": strange}))
    assert window.panels.form.recipe() is None
    assert not train.isEnabled()
    assert "mistake" in train.toolTip()
    assert "has a mistake" in texts()
    window.panels.form.set_recipe(recipe)
    assert train.isEnabled()
    assert "Press ▶ Train" in texts()


def test_a_folder_of_images_becomes_the_recipes_data(window: Window, tmp_path: Path) -> None:
    from PIL import Image

    for name in ("cat", "dog"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(3):
            Image.new("RGB", (20, 20), (number * 40, 90, 10)).save(tmp_path / "pets" / name / f"{number}.png")
    window.take(tmp_path / "pets")
    recipe = window.panels.form.recipe()
    assert recipe is not None
    assert (recipe.data.name, recipe.data.root) == ("folder", str(tmp_path / "pets"))
    (tmp_path / "empty").mkdir()
    window.take(tmp_path / "empty")
    assert any("empty is no run: it has no run.json." in sentence for sentence in window.parts.notices.sentences)


def test_the_keyboard_replays(qtbot: QtBot, opened: Opened) -> None:
    window = opened(frames=6)
    view(window).setFocus()
    press(window, Qt.Key.Key_Home)
    assert (window.state.moment, window.state.following) == (0.0, False)
    press(window, Qt.Key.Key_Right)
    assert window.state.moment == 1.0
    press(window, Qt.Key.Key_Left)
    assert window.state.moment == 0.0
    press(window, Qt.Key.Key_Space)
    assert window.state.playing
    qtbot.waitUntil(lambda: window.state.moment > 0.5)
    press(window, Qt.Key.Key_Space)
    assert not window.state.playing
    assert window.state.moment == window.state.frame, "a pause rests on a frame"
    press(window, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: window.state.moment == 5.0)
    assert not window.clock.running


def test_letters_count_in_a_view_alone(opened: Opened) -> None:
    window = opened()
    view(window).setFocus()
    press(window, Qt.Key.Key_4)
    assert window.state.colour_by is ColourBy.LOSS
    press(window, Qt.Key.Key_K)
    assert not window.state.show_neighbours
    press(window, Qt.Key.Key_L)
    assert window.state.lasso
    press(window, Qt.Key.Key_Escape)
    assert not window.state.lasso


def test_typing_is_never_stolen(opened: Opened) -> None:
    window = opened(frames=6)
    moment = window.state.moment
    for field in (QLineEdit(window), QSpinBox(window)):
        field.show()
        field.setFocus()
        for key in (Qt.Key.Key_1, Qt.Key.Key_K, Qt.Key.Key_Space, Qt.Key.Key_Home, Qt.Key.Key_Left):
            press(window, key)
        assert window.state.colour_by is ColourBy.CLASS
        assert window.state.show_neighbours
        assert (window.state.moment, window.state.playing) == (moment, False)
        field.deleteLater()


def test_undo_brings_selection_and_layout_back(qtbot: QtBot, opened: Opened) -> None:
    window = opened()
    session = window.parts.session
    session.ask({"selection": Selection(frozen_ints(np.arange(4)))})
    wanted = window.state.with_view(1, dimensions=2)
    session.ask({"views": wanted.views, "cameras": wanted.cameras})
    qtbot.waitUntil(lambda: window.state.runs[0].projections[1] is not None)
    assert window.state.runs[0].projections[1].dimensions == 2
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.state.runs[0].projections[1].dimensions == 3, "the projection comes back with its settings"
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.state.selection is NOTHING
    press(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert len(window.state.selection) == 4


def test_another_projection_is_prepared_beside_the_window(qtbot: QtBot, opened: Opened) -> None:
    window = opened(dimensions=8)
    assert window.state.views[1].method == "pca"
    wanted = window.state.with_view(1, method="svd")
    window.parts.session.ask({"views": wanted.views, "cameras": wanted.cameras})
    qtbot.waitUntil(lambda: window.state.runs[0].projections[1] is not None)
    projection = window.state.runs[0].projections[1]
    assert projection is not None
    assert projection.title.startswith("SVD")
    assert projection.ready_to(len(window.state.runs[0].run) - 1)


def test_dark_and_light_are_remembered(qtbot: QtBot, window: Window) -> None:
    for name, dark in (("light", False), ("dark", True)):
        window.actions_table[f"theme {name}"].trigger()
        assert window.state.dark is dark
        assert window.parts.settings.theme == name
        assert window.actions_table[f"theme {name}"].isChecked()
        text, ground = window.palette().windowText().color(), window.palette().window().color()
        assert (text.lightness() > ground.lightness()) is dark


def test_presenting_puts_the_docks_away_and_enlarges(qtbot: QtBot, opened: Opened) -> None:
    window = opened()
    before = window.parts.docks.visible()
    view(window).setFocus()
    press(window, Qt.Key.Key_F11)
    assert window.state.presenting
    assert window.parts.docks.visible() == frozenset()
    assert not window.menuBar().isVisible()
    assert QApplication.font().pixelSize() == PRESENTING
    press(window, Qt.Key.Key_Escape)
    assert not window.state.presenting
    assert window.parts.docks.visible() == before
    assert QApplication.font().pixelSize() == BODY


def test_the_palette_finds_and_does(qtbot: QtBot, opened: Opened) -> None:
    window = opened()
    press(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    (palette,) = window.findChildren(CommandPalette)
    line = palette.findChild(QLineEdit)
    QTest.keyClicks(line, "colour conf")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert window.state.colour_by is ColourBy.CONFIDENCE


def test_a_run_is_packed_and_opened_again(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    window = opened(frames=4)
    window.parts.exporter.save_zip(window.state.runs[0], tmp_path / "packed.zip")
    qtbot.waitUntil(lambda: not window.parts.errands.busy)
    assert str(tmp_path / "packed.zip") in window.parts.notices.sentences[-1]
    before = window.state.runs[0].run
    window.take(tmp_path / "packed.zip")
    qtbot.waitUntil(lambda: window.state.runs[0].run is not before)
    np.testing.assert_array_equal(before.frame(3).embeddings, window.state.runs[0].run.frame(3).embeddings)
    before.close()


@pytest.mark.parametrize("ending", [".png", ".csv", ".npz"])
def test_a_frame_is_exported(qtbot: QtBot, opened: Opened, tmp_path: Path, ending: str) -> None:
    window = opened(frames=4)
    window.parts.exporter.export(window.state.runs[0], 2, tmp_path / f"frame{ending}")
    qtbot.waitUntil(lambda: not window.parts.errands.busy, timeout=20_000)
    assert (tmp_path / f"frame{ending}").stat().st_size > 100


def test_the_arrangement_comes_back(qtbot: QtBot, opened: Opened, make_run: Any) -> None:
    window = opened()
    window.actions_table["dock hardest"].trigger()
    assert "hardest" not in window.parts.docks.visible()
    window.close()
    again = Window()
    again.show()
    again.take(window.state.runs[0].run.path)
    qtbot.waitUntil(lambda: bool(again.state.runs))
    assert "hardest" not in again.parts.docks.visible()
    assert "curves" in again.parts.docks.visible()
    again.actions_table["arrange"].trigger()
    assert "hardest" in again.parts.docks.visible()
    again.close()


def test_two_compared_runs_are_offered_again_after_a_crash(qtbot: QtBot, window: Window, make_run: Any) -> None:
    first, second = make_run(name="first", frames=3), make_run(name="second", frames=3)
    crashed = SessionFile(config_folder())
    crashed.write({"runs": [str(first.path), str(second.path)], "moment": 1.0, "beside": {"frame": 2}})
    crashed._lock.release()
    window.offer_crashed()
    next(b for b in window.centre.notices.findChildren(QPushButton) if b.text() == "Open them again").click()
    qtbot.waitUntil(lambda: len(window.state.runs) == 2, timeout=20_000)
    assert [shown.run.id for shown in window.state.runs] == [first.id, second.id]
    assert [window.state.frame_in(shown) for shown in window.state.runs] == [1, 2]
    assert window.state.workspace == "compare"
    qtbot.waitUntil(lambda: not window.parts.errands.busy and not window.compare.comparer.busy, timeout=20_000)
    window._incoming._on_settled()
    stored = [json.loads(file.read_text(encoding="utf-8")) for file in config_folder().rglob("sessions/*.json")]
    assert {"frame": 2} in [desk.get("beside") for desk in stored]


def test_the_desk_of_a_crash_is_offered(qtbot: QtBot, window: Window, make_run: Any) -> None:
    run = make_run(frames=6)
    crashed = SessionFile(config_folder())
    views = [asdict(view) for view in window.state.with_view(1, dimensions=2).views]
    crashed.write({"runs": [str(run.path)], "moment": 3.0, "views": views})
    crashed._lock.release()
    window.offer_crashed()
    assert "unexpectedly" in window.parts.notices.sentences[-1]
    (strip,) = [strip for strip in window.parts.notices._strips if "unexpectedly" in strip.sentence]
    button = next(b for b in strip.findChildren(QWidget) if getattr(b, "text", str)() == "Open it again")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(window.state.runs))
    assert window.state.moment == 3.0
    assert window.state.views[1].dimensions == 2
    assert window.parts.notices.sentences == ()


def test_the_desk_is_saved_while_it_is_open_and_removed_at_the_end(qtbot: QtBot, opened: Opened) -> None:
    window = opened(frames=6)
    folder = config_folder() / "sessions"
    qtbot.waitUntil(lambda: bool(list(folder.glob("*.json"))))
    (saved,) = folder.glob("*.json")
    assert json.loads(saved.read_text())["runs"] == [str(window.state.runs[0].run.path)]
    window.close()
    assert os.listdir(folder) == []


def test_every_control_has_a_name(opened: Opened) -> None:
    from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QScrollBar

    window = opened()
    kinds = (QAbstractButton, QAbstractSpinBox, QComboBox, QAbstractSlider, QLineEdit)
    nameless = [
        widget
        for kind in kinds
        for widget in window.findChildren(kind)
        if widget.isVisible()
        and not isinstance(widget, QScrollBar)
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert [f"{type(w).__name__} in {type(w.parent()).__name__}" for w in nameless] == []


def test_presenting_in_a_narrow_window_leaves_out_what_has_no_room(qtbot: QtBot) -> None:
    bar = TrainBar()
    qtbot.addWidget(bar)
    bar.show()
    bar.show_state(State(presenting=True))
    for width in (1280, 1900, 1280):
        bar.resize(width, 60)
        qtbot.waitUntil(lambda width=width: bar.width() == width)
        assert bar.colours.isHidden() == (width < 1800)
    bar.show_state(State())
    assert not bar.colours.isHidden()
