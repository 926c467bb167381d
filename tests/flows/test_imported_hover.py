"""The pointer over spaces from elsewhere: the image that the card shows is the point's own."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from latentarium.core.arrays import frozen_ints
from latentarium.runs.importing.bringing import bring, recognise
from latentarium.runs.importing.found import Hints
from latentarium.scene.picking import pick
from latentarium.scene.state import Selection

from .conftest import Pilot

POINTS, SIDE = 100, 8
PLACES = np.stack(np.meshgrid(np.arange(10.0), np.arange(10.0)), -1).reshape(-1, 2)
PLACES = PLACES[np.random.default_rng(0).permutation(POINTS)].astype(np.float32)


def write_sprite(path: Path) -> None:
    """Ten by ten cells, each of its own grey."""
    sprite = np.zeros((10 * SIDE, 10 * SIDE, 3), np.uint8)
    for row in range(POINTS):
        sprite[row // 10 * SIDE : row // 10 * SIDE + SIDE, row % 10 * SIDE : row % 10 * SIDE + SIDE] = 20 + 2 * row
    Image.fromarray(sprite).save(path)


def projector(folder: Path) -> Path:
    folder.mkdir()
    PLACES.tofile(folder / "t.bytes")
    write_sprite(folder / "s.png")
    (folder / "l.tsv").write_text("".join(f"{row % 3}\n" for row in range(POINTS)))
    sprite = {"imagePath": "s.png", "singleImageDim": [SIDE, SIDE]}
    entry = {"tensorName": "T", "tensorShape": [POINTS, 2], "tensorPath": "t.bytes", "metadataPath": "l.tsv"}
    (folder / "c.json").write_text(json.dumps({"embeddings": [{**entry, "sprite": sprite}]}))
    return folder / "c.json"


def summary_writer(folder: Path) -> Path:
    text = ""
    for step in range(5):
        place = folder / f"{step:05d}" / "default"
        place.mkdir(parents=True)
        lines = ["\t".join(map(repr, row.tolist())) for row in PLACES * (step + 1)]
        (place / "tensors.tsv").write_text("\n".join(lines) + "\n")
        write_sprite(place / "sprite.png")
        inside = f"{step:05d}/default"
        text += f'embeddings {{ tensor_name: "default:{step:05d}" tensor_path: "{inside}/tensors.tsv" sprite {{ '
        text += f'image_path: "{inside}/sprite.png" single_image_dim: {SIDE} single_image_dim: {SIDE} }} }}\n'
    (folder / "projector_config.pbtxt").write_text(text)
    return folder


def rest_on(pilot: Pilot, index: int, row: int) -> None:
    """Rest the pointer on a dot, wherever it comes to stand while the window is still being laid out."""
    cloud, last = pilot.view(index).cloud, QPoint(3, 3)

    def seen() -> bool:
        nonlocal last
        if pilot.pixel(index, row) != last:
            last = pilot.pixel(index, row)
            QTest.mouseMove(cloud, QPoint(3, 3))
            QTest.mouseMove(cloud, last)
        return pilot.state.hovered == row

    pilot.wait(seen, 30)


@pytest.mark.parametrize("write", [projector, summary_writer])
def test_the_card_shows_the_points_own_image(
    write: Callable[[Path], Path], take_off: Callable[..., Pilot], tmp_path: Path
) -> None:
    found = recognise(write(tmp_path / "given"))
    pilot = take_off(bring(found, Hints(), tmp_path / "run"))
    pilot.wait(lambda: all(pilot.state.runs[0].projections), 20)
    index = next(index for index, view in enumerate(pilot.state.views) if view.kind == "embedding")
    assert pilot.view(0).isVisible() == bool(pilot.run.trained)
    pilot.wait(lambda: pilot.run.trained > 0 or pilot.view(index).width() > pilot.window.width() / 2, 5)
    everything = Selection(frozen_ints(range(POINTS)))
    for isolated in (False, True):
        pilot.window.parts.session.ask({"selection": everything, "isolated": isolated})
        cloud, card = pilot.view(index).cloud, pilot.view(index).card
        scene, places = pilot.scene(index), pilot.places(index)
        for row in range(POINTS):
            found = pick(scene, *places[row, :2], cloud.width(), cloud.height())
            assert found == row
            image = pilot.run.probe.image(found)
            assert image is not None
            assert set(image.ravel()) == {20 + 2 * row}
        for row in (0, 41, 99):  # by hand: each takes as long as the window takes to draw
            rest_on(pilot, index, row)
            picture = card.image.picture.toImage()
            assert picture.pixelColor(picture.rect().center()).red() == 20 + 2 * row
