"""A person brings in what other programs made, through the window."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton

from latentarium.app.embedding.dialog import EmbeddingDialog
from latentarium.app.importing.dialog import ImportDialog
from latentarium.app.importing.importer import promising
from latentarium.app.widgets.framed_image import FramedImage
from latentarium.core.arrays import frozen_ints
from latentarium.runs.library import library_folder, list_runs
from latentarium.scene.picking import pick
from latentarium.scene.state import Selection

from .conftest import Pilot

POINTS = 40


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """A folder with vectors, their table and an image of each point, whose grey tells its row."""
    folder = tmp_path / "pair"
    (folder / "pictures").mkdir(parents=True)
    generator = np.random.default_rng(0)
    np.save(folder / "vectors.npy", generator.normal(size=(POINTS, 6)).astype(np.float32))
    lines = ["key,kind,file,<b>note</b>"]
    for row in range(POINTS):
        Image.fromarray(np.full((9, 7), row * 5, np.uint8)).save(folder / "pictures" / f"{row}.png")
        lines.append(f"p{row},{'even' if row % 2 == 0 else 'odd'},{row}.png,<i>{row}</i>")
    (folder / "vectors.csv").write_text("\n".join(lines) + "\n")
    return folder


def dialog_of(pilot: Pilot) -> ImportDialog:
    pilot.wait(lambda: any(isinstance(top, ImportDialog) for top in QApplication.topLevelWidgets()), 5)
    return next(top for top in QApplication.topLevelWidgets() if isinstance(top, ImportDialog))


def test_a_dropped_folder_is_previewed_and_imported(take_off: Callable[..., Pilot], pair: Path) -> None:
    pilot = take_off()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(pair))])
    drop = QDropEvent(
        QPointF(QPoint(400, 300)),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    pilot.window.dropEvent(drop)
    dialog = dialog_of(pilot)
    pilot.wait(dialog.bring.isEnabled, 10)
    preview, form = dialog.preview, dialog.form
    assert "40 points · 6 dimensions · 4 columns" in preview.counts.text()
    assert preview.table.columnCount() == 4
    assert preview.table.item(1, 3).text() == "<i>1</i>"
    assert "label" in preview.missing.text()  # no column has a usual name for it
    assert form.labels.currentText() == "none"

    form.labels.setCurrentText("kind")
    form.labels.activated.emit(form.labels.currentIndex())
    form.images.text.setText(str(pair / "pictures"))
    form.images.edited.emit()
    pilot.wait(lambda: dialog.bring.isEnabled() and "with images" in preview.counts.text(), 10)
    assert "label" not in preview.missing.text()
    assert all(not image.pixmap().isNull() for image in preview.images)
    form.name.setText("My <b>space</b>")
    form.dataset.setText("shapes")
    dialog.grab()
    dialog.bring.click()
    pilot.wait(lambda: bool(pilot.state.runs), 20)

    run = pilot.run
    assert run.path.parent == library_folder()
    assert run.recipe.title == "My <b>space</b>"
    assert run.recipe.origin is not None
    assert run.recipe.origin.dataset == "shapes"
    assert set(run.classes) == {"even", "odd"}
    for row in range(POINTS):
        image = run.probe.image(row)
        assert image is not None
        assert int(image.mean()) == row * 5
        assert run.probe.metadata["file"][row] == f"{row}.png"
    assert any("Imported 40 points" in sentence for sentence in pilot.window.parts.notices.sentences)
    assert [(found.title, found.origin) for found in list_runs(library_folder())] == [("My <b>space</b>", "vectory")]
    pilot.window.panels.about.grab()
    assert "shapes" in " ".join(text for row in pilot.window.panels.about.origin() for text in row)


def test_the_right_image_lies_under_the_pointer(take_off: Callable[..., Pilot], tmp_path: Path) -> None:
    """For 100 of 100 points of a grid, each with an image of its own grey, before and after isolating them."""
    places = np.stack(np.meshgrid(np.arange(12), np.arange(10)), -1).reshape(-1, 2)
    order = np.random.default_rng(1).permutation(len(places))
    np.save(tmp_path / "grid.npy", places[order].astype(np.float32))
    lines = ["id,image"]
    for row in range(len(places)):
        Image.fromarray(np.full((8, 8), 10 + 2 * row, np.uint8)).save(tmp_path / f"picture-{row}.png")
        lines.append(f"{row},picture-{row}.png")
    (tmp_path / "grid.csv").write_text("\n".join(lines))
    pilot = take_off()
    pilot.window.take(tmp_path / "grid.csv")
    dialog = dialog_of(pilot)
    pilot.wait(dialog.bring.isEnabled, 10)
    dialog.bring.click()
    pilot.wait(lambda: bool(pilot.state.runs) and all(pilot.state.runs[0].projections), 20)
    rows = np.random.default_rng(2).choice(len(places), 100, replace=False)
    for isolated in (False, True):
        pilot.window.parts.session.ask({"selection": Selection(frozen_ints(np.sort(rows))), "isolated": isolated})
        index = next(index for index, view in enumerate(pilot.state.views) if view.kind == "embedding")
        cloud, scene, dots = pilot.view(index).cloud, pilot.scene(index), pilot.places(index)
        for row in rows:
            found = pick(scene, *dots[row, :2], cloud.width(), cloud.height())
            assert found == row
            pilot.window.parts.session.ask({"hovered": found})
            shown = next(image for image in pilot.window.panels.inspector.findChildren(FramedImage))
            picture = shown.picture.toImage()
            assert picture.pixelColor(picture.rect().center()).red() == 10 + 2 * row


def test_what_cannot_be_imported_is_said_in_the_dialog(take_off: Callable[..., Pilot], pair: Path) -> None:
    pilot = take_off()
    pilot.window.actions_table["import"].trigger()
    dialog = dialog_of(pilot)
    assert not dialog.bring.isEnabled()
    dialog.show_path(pair / "nothing.csv")
    pilot.wait(lambda: "nothing" in dialog.preview.problem.text(), 5)
    assert not dialog.bring.isEnabled()
    (pair / "vectors.npy").write_bytes(b"no array")
    dialog.show_path(pair)
    pilot.wait(lambda: "vectors.npy" in dialog.preview.problem.text(), 5)
    assert not dialog.bring.isEnabled()
    assert pilot.window.parts.notices.sentences == ()
    dialog.form.params.setText("{")
    dialog.form.params.editingFinished.emit()
    dialog.cancel.click()  # while it is still looking
    pilot.wait(lambda: not pilot.window.parts.errands.busy, 5)
    assert list_runs(library_folder()) == []


def test_enter_in_a_field_presses_no_button(take_off: Callable[..., Pilot]) -> None:
    pilot = take_off()
    for dialog in (made(pilot.window.parts.errands, pilot.window) for made in (ImportDialog, EmbeddingDialog)):
        buttons = dialog.findChildren(QPushButton)
        assert len(buttons) > 3
        assert [button.accessibleName() or button.text() for button in buttons if button.autoDefault()] == []
        dialog.close()


def test_an_import_can_be_cancelled(take_off: Callable[..., Pilot], pair: Path) -> None:
    pilot = take_off()
    pilot.window.take(pair / "vectors.npy")
    dialog = dialog_of(pilot)
    pilot.wait(dialog.bring.isEnabled, 10)
    dialog.bring.click()
    dialog.cancel.click()
    assert dialog.isVisible()
    pilot.wait(lambda: not pilot.window.parts.errands.busy, 10)
    pilot.wait(dialog.bring.isEnabled, 5)
    assert pilot.state.runs == ()
    assert not library_folder().exists() or list(library_folder().iterdir()) == []
    dialog.bring.click()
    dialog.done(0)  # as the window's end does
    pilot.wait(lambda: not pilot.window.parts.errands.busy, 10)
    assert pilot.state.runs == ()


def test_a_second_space_is_imported_beside_the_first(take_off: Callable[..., Pilot], pair: Path) -> None:
    """In the workspace that compares, as a run that is trained there comes as B; matched by id, not by row."""
    lines = (pair / "vectors.csv").read_text().splitlines()
    (pair / "other").mkdir()
    (pair / "other" / "vectors.csv").write_text("\n".join([lines[0], *reversed(lines[6:])]))
    np.save(pair / "other" / "vectors.npy", np.load(pair / "vectors.npy")[:4:-1] * 2)
    pilot = take_off()
    for number, array in enumerate((pair / "vectors.npy", pair / "other" / "vectors.npy")):
        pilot.window.take(array)
        dialog = dialog_of(pilot)
        pilot.wait(dialog.bring.isEnabled, 10)
        assert dialog.preview.title.text().startswith("Table and array")
        dialog.bring.click()
        pilot.wait(lambda number=number: len(pilot.state.runs) == number + 1, 20)
        pilot.wait(lambda: not any(isinstance(top, ImportDialog) for top in QApplication.topLevelWidgets()), 5)
        pilot.window.actions_table["workspace compare"].trigger()
    first, second = (shown.run for shown in pilot.state.runs)
    assert first.probe.ids == second.probe.ids == tuple(f"p{row}" for row in range(5, POINTS))
    assert pilot.window.panels.compare.matched.text() == "35 points matched by id"
    np.testing.assert_array_equal(second.frame(0).embeddings, first.frame(0).embeddings * 2)


def test_the_dialog_says_what_it_is_looking_at(take_off: Callable[..., Pilot], pair: Path) -> None:
    pilot = take_off()
    pilot.window.take(pair / "vectors.npy")
    dialog = dialog_of(pilot)
    pilot.wait(dialog.bring.isEnabled, 10)
    dialog.show_path(pair / "nothing.csv")
    assert (dialog.preview.title.text(), dialog.preview.counts.text()) == ("Looking at nothing.csv…", "")
    assert not dialog.preview.table.isVisible()
    assert not dialog.bring.isEnabled()
    pilot.wait(lambda: "nothing" in dialog.preview.problem.text(), 5)
    assert dialog.preview.title.text() == ""
    dialog.cancel.click()


def test_tab_leads_through_the_dialog_to_import(take_off: Callable[..., Pilot], pair: Path) -> None:
    pilot = take_off()
    pilot.window.take(pair / "vectors.npy")
    dialog = dialog_of(pilot)
    pilot.wait(lambda: dialog.bring.isEnabled() and dialog.isActiveWindow(), 10)
    dialog.path.setFocus()
    for _ in range(14):
        if dialog.bring.hasFocus():
            break
        pilot.key(Qt.Key.Key_Tab)
    assert dialog.bring.hasFocus()
    pilot.key(Qt.Key.Key_Space)
    pilot.wait(lambda: bool(pilot.state.runs), 20)


def test_a_picture_that_is_dropped_is_told_in_a_sentence(take_off: Callable[..., Pilot], pair: Path) -> None:
    Image.new("L", (4, 4)).save(pair / "0.png")
    pilot = take_off()
    pilot.window.take(pair / "0.png")
    (said,) = pilot.window.parts.notices.sentences
    assert "0.png is nothing that can be opened: that is a run's folder or .zip" in said


def test_what_looks_like_another_programs(pair: Path, tmp_path: Path) -> None:
    assert promising(pair)
    assert promising(pair / "vectors.npy")
    assert not promising(pair / "pictures")
    assert not promising(pair / "nothing")
    (tmp_path / "log" / "00005" / "default").mkdir(parents=True)
    (tmp_path / "log" / "00005" / "default" / "tensors.tsv").touch()
    assert promising(tmp_path / "log")
