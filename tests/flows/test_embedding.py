"""A stranger's weights, from the file to the run on the desk, in the real window."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from torch import nn

from latentarium.app.embedding.dialog import EmbeddingDialog
from latentarium.app.notices import Notice, Progress

CODE = """
from torch import nn


def net():
    open(__file__ + ".ran", "w").close()
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 4), nn.ReLU(), nn.Linear(4, 10))
"""


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    (tmp_path / "nets.py").write_text(CODE, "utf-8")
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 4), nn.ReLU(), nn.Linear(4, 10))
    torch.save(network.state_dict(), tmp_path / "w.pt")
    return tmp_path


def typed(widget, text):
    """Type into a field, and leave it."""
    widget.setFocus()
    widget.selectAll()
    QTest.keyClicks(widget, text)
    QTest.keyClick(widget, Qt.Key.Key_Tab)


def asked(pilot, theirs):
    """The dialog with the stranger's weights and network in it, whose code may be run."""
    pilot.window.take(theirs / "w.pt")
    dialog = next(found for found in pilot.window.findChildren(EmbeddingDialog) if found.isVisible())
    pilot.wait(lambda: bool(dialog.seen.problem.text()), 10)
    typed(dialog.form.network.lineEdit(), f"{theirs / 'nets.py'}:net")
    pilot.wait(dialog.form.allowed.isVisible, 10)
    dialog.form.allowed.setChecked(True)
    return dialog


def test_a_checkpoint_is_looked_at_and_embedded(take_off, theirs):
    pilot = take_off()
    pilot.window.take(theirs / "w.pt")
    dialog = pilot.window.findChild(EmbeddingDialog)
    assert dialog.path.text() == str(theirs / "w.pt")
    pilot.wait(lambda: "Name the network" in dialog.seen.problem.text(), 10)

    typed(dialog.form.network.lineEdit(), "mlp")
    pilot.wait(lambda: "do not fit mlp" in dialog.seen.problem.text())
    assert not dialog.embed.isEnabled()
    QTest.mouseClick(dialog.seen.keys, Qt.MouseButton.LeftButton)
    assert dialog.seen.listing.isVisible()
    assert "Only in the file (4)\n    1.weight\n    1.bias\n" in dialog.seen.listing.toPlainText()

    typed(dialog.form.network.lineEdit(), f"{theirs / 'nets.py'}:net")
    pilot.wait(lambda: "may be run" in dialog.seen.problem.text(), 10)
    assert dialog.form.warning.isVisible()
    assert str(theirs / "nets.py") in dialog.form.warning.text()
    assert not (theirs / "nets.py.ran").exists()

    assert not dialog.seen.keys.isVisible()
    place = dialog.form.side.lineEdit()
    QTest.mouseClick(place, Qt.MouseButton.LeftButton, pos=place.rect().center())
    pilot.wait(lambda: place.selectedText() == "as usual", 5)
    QTest.keyClicks(place, "28")
    QTest.keyClick(place, Qt.Key.Key_Tab)
    assert dialog.form.side.value() == 28
    dialog.form.probe.setValue(60)
    dialog.form.reference.setValue(40)
    dialog.form.invert.setChecked(True)
    dialog.form.allowed.setChecked(True)
    counts = "60 points and 40 training images of 28 × 28 pixels in 1 channel · 4 dimensions"
    pilot.wait(lambda: dialog.embed.isEnabled() and counts in dialog.seen.counts.text())
    assert (theirs / "nets.py.ran").exists()
    assert "MNIST" in dialog.seen.remarks.text()
    before, after = (labels[0].pixmap().toImage().pixelColor(2, 2).lightness() for labels in dialog.seen.images)
    assert (before, after) == (0, 255)
    assert "1" in [dialog.form.layer.itemText(place) for place in range(dialog.form.layer.count())]

    pilot.press("Embed", dialog)
    pilot.wait(lambda: bool(pilot.state.runs))
    assert pilot.run.recipe.origin.source == "w.pt"
    assert '"invert": true' in pilot.run.recipe.origin.params
    assert (len(pilot.run), len(pilot.run.probe)) == (1, 60)
    assert not pilot.window.actions_table["continue"].isEnabled()

    def texts() -> set[str]:
        return {label.text() for label in pilot.window.findChildren(QLabel) if label.isVisible()}

    # The loss is not one of a training, and there is no step 0 beside the only frame.
    pilot.wait(lambda: texts() >= {"probe loss", "raw pixels"})
    assert not [text for text in texts() if "· step 0" in text]
    chips = [chip for chip in pilot.window.findChildren(QPushButton) if "similarity: " in chip.accessibleName()]
    assert len(chips) == 3
    assert not any(chip.isVisible() for chip in chips)  # nor is another frame to be chosen
    pilot.wait(lambda: pilot.window.findChild(EmbeddingDialog) is None, 5)


def test_an_embedding_comes_beside_the_run_that_is_compared(take_off, theirs):
    pilot = take_off()
    for layer in ("1", "3"):
        dialog = asked(pilot, theirs)
        dialog.form.probe.setValue(60)
        dialog.form.reference.setValue(40)
        typed(dialog.form.layer.lineEdit(), layer)
        pilot.wait(dialog.embed.isEnabled)
        pilot.press("Embed", dialog)
        pilot.wait(lambda: bool(pilot.state.runs))
        pilot.window.actions_table["workspace compare"].trigger()
        pilot.wait(lambda: pilot.window.findChild(EmbeddingDialog) is None, 5)
    pilot.wait(lambda: len(pilot.state.runs) == 2)
    assert [shown.run.recipe.title for shown in pilot.state.runs] == ["w, 1 on mnist-5k", "w, 3 on mnist-5k"]
    assert pilot.window.panels.compare.matched.text() == "60 points matched by id"


def test_all_images_of_a_folder_are_offered(take_off, theirs):
    for number in range(12):
        (theirs / "photos" / "ab"[number % 2]).mkdir(parents=True, exist_ok=True)
        Image.new("L", (28, 28), 20 * number).save(theirs / "photos" / "ab"[number % 2] / f"{number}.png")
    pilot = take_off()
    dialog = asked(pilot, theirs)
    dialog.form.data.setCurrentIndex(dialog.form.data.findData("folder"))
    assert dialog.form.probe.value() == 10_000
    assert not dialog.form.reference.isVisible()
    typed(dialog.form.folder.text, str(theirs / "photos"))
    pilot.wait(dialog.embed.isEnabled)
    assert dialog.seen.counts.text().startswith("12 points of 28 × 28 pixels")
    dialog.form.probe.setValue(8)
    pilot.wait(dialog.embed.isEnabled)
    assert "8 of the 12 images become points." in dialog.seen.remarks.text()
    pilot.press("Embed", dialog)
    pilot.wait(lambda: bool(pilot.state.runs))
    assert (len(pilot.run.probe), len(pilot.run.reference)) == (8, 0)
    pilot.window.actions_table["embed"].trigger()
    dialog = next(found for found in pilot.window.findChildren(EmbeddingDialog) if found.isVisible())
    dialog.form.data.setCurrentIndex(dialog.form.data.findData("folder"))
    dialog.form.data.setCurrentIndex(dialog.form.data.findData("mnist-5k"))
    assert (dialog.form.probe.value(), dialog.form.reference.isVisible()) == (1500, True)


def test_a_network_that_never_ends_is_cancelled_and_gone_on_with(take_off, theirs):
    held = "    while held.exists():\n        pass\n    return nn.functional.relu(x)\n"
    (theirs / "slow.py").write_text(
        "from pathlib import Path\nfrom torch import nn\nheld = Path(__file__).with_suffix('.held')\n"
        f"def wait(x):\n{held}"
        "class Wait(nn.Module):\n    def forward(self, x):\n        return wait(x)\n"
        "def net():\n"
        "    return nn.Sequential(nn.Flatten(), nn.Linear(784, 4), Wait(), nn.Linear(4, 10))\n",
        "utf-8",
    )
    pilot = take_off()
    pilot.window.take(theirs / "w.pt")
    dialog = pilot.window.findChild(EmbeddingDialog)
    pilot.wait(lambda: bool(dialog.seen.problem.text()), 10)
    dialog.form.probe.setValue(60)
    dialog.form.reference.setValue(40)
    typed(dialog.form.network.lineEdit(), f"{theirs / 'slow.py'}:net")
    pilot.wait(dialog.form.allowed.isVisible, 10)
    dialog.form.allowed.setChecked(True)
    pilot.wait(dialog.embed.isEnabled)
    (theirs / "slow.held").touch()
    pilot.press("Embed", dialog)
    pilot.wait(lambda: any(strip.isVisible() for strip in pilot.window.findChildren(Progress)))
    pilot.press("Cancel", pilot.window.findChild(Progress))
    pilot.wait(lambda: not pilot.window.parts.errands.busy, 10)
    texts = [notice.sentence for notice in pilot.window.findChildren(Notice) if notice.isVisible()]
    assert any("goes on from there" in text for text in texts)
    assert not pilot.state.runs


def test_the_action_opens_it_and_a_run_names_its_own_network(take_off):
    pilot = take_off()
    pilot.window.actions_table["embed"].trigger()
    dialog = pilot.window.findChild(EmbeddingDialog)
    assert dialog.isVisible()
    assert not dialog.embed.isEnabled()
    dialog.show_path(Path(__file__).parents[1] / "archive" / "v1" / "shapes")
    assert "mlp" in dialog.form.network.lineEdit().placeholderText()
    assert dialog.form.probe.value() == 40
    pilot.wait(lambda: bool(dialog.seen.problem.text()))  # the folder it was trained on is not here
    pilot.press("Cancel", dialog)
    pilot.wait(lambda: pilot.window.findChild(EmbeddingDialog) is None, 5)
