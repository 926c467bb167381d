import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.runs.importing.conftest import image_of

from latentarium.core.errors import LatentariumError
from latentarium.runs.importing.bringing import recognise
from latentarium.runs.importing.found import Hints
from latentarium.runs.run import Run

Brought = Callable[..., Run]
POINTS = 30
VECTORS = np.random.default_rng(2).normal(size=(POINTS, 5)).astype(np.float32)


def write_projector(folder: Path, form: str = "bytes", config: str = "json", columns: int = 2) -> Path:
    """Tensors, metadata and a sprite of 6 × 5 cells, as the projector reads them; the config."""
    (folder / "data").mkdir(parents=True)
    if form == "bytes":
        VECTORS.astype("<f4").tofile(folder / "data" / "a_tensors.bytes")
    else:
        text = "\n".join("\t".join(map(repr, row.tolist())) for row in VECTORS) + "\n"
        (folder / "data" / "a_tensors.tsv").write_text(text)
    lines = [f"c{row % 3}" for row in range(POINTS)]
    if columns > 1:
        lines = ["class\tnumber", *(f"{line}\t{row}" for row, line in enumerate(lines))]
    (folder / "data" / "a_labels.tsv").write_text("\n".join(lines) + "\n\n\n")
    sprite = np.zeros((6 * 12, 5 * 10, 3), np.uint8)
    for row in range(POINTS):
        top, left = row // 5 * 12, row % 5 * 10
        sprite[top : top + 12, left : left + 10] = image_of(row)
    Image.fromarray(sprite).save(folder / "data" / "a_sprite.png")
    names = f"data/a_tensors.{form}", "data/a_labels.tsv", "data/a_sprite.png"
    if config == "json":
        entry = {
            "tensorName": "A",
            "tensorShape": [POINTS, 5],
            "tensorPath": names[0],
            "metadataPath": names[1],
            "sprite": {"imagePath": names[2], "singleImageDim": [10, 12]},
        }
        gone = {"tensorName": "B", "tensorShape": [10, 3], "tensorPath": "data/b.bytes", "metadataPath": "data/b.tsv"}
        path = folder / "config.json"
        path.write_text(json.dumps({"embeddings": [gone, entry], "modelCheckpointPath": "Demo"}))
        return path
    path = folder / "projector_config.pbtxt"
    path.write_text(
        f'# by hand\nmodel_checkpoint_path: "x"\nembeddings {{\n  tensor_name: \'A\'\n  tensor_path: "{names[0]}"\n'
        f'  tensor_shape: {POINTS}, tensor_shape: 5;\n  metadata_path: "{names[1]}"\n'
        f'  sprite {{ image_path: "{names[2]}" single_image_dim: [10, 12] }}\n}}\n'
    )
    return path


@pytest.mark.parametrize("form", ["bytes", "tsv"])
@pytest.mark.parametrize("config", ["json", "pbtxt"])
@pytest.mark.parametrize("columns", [1, 2])
def test_every_spelling_gives_the_same_run(
    form: str, config: str, columns: int, tmp_path: Path, brought: Brought
) -> None:
    path = write_projector(tmp_path / "here", form, config, columns)
    found = recognise(path)
    assert (found.format, found.name, found.points, found.dimensions, found.pictured) == ("projector", "A", 30, 5, True)
    run = brought(path)
    np.testing.assert_array_equal(run.frame(0).embeddings, VECTORS)
    assert [run.classes[label] for label in run.probe.labels[:4]] == ["c0", "c1", "c2", "c0"]
    for row in range(POINTS):
        np.testing.assert_array_equal(run.probe.image(row), image_of(row))


def test_what_a_config_names_and_is_not_there_is_said_and_the_rest_is_taken(tmp_path: Path, brought: Brought) -> None:
    path = write_projector(tmp_path / "here")
    found = recognise(path)
    assert found.spaces == ("A",)
    assert found.missing[0] == "The tensor data/b.bytes of B is not there."
    with pytest.raises(LatentariumError, match=r"names the tensor data/b\.bytes of B, but there is no such file"):
        recognise(path, Hints(space="B"))
    with pytest.raises(LatentariumError, match="has no tensor C; it names B, A"):
        recognise(path, Hints(space="C"))
    (tmp_path / "here" / "data" / "a_sprite.png").unlink()
    (tmp_path / "here" / "data" / "a_labels.tsv").unlink()
    missing = recognise(path).missing
    assert "The metadata data/a_labels.tsv of A is not there: its points have no labels." in missing
    assert "The sprite data/a_sprite.png of A is not there: its points have no images." in missing
    run = brought(path)
    assert (run.classes, run.probe.pictured) == ((), False)


def test_files_are_found_beside_the_config_by_their_names_too(tmp_path: Path, brought: Brought) -> None:
    path = write_projector(tmp_path / "here")
    for file in list((tmp_path / "here" / "data").iterdir()):
        file.rename(tmp_path / "here" / file.name)
    assert brought(path).probe.pictured


def test_a_path_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    VECTORS.tofile(tmp_path / "outside.bytes")
    (tmp_path / "here").mkdir()
    entry = {"tensorName": "A", "tensorShape": [30, 5], "tensorPath": "../outside.bytes"}
    for text in ("../outside.bytes", str(tmp_path / "outside.bytes")):
        (tmp_path / "here" / "c.json").write_text(json.dumps({"embeddings": [{**entry, "tensorPath": text}]}))
        with pytest.raises(LatentariumError, match="there is no such file"):
            recognise(tmp_path / "here" / "c.json")
    (tmp_path / "here" / "outside.bytes").symlink_to(tmp_path / "outside.bytes")
    with pytest.raises(LatentariumError, match="there is no such file"):
        recognise(tmp_path / "here" / "c.json")


@pytest.mark.parametrize("change", [lambda data: data[:-4], lambda data: data + b"1234"])
def test_raw_numbers_of_another_length_are_refused(change: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = write_projector(tmp_path / "here")
    tensor = tmp_path / "here" / "data" / "a_tensors.bytes"
    tensor.write_bytes(change(tensor.read_bytes()))
    with pytest.raises(LatentariumError, match="30 points of 5 dimensions are 600"):
        recognise(path)


@pytest.mark.parametrize(
    "text", ["embeddings {", "embeddings } {", 'embeddings { tensor_path: "a', "{" * 5000, "=", "a:"]
)
def test_a_config_that_is_none_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "projector_config.pbtxt").write_text(text)
    with pytest.raises(LatentariumError, match=r"projector_config\.pbtxt"):
        recognise(tmp_path)


def test_metadata_of_other_points_is_refused(tmp_path: Path) -> None:
    path = write_projector(tmp_path / "here")
    (tmp_path / "here" / "data" / "a_labels.tsv").write_text("class\tnumber\n" + "a\t1\n" * 31)
    with pytest.raises(LatentariumError, match="has more rows, but the tensor holds 30"):
        recognise(path)


def test_blank_labels_of_a_single_column_stay_in_their_rows(tmp_path: Path, brought: Brought) -> None:
    path = write_projector(tmp_path / "here", columns=1)
    (tmp_path / "here" / "data" / "a_labels.tsv").write_text("a\n\n" * 15)
    run = brought(path)
    assert run.probe.labels[:4].tolist() == [0, -1, 0, -1]


@pytest.mark.needs_data
def test_the_iris_files_and_the_digits_without_their_tensor(data_folder: Path, brought: Brought) -> None:
    config = data_folder / "projector" / "oss_demo_projector_config.json"
    for path in (config, data_folder / "projector" / "iris_tensors.bytes"):
        run = brought(path)
        assert run.classes == ("Iris-setosa", "Iris-versicolor", "Iris-virginica")
        assert run.frame(0).embeddings.shape == (150, 4)
        np.testing.assert_allclose(run.frame(0).embeddings[0], [5.1, 3.5, 1.4, 0.2], rtol=1e-6)
        assert run.probe.metadata["sepal-length"][0] == "5.1"
    with pytest.raises(LatentariumError, match=r"mnist_10k_784d_tensors\.bytes of Mnist with images, but there is no"):
        recognise(config, Hints(space="Mnist with images"))


@pytest.mark.parametrize("text", ["", "\n\n", "1\t2\n3\n", "1\t2\na\tb\n", "1\t2\n3\tnan\n"])
def test_a_tensor_that_is_none_is_refused(text: str, tmp_path: Path, brought: Brought) -> None:
    (tmp_path / "t.tsv").write_text(text)
    (tmp_path / "projector_config.pbtxt").write_text('embeddings { tensor_path: "t.tsv" }')
    with pytest.raises(LatentariumError, match=r"t\.tsv"):
        brought(tmp_path)


def test_a_folder_with_the_json_of_the_standalone_projector(tmp_path: Path) -> None:
    config = write_projector(tmp_path / "a")
    config.rename(config.with_name("oss_data.json"))
    (tmp_path / "a" / "other.json").write_text('{"embeddings": 3}')
    assert recognise(tmp_path / "a").points == POINTS


def test_a_path_given_twice_counts_as_its_last_and_sentences_stay_short(tmp_path: Path) -> None:
    path = write_projector(tmp_path / "p", "tsv", "pbtxt")
    text = path.read_text()
    path.write_text(text.replace("tensor_path:", 'tensor_path: "gone.tsv"\ntensor_path:', 1))
    assert recognise(path).points == POINTS
    path.write_text(f'embeddings {{ tensor_name: "{"n" * 9000}" tensor_path: "a\\nb{"t" * 9000}" }}')
    with pytest.raises(LatentariumError, match="there is no such file") as refusal:
        recognise(path)
    assert len(str(refusal.value)) < 1000
    assert "\n" not in str(refusal.value)


def test_a_columns_name_is_one_short_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,"two\nlines",' + "long" * 500 + ",x0,x1\n1,a,b,2,3\n4,c,d,5,6\n")
    assert recognise(tmp_path / "a.csv").columns == ("id", "two lines", ("long" * 50))
    with pytest.raises(LatentariumError, match="has no column nothing") as refusal:
        recognise(tmp_path / "a.csv", Hints(id_field="nothing"))
    assert len(str(refusal.value)) < 600
