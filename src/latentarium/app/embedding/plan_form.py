"""The fields that say whose weights, in which network, make vectors of which images."""

from pathlib import Path
from typing import get_args

from PySide6.QtCore import QSignalBlocker, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from latentarium.app.form.fields import SPOKEN
from latentarium.app.importing.hints_form import PlaceField
from latentarium.core.embedding import CHANNELS, LARGEST_SIDE, EmbeddingPlan, Preprocessing, is_python
from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import MOST_SHOWN, Data, DatasetName, NetworkName
from latentarium.jobs.checkpoint_files import recipe_for, run_of

COMMON = (
    "resnet34",
    "resnet101",
    "vgg16",
    "densenet121",
    "mobilenet_v2",
    "efficientnet_b0",
    "convnext_tiny",
    "vit_b_16",
)
FOLDER = "folder"
NAMED = "a name, timm:NAME or FILE.py:FUNCTION"
KINDS = "Weights (*.pt *.pth *.th *.ckpt *.bin *.safetensors);;All files (*)"
CHANNEL_NAMES = {"": "as the network takes", "grey": "grey", "rgb": "red, green, blue", "bgr": "blue, green, red"}


class PlanForm(QWidget):
    """Everything that a plan is made of; `edited` is emitted for what a person changes."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.network = _choice("Network", ("", *get_args(NetworkName), *COMMON))
        self.network.setToolTip("One of this program's, a model of torchvision, timm:NAME, or FILE.py:FUNCTION")
        line_of(self.network).setPlaceholderText(NAMED)
        self.code = QPushButton("Python file…")
        self.code.setAutoDefault(False)
        self.warning = QLabel()
        self.warning.setProperty("role", "wrong")
        self.warning.setWordWrap(True)
        self.allowed = QCheckBox("Run it: I trust this file")
        self.layer = _choice("Layer", ("", "output"))
        line_of(self.layer).setPlaceholderText("what goes into the class head")
        self.embedder = PlaceField("Embedder", False, KINDS)
        self.embedder.text.setPlaceholderText("none; or a file of layers that stand on the network")
        self.embedder_network = QLineEdit()
        self.embedder_network.setAccessibleName("Network of the embedder")
        self.embedder_network.setPlaceholderText("linear layers; or FILE.py:FUNCTION")
        self.data = _choice("Data set", (), False)
        for name in get_args(DatasetName):
            self.data.addItem(SPOKEN.get(name, name), name)
        self.folder = PlaceField("Folder of images", True)
        usual = Data()
        self.probe, self.reference = _count("Probe images", usual.probe), _count("Reference images", usual.reference)
        self._of_probe, self._of_reference = QLabel(), QLabel("training images")
        self.side, self.crop = _pixels("Size", "as usual"), _pixels("Crop", "all of it")
        self.mean, self.std = _numbers("Mean"), _numbers("Std")
        self.channels = QComboBox()
        self.channels.setAccessibleName("Channels")
        for channel in CHANNELS:
            self.channels.addItem(CHANNEL_NAMES[channel], channel)
        self.invert = QCheckBox("Exchange black and white")
        self._lay_out()
        self._connect()
        self._show_code()

    def plan(self, checkpoint: Path) -> EmbeddingPlan:
        """What the fields say. Raises LatentariumError for what cannot be, such as code that was not allowed."""
        own = run_of(checkpoint)
        recipe, network = recipe_for(own), self.network.currentText().strip()
        if not network and own is None:
            raise LatentariumError("Name the network that the weights belong to.")
        if self._code and not self.allowed.isChecked():
            raise LatentariumError("Say that the Python file may be run.")
        return EmbeddingPlan(
            checkpoint=checkpoint,
            recipe=recipe.model_copy(update={"data": self._data(recipe.data)}),
            network=network,
            layer=self.layer.currentText().strip(),
            embedder=self.embedder.path,
            embedder_network=self.embedder_network.text().strip() if self.embedder.path else "",
            preprocessing=Preprocessing(
                size=self.side.value(),
                crop=self.crop.value(),
                mean=_read(self.mean),
                std=_read(self.std),
                channels=self.channels.currentData(),
                invert=self.invert.isChecked(),
            ),
        )

    def show_layers(self, layers: tuple[str, ...]) -> None:
        """Offer the layers of the network; what was typed stays."""
        typed = self.layer.currentText()
        with QSignalBlocker(self.layer):
            self.layer.clear()
            self.layer.addItems(["", "output", *layers])
            self.layer.setCurrentText(typed)

    def show_data(self, data: Data) -> None:
        """Take the images that a run was trained on."""
        with QSignalBlocker(self):
            self.data.setCurrentIndex(self.data.findData(data.name))
            self.folder.text.setText(data.root if data.name == FOLDER else "")
            self.probe.setValue(data.probe)
            self.reference.setValue(data.reference)
            self._show_code()

    def _data(self, own: Data) -> Data:
        """The images that the fields name; where they are a run's `own`, with its classes and slices."""
        name, root = self.data.currentData(), ""
        if name == FOLDER:
            if self.folder.path is None:
                raise LatentariumError("Choose the folder of images.")
            root = str(self.folder.path.absolute())
        same = own.name == name and (name != FOLDER or own.root == root)
        data = own if same else Data.model_validate({"name": name, "root": root})
        return data.model_copy(update={"probe": self.probe.value(), "reference": self.reference.value()})

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(8)
        network = _row()
        network.addWidget(self.network, 1)
        network.addWidget(self.code)
        form.addRow("Network", network)
        form.addRow(self.warning)
        form.addRow(self.allowed)
        form.addRow("Layer", self.layer)
        form.addRow("Embedder", self.embedder)
        form.addRow("Its network", self.embedder_network)
        form.addRow(_heading("IMAGES"))
        form.addRow("Data set", self.data)
        form.addRow("Folder", self.folder)
        counts = _row()
        for widget in (self.probe, self._of_probe, self.reference, self._of_reference):
            counts.addWidget(widget)
        counts.addStretch(1)
        form.addRow("Shown", counts)
        form.addRow(_heading("PREPROCESSING"))
        sides = _row()
        sides.addWidget(self.side)
        sides.addWidget(QLabel("then crop to"))
        sides.addWidget(self.crop)
        sides.addStretch(1)
        form.addRow("Size", sides)
        scale = _row()
        scale.addWidget(self.mean)
        scale.addWidget(QLabel("std"))
        scale.addWidget(self.std)
        form.addRow("Mean", scale)
        form.addRow("Channels", self.channels)
        form.addRow("", self.invert)
        self._form = form

    def _connect(self) -> None:
        for box in (self.network, self.layer):
            line_of(box).editingFinished.connect(self._on_edited)
            box.activated.connect(self._on_edited)
        for place in (self.embedder, self.folder):
            place.edited.connect(self._on_edited)
        for line in (self.mean, self.std, self.embedder_network):
            line.editingFinished.connect(self._on_edited)
        for spin in (self.probe, self.reference, self.side, self.crop):
            spin.valueChanged.connect(self._on_edited)
        self.data.currentIndexChanged.connect(self._on_data)
        for choice in (self.data, self.channels):
            choice.activated.connect(self._on_edited)
        for tick in (self.invert, self.allowed):
            tick.toggled.connect(self._on_edited)
        self.code.clicked.connect(self._on_code)

    @property
    def _code(self) -> tuple[str, ...]:
        """The Python files that are named as networks."""
        named = (self.network.currentText().strip(), self.embedder_network.text().strip() if self.embedder.path else "")
        return tuple(dict.fromkeys(name.rpartition(":")[0] for name in named if is_python(name)))

    def _show_code(self) -> None:
        """Warn where code would be run, anew for another file, and show the fields that are of use."""
        files = " and ".join(self._code)
        words = f"This runs the code in {files}. Do so only with a file that you trust."
        if self.warning.text() != words:
            with QSignalBlocker(self.allowed):
                self.allowed.setChecked(False)
        self.warning.setText(words)
        for widget in (self.warning, self.allowed):
            widget.setVisible(bool(files))
        self._form.setRowVisible(self.embedder_network, self.embedder.path is not None)
        of_folder = self.data.currentData() == FOLDER
        self._form.setRowVisible(self.folder, of_folder)
        self._of_probe.setText("images at most" if of_folder else "test and")
        self.reference.setVisible(not of_folder)
        self._of_reference.setVisible(not of_folder)

    @Slot()
    def _on_data(self) -> None:
        """Offer all images of a folder, and of a data set the usual number."""
        self.probe.setValue(MOST_SHOWN if self.data.currentData() == FOLDER else Data().probe)

    @Slot()
    def _on_edited(self) -> None:
        self._show_code()
        self.edited.emit()

    @Slot()
    def _on_code(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "A Python file with the network", str(Path.home()), "Python (*.py)")
        if name:
            self.network.setCurrentText(f"{name}:")
            self.network.setFocus()
            self._show_code()


def line_of(box: QComboBox) -> QLineEdit:
    """Where one types into an editable box."""
    line = box.lineEdit()
    assert line is not None
    return line


def _choice(name: str, items: tuple[str, ...], editable: bool = True) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setEditable(editable)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.addItems(list(items))
    box.setMinimumWidth(160)
    return box


def _count(name: str, value: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setAccessibleName(name)
    spin.setRange(1, MOST_SHOWN)
    spin.setGroupSeparatorShown(True)
    spin.setKeyboardTracking(False)
    spin.lineEdit().setTextMargins(6, 0, 0, 0)
    spin.setValue(value)
    return spin


class PixelSpin(QSpinBox):
    """A number of pixels, or words in its place, over which one types wherever one clicked."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        QTimer.singleShot(0, self._select_words)  # after the press, which takes the selection away

    def _select_words(self) -> None:
        if self.hasFocus() and self.value() == self.minimum():
            self.selectAll()


def _pixels(name: str, nothing: str) -> QSpinBox:
    spin = PixelSpin()
    spin.setAccessibleName(name)
    spin.setRange(0, LARGEST_SIDE)
    spin.setSuffix(" px")
    spin.setSpecialValueText(nothing)
    spin.setKeyboardTracking(False)
    spin.lineEdit().setTextMargins(6, 0, 0, 0)
    return spin


def _numbers(name: str) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(name)
    line.setPlaceholderText("as usual for the network")
    return line


def _read(line: QLineEdit) -> tuple[float, ...]:
    """One number, or three with commas between them."""
    try:
        return tuple(float(part) for part in line.text().split(",")) if line.text().strip() else ()
    except ValueError as error:
        name = line.accessibleName()
        raise LatentariumError(f"{name} is {line.text()}: give one number, or three with commas between.") from error


def _row() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    return row


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label
