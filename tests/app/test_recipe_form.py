"""The form, filled in as a person would."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QFileDialog, QLabel, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from latentarium.app.form.class_chips import ClassChip
from latentarium.app.form.estimates import describe_cost, estimate_bytes
from latentarium.app.form.fields import describe_fields, objective_models, recipe_fields
from latentarium.app.form.recipe_form import RecipeForm
from latentarium.core.objectives import CrossEntropy, Decoupled, Triplet
from latentarium.core.recipe import Augment, Data, Frames, Network, Optimiser, Prototypes, Recipe
from latentarium.core.recipe_text import preset, preset_names, read_recipe
from latentarium.scene.state import State

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def form(qtbot: QtBot) -> RecipeForm:
    form = RecipeForm()
    qtbot.addWidget(form)
    form.resize(250, 600)
    form.show()
    qtbot.waitExposed(form)
    return form


def named(form: QWidget, kind: type, name: str) -> list[QWidget]:
    """The visible widgets of a kind that a screen reader calls `name`."""
    QApplication.processEvents()  # a layout shows what is new in it at the next turn
    return [part for part in form.findChildren(kind) if called(part) == name and part.isVisibleTo(form)]


def called(part: QWidget) -> str:
    """A button without a name of its own is called by its text."""
    return part.accessibleName() or (part.text() if isinstance(part, QAbstractButton) else "")


def only(form: QWidget, kind: type, name: str) -> QWidget:
    found = named(form, kind, name)
    assert len(found) == 1, f"{len(found)} of {name}"
    return found[0]


def type_over(form: QWidget, name: str, text: str) -> None:
    edit = only(form, QLineEdit, name)
    assert isinstance(edit, QLineEdit)
    edit.setFocus()
    edit.selectAll()
    QTest.keyClick(edit, Qt.Key.Key_Delete)
    QTest.keyClicks(edit, text)


def choose(form: QWidget, name: str, text: str) -> None:
    """Choose from a combo box with the keyboard, as it is typed."""
    box = only(form, QComboBox, name)
    assert isinstance(box, QComboBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findText(text)):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == text


def sentences(form: QWidget) -> list[str]:
    """What stands in red."""
    return [
        label.text()
        for label in form.findChildren(QLabel)
        if label.property("role") == "wrong" and label.isVisibleTo(form) and label.text()
    ]


def valid(form: RecipeForm) -> Recipe:
    recipe = form.recipe()
    assert recipe is not None
    return recipe


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_comes_back_as_it_went_in(form: RecipeForm, name: str) -> None:
    form.set_recipe(preset(name))
    assert form.recipe() == preset(name)
    assert sentences(form) == []


def test_a_recipe_with_every_field_set_comes_back(form: RecipeForm) -> None:
    recipe = Recipe(
        title="All & <b>everything</b>",
        about="Said, but not edited.",
        seed=7,
        data=Data(
            name="cifar10",
            root="/data",
            classes=("dog", "cat"),
            held_out=("ship",),
            per_class=9,
            train="train[:50]",
            test="train[50:]",
            size=16,
            probe=77,
            reference=33,
        ),
        network=Network(
            name="resnet18",
            embedding=5,
            normalise=True,
            classifier="trunk",
            hidden=(3, 4, 5),
            activation="silu",
            weights="w.pt",
        ),
        objective=(Triplet(weight=1 / 3, margin=0.123456789012345, mining="batch-hard"), Decoupled(temperature=0.07)),
        optimiser=Optimiser(
            name="sgd", rate=1 / 7, weight_decay=0.25, schedule="step", batch=17, epochs=2.5, patience=3
        ),
        prototypes=Prototypes(temperature=0.3),
        augment=Augment(shift=2, flip=True, jitter=0.2),
        frames=Frames(count=12, half=True, pace=1.5),
    )
    form.set_recipe(recipe)
    assert form.recipe() == recipe


def test_every_field_of_the_recipe_has_a_title_and_help() -> None:
    for spec in recipe_fields():
        assert spec.title, spec.path
        assert spec.help, spec.path
    for name, model in objective_models().items():
        assert model.__doc__
        assert all(spec.help for spec in describe_fields(model, name) if spec.name != "name")


def test_typing_changes_the_recipe_and_says_so(form: RecipeForm, qtbot: QtBot) -> None:
    with qtbot.waitSignal(form.recipe_changed) as told:
        type_over(form, "Embedding dimensions", "2")
    assert valid(form).network.embedding == 2
    assert told.args[0] is None or told.args[0].network.embedding == 2
    type_over(form, "Learning rate", "5e-4")
    assert valid(form).optimiser.rate == 5e-4


def test_a_wrong_value_is_explained_beside_its_field(form: RecipeForm) -> None:
    edit = only(form, QLineEdit, "Embedding dimensions")
    type_over(form, "Embedding dimensions", "0")
    assert form.recipe() is None
    assert len(sentences(form)) == 1
    sentence = sentences(form)[0]
    assert "Embedding dimensions" in sentence
    assert "1" in sentence
    assert "65536" in sentence
    assert edit.property("invalid") == "true"
    assert edit.accessibleDescription() == sentence
    label = next(part for part in form.findChildren(QLabel) if part.text() == sentence)
    apart = label.mapTo(form, label.rect().topLeft()).y() - edit.mapTo(form, edit.rect().bottomLeft()).y()
    assert 0 <= apart < 12
    type_over(form, "Embedding dimensions", "two")
    assert "whole number" in sentences(form)[0]
    type_over(form, "Embedding dimensions", "4")
    assert sentences(form) == []
    assert valid(form).network.embedding == 4
    assert edit.property("invalid") == ""


def test_what_is_wrong_with_several_fields_together_is_said(form: RecipeForm) -> None:
    form.set_recipe(Recipe(objective=(CrossEntropy(), Triplet())))
    unfold(form)
    choose(form, "Class head", "none")
    assert form.recipe() is None
    assert any("cross-entropy needs a class head" in sentence for sentence in sentences(form))
    QTest.mouseClick(only(form, QAbstractButton, "Remove Cross-entropy"), LEFT)
    assert valid(form).objective == (Triplet(),)
    assert valid(form).network.classifier == "none"


def test_steps_and_epochs_exclude_each_other(form: RecipeForm) -> None:
    form.set_recipe(Recipe(optimiser=Optimiser(steps=400)))
    choose(form, "Unit of stop after", "epochs")
    assert (valid(form).optimiser.steps, valid(form).optimiser.epochs) == (None, 10.0)
    type_over(form, "Stop after, epochs", "2.5")
    assert valid(form).optimiser.epochs == 2.5
    choose(form, "Unit of stop after", "steps")
    assert (valid(form).optimiser.steps, valid(form).optimiser.epochs) == (400, None)


def test_chips_choose_classes(form: RecipeForm) -> None:
    form.set_recipe(Recipe(data=Data(classes=("3", "5", "8"))))
    for name in ("4", "8"):
        QTest.mouseClick(only(form, ClassChip, f"Class {name}"), LEFT)
    assert valid(form).data.classes == ("3", "4", "5")
    for name in ("3", "4", "5"):
        QTest.mouseClick(only(form, ClassChip, f"Class {name}"), LEFT)
    assert valid(form).data.classes == ("5",)  # the last one stays
    for name in "012346789":
        chip = only(form, ClassChip, f"Class {name}")
        chip.setFocus()
        QTest.keyClick(chip, Qt.Key.Key_Space)
    assert valid(form).data.classes == ()  # all of them


def test_a_class_is_trained_on_or_held_out(form: RecipeForm) -> None:
    form.set_recipe(Recipe(data=Data(held_out=("7",))))
    unfold(form)
    first, second = named(form, ClassChip, "Class 7")
    assert not first.isEnabled()
    assert second.isEnabled()
    QTest.mouseClick(second, LEFT)
    assert valid(form).data.held_out == ()
    assert first.isEnabled()


def test_the_classes_of_other_sets_are_known_at_once(form: RecipeForm, tmp_path: Path) -> None:
    choose(form, "Data set", "Fashion-MNIST")
    assert len(named(form, ClassChip, "Class Ankle boot")) == 1
    choose(form, "Data set", "CIFAR-100")
    assert len(named(form, ClassChip, "Class willow_tree")) == 1
    QTest.mouseClick(only(form, QAbstractButton, "First only: classes"), LEFT)
    choose(form, "Data set", "Folder of images")
    for name in ("ants", "bees"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.png").write_bytes(b"")
    type_over(form, "Folder", str(tmp_path))
    assert len(named(form, ClassChip, "Class ants")) == 1
    assert len(named(form, ClassChip, "Class bees")) == 1


def test_another_data_set_keeps_the_classes_that_it_has_too(form: RecipeForm) -> None:
    form.set_recipe(Recipe(data=Data(classes=("3", "5"), held_out=("8",))))
    choose(form, "Data set", "MNIST")
    assert (valid(form).data.classes, valid(form).data.held_out) == (("3", "5"), ("8",))
    choose(form, "Data set", "KMNIST")
    assert (valid(form).data.classes, valid(form).data.held_out) == ((), ())


def test_classes_that_the_set_does_not_have_are_named(form: RecipeForm) -> None:
    form.set_recipe(Recipe(data=Data(classes=("3", "cat"), held_out=("dog",))))
    assert form.recipe() is None
    assert any("Classes names cat" in sentence for sentence in sentences(form))
    assert any("Held out names dog" in sentence for sentence in sentences(form))
    QTest.mouseClick(only(form, ClassChip, "Class cat"), LEFT)
    QTest.mouseClick(only(form, ClassChip, "Class dog"), LEFT)
    assert valid(form).data.classes == ("3",)


def test_a_folder_is_chosen_from_the_dialog(form: RecipeForm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: str(tmp_path))
    choose(form, "Data set", "Folder of images")
    QTest.mouseClick(only(form, QAbstractButton, "Choose folder"), LEFT)
    assert valid(form).data.root == str(tmp_path)


def test_objectives_are_added_and_taken_away(form: RecipeForm, qtbot: QtBot) -> None:
    form.set_recipe(Recipe())
    QTest.mouseClick(only(form, QAbstractButton, "Add objective"), LEFT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    offered = [action.text() for action in menu.actions()]
    assert len(offered) == len(objective_models()) - 1  # all but cross-entropy, which it has
    for _ in range(offered.index("Triplet") + 1):
        QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert valid(form).objective == (CrossEntropy(), Triplet())
    type_over(form, "Margin", "0.5")
    assert valid(form).objective == (CrossEntropy(), Triplet(margin=0.5))
    QTest.mouseClick(only(form, QAbstractButton, "Remove Cross-entropy"), LEFT)
    assert valid(form).objective == (Triplet(margin=0.5),)
    assert named(form, QAbstractButton, "Remove Triplet") == []  # one is left


def test_keys_step_a_number_within_its_range(form: RecipeForm) -> None:
    form.set_recipe(Recipe(network=Network(embedding=2)))
    edit = only(form, QLineEdit, "Embedding dimensions")
    for key in (Qt.Key.Key_Up, Qt.Key.Key_PageUp, Qt.Key.Key_Down):
        QTest.keyClick(edit, key)
    assert valid(form).network.embedding == 12
    for _ in range(20):
        QTest.keyClick(edit, Qt.Key.Key_Down)
    assert valid(form).network.embedding == 1
    rate = only(form, QLineEdit, "Learning rate")
    QTest.keyClick(rate, Qt.Key.Key_Up)
    assert valid(form).optimiser.rate == 0.003
    for _ in range(3):
        QTest.keyClick(rate, Qt.Key.Key_Down)
    assert valid(form).optimiser.rate == 0.0009


def test_what_means_nothing_here_is_not_shown(form: RecipeForm) -> None:
    form.set_recipe(Recipe(network=Network(name="conv-small")))
    unfold(form)
    assert named(form, QLineEdit, "Hidden layers") == []
    assert named(form, QLineEdit, "Folder") == []
    choose(form, "Network", "Plain MLP")
    assert len(named(form, QLineEdit, "Hidden layers")) == 1
    type_over(form, "Hidden layers", "32, 16")
    assert valid(form).network.hidden == (32, 16)
    type_over(form, "Hidden layers", "32, x")
    assert form.recipe() is None
    assert any("Hidden layers" in sentence for sentence in sentences(form))


def test_reset_and_presets(form: RecipeForm) -> None:
    first = valid(form)
    type_over(form, "Seed", "5")
    assert valid(form) != first
    QTest.mouseClick(only(form, QAbstractButton, "Reset"), LEFT)
    assert form.recipe() == first
    choose(form, "Preset", preset("tetrahedron").title)
    assert form.recipe() == preset("tetrahedron")
    assert any(label.toolTip() == preset("tetrahedron").about for label in form.findChildren(QLabel))
    own = preset("tetrahedron").model_copy(update={"title": "Mine", "seed": 3})
    form.set_recipe(own)  # from a file or a run
    type_over(form, "Seed", "5")
    QTest.mouseClick(only(form, QAbstractButton, "Reset"), LEFT)
    assert form.recipe() == own
    assert only(form, QComboBox, "Preset").property("currentText") == "Mine"


def test_a_recipe_is_saved(form: RecipeForm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    type_over(form, "Seed", "11")
    saved = valid(form)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(path), ""))
    QTest.mouseClick(only(form, QAbstractButton, "Save as…"), LEFT)
    assert read_recipe(path.read_text("utf-8")) == saved
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(tmp_path / "no" / "mine.toml"), ""))
    QTest.mouseClick(only(form, QAbstractButton, "Save as…"), LEFT)
    assert any("was not saved" in sentence for sentence in sentences(form))


def test_the_cost_is_told(form: RecipeForm) -> None:
    recipe = Recipe(
        data=Data(name="mnist", probe=1500, reference=1000),
        network=Network(embedding=64),
        frames=Frames(count=200),
    )
    size, frames = estimate_bytes(recipe)
    assert frames == 200
    assert size == 2500 * (200 * (64 * 4 + 10 * 4) + 28 * 28)
    form.set_recipe(recipe)
    assert any(
        label.text() == describe_cost(recipe) == "about 150 MB, 200 frames" for label in form.findChildren(QLabel)
    )


def test_nothing_scrolls_sideways(form: RecipeForm) -> None:
    form.set_recipe(Recipe(data=Data(name="cifar100"), objective=(CrossEntropy(), Triplet(), Decoupled())))
    unfold(form)
    form.show_state(State(dark=False))
    QApplication.processEvents()
    for part in form.findChildren(QWidget):
        if part.isVisibleTo(form) and isinstance(part, (QLineEdit, QComboBox, QAbstractButton)):
            right = part.mapTo(form, part.rect().topRight()).x()
            assert right <= form.width(), part.accessibleName()


def test_every_control_has_a_name_and_is_reached_by_tab(form: RecipeForm) -> None:
    form.set_recipe(Recipe(objective=(CrossEntropy(), Triplet())))
    controls = [
        part
        for part in form.findChildren(QWidget)
        if part.isVisibleTo(form) and isinstance(part, (QLineEdit, QComboBox, QAbstractButton)) and part.isEnabled()
    ]
    for part in controls:
        assert called(part), part
    reached = set()
    first = only(form, QComboBox, "Preset")
    first.setFocus()
    for _ in range(3 * len(controls)):
        reached.add(form.focusWidget())
        QTest.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
    missed = [part for part in controls if part not in reached]
    assert missed == []


def unfold(form: RecipeForm) -> None:
    fold = next(part for part in form.findChildren(QAbstractButton) if part.text().startswith("Advanced"))
    if not fold.isChecked():
        QTest.mouseClick(fold, LEFT)
