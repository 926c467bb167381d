"""Commands that open the window."""

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from latentarium.cli import COMMANDS
from latentarium.core.errors import LatentariumError


def open_window(names: Sequence[str]) -> int:
    """Open the window with the files and folders named: runs, recipes, folders of images."""
    for name in names:
        if not _exists(name):
            near = get_close_matches(name, COMMANDS, n=1)
            hint = f" Did you mean {near[0]}?" if near else " latentarium --help lists the commands."
            raise LatentariumError(f"There is no file or folder {name}, and no command of that name.{hint}")
    require_screen()
    try:
        from latentarium.app.main import run  # here: Qt only for what needs a window
    except ImportError as error:
        raise LatentariumError(_missing(error)) from error
    return run([Path(name) for name in names])


def show_runs(names: Sequence[str]) -> int:
    """Open the window with runs, once each is known to be one."""
    from latentarium.cli.reading import opened  # here: pydantic and NumPy, which the bare window loads later
    from latentarium.runs.library import find_group

    found = []
    for name in names:
        group = find_group(name)
        if group is not None:
            found.append(str(group))
            continue
        frame = "@" in name and not Path(name).exists()
        with opened(name) as (run, index):
            found.append(f"{run.path}@{index}" if frame else str(run.path))
    return open_window(found)


def run_demo(folder: Path) -> int:
    """Train the first preset in the real window; the run and the pictures are left in `folder`."""
    require_screen()
    try:
        from latentarium.app.demo import demo  # as in open_window
    except ImportError as error:
        raise LatentariumError(_missing(error)) from error
    return demo(folder)


def require_screen() -> None:
    """Raise LatentariumError where Qt would end the process for want of a screen."""
    named = os.environ.get("QT_QPA_PLATFORM") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not named:
        raise LatentariumError(
            "There is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set. "
            "Start it on a desktop, or under a virtual screen: xvfb-run -a -s '-screen 0 1920x1200x24' latentarium …"
        )


def _exists(name: str) -> bool:
    """Whether something lies there; "run@-1" names a frame of the run."""
    try:
        return Path(name).exists() or Path(name.rpartition("@")[0] or name).exists()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _missing(error: ImportError) -> str:
    """A sentence about a library that cannot be loaded; other faults of an import are not ours to explain."""
    if isinstance(error, ModuleNotFoundError) and (error.name or "").startswith("latentarium"):
        raise error
    return f"The window cannot be opened: {error}. latentarium doctor says what is missing."
