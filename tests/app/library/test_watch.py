"""What other programs do to folders and files, noticed."""

from pathlib import Path

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from latentarium.app.library.watch import FolderWatch, paths_of
from latentarium.runs.library import Surroundings


def test_frames_of_a_run_that_is_being_written_are_noticed(qtbot: QtBot, tmp_path: Path) -> None:
    manifest = tmp_path / "run" / "manifest.jsonl"
    manifest.parent.mkdir()
    manifest.touch()
    owner = QObject()
    watch = FolderWatch(owner)
    around = Surroundings(folders=[tmp_path], unfinished=[manifest.parent, tmp_path / "not there"])
    watch.watch(paths_of(around))
    assert {Path(path) for path in watch.paths} == {tmp_path, manifest.parent, manifest}
    with qtbot.waitSignal(watch.changed, timeout=10_000):
        manifest.write_text("{}\n")
    watch.watch([tmp_path])
    assert watch.paths == [str(tmp_path)]
