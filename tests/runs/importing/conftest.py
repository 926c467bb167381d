"""Files as other programs write them."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from latentarium.runs.importing.bringing import bring, recognise
from latentarium.runs.importing.found import Hints
from latentarium.runs.run import Run


def image_of(row: int, height: int = 12, width: int = 10) -> np.ndarray:
    """An image like no other's: its row number, in two colours of every pixel."""
    made = np.zeros((height, width, 3), np.uint8)
    made[..., 0], made[..., 1] = row % 256, row // 256
    made[: height // 2, :, 2] = 200
    return made


def write_table(path: Path, columns: dict[str, Sequence[object]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


def write_pair(folder: Path, points: int = 40, images: bool = True) -> SimpleNamespace:
    """A table and an array as Vectory takes them, with images of many sizes; what is in them."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(points, 6)).astype(np.float32)
    labels = [f"kind {row % 3}" for row in range(points)]
    vectors += np.eye(6, dtype=np.float32)[np.arange(points) % 3] * 6
    np.savez(folder / "vectors.npz", vectors)
    columns: dict[str, Sequence[object]] = {"id": [f"p{row}" for row in range(points)], "label": labels}
    columns["note"] = ['=1+1, "a"' if row == 3 else f"remark {row}" for row in range(points)]
    pictures = [image_of(row, 8 + row % 5, 9 + row % 7) for row in range(points)]
    if images:
        (folder / "images").mkdir(exist_ok=True)
        columns["image"] = [f"/data/elsewhere/images/{row}.png" for row in range(points)]
        for row, picture in enumerate(pictures):
            Image.fromarray(picture).save(folder / "images" / f"{row}.png")
    write_table(folder / "points.csv", columns)
    return SimpleNamespace(folder=folder, vectors=vectors, labels=labels, images=pictures, columns=columns)


@pytest.fixture
def brought(tmp_path: Path) -> Callable[..., Run]:
    """Recognise, bring and open: brought(path, hints)."""
    count = 0

    def make(path: Path, hints: Hints = Hints()) -> Run:  # noqa: B008
        nonlocal count
        count += 1
        run = Run.open(bring(recognise(path, hints), hints, tmp_path / f"brought-{count}"))
        assert run.check() == []
        return run

    return make
