"""Runs brought onto the desk, and followed while another program writes them."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from latentarium.app.errands import Errand, Errands
from latentarium.app.notices import NoticeBar
from latentarium.app.opener import Opener, fitting_views
from latentarium.app.session import Session
from latentarium.runs.run import Run
from latentarium.scene.state import EMBEDDING, SIMPLEX

WRITER = """
import sys
from pathlib import Path
from latentarium.runs.recording import record
from latentarium.runs.run import Run

source, target = Run.open(sys.argv[1]), Path(sys.argv[2])

def frames():
    for index in range(len(source)):
        yield source.frame(index)
        print(index, flush=True)
        sys.stdin.readline()

from latentarium.runs.recording import Header
samples = source.probe, source.reference
header = Header(source.recipe, source.classes, source.trained, *samples, "stripes", "0" * 64, 1, "cpu")
for _ in record(frames(), target, header):
    pass
"""


@pytest.fixture
def desk(qtbot: QtBot) -> Any:
    notices = NoticeBar()
    qtbot.addWidget(notices)
    session = Session()
    errands = Errands(notices, session)
    opener = Opener(session, errands)
    yield session, opener, errands
    opener.end()
    errands.end()


def test_a_run_that_another_program_writes_is_followed(qtbot: QtBot, desk: Any, make_run: Any, tmp_path: Path) -> None:
    session, opener, _ = desk
    source: Run = make_run(frames=4)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(source.path), str(tmp_path / "growing")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdin is not None
    assert writer.stdout is not None

    def let_write() -> None:
        writer.stdin.write("\n")
        writer.stdin.flush()

    assert writer.stdout.readline() == "0\n"
    opener.open(tmp_path / "growing")
    qtbot.waitUntil(lambda: bool(session.state.runs))
    assert session.state.runs[0].live
    qtbot.waitUntil(lambda: session.state.runs[0].count == 1, timeout=2_000)
    for count in (2, 3, 4):
        let_write()
        qtbot.waitUntil(lambda count=count: session.state.runs[0].count == count, timeout=2_000)
    let_write()
    writer.communicate(timeout=20)
    qtbot.waitUntil(lambda: not session.state.runs[0].live, timeout=2_000)
    assert session.state.runs[0].count == 4
    shown = session.state.runs[0].run
    np.testing.assert_array_equal(shown.frame(-1).embeddings, source.frame(-1).embeddings)
    shown.close()


def test_opening_another_run_drops_the_one_that_was_being_opened(qtbot: QtBot, desk: Any, make_run: Any) -> None:
    session, opener, errands = desk
    first, second = make_run(name="first").path, make_run(name="second").path
    opener.open(first)
    opener.open(second)
    qtbot.waitUntil(lambda: not errands.busy)
    assert session.state.runs[0].run.name == "second"
    opener.close_run()
    assert session.state.runs == ()


def test_views_keep_a_persons_taste_and_leave_what_does_not_fit(make_run: Any) -> None:
    flat = make_run(name="flat", dimensions=2)
    deep = make_run(name="deep", dimensions=16)
    more = make_run(name="more", dimensions=16, classes=("0", "1", "2", "3"))
    views = (
        replace(SIMPLEX, poles=(0, 1), boundaries=False),
        replace(EMBEDDING, method="raw", dimensions=2, grid=False),
    )
    same = fitting_views(views, flat, flat)
    assert same == views
    deeper = fitting_views(views, flat, deep)
    assert deeper[0] == views[0]
    assert (deeper[1].method, deeper[1].dimensions, deeper[1].grid) == ("pca", 3, False)
    other = fitting_views(views, deep, more)
    assert (other[0].poles, other[0].boundaries) == ((), False)


def test_a_view_whose_making_is_cancelled_is_as_before(qtbot: QtBot, desk: Any, make_run: Any) -> None:
    session, opener, errands = desk
    run: Run = make_run(frames=6, dimensions=5)
    opener.open(run.path)
    qtbot.waitUntil(lambda: bool(session.state.runs) and not errands.busy)
    before = session.state.runs[0].projections[1]
    svd = session.state.with_view(1, method="svd").views
    session.ask({"views": svd})
    assert session.state.runs[0].projections[1] is None
    [errand] = session.findChildren(Errand)
    errand.cancel()
    qtbot.waitUntil(lambda: not errands.busy)
    assert session.state.views[1].method == "pca"
    assert session.state.runs[0].projections[1] is before
    session.ask({"views": svd})
    session.ask({"views": session.state.with_view(1, dimensions=2).views})  # before that is ready
    qtbot.waitUntil(lambda: not errands.busy)
    assert (session.state.views[1].method, session.state.views[1].dimensions) == ("svd", 2)
    made = session.state.runs[0].projections[1]
    assert made is not None
    assert made.dimensions == 2
    session.state.runs[0].run.close()


def test_what_is_asked_for_again_before_it_was_made_is_made(qtbot: QtBot, desk: Any, make_run: Any) -> None:
    session, opener, errands = desk
    run: Run = make_run(frames=6, dimensions=5)
    opener.open(run.path)
    qtbot.waitUntil(lambda: bool(session.state.runs) and not errands.busy)
    for dimensions in (3, 2, 3):
        session.ask({"views": session.state.with_view(1, method="svd", dimensions=dimensions).views})
    qtbot.waitUntil(lambda: not errands.busy)
    assert (session.state.views[1].method, session.state.views[1].dimensions) == ("svd", 3)
    made = session.state.runs[0].projections[1]
    assert made is not None
    assert made.dimensions == 3
    session.state.runs[0].run.close()


def test_cancel_after_a_change_of_mind_shows_what_was_last_seen(qtbot: QtBot, desk: Any, make_run: Any) -> None:
    session, opener, errands = desk
    run: Run = make_run(frames=6, dimensions=5)
    opener.open(run.path)
    qtbot.waitUntil(lambda: bool(session.state.runs) and not errands.busy)
    before = session.state.runs[0].projections[1]
    for dimensions in (3, 2, 3):
        session.ask({"views": session.state.with_view(1, method="svd", dimensions=dimensions).views})
    for errand in session.findChildren(Errand):
        errand.cancel()
    qtbot.waitUntil(lambda: not errands.busy)
    assert session.state.views[1].method == "pca"
    assert session.state.runs[0].projections[1] is before
    session.state.runs[0].run.close()
