"""The empty desk, used as a person would."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from latentarium.app.start.sketches import Sketch, sketch_kind
from latentarium.app.start.welcome import Welcome
from latentarium.app.widgets.plain_text import caption, first_sentence, tip
from latentarium.core.objectives import CrossEntropy, Decoupled, Triplet
from latentarium.core.recipe import Data, Network, Recipe
from latentarium.core.recipe_text import preset, preset_names
from latentarium.runs.run import Run

RunMaker = Callable[..., Run]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def welcome(qtbot: QtBot) -> Welcome:
    welcome = Welcome()
    qtbot.addWidget(welcome)
    welcome.resize(750, 430)
    welcome.show()
    qtbot.waitExposed(welcome)
    return welcome


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def pressed(widget: QWidget, name: str) -> QAbstractButton:
    return next(part for part in widget.findChildren(QAbstractButton) if name in (part.accessibleName(), part.text()))


def test_the_welcome_says_what_to_press(welcome: Welcome) -> None:
    assert "Train" in texts(welcome)
    assert preset(preset_names()[0]).title in texts(welcome)
    changed = preset("tetrahedron").model_copy(update={"title": "Four of mine"})
    welcome.show_recipe(changed)
    assert "Four of mine" in texts(welcome)
    assert not any(card.isChecked() for card in welcome.cards)
    welcome.show_recipe(None)  # a mistake in the form changes nothing here
    assert "Four of mine" in texts(welcome)


def test_a_card_chooses_its_preset(welcome: Welcome, qtbot: QtBot) -> None:
    assert [card.name for card in welcome.cards] == list(preset_names())
    for card in welcome.cards:
        with qtbot.waitSignal(welcome.chosen) as told:
            QTest.mouseClick(card, LEFT)
        assert told.args == [card.name]
        assert [other.name for other in welcome.cards if other.isChecked()] == [card.name]
        assert preset(card.name).title in texts(welcome)
    with qtbot.waitSignal(welcome.chosen):
        QTest.keyClick(welcome.cards[0], Qt.Key.Key_Space)


def test_open_and_recent_runs(welcome: Welcome, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(welcome.open_wanted):
        QTest.mouseClick(pressed(welcome, "Open a run…"), LEFT)
    welcome.show_recent([tmp_path / "old", tmp_path / "new & <b>"])
    with qtbot.waitSignal(welcome.opened) as told:
        QTest.mouseClick(pressed(welcome, "Open new & <b>"), LEFT)
    assert told.args == [tmp_path / "new & <b>"]
    welcome.show_recent([])


def test_every_kind_has_its_picture(qtbot: QtBot) -> None:
    kinds = {
        "segment": Recipe(data=Data(classes=("1", "2"))),
        "triangle": Recipe(data=Data(classes=("1", "2", "3"))),
        "tetrahedron": Recipe(data=Data(classes=("1", "2", "3", "4"))),
        "clusters": Recipe(objective=(CrossEntropy(), Triplet())),
        "sphere": Recipe(objective=(Decoupled(),), network=Network(classifier="none", normalise=True)),
        "voronoi": Recipe(objective=(Triplet(),), network=Network(classifier="none")),
    }
    seen = []
    for kind, recipe in kinds.items():
        assert sketch_kind(recipe) == kind
        sketch = Sketch(recipe, QSize(80, 60))
        qtbot.addWidget(sketch)
        for dark in (True, False):
            sketch.show_recipe(recipe, dark)
            seen.append(grabbed(sketch))
        assert grabbed(sketch) == seen[-1]  # the same picture each time
    assert len(set(seen)) == 2 * len(kinds)


def grabbed(widget: QWidget) -> bytes:
    picture: QPixmap = widget.grab()
    image = picture.toImage()  # has to outlive the view of its bytes
    return bytes(image.constBits())


def test_a_first_sentence_ends_with_its_stop() -> None:
    assert first_sentence("One. Two. Three.") == "One."
    assert first_sentence("A loss of 0.5 is small.") == "A loss of 0.5 is small."
    assert first_sentence("") == ""


def test_names_are_shown_letter_by_letter() -> None:
    assert tip("cats & dogs") == "cats & dogs"
    assert "<b>" not in tip("<b>cats</b> & dogs")
    assert "&lt;b&gt;cats&lt;/b&gt; &amp; dogs" in tip("<b>cats</b> & dogs")
    assert caption("cats & dogs") == "cats && dogs"
