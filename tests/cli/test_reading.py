"""info, neighbours and export, as a person types them."""

import csv
import json
import shutil

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file, save_file

from latentarium.core.cells import guarded
from latentarium.runs.archive import pack
from latentarium.runs.run import Run


def test_info(shell, trained):
    path, _ = trained
    said = shell.json("info", path)
    assert list(said) == [
        "format",
        "version",
        "frames",
        "probe",
        "reference",
        "dimensions",
        "classes",
        "recipe",
        "last",
        "baselines",
    ]
    assert (said["format"], said["version"]) == ("latentarium-run", 1)
    assert (said["frames"], said["probe"], said["reference"], said["dimensions"]) == (4, 50, 40, 3)
    assert said["classes"] == ["3", "5"]
    assert said["recipe"]["data"]["per_class"] == 40
    assert said["last"]["step"] == 12
    assert 0 <= said["last"]["accuracy"] <= 1
    assert 0 <= said["baselines"]["pixels_knn_accuracy"] <= 1
    assert shell.json("info", f"{path}@0")["last"]["step"] == 0
    text = shell.run("info", path).out
    for word in ("Tiny", "cross-entropy", "mlp", "mnist-5k", "pixels knn accuracy"):
        assert word in text


def test_info_of_a_zip(shell, trained, tmp_path):
    pack(trained[0], tmp_path / "tiny.zip")
    assert shell.json("info", tmp_path / "tiny.zip") == shell.json("info", trained[0])


def test_info_checks_every_file(shell, trained, tmp_path):
    shutil.copytree(trained[0], tmp_path / "run")
    for frame in sorted((tmp_path / "run" / "frames").iterdir())[1:3]:
        content = frame.read_bytes()
        frame.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    said = shell.refused("info", tmp_path / "run", words=("is damaged", "(1 more"))
    assert "frames" in said.out


def test_what_is_no_run(shell, trained, tmp_path):
    shell.refused("info", tmp_path, words=("is no run",))
    shell.refused("info", tmp_path / "absent", words=("no run at", "absent"))
    shell.refused("info", f"{trained[0]}@4", words=("4 frames, 0 to 3", "no frame 4"))
    shell.refused("info", f"{trained[0]}@-5", words=("no frame -5",))
    (tmp_path / "run.json").write_text("{")
    shell.refused("info", tmp_path, words=("damaged",))
    (tmp_path / "x.zip").write_text("no zip")
    shell.refused("info", tmp_path / "x.zip", words=("x.zip",))
    shell.refused("info", words=("RUN",))


def slow_neighbours(run, query, points, metric):
    """Rows by distance, each distance on its own."""
    distances = []
    for point in points.astype(np.float64):
        if metric == "euclidean":
            distances.append(float(np.linalg.norm(point - query)))
        else:
            distances.append(1 - float(point @ query / np.linalg.norm(point) / np.linalg.norm(query)))
    return np.argsort(distances, kind="stable"), distances


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("frame", ["", "@0", "@-2"])
def test_neighbours_are_those_of_brute_force(shell, trained, metric, frame):
    run = Run.open(trained[0])
    shown = run.frame(int(frame[1:] or "-1"))
    said = shell.json("neighbours", f"{trained[0]}{frame}", run.probe.ids[7], "--k", "5", "--metric", metric)
    order, distances = slow_neighbours(run, shown.embeddings[7].astype(np.float64), shown.reference_embeddings, metric)
    assert (said["id"], said["k"], said["metric"]) == (run.probe.ids[7], 5, metric)
    assert [found["id"] for found in said["neighbours"]] == [run.reference.ids[row] for row in order[:5]]
    for found, row in zip(said["neighbours"], order, strict=False):
        assert list(found) == ["id", "split", "label", "distance"]
        assert found["split"] == "train"
        assert found["label"] == run.classes[run.reference.labels[row]]
        assert found["distance"] == pytest.approx(distances[row], abs=1e-12)


def test_neighbours_of_a_training_image_and_among_the_probe(shell, trained):
    run = Run.open(trained[0])
    said = shell.json("neighbours", trained[0], run.reference.ids[2], "--k", "100")
    assert said["k"] == 39
    assert run.reference.ids[2] not in [found["id"] for found in said["neighbours"]]
    said = shell.json("neighbours", trained[0], run.probe.ids[2], "--among", "probe", "--k", "3")
    assert {found["split"] for found in said["neighbours"]} == {"test"}
    assert run.probe.ids[2] in shell.run("neighbours", trained[0], run.probe.ids[2]).out


def test_neighbours_of_nothing(shell, trained):
    shell.refused("neighbours", trained[0], "x", words=("no image x", "test-"))
    shell.refused("neighbours", trained[0], "test-0", "--k", "0", words=("--k",))
    shell.refused("neighbours", trained[0], "test-0", "--metric", "x", words=("--metric", "euclidean"))


def test_export_a_picture(shell, trained, tmp_path):
    said = shell.run("export", f"{trained[0]}@1", cwd=tmp_path)
    assert said.code == 0
    step = Run.open(trained[0]).entries[1].step
    assert said.out.strip() == f"tiny-step{step}.png"
    with Image.open(tmp_path / f"tiny-step{step}.png") as picture:
        assert picture.format == "PNG"
        assert min(picture.size) > 400
        assert len(np.unique(np.asarray(picture).reshape(-1, picture.size[0]))) > 10
    assert len(list(tmp_path.iterdir())) == 1


def test_export_tables(shell, trained, tmp_path):
    run = Run.open(trained[0])
    frame = run.frame(-1)
    shell.run("export", trained[0], "--what", "coordinates", "--out", tmp_path / "places.csv")
    shell.run("export", trained[0], "--format", "csv", "--out", tmp_path / "frame")
    for name, count in (("places.csv", 10), ("frame", 9)):
        with open(tmp_path / name, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert [row["id"] for row in rows] == list(run.probe.ids)
        assert [row["label"] for row in rows] == [run.classes[label] for label in run.probe.labels]
        assert [row["prediction"] for row in rows] == [run.classes[label] for label in frame.predictions]
        assert len(rows[0]) == count
        if name == "frame":
            np.testing.assert_array_equal(np.float32([row["e1"] for row in rows]), frame.embeddings[:, 1])
            np.testing.assert_array_equal(np.float32([row["p_5"] for row in rows]), frame.probabilities[:, 1])
        else:  # an embedding of three dimensions is seen as it is
            np.testing.assert_array_equal(np.float32([row["embedding_y"] for row in rows]), frame.embeddings[:, 1])


def test_export_arrays(shell, trained, tmp_path):
    run = Run.open(trained[0])
    frame = run.frame(-1)
    for what in ("frame", "coordinates"):
        said = shell.run("export", trained[0], "--what", what, "--out", tmp_path / f"{what}.npz")
        assert said.code == 0
        with np.load(tmp_path / f"{what}.npz", allow_pickle=False) as arrays:
            np.testing.assert_array_equal(arrays["embeddings"], frame.embeddings)
            np.testing.assert_array_equal(arrays["reference_probabilities"], frame.reference_probabilities)
            assert list(arrays["ids"]) == list(run.probe.ids)
            assert ("simplex" in arrays) == (what == "coordinates")


def test_export_overwrites_only_when_told(shell, trained, tmp_path):
    file = tmp_path / "frame.csv"
    file.write_text("mine")
    shell.refused("export", trained[0], "--out", file, words=("exists already", "--force"))
    assert file.read_text() == "mine"
    assert shell.run("export", trained[0], "--out", file, "--force").code == 0
    assert file.read_text().startswith("id,")
    shell.refused("export", trained[0], "--out", tmp_path, "--force", words=("is a folder",))
    shell.refused("export", trained[0], "--out", tmp_path / "absent" / "x.png", words=("There is no folder",))
    shell.refused("export", trained[0], "--what", "coordinates", "--format", "png", words=("csv or npz",))
    shell.refused("export", trained[0], "--out", tmp_path / "x.gif", words=("png or csv or npz",))


def test_strange_names_do_no_harm(shell, strange, tmp_path):
    run = Run.open(strange)
    assert run.classes == ("=1+1", "@sum", "a\x1b[31mred")
    shell.run("export", strange, "--format", "csv", "--out", tmp_path / "x.csv")
    with open(tmp_path / "x.csv", newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert "p_=1+1" in header
    for row in rows:
        for cell in row:
            assert cell[:1] not in "=+@" or cell == ""
            assert not cell.startswith("-") or float(cell) < 0
    assert sorted(row[0] for row in rows) == sorted(guarded(name) for name in run.probe.ids)
    for arguments in (("info", strange), ("neighbours", strange, "a\x1b[31mred/" + run.probe.ids[-1][-5:])):
        said = shell.run(*arguments)
        assert "\x1b" not in said.out + said.err
        assert "\\x1b[31mred" in said.out


def test_an_image_without_a_label_has_no_name_of_a_class(shell, trained, tmp_path):
    shutil.copytree(trained[0], tmp_path / "run")
    about = json.loads((tmp_path / "run" / "run.json").read_text())
    for name in ("probe", "reference"):
        file = tmp_path / "run" / f"{name}.safetensors"
        arrays = load_file(file)
        arrays["labels"][:] = -1
        save_file(arrays, file)
        about["files"].pop(file.name)
    (tmp_path / "run" / "run.json").write_text(json.dumps(about))
    image = Run.open(trained[0]).probe.ids[0]
    found = shell.json("neighbours", tmp_path / "run", image)["neighbours"]
    assert {neighbour["label"] for neighbour in found} == {""}
    assert "(no label)" in shell.run("neighbours", tmp_path / "run", image).out
    shell.run("export", tmp_path / "run", "--out", tmp_path / "frame.csv")
    with open(tmp_path / "frame.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {(row["label"], row["loss"]) for row in rows} == {("", "")}
