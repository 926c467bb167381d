"""How the runs kept here were made: `python tests/archive/make.py v1`, once a released format.

Shapes are drawn, a small network is trained on them by the program itself, and the run is kept as it came: one as a
folder, one with 16-bit embeddings as a zip. `python tests/archive/make.py imported-v1` brings a space in: vectors that
go round, images of several sizes, a point without a label and one without an image. What is here is opened by every
later version; never make it anew.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from latentarium.core.recipe import Data, Frames, Network, Optimiser, Recipe
from latentarium.jobs.training import train_and_record
from latentarium.runs.archive import pack
from latentarium.runs.importing.bringing import bring, recognise
from latentarium.runs.importing.found import Hints
from latentarium.training.control import Control

CLASSES = ("circle", "cross", "square", "triangle")


def draw(kind: str, random: np.random.Generator) -> Image.Image:
    """A white shape of a random place and size on black, 12 × 12."""
    image = Image.new("L", (12, 12))
    pen = ImageDraw.Draw(image)
    side = int(random.integers(5, 9))
    x, y = (int(value) for value in random.integers(0, 12 - side, 2))
    box, middle = (x, y, x + side, y + side), (x + side // 2, y + side // 2)
    if kind == "circle":
        pen.ellipse(box, fill=255)
    elif kind == "square":
        pen.rectangle(box, fill=255)
    elif kind == "triangle":
        pen.polygon([(middle[0], y), (x, y + side), (x + side, y + side)], fill=255)
    else:
        pen.line((x, middle[1], x + side, middle[1]), fill=255)
        pen.line((middle[0], y, middle[0], y + side), fill=255)
    return image


def main(target: Path) -> None:
    with tempfile.TemporaryDirectory() as room:
        os.chdir(room)  # so that the recipe names a relative folder
        random = np.random.default_rng(0)
        for kind in CLASSES:
            Path("shapes", kind).mkdir(parents=True)
            for number in range(40):
                draw(kind, random).save(Path("shapes", kind, f"{number:02}.png"))
        for name, half in (("whole", False), ("half", True)):
            recipe = Recipe(
                title="Shapes",
                about="Three shapes are learnt, the cross is not.",
                data=Data(name="folder", root="shapes", size=12, held_out=("cross",), probe=40, reference=30),
                network=Network(name="mlp", embedding=3, hidden=(12,)),
                optimiser=Optimiser(rate=1e-2, steps=80, batch=20),
                frames=Frames(count=12, half=half),
            )
            train_and_record(recipe, Path(name), Control())
        target.mkdir(parents=True)
        shutil.copytree("whole", target / "shapes", ignore=shutil.ignore_patterns("writer.lock"))
        pack(Path("half"), target / "shapes-half.zip")


def bring_space(target: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        room, random = Path(name), np.random.default_rng(0)
        angles = np.arange(12) / 12 * 2 * np.pi
        np.save(room / "round.npy", np.column_stack([np.cos(angles), np.sin(angles), angles]).astype(np.float32))
        lines = ["id,label,hour,image"]
        for row in range(12):
            lines.append(f"p{row},{'' if row == 5 else CLASSES[row // 3]},{row},{row}.png")
            if row != 7:
                draw(CLASSES[row // 3], random).crop((0, 0, 12, 12 - row % 3)).save(room / f"{row}.png")
        (room / "round.csv").write_text("\n".join(lines) + "\n")
        hints = Hints(name="Round", dataset="angles", model="cosine and sine", params='{"turns": 1}')
        pack(bring(recognise(room / "round.npy", hints), hints, room / "run"), room / "round.zip")
        target.mkdir(parents=True)
        shutil.copy(room / "round.zip", target / "round.zip")


if __name__ == "__main__":
    make = {"imported-v1": bring_space}.get(sys.argv[1], main)
    make(Path(__file__).parent.resolve() / sys.argv[1])
