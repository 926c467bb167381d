"""What OpenGL says of itself, asked in a process of its own: a broken driver may end it."""

import json
import os
import subprocess
import sys

from latentarium.cli import OPENGL
from latentarium.cli.windows import require_screen
from latentarium.core.errors import LatentariumError

PATIENCE = 30.0  # seconds


def report() -> int:
    """Print OpenGL's report as JSON; what the child process of `ask` does."""
    from PySide6.QtWidgets import QApplication  # here: in the child alone

    from latentarium.gl.surface import opengl_report, prepare_opengl

    prepare_opengl()
    _app = QApplication([])
    print(json.dumps(opengl_report()), flush=True)
    # Some drivers crash while they are taken down, after the answer is out.
    os._exit(0)


def ask() -> dict[str, str]:
    """OpenGL's platform, vendor, renderer and version, or what keeps it from answering, under `problem`."""
    try:
        require_screen()
    except LatentariumError as error:
        return {"problem": str(error)}
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "latentarium"]
    try:
        done = subprocess.run([*program, OPENGL], capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return {"problem": f"OpenGL did not answer within {PATIENCE:.0f} s."}
    lines = done.stdout.strip().splitlines()
    if done.returncode == 0 and lines:
        answer: dict[str, str] = json.loads(lines[-1])
        return answer
    complaint = done.stderr.strip().splitlines()
    return {"problem": f"Asking for OpenGL ended with {done.returncode}: {complaint[-1] if complaint else 'no word'}"}
