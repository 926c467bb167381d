"""What is remembered, and what a crash leaves."""

import multiprocessing
import os
from pathlib import Path

from PySide6.QtCore import QByteArray

from latentarium.app.settings import RECENT, SessionFile, Settings, config_folder


def test_settings_lie_where_the_environment_says(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LATENTARIUM_CONFIG", str(tmp_path / "here"))
    assert config_folder() == tmp_path / "here"
    monkeypatch.delenv("LATENTARIUM_CONFIG")
    assert config_folder().name == "latentarium"


def test_theme_and_layout_come_back(tmp_path: Path) -> None:
    first = Settings(tmp_path)
    assert first.theme == "system"
    first.theme = "light"
    first.store_layout("docks", QByteArray(b"arranged"))
    first.write()
    again = Settings(tmp_path)
    assert again.theme == "light"
    assert again.layout("docks") == QByteArray(b"arranged")
    assert again.layout("geometry") is None


def test_a_strange_theme_is_the_systems(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.theme = "purple"
    assert settings.theme == "system"


def test_recent_runs_are_few_newest_first_and_exist(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "config")
    runs = [tmp_path / f"run {number}" for number in range(RECENT + 3)]
    for run in runs:
        run.mkdir()
        settings.remember(run)
    settings.remember(runs[5])
    assert settings.recent()[0] == runs[5]
    assert len(settings.recent()) == RECENT
    runs[5].rmdir()
    assert runs[5] not in Settings(tmp_path / "config").recent()
    settings.forget_recent()
    assert settings.recent() == []


def crash(folder: Path) -> None:
    SessionFile(folder).write({"runs": ["/a/run"], "moment": 7.0})
    os._exit(1)


def test_a_crash_leaves_its_desk_and_it_is_told_once(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=crash, args=(tmp_path,))
    process.start()
    process.join(60)
    ours = SessionFile(tmp_path)
    assert ours.crashed() == {"runs": ["/a/run"], "moment": 7.0}
    assert ours.crashed() is None
    ours.remove()
    assert list((tmp_path / "sessions").iterdir()) == []


def test_a_program_that_runs_has_not_crashed(tmp_path: Path) -> None:
    running = SessionFile(tmp_path)
    running.write({"runs": ["/a/run"]})
    other = SessionFile(tmp_path)
    assert other.crashed() is None
    other.remove()
    running.remove()


def test_a_clean_exit_leaves_nothing(tmp_path: Path) -> None:
    file = SessionFile(tmp_path)
    file.write({"runs": ["/a/run"]})
    file.write({})
    file.remove()
    next_time = SessionFile(tmp_path)
    assert next_time.crashed() is None
    next_time.remove()


def test_recent_runs_are_followed(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "config")
    for name in ("a/one", "a/two", "b"):
        (tmp_path / name).mkdir(parents=True)
        settings.remember(tmp_path / name)
    (tmp_path / "a").rename(tmp_path / "c")
    settings.follow(tmp_path / "a", tmp_path / "c")
    assert settings.recent() == [tmp_path / "b", tmp_path / "c" / "two", tmp_path / "c" / "one"]
