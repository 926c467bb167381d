"""What leaves the window with a researcher: the figure and the table of a comparison."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from latentarium.app.compare.exports import ComparisonExports, shown_view
from latentarium.app.compare.figure_dialog import FigureDialog, FigureWish
from latentarium.app.main import bury
from latentarium.app.window import Window
from latentarium.core.comparison import ComparisonSettings
from latentarium.jobs.comparing import compare
from latentarium.runs.run import Run
from latentarium.scene.camera import Camera
from latentarium.scene.cameras import project
from latentarium.scene.compared import Compared
from latentarium.scene.comparison_maps import maps_on_desk
from latentarium.scene.palettes import OVERLAP, rgba
from latentarium.scene.state import EMBEDDING, NOTHING, SIMPLEX, State


@pytest.fixture
def window(qtbot: QtBot, make_run: Any) -> Iterator[Window]:
    """A run's third frame beside its newest, compared."""
    run: Run = make_run()
    made = Window()
    made.resize(1280, 800)
    made.show()
    made.take(run.path)
    qtbot.waitUntil(lambda: bool(made.state.runs), timeout=20_000)
    session = made.parts.session
    session.ask({"workspace": "compare"})
    first = made.state.runs[0]
    session.ask({"runs": (first, replace(first, moment=2.0))})
    qtbot.waitUntil(lambda: known(made.state), timeout=20_000)
    yield made
    made.close()
    for shown in made.state.runs:
        shown.run.close()
    bury(made)


def known(state: State) -> bool:
    return state.compared is not None and state.compared.result is not None


def exports(window: Window) -> ComparisonExports:
    return next(iter(window.findChildren(ComparisonExports)))


def test_a_figure_and_a_table_are_asked_for_and_written(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    folders: list[Path] = []

    def choose(parent: Any, heading: str, suggested: str, kinds: str, kind: str) -> tuple[str, str]:
        asked.append(Path(suggested).name)
        folders.append(Path(suggested).parent)
        return str(tmp_path / Path(suggested).stem), kinds  # without an ending

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)

    def fill_in() -> None:
        dialog = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, FigureDialog))
        assert dialog.isVisible()
        dialog.kind.setCurrentIndex(dialog.kind.findData(".png"))
        dialog.width_of_page.setCurrentIndex(dialog.width_of_page.findData(89))
        dialog.save.click()

    QTimer.singleShot(300, fill_in)
    window.actions_table["export comparison"].trigger()
    stem = "small-step64-beside-step4-k10"
    with qtbot.waitSignal(window.parts.exporter.written, timeout=20_000):
        pass
    with Image.open(tmp_path / f"{stem}.png") as image:
        assert image.width == pytest.approx(89 / 25.4 * 300, abs=1)
    with qtbot.waitSignal(window.parts.exporter.written, timeout=20_000):
        window.actions_table["export comparison table"].trigger()
    assert asked == [f"{stem}.png", f"{stem}.csv"]
    compared = window.state.compared
    assert compared is not None
    assert compared.result is not None
    with (tmp_path / f"{stem}.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["id"] for line in lines] == list(compared.run_a.probe.ids)
    assert [float(line["overlap"]) for line in lines] == compared.result.overlap.tolist()

    # Asked again, the program proposes the same folder, and does not replace a file that nobody named.
    (tmp_path / f"{stem}.csv").write_text("mine", encoding="utf-8")
    said: list[str] = []

    def decline() -> None:
        box = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMessageBox))
        said.append(box.text())
        box.button(QMessageBox.StandardButton.No).click()

    QTimer.singleShot(300, decline)
    window.actions_table["export comparison table"].trigger()
    assert said == [f"{stem}.csv is there already. Should it be replaced?"]
    assert folders[-1] == tmp_path
    assert (tmp_path / f"{stem}.csv").read_text("utf-8") == "mine"


def test_nothing_is_asked_before_there_is_a_result(window: Window, qtbot: QtBot) -> None:
    assert window.actions_table["export comparison"].isEnabled()
    window.parts.session.update(compared=None, runs=window.state.runs[:1])
    qtbot.waitUntil(lambda: not window.actions_table["export comparison"].isEnabled())
    exports(window).ask_figure()
    assert any("still being compared" in text for text in window.parts.notices.sentences)


def test_the_dialog_says_what_is_wished(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = FigureDialog(["Simplex", "Embedding"], 1, parent)
    assert dialog.wish() == FigureWish(".pdf", 183, 1, False, False)
    dialog.width_of_page.setCurrentIndex(dialog.width_of_page.findData(0))
    dialog.free.setValue(140)
    dialog.view.setCurrentIndex(0)
    dialog.ground.setCurrentIndex(1)
    dialog.framed.setChecked(True)
    dialog.kind.setCurrentIndex(1)
    assert dialog.wish() == FigureWish(".svg", 140, 0, True, True)


def test_the_maps_are_those_on_the_desk(make_run: Any, show_run: Any) -> None:
    """Cameras as they stand, or all framed; nothing pointed at, in the colours of the overlap."""
    from latentarium.scene.desk import open_run

    run: Run = make_run()
    views = (SIMPLEX, replace(EMBEDDING, method="raw"))
    opened = open_run(run, views)
    result = compare(run, 8, run, 2, ComparisonSettings(k=5))
    compared = Compared(run, 8, run, 2, result.settings, result)
    camera = Camera((1.0, 2.0, 3.0), 7.0)
    state = State(
        runs=(opened, replace(opened, moment=2.0)), views=views, cameras=(None, camera), focus=3, hovered=4, morph=0.7,
        hidden=frozenset({1}), filtered=NOTHING, moment=5.0, workspace="compare",
    )  # fmt: skip
    shown = maps_on_desk(state, compared, 1, False, 1.1)
    for scene, frame in zip(shown, (8, 2), strict=True):
        assert scene.camera == camera
        assert scene.dots.flags.max() == 0
        assert scene.links is None
        places = opened.projections[1].place(run.frame(frame))  # type: ignore[union-attr]
        assert (scene.dots.start * (1 - scene.dots.blend) + scene.dots.end * scene.dots.blend == places).all()
        tenths = [min(int(value * 10), 9) for value in result.overlap.tolist()]
        colours = scene.dots.palette[scene.dots.colours].tolist()
        assert [tuple(colour) for colour in colours] == [rgba(OVERLAP[tenth]) for tenth in tenths]
    for scene in maps_on_desk(state, compared, 1, False, 1.1, all_framed=True):
        seen = project(scene.dots.end, scene.camera, 110, 100)
        assert (seen[:, :2] > 1).all()
        assert (seen[:, :2] < (109, 99)).all()
    assert shown_view(state) == 1
    assert shown_view(replace(state, runs=(replace(opened, shows="simplex"),))) == 0
