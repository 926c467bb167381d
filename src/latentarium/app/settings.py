"""What the program remembers from one start to the next, and what it saves for the case of a crash."""

import json
import os
import uuid
from pathlib import Path
from typing import Any

import platformdirs
from filelock import FileLock, Timeout
from PySide6.QtCore import QByteArray, QSettings

RECENT = 10
THEME_CHOICES = ("system", "dark", "light")


def config_folder() -> Path:
    """Where settings lie: $LATENTARIUM_CONFIG, else the user's configuration folder."""
    named = os.environ.get("LATENTARIUM_CONFIG")
    return Path(named) if named else Path(platformdirs.user_config_dir("latentarium", appauthor=False))


class Settings:
    """Theme, recent runs and the arrangement of the window, in an INI file."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or config_folder()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._store = QSettings(str(self.folder / "settings.ini"), QSettings.Format.IniFormat)

    @property
    def theme(self) -> str:
        """One of THEME_CHOICES."""
        name = str(self._store.value("theme", "system"))
        return name if name in THEME_CHOICES else "system"

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)

    def recent(self) -> list[Path]:
        """Runs opened last that still exist, newest first."""
        stored = self._text("recent", "[]")
        try:
            names = json.loads(stored)
        except json.JSONDecodeError:
            return []
        return [Path(name) for name in names if isinstance(name, str) and Path(name).exists()]

    def remember(self, run: Path) -> None:
        """Put `run` first among the recent ones."""
        names = [str(run.absolute()), *(str(path) for path in self.recent() if path != run.absolute())]
        self._store.setValue("recent", json.dumps(names[:RECENT]))

    def follow(self, before: Path, after: Path) -> None:
        """Have a recent run that lay at `before`, or in it, lie at `after`."""
        names = json.loads(self._text("recent", "[]"))
        paths = [Path(str(name)) for name in names]
        old, new = before.absolute(), after.absolute()
        moved = [new / path.relative_to(old) if path.is_relative_to(old) else path for path in paths]
        self._store.setValue("recent", json.dumps([str(path) for path in moved]))

    def forget_recent(self) -> None:
        """Empty the list of recent runs."""
        self._store.remove("recent")

    def noted(self, name: str) -> Any:
        """What was noted under `name`; None where nothing was, or nothing that can be read."""
        try:
            return json.loads(self._text(f"notes/{name}", "null"))
        except json.JSONDecodeError:
            return None

    def note(self, name: str, value: Any) -> None:
        """Remember under `name` what JSON can say."""
        self._store.setValue(f"notes/{name}", json.dumps(value))

    def layout(self, name: str) -> QByteArray | None:
        """The arrangement stored under `name`."""
        value = self._store.value(f"layout/{name}")
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def store_layout(self, name: str, arrangement: QByteArray) -> None:
        """Remember how the window is arranged."""
        self._store.setValue(f"layout/{name}", arrangement)

    def write(self) -> None:
        """Bring everything to disk."""
        self._store.sync()

    def _text(self, name: str, default: str) -> str:
        value = self._store.value(name, default)
        return value if isinstance(value, str) else default


class SessionFile:
    """Keeps what is on the desk in a file that only a crash leaves behind.

    The file's lock is held while this program runs; a file without a holder is of one that crashed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "sessions"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path = self._folder / f"{uuid.uuid4().hex}.json"
        self._lock = FileLock(self._path.with_suffix(".lock"))
        self._lock.acquire(timeout=0)

    def write(self, session: dict[str, Any]) -> None:
        """Replace what is kept; an empty session keeps no file."""
        if not session:
            self._path.unlink(missing_ok=True)
            return
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(session), encoding="utf-8")
        os.replace(part, self._path)

    def remove(self) -> None:
        """Leave nothing: this is a clean exit."""
        self._path.unlink(missing_ok=True)
        self._lock.release()
        Path(self._lock.lock_file).unlink(missing_ok=True)

    def crashed(self) -> dict[str, Any] | None:
        """What the newest crashed program had on its desk; it is told once."""
        found: dict[str, Any] | None = None
        files = (path for path in self._folder.glob("*.json") if path != self._path)
        for path in sorted(files, key=lambda path: path.stat().st_mtime):
            lock = FileLock(path.with_suffix(".lock"))
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue
            try:
                told = json.loads(path.read_text(encoding="utf-8"))
                found = told if isinstance(told, dict) else found
            except (OSError, json.JSONDecodeError):
                pass
            path.unlink(missing_ok=True)
            lock.release()
            Path(lock.lock_file).unlink(missing_ok=True)
        return found
