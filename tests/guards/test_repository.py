"""What the repository must not carry."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / line for line in listed.splitlines()]


def test_no_data_set_is_carried() -> None:
    large = [path.name for path in tracked() if path.exists() and path.stat().st_size > 1_500_000]
    assert large == []


def test_torch_never_unpickles() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        for call in re.findall(r"(?<![.\w])torch\.load\([^)]*\)", path.read_text(encoding="utf-8")):
            assert "weights_only=True" in call, f"{path}: {call}"
