"""A pytest plug-in that makes Qt unimportable, for the rooms that must not need it."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType

import pytest

FORBIDDEN = {"PySide6", "shiboken6", "pyqtgraph", "OpenGL"}


class Refusal(MetaPathFinder):
    """Refuses the forbidden packages, as if they were not installed."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> None:
        if name.partition(".")[0] in FORBIDDEN:
            raise ModuleNotFoundError(f"{name} is made unimportable in this test run", name=name)


sys.meta_path.insert(0, Refusal())


def pytest_addoption(parser: pytest.Parser) -> None:
    for name in ("qt_api", "qt_log_level_fail", "xvfb_colordepth", "xvfb_width", "xvfb_height"):
        parser.addini(name, "belongs to a plug-in that needs Qt or a screen")
