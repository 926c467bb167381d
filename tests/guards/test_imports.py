"""What may be loaded when: the command line at once, the window before the heavy libraries."""

import subprocess
import sys

HEAVY = ("torch", "torchvision", "umap", "numba", "sklearn")


def loaded_after(code: str, names: tuple[str, ...]) -> set[str]:
    """Which of `names` a fresh interpreter has loaded after running `code`."""
    program = f"{code}\nimport sys\nprint('loaded:', *(name for name in {names!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    last = done.stdout.strip().splitlines()[-1]
    return set(last.removeprefix("loaded:").split())


def test_the_command_line_loads_neither_qt_nor_torch() -> None:
    assert loaded_after("import latentarium.cli", ("PySide6", "pyqtgraph", "OpenGL", *HEAVY)) == set()


def test_a_recorded_run_is_read_without_torch() -> None:
    code = "import latentarium.runs.run, latentarium.scene.compose, latentarium.figures.picture"
    assert loaded_after(code, ("PySide6", *HEAVY)) == set()


FIRST_PAINT = """
from latentarium.gl.surface import prepare_opengl
prepare_opengl()
from PySide6.QtWidgets import QApplication
app = QApplication([])
from latentarium.app.window import Window
window = Window()
window.show()
app.processEvents()
import os, sys
print("loaded:", *(name for name in HEAVY if name in sys.modules), flush=True)
os._exit(0)
"""


def test_the_first_paint_comes_before_the_heavy_libraries() -> None:
    code = f"HEAVY = {HEAVY!r}\n{FIRST_PAINT}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100, check=False)
    assert done.stdout.strip().splitlines()[-1] == "loaded:", done.stdout + done.stderr
