"""What every test gets: a home of its own, and a look at what it left behind."""

import gc
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings and the library of the person who runs it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("LATENTARIUM_LIBRARY", str(home / "library"))
    monkeypatch.setenv("LATENTARIUM_CONFIG", str(home / "config"))


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """What the application is made with; OpenGL has to be asked for before it is."""
    from latentarium.gl.surface import prepare_opengl

    prepare_opengl()
    return []


@pytest.fixture
def data_folder() -> Path:
    """The folder of real data sets, or a skip that says so."""
    import os

    folder = os.environ.get("LATENTARIUM_DATA", "")
    if not Path(folder, "MNIST").is_dir():
        pytest.skip("needs the data sets that LATENTARIUM_DATA names")
    return Path(folder)


def qt_objects() -> dict[str, set[int]]:
    """What of Qt lives on beyond a test: running threads, active timers, top-level widgets."""
    if "PySide6.QtWidgets" not in sys.modules:
        return {}
    import shiboken6
    from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    app = QApplication.instance()
    if app is None:
        return {}
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    app.processEvents()
    found: dict[str, set[int]] = {"running threads": set(), "active timers": set(), "top-level widgets": set()}
    for item in shiboken6.getAllValidWrappers():
        if isinstance(item, QThread) and item is not app.thread() and item.isRunning():
            found["running threads"].add(id(item))
        elif isinstance(item, QTimer) and item.isActive():
            found["active timers"].add(id(item))
        elif isinstance(item, QWidget) and item.isWindow() and item.isVisible():
            found["top-level widgets"].add(id(item))
    return found


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread, a timer or a window."""
    threads, objects = set(threading.enumerate()), qt_objects()
    yield
    deadline = time.monotonic() + 3
    while True:
        left: dict[str, Any] = {name: found - objects.get(name, set()) for name, found in qt_objects().items()}
        left["threads"] = [t.name for t in threading.enumerate() if t not in threads and t.is_alive() and not idle(t)]
        left = {name: found for name, found in left.items() if found}
        if not left or time.monotonic() > deadline:
            break
        gc.collect()
        time.sleep(0.02)
    assert not left, f"left behind: {left}"


def idle(thread: threading.Thread) -> bool:
    """Threads that a library keeps for the whole process, on purpose."""
    return thread.name.startswith(("pymp-", "Dummy-"))
