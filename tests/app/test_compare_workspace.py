"""The Compare workspace in the real window, at the smallest size that it is made for."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QPushButton, QTabBar
from pytestqt.qtbot import QtBot

from latentarium.app.compare.chooser import RunChooser
from latentarium.app.compare.companion import ALONE
from latentarium.app.docks import AWAY, PLACES
from latentarium.app.layouts import wish_of
from latentarium.app.widgets.elided_label import without_torn_number
from latentarium.app.window import Window
from latentarium.projections.layouts.layout import settle
from latentarium.scene.columns import linked
from latentarium.scene.desk import atlas, open_run
from latentarium.scene.state import State

Paired = Callable[..., Window]


@pytest.fixture
def paired(qtbot: QtBot, make_run: Any) -> Iterator[Paired]:
    """Opens two runs beside each other."""
    made: list[Window] = []

    def open_window(names: tuple[str, str] = ("contrastive-conv", "supcon"), **asked: Any) -> Window:
        one, two = (make_run(name=name, dimensions=5, **asked) for name in names)
        window = Window()
        made.append(window)
        window.resize(1280, 720)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.take_all([one.path, two.path])
        qtbot.waitUntil(lambda: len(window.state.runs) == 2 and not window.parts.errands.busy, timeout=20_000)
        qtbot.waitUntil(lambda: window.centre.second is not None and window.centre.second.isVisible())
        return window

    yield open_window
    for window in made:
        window.close()
        for shown in window.state.runs:
            shown.run.close()
        window.deleteLater()


def test_before_and_after_asks_for_the_place_of_another_run(qtbot: QtBot, paired: Paired) -> None:
    window = paired()
    view = window.centre.column.views[1].cloud
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    for _ in range(2):
        QTest.keyClick(view, Qt.Key.Key_B)
    [sentence] = window.centre.notices.sentences
    assert "two moments of one run" in sentence
    assert "supcon" in sentence
    assert len(window.state.runs) == 2
    window.actions_table["workspace train"].trigger()
    window.actions_table["before after"].trigger()
    assert window.centre.notices.sentences == (sentence,)

    def offered() -> list[QPushButton]:
        buttons = window.centre.notices.findChildren(QPushButton)
        return [button for button in buttons if button.isVisible() and "both moments" in button.text()]

    qtbot.waitUntil(lambda: len(offered()) == 1)
    QTest.mouseClick(offered()[0], Qt.MouseButton.LeftButton)
    first, second = window.state.runs
    assert first.run is second.run
    assert second.moment == 0
    qtbot.waitUntil(lambda: window.centre.second.head.title.text() == "Before")
    assert window.centre.notices.sentences == ()


def test_what_stands_above_the_columns_has_room(qtbot: QtBot, paired: Paired) -> None:
    window = paired()
    column, second, strip = window.centre.column, window.centre.second, window.centre.overlap
    assert column.isAncestorOf(QApplication.focusWidget()), "single keys are heard at once"
    assert QApplication.focusWidget().isVisible()
    qtbot.waitUntil(lambda: strip.isVisible() and "mean" in strip.words.text())

    def fits(label: QLabel) -> bool:
        return label.isVisible() and label.width() >= label.sizeHint().width()

    qtbot.waitUntil(lambda: fits(strip.words) and fits(second.head.title) and fits(second.head.moment))
    assert second.head.moment.text() == "step 64"
    assert second.head.cameras.text() == "linked"
    window.resize(1900, 720)
    qtbot.waitUntil(lambda: fits(column.head.title) and "1-NN" in column.head.moment.text())
    window.resize(1280, 720)
    window.panels.compare.asked.emit(linked(window.state, "alone"))
    qtbot.waitUntil(lambda: second.head.slider.isVisible() and fits(second.head.title) and fits(second.head.moment))
    window.actions_table["close second"].trigger()
    header = column.views[1].controls.parentWidget()
    qtbot.waitUntil(lambda: not second.isVisible() and header.height() == header.sizeHint().height())


def test_names_that_end_alike_are_told_apart(qtbot: QtBot, paired: Paired) -> None:
    window = paired(("mnist_cnn on mnist-5k", "cifar10_resnet20 on mnist-5k"), frames=1)
    titles = [one.head.title for one in (window.centre.column, window.centre.second)]
    qtbot.waitUntil(lambda: all(title.width() >= title.sizeHint().width() for title in titles))
    assert [title.text() for title in titles] == ["A · mnist_cnn…", "B · cifar10_resnet20…"]
    assert window.centre.second.head.toolTip() == "cifar10_resnet20 on mnist-5k"


def test_no_number_is_cut_in_two() -> None:
    assert without_torn_number("36% of the variance · PCA, 3-D of 1…") == "36% of the variance · PCA, 3-D of …"
    assert without_torn_number("step 700 · 1-N…") == "step 700 …"
    assert without_torn_number("prototype probabili…") == "prototype probabili…"
    assert without_torn_number("digits-2026…") == "digits-2026…"


def bars(window: Window) -> list[QTabBar]:
    """The tabs that docks share."""
    found = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [bar for bar in found if bar.isVisible() and bar.pos() != AWAY and bar.count() > 1]


def whole(bar: QTabBar) -> bool:
    """Whether all of its tabs are in sight, and none is cut."""
    places = range(bar.count())
    wide = [bar.tabRect(place).width() - bar.fontMetrics().horizontalAdvance(bar.tabText(place)) for place in places]
    return bar.rect().contains(bar.tabRect(bar.count() - 1)) and bar.tabRect(0).x() >= 0 and min(wide) > 6


def test_the_titles_of_tabs_are_whole(qtbot: QtBot, paired: Paired) -> None:
    window = paired()

    def reveal(*names: str) -> None:
        for name in names:
            window.parts.docks.reveal(name)
            QApplication.processEvents()

    reveal("over k", "along")
    qtbot.waitUntil(lambda: any(bar.count() == 3 for bar in bars(window)) and all(map(whole, bars(window))))
    reveal("confusion", "trust")  # which have no place of their own here
    qtbot.waitUntil(lambda: all(map(whole, bars(window))))
    docks = [window.findChild(QDockWidget, name) for name in ("confusion", "trust")]
    assert {window.dockWidgetArea(dock) for dock in docks} == {PLACES["overlap"].area}
    assert all(window.tabifiedDockWidgets(dock) for dock in docks)
    window.actions_table["workspace train"].trigger()
    reveal("verification", "trust", "events", "pairs", "bars", "over time", "along")
    qtbot.waitUntil(lambda: len(bars(window)) == 4 and all(map(whole, bars(window))))


def test_the_layout_of_b_begins_where_that_of_a_ends(make_run: Any) -> None:
    """Also while the dots of A are still on their way there."""
    one, two = make_run(name="one", dimensions=5), make_run(name="two", dimensions=5)
    state = State()
    views = state.with_view(1, method="umap", dimensions=2).views
    a, b = open_run(one, views), open_run(two, views)
    frame = one.frame(-1)
    book = atlas(one, views[1])
    before = replace(book.newest)
    both = np.vstack([frame.embeddings, frame.reference_embeddings])[:, :3] * np.float32([1, 1, 0])
    layout = book.add(settle(frame.step, both[:, :2], len(frame.embeddings), both))
    stage = layout.coming_from(before, 0.0)
    a = replace(a, projections=(a.projections[0], stage))
    wish = wish_of(State(runs=(a, b), views=views, moment=float(len(one) - 1)))
    assert wish is not None
    assert wish.run is two
    assert wish.guide is not None
    assert (wish.guide.layout.place(frame) == layout.place(frame)).all()
    assert wish.guide.name == "the layout of one at step 64"
    for run in (one, two):
        run.close()


def test_a_run_that_does_not_fit_is_opened_alone(qtbot: QtBot, paired: Paired, make_run: Any) -> None:
    window = paired()
    made = make_run(("1", "2"), rows=30, name="elsewhere")
    window.compare.open_beside(made.path)
    qtbot.waitUntil(lambda: len(window.centre.notices.sentences) == 1 and not window.parts.errands.busy)
    assert "(A) and “elsewhere” (B) are not compared" in window.centre.notices.sentences[0]
    buttons = [button for button in window.centre.notices.findChildren(QPushButton) if button.text() == ALONE]
    qtbot.waitUntil(lambda: buttons[0].isVisible() and buttons[0].width() > 0)
    QTest.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [shown.run.name for shown in window.state.runs] == ["elsewhere"], timeout=20_000)
    qtbot.waitUntil(lambda: not window.parts.errands.busy)
    assert window.centre.notices.sentences == ()


def test_the_run_to_compare_with_is_chosen_from_the_library(
    qtbot: QtBot, paired: Paired, make_run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = paired()
    monkeypatch.setenv("LATENTARIUM_LIBRARY", str(make_run(name="third").path.parent))
    window.panels.compare.choose.click()
    [chooser] = window.findChildren(RunChooser)
    qtbot.waitUntil(lambda: chooser.isVisible() and len(chooser.list.model().rows) == 2)
    chooser.filter.setText("third")
    qtbot.waitUntil(lambda: chooser.compare.isEnabled() and chooser.compare.width() > 0)
    QTest.mouseClick(chooser.compare, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: [run.run.name for run in window.state.runs] == ["contrastive-conv", "third"], timeout=20_000
    )
    qtbot.waitUntil(lambda: not window.parts.errands.busy)
