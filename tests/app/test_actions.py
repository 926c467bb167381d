"""The one table, and what comes from it."""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QMenuBar
from pytestqt.qtbot import QtBot

from latentarium.app.actions import TABLE, Actions, Situation
from latentarium.app.command_palette import Choice, filtered, score
from latentarium.app.help import keyboard_rows
from latentarium.app.trainer import Phase, Status
from latentarium.core.arrays import frozen_ints
from latentarium.scene.desk import open_run
from latentarium.scene.state import ColourBy, Selection, State


def test_no_name_and_no_key_is_given_twice() -> None:
    names = Counter(entry.name for entry in TABLE)
    keys = Counter(key for entry in TABLE for key in entry.key.split("|") if key)
    assert [name for name, count in names.items() if count > 1] == []
    assert [key for key, count in keys.items() if count > 1] == []


def test_the_keys_are_those_that_people_were_promised() -> None:
    keys = {key: entry.name for entry in TABLE for key in entry.key.split("|") if key}
    promised = {
        "Space": "play",
        "Ctrl+Return": "train",
        "Left": "previous",
        "Right": "next",
        "Home": "first",
        "End": "live",
        "Ctrl+K": "palette",
        "Ctrl+O": "open",
        "Ctrl+S": "save",
        "Ctrl+E": "export",
        "Ctrl+Z": "undo",
        "Ctrl+Y": "redo",
        "K": "neighbours",
        "L": "lasso",
        "F": "frame all",
        "F11": "present",
        "Esc": "escape",
        **{str(place): f"colour {colour}" for place, colour in enumerate(ColourBy, 1)},
    }
    assert {key: keys[key] for key in promised} == promised


def made(parent: QObject) -> tuple[Actions, list[str]]:
    pressed: list[str] = []
    return Actions({entry.name: lambda name=entry.name: pressed.append(name) for entry in TABLE}, parent), pressed


def test_an_action_does_what_its_row_says(qtbot: QtBot) -> None:
    parent = QObject()
    actions, pressed = made(parent)
    actions.show_situation(Situation(State()))
    actions["open"].trigger()
    actions["export"].trigger()
    assert pressed == ["open"], "without a run there is nothing to export"


def test_what_is_offered_follows_the_situation(qtbot: QtBot, make_run: Any) -> None:
    parent = QObject()
    actions, _ = made(parent)

    def offered(situation: Situation) -> set[str]:
        actions.show_situation(situation)
        return {entry.name for entry, _ in actions.offered()}

    empty = Situation(State())
    shown = Situation(State(runs=(open_run(make_run()),)))
    assert offered(empty).isdisjoint({"save", "export", "play", "lasso", "stop", "undo", "isolate"})
    assert {"save", "export", "play", "lasso", "train"} <= offered(shown)
    some = replace(shown.state, selection=Selection(frozen_ints(np.arange(2))))
    assert {"isolate", "deselect"} <= offered(replace(shown, state=some))
    training = replace(shown, status=Status(Phase.TRAINING))
    assert {"train", "step", "stop"} <= offered(training)
    assert "train" not in offered(replace(shown, status=Status(Phase.STARTING)))
    assert "train" not in offered(replace(shown, recipe=False))


def test_ticks_follow_the_situation_and_not_the_press(qtbot: QtBot, make_run: Any) -> None:
    parent = QObject()
    actions, _ = made(parent)
    state = State(runs=(open_run(make_run()),), colour_by=ColourBy.LOSS)
    actions.show_situation(Situation(state, theme="light"))
    assert actions["colour loss"].isChecked()
    assert not actions["colour class"].isChecked()
    assert [name for name in ("dark", "light", "system") if actions[f"theme {name}"].isChecked()] == ["light"]


def test_every_action_is_in_a_menu_or_has_a_key(qtbot: QtBot) -> None:
    parent, bar, recent = QObject(), QMenuBar(), QMenu("Open recent")
    qtbot.addWidget(bar)
    qtbot.addWidget(recent)
    actions, _ = made(parent)
    actions.fill(bar, recent)

    def texts(menu: QMenu) -> list[str]:
        found = []
        for action in menu.actions():
            found += texts(action.menu()) if action.menu() else [action.text()]
        return found

    menus = {action.text(): texts(action.menu()) for action in bar.actions()}
    assert list(menus) == ["File", "Edit", "View", "Run", "Help"]
    listed = {text for found in menus.values() for text in found}
    assert {e.text for e in TABLE if e.text and e.name not in ("escape", "recent")} <= listed


def test_the_keyboard_list_holds_every_key() -> None:
    rows = dict(keyboard_rows())
    assert rows["Search or command"] == "Ctrl+K"
    assert rows["Redo"] == "Ctrl+Y or Ctrl+Shift+Z"


def test_letters_find_in_order_and_words_first() -> None:
    assert score("xyz", "Export this frame") is None
    texts = ["Newest frame", "Export this frame…", "Frame all", "Next frame"]
    choices = [Choice(text, text) for text in texts]
    assert filtered("frame", choices)[0].text == "Frame all"
    assert filtered("ex", choices)[0].text == "Export this frame…"
    assert [choice.text for choice in filtered("", choices)] == texts
    assert filtered("qqq", choices) == []


def test_further_words_find_too_but_later() -> None:
    choices = [Choice("present", "Present", words="full screen projector"), Choice("proj", "Project")]
    assert [choice.name for choice in filtered("projector", choices)] == ["present"]
    assert [choice.name for choice in filtered("proj", choices)] == ["proj", "present"]
