"""The wheel, installed in an empty environment, finds its resources and starts."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        timeout=110,
        env={**os.environ, **environment},
        cwd="/",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds this wheel, and borrows only its dependencies."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", folder)
    installed = folder / "bin" / "python"
    run(installed, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps", wheel)
    (packages,) = folder.glob("lib/python*/site-packages")
    # A path line adds the folder alone: the checkout's own editable hook in it stays asleep.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return installed


def test_the_wheel_carries_every_resource(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    resources = ROOT / "resources"
    ours = {f"latentarium/resources/{p.relative_to(resources)}" for p in resources.rglob("*") if p.is_file()}
    assert ours
    assert ours <= inside


def test_the_installed_program_finds_its_resources(python: Path) -> None:
    where = run(python, "-c", "import latentarium.resources as r; print(r.resource('recipes', 'triangle.toml'))")
    assert Path(where.strip()).is_relative_to(python.parents[1])


def test_the_installed_program_starts(python: Path) -> None:
    assert "latentarium" in run(python.parent / "latentarium", "--version").lower()
    code = """
from latentarium.gl.surface import prepare_opengl
prepare_opengl()
from PySide6.QtWidgets import QApplication
app = QApplication([])
from latentarium.app.window import Window
window = Window()
window.show()
app.processEvents()
print("title:", window.windowTitle())
window.close()
"""
    assert "title: Latentarium" in run(python, "-c", code, QT_QPA_PLATFORM="offscreen")
