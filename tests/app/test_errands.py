"""Errands that end badly, or not at all."""

import threading

import pytest
from pytestqt.qtbot import QtBot

from latentarium.app.errands import Errands
from latentarium.app.notices import NoticeBar
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell


@pytest.fixture
def bar(qtbot: QtBot) -> NoticeBar:
    made = NoticeBar()
    qtbot.addWidget(made)
    return made


def test_the_end_does_not_wait_for_ever(qtbot: QtBot, bar: NoticeBar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latentarium.app.errands.ENDING", 50)
    errands, going, enough, found = Errands(bar, bar), threading.Event(), threading.Event(), []

    def deaf(tell: Tell, cancelled: IsCancelled) -> int:
        going.set()
        enough.wait(20)
        return 1

    errand = errands.begin("Something that never asks", deaf, found.append)
    qtbot.waitUntil(going.is_set)
    errands.end()
    assert errands.busy, "it goes on, and the program must leave without it"
    enough.set()
    assert errand.wait(10_000)
    qtbot.waitUntil(lambda: not errands.busy)
    assert found == []


def test_an_errand_is_over_whatever_it_raises(qtbot: QtBot, bar: NoticeBar) -> None:
    class OddError(BaseException):
        pass

    def job(tell: Tell, cancelled: IsCancelled) -> None:
        raise OddError

    errands = Errands(bar, bar)
    with qtbot.captureExceptions() as raised:
        errands.begin("Something odd", job, lambda result: None)
        qtbot.waitUntil(lambda: not errands.busy)
    assert [kind for kind, *_ in raised] == [OddError]
    errands.end()
