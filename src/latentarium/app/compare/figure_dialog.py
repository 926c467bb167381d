"""What a figure of a comparison should be: its format, its width, its maps, its ground."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QWidget

from latentarium.app.widgets.count_box import CountBox

FORMATS = {
    ".pdf": "PDF · text as text, fonts embedded",
    ".svg": "SVG · text as text, to edit further",
    ".png": "PNG · 300 dots an inch",
}
WIDTHS = {89: "89 mm · one column", 183: "183 mm · both columns", 0: "another width"}
LEAST, MOST = 60, 600  # mm


@dataclass(frozen=True)
class FigureWish:
    """The ending of the file, the width of the page in mm, which view is drawn, on which ground, and how framed."""

    ending: str = ".pdf"
    width_mm: int = 183
    view: int = 0
    dark: bool = False
    all_framed: bool = False


class FigureDialog(QDialog):
    """Asks for a FigureWish; "Save as…" accepts it."""

    def __init__(self, views: Sequence[str], view: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export the comparison as a figure")
        self.kind, self.width_of_page, self.ground, self.view = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        for ending, text in FORMATS.items():
            self.kind.addItem(text, ending)
        for width, text in WIDTHS.items():
            self.width_of_page.addItem(text, width)
        self.width_of_page.setCurrentIndex(self.width_of_page.findData(183))
        self.free = CountBox(LEAST, MOST)
        self.free.setValue(120)
        self.free.setSuffix(" mm")
        self.width_of_page.currentIndexChanged.connect(self._on_width)
        for place, name in enumerate(views):
            self.view.addItem(name, place)
        self.view.setCurrentIndex(view)
        self.ground.addItem("light, for paper", False)
        self.ground.addItem("dark, for slides", True)
        self.framed = QCheckBox("frame all points, whatever the views show")
        about = QLabel(
            "Both maps in the colours of the overlap, the histogram, who is right where, the numbers, and a caption "
            "with N, k, metrics, seeds and what was sampled."
        )
        about.setWordWrap(True)
        about.setProperty("role", "muted")
        form = QFormLayout(self)
        form.setContentsMargins(20, 18, 20, 16)
        form.setVerticalSpacing(10)
        form.addRow(about)
        fields = (
            ("Format", self.kind),
            ("Width", self.width_of_page),
            ("", self.free),
            ("Maps", self.view),
            ("Ground", self.ground),
        )
        for name, field in fields:
            field.setAccessibleName(f"{name or 'Free width'} of the figure")
            form.addRow(name, field)
        self._form = form
        form.setRowVisible(self.free, False)
        self.framed.setAccessibleName("Frame all points in the figure")
        form.addRow("", self.framed)
        buttons = QDialogButtonBox()
        self.save = buttons.addButton("Save as…", QDialogButtonBox.ButtonRole.AcceptRole)
        self.save.setProperty("role", "primary")
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)
        self.setMinimumWidth(420)

    def wish(self) -> FigureWish:
        """What is chosen."""
        return FigureWish(
            ending=str(self.kind.currentData()),
            width_mm=int(self.width_of_page.currentData()) or self.free.value(),
            view=int(self.view.currentData()),
            dark=bool(self.ground.currentData()),
            all_framed=self.framed.isChecked(),
        )

    def _on_width(self) -> None:
        self._form.setRowVisible(self.free, not self.width_of_page.currentData())
        self.adjustSize()
