import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.runs.importing.conftest import image_of

from latentarium.core.errors import LatentariumError
from latentarium.core.frame import ACCURACY
from latentarium.runs.importing.bringing import recognise
from latentarium.runs.run import Run

Brought = Callable[..., Run]
POINTS, EPOCHS = 20, (1, 2, 10)
RANDOM = np.random.default_rng(4)
VECTORS = {epoch: RANDOM.normal(size=(POINTS, 6)).astype(np.float32) for epoch in EPOCHS}
LOGITS = {epoch: RANDOM.normal(size=(POINTS, 3)).astype(np.float32) for epoch in EPOCHS}
CODE = "open('ran', 'w')\nraise SystemExit\n"


def write_visualizer(folder: Path) -> Path:
    """A training of three epochs as time-travelling-visualizer keeps it."""
    for epoch in EPOCHS:
        place = folder / "epochs" / f"epoch_{epoch}"
        place.mkdir(parents=True)
        np.save(place / "embeddings.npy", VECTORS[epoch])
        np.save(place / "predictions.npy", LOGITS[epoch])
        (place / "model.pth").write_bytes(b"never opened")
    (folder / "scripts").mkdir()
    (folder / "scripts" / "model.py").write_text(CODE)
    (folder / "dataset" / "image").mkdir(parents=True)
    np.save(folder / "dataset" / "labels.npy", np.arange(POINTS) % 3)
    (folder / "dataset" / "info.json").write_text(json.dumps({"model": "Net", "classes": ["cat", "dog", "cow"]}))
    for row in range(POINTS):
        Image.fromarray(image_of(row)).save(folder / "dataset" / "image" / f"{row}.png")
    return folder


def test_a_training_with_its_predictions(tmp_path: Path, brought: Brought) -> None:
    folder = write_visualizer(tmp_path / "training")
    found = recognise(folder)
    assert (found.format, found.frames, found.points, found.missing) == ("time-travelling-visualizer", 3, 20, ())
    run = brought(folder)
    assert [entry.step for entry in run.entries] == list(EPOCHS)
    assert run.classes == ("cat", "dog", "cow")
    for index, epoch in enumerate(EPOCHS):
        frame = run.frame(index)
        np.testing.assert_array_equal(frame.embeddings, VECTORS[epoch])
        shares = np.exp(LOGITS[epoch].astype(float))
        np.testing.assert_allclose(frame.probabilities, shares / shares.sum(1, keepdims=True), atol=1e-6)
        right = (LOGITS[epoch].argmax(1) == np.arange(POINTS) % 3).mean()
        assert frame.scalars[ACCURACY] == pytest.approx(right)
    for row in range(POINTS):
        np.testing.assert_array_equal(run.probe.image(row), image_of(row))
    assert not (Path.cwd() / "ran").exists()


def test_a_training_without_what_may_be_missing(tmp_path: Path, brought: Brought) -> None:
    folder = write_visualizer(tmp_path / "training")
    (folder / "epochs" / "epoch_2" / "predictions.npy").unlink()
    (folder / "epochs" / "epoch_10" / "embeddings.npy").unlink()
    (folder / "dataset" / "image" / "3.png").unlink()
    (folder / "dataset" / "info.json").unlink()
    missing = " ".join(recognise(folder).missing)
    for sentence in ("Epoch 10 is left out", "Not every epoch has predictions", "no image for each point"):
        assert sentence in missing
    run = brought(folder)
    assert (len(run), run.classes, run.recipe.network.classifier) == (2, ("0", "1", "2"), "none")


def write_emblaze(path: Path) -> list[dict[str, dict[str, float]]]:
    frames = [
        {str(row): {"x": row + step / 10, "y": -row * step, "color": row % 2, "highlight": []} for row in range(12)}
        for step in range(3)
    ]
    del frames[1]["11"]
    path.write_text(json.dumps({"data": frames, "frameLabels": ["a", "b", "c"]}))
    return frames


def test_emblaze(tmp_path: Path, brought: Brought) -> None:
    frames = write_emblaze(tmp_path / "c.json")
    found = recognise(tmp_path / "c.json")
    assert (found.format, found.frames, found.points, found.dimensions) == ("emblaze", 3, 11, 2)
    assert "1 points are not in every frame" in found.missing[1]
    run = brought(tmp_path / "c.json")
    assert (run.probe.ids[10], run.classes) == ("10", ("0", "1"))
    assert run.frame(2).embeddings[4].tolist() == pytest.approx([frames[2]["4"]["x"], frames[2]["4"]["y"]])


def test_emblazes_sheets_of_images_are_named_as_missing(tmp_path: Path, brought: Brought) -> None:
    write_emblaze(tmp_path / "c.json")
    values = json.loads((tmp_path / "c.json").read_text())
    values["thumbnails"] = {"format": "spritesheet", "spritesheets": {"img_0.json": {"image": ""}}}
    (tmp_path / "c.json").write_text(json.dumps(values))
    missing = recognise(tmp_path / "c.json").missing
    assert "Its images, on sheets of many, are not read: name the folder of images, or do without." in missing
    assert not any("name no images" in sentence for sentence in missing)
    assert brought(tmp_path / "c.json").probe.image(0) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"data": [{"_format": "compressed"}]}', "compressed=False"),
        ('{"data": [{"a": {"x": "left", "y": 1}}]}', "a point has no x and y"),
        ('{"data": [{"a": {"x": 1e300, "y": 1}}]}', "row 0 is not finite"),
        (
            '{"data": [{"a": {"x": 1, "y": 1}}, {"b": {"x": 1, "y": 1}}]}',
            "no point that is in every one of its 2 frames",
        ),
        ('{"data": [{"a": {"x": NaN, "y": 1}}]}', "row 0 is not finite"),
        ('{"data": [{"a": {"x": 1e999, "y": 1}}]}', "row 0 is not finite"),
        ('{"data": 3}', "nothing that can be brought in"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_emblaze_did_not_write_is_refused(text: str, said: str, tmp_path: Path, brought: Brought) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(LatentariumError, match=said):
        brought(tmp_path / "a.json")
