"""`latentarium doctor`: what is here, and what is missing."""

import importlib.metadata
import platform
import shutil
import subprocess

from latentarium import __version__
from latentarium.cli.opengl import ask
from latentarium.cli.output import print_table
from latentarium.resources import resource
from latentarium.training.device import choose_device, thread_count

PACKAGES = (
    "PySide6-Essentials",
    "pyqtgraph",
    "PyOpenGL",
    "numpy",
    "torch",
    "torchvision",
    "safetensors",
    "pydantic",
    "matplotlib",
    "pillow",
    "mlxtend",
    "typer",
)


def examine() -> int:
    """Print versions, device, OpenGL and missing system packages; always 0, for saying so is the job."""
    rows: dict[str, object] = {"Latentarium": __version__, "Python": platform.python_version(), "system": _system()}
    rows |= {name: _version(name) for name in PACKAGES}
    rows |= {"device": _device(), "threads": f"{thread_count()} for training"}
    answer = ask()
    for key in ("platform", "vendor", "renderer", "version", "glsl"):
        if answer.get(key):
            rows[f"OpenGL {key}"] = answer[key]
    rows["OpenGL"] = answer.get("problem") or "works"
    print_table(rows)
    missing = missing_packages()
    if missing is None:
        print("\nSystem packages are looked up on Debian and Ubuntu only.")
    elif missing:
        print(f"\nMissing system packages: {', '.join(missing)}. Type:")
        print(f"    sudo apt-get update && sudo apt-get install -y --no-install-recommends {' '.join(missing)}")
    else:
        print("\nNo system package is missing.")
    return 0


def missing_packages() -> list[str] | None:
    """The Debian packages that the window needs and that are not installed; None on other systems."""
    if not shutil.which("dpkg-query"):
        return None
    lines = resource("debian-packages.txt").read_text("utf-8").splitlines()
    names = [name for line in lines if (name := line.partition("#")[0].strip())]
    command = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    installed = {line.split()[0] for line in done.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in names if name not in installed]


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "missing"


def _system() -> str:
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {platform.machine()}"
    except (OSError, KeyError):
        return platform.platform()


def _device() -> str:
    try:
        return choose_device()
    except Exception as error:  # a broken installation of torch is what one asks the doctor about
        return f"PyTorch cannot be loaded: {error}"
