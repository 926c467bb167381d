"""How the program speaks, and long work with Cancel."""

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtCore import QObject, Qt, QThread, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from latentarium.app.errands import Errands
from latentarium.app.notices import Notice, NoticeBar, beginning
from latentarium.app.worker import Failure
from latentarium.core.errors import LatentariumError
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell


@pytest.fixture
def bar(qtbot: QtBot) -> NoticeBar:
    made = NoticeBar()
    qtbot.addWidget(made)
    return made


class Ear(QObject):
    """Hears failures."""

    def __init__(self, errands: Errands) -> None:
        super().__init__()
        self.heard: list[Failure] = []
        errands.failed.connect(self.on_failed)

    @Slot(object)
    def on_failed(self, failure: Failure) -> None:
        self.heard.append(failure)


def button(strip: Notice, text: str) -> QPushButton:
    return next(found for found in strip.findChildren(QPushButton) if found.text() == text)


def test_a_notice_is_plain_text_and_is_closed(qtbot: QtBot, bar: NoticeBar) -> None:
    strip = bar.tell("<b>a class</b> & a file")
    assert bar.sentences == ("<b>a class</b> & a file",)
    QTest.mouseClick(button(strip, "Close"), Qt.MouseButton.LeftButton)
    assert bar.sentences == ()
    assert bar.isHidden()
    bar.clear()


def test_a_notice_is_seen_when_it_is_said_again(qtbot: QtBot, bar: NoticeBar) -> None:
    bar.show()
    for _ in range(3):
        strip = bar.tell("again", "Do", bar.clear)
    assert bar.sentences == ("again",)
    assert strip.isVisible()
    bar.clear()


def test_the_same_sentence_stands_once_and_only_a_few_stand_at_all(qtbot: QtBot, bar: NoticeBar) -> None:
    for sentence in ("one", "two", "two", "three", "four", "five"):
        bar.tell(sentence)
    assert bar.sentences == ("three", "four", "five")
    bar.clear()


def test_details_are_behind_a_button(qtbot: QtBot, bar: NoticeBar) -> None:
    plain = bar.tell_failure(Failure("A sentence."))
    assert [found.text() for found in plain.findChildren(QPushButton)] == ["Close"]
    strip = bar.tell_failure(Failure("Something failed.", "Traceback: here"))
    assert "Traceback" not in strip.sentence
    assert button(strip, "Details").isEnabled()
    bar.clear()


def test_a_long_text_has_its_first_line_in_the_strip(qtbot: QtBot, bar: NoticeBar) -> None:
    text = "Reading nets.py failed: ValueError: a network\n" + "\n".join(f"  line {line}" for line in range(15))
    for strip in (bar.tell_failure(Failure(text)), bar.tell(text, "Do", bar.clear), bar.tell(text)):
        assert strip.sentence == "Reading nets.py failed: ValueError: a network …"
        button(strip, "Details").click()
        dialog = strip.window().findChildren(QDialog)[-1]
        assert dialog.findChild(QPlainTextEdit).toPlainText() == text
        dialog.close()
    assert beginning("word " * 100) == ("word " * 48).strip() + " …"
    assert beginning(f"No run at /{'w' * 500}/end.") == f"No run at /{'w' * 49}…{'w' * 44}/end."
    for short in ("A sentence.", "", "w" * 100):
        assert beginning(short) == short
    bar.clear()


def test_a_long_name_makes_no_window_wide(qtbot: QtBot, bar: NoticeBar) -> None:
    bar.tell(f"There is no run at /{'long' * 50}.", "Do", bar.clear)
    assert bar.minimumSizeHint().width() < 500
    bar.clear()


def test_progress_tells_the_share_and_an_estimate(
    qtbot: QtBot, bar: NoticeBar, monkeypatch: pytest.MonkeyPatch
) -> None:
    strip = bar.begin("Downloading mnist")
    strip.report("Downloading mnist", 0.0)
    assert strip.sentence == "Downloading mnist"
    began = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: began + 10)
    strip.report("Downloading mnist", 0.5)
    assert strip.sentence == "Downloading mnist · about 10 s left"
    bar.end(strip)


def test_an_errand_delivers_on_the_windows_thread(qtbot: QtBot, bar: NoticeBar) -> None:
    errands, found = Errands(bar, bar), []
    worked: list[QThread] = []

    def job(tell: Tell, cancelled: IsCancelled) -> int:
        worked.append(QThread.currentThread())
        return 7

    errands.begin("Counting", job, lambda result: found.append((result, QThread.currentThread())))
    errands.begin("Counting", job, lambda result: found.append((result, QThread.currentThread())))
    qtbot.waitUntil(lambda: not errands.busy)
    here = QApplication.instance().thread()
    assert found == [(7, here), (7, here)]
    assert here not in worked
    errands.end()


def test_a_long_errand_is_shown_and_can_be_cancelled(qtbot: QtBot, bar: NoticeBar) -> None:
    errands, found, seen = Errands(bar, bar), [], threading.Event()

    def job(tell: Tell, cancelled: IsCancelled) -> int:
        while not cancelled():
            tell("Halfway", 0.5)
            time.sleep(0.01)
        seen.set()
        return 1

    errands.begin("Something long", job, found.append)
    qtbot.waitUntil(lambda: bar.sentences == ("Halfway",))
    QTest.mouseClick(button(bar.findChildren(Notice)[0], "Cancel"), Qt.MouseButton.LeftButton)
    assert bar.sentences == ()
    qtbot.waitUntil(lambda: not errands.busy)
    assert seen.is_set()
    assert found == [], "what was cancelled delivers nothing"
    errands.end()


def test_an_errand_that_fails_says_so(qtbot: QtBot, bar: NoticeBar) -> None:
    errands = Errands(bar, bar)
    ear = Ear(errands)

    def job(tell: Tell, cancelled: IsCancelled) -> None:
        raise LatentariumError("The disk is full.")

    errands.begin("Saving", job, lambda result: None)
    qtbot.waitUntil(lambda: bool(ear.heard) and not errands.busy)
    assert ear.heard[0].sentence == "The disk is full."
    errands.end()


@pytest.mark.skipif(sys.platform != "linux", reason="a niceness of each thread")
def test_an_errand_and_the_threads_it_starts_stand_behind_the_window(qtbot: QtBot, bar: NoticeBar) -> None:
    def job(tell: Tell, cancelled: IsCancelled) -> tuple[int, int]:
        with ThreadPoolExecutor(1) as pool:
            return niceness(), pool.submit(niceness).result()

    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    heard: list[tuple[int, int]] = []
    before = niceness()
    errands = Errands(bar, bar)
    errands.begin("Something slow", job, heard.append, quiet=True)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard[0][0] == heard[0][1] == min(before + 10, 19)
    assert niceness() == before
    qtbot.waitUntil(lambda: not errands.busy)
