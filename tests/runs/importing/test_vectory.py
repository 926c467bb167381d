import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tests.runs.importing.conftest import write_pair, write_table

from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.frame import KNN_ACCURACY
from latentarium.runs.importing.bringing import bring, recognise
from latentarium.runs.importing.found import Hints
from latentarium.runs.run import Run

Brought = Callable[..., Run]


def test_what_is_found_is_told_before_anything_is_written(tmp_path: Path) -> None:
    pair = write_pair(tmp_path / "mine")
    found = recognise(pair.folder)
    assert (found.format, found.name, found.points, found.dimensions, found.frames) == ("vectory", "mine", 40, 6, 1)
    assert (found.id_field, found.label_field, found.image_field) == ("id", "label", "image")
    assert found.columns == ("id", "label", "note", "image")
    assert found.rows[1][:3] == ("p1", "kind 1", "remark 1")
    assert (found.pictured, found.missing) == (True, ())
    for row, picture in enumerate(found.pictures):
        np.testing.assert_array_equal(picture, pair.images[row])
    assert len(found.pictures) == 3


def test_a_pair_becomes_a_run_with_all_that_it_holds(tmp_path: Path, brought: Brought) -> None:
    pair = write_pair(tmp_path / "mine")
    params = '{"k": 3}'
    run = brought(pair.folder, Hints(name="My space", dataset="things", model="net", params=params))
    frame = run.frame(0)
    np.testing.assert_array_equal(frame.embeddings, pair.vectors)
    assert run.classes == ("kind 0", "kind 1", "kind 2")
    assert [run.classes[label] for label in run.probe.labels] == pair.labels
    assert run.probe.ids == tuple(pair.columns["id"])
    assert run.probe.metadata["note"] == tuple(pair.columns["note"])
    assert list(run.probe.metadata) == ["note", "image"]
    kept = load_file(run.folder / "probe.safetensors")
    assert sorted(kept) == ["labels", "split", "thumbnail_ends", "thumbnail_sizes", "thumbnails"]
    assert kept["thumbnails"][1:4].tobytes() == b"PNG"
    for row, image in enumerate(pair.images):
        np.testing.assert_array_equal(run.probe.image(row), image)
    origin = run.recipe.origin
    assert origin is not None
    assert (origin.format, origin.source, origin.dataset, origin.model) == ("vectory", "mine", "things", "net")
    assert json.loads(origin.params) == {"k": 3}
    assert (run.recipe.title, run.recipe.objective, run.recipe.network.classifier) == ("My space", (), "none")
    assert (len(run.reference), run.description.dimensions, bool(run.result)) == (0, 6, True)


def test_probabilities_are_those_of_the_classes_means_and_accuracy_leaves_each_point_out(
    tmp_path: Path, brought: Brought
) -> None:
    run = brought(write_pair(tmp_path / "mine").folder)
    vectors, labels = run.frame(0).embeddings.astype(float), run.probe.labels
    means = np.array([vectors[labels == label].mean(0) for label in range(3)])
    squared = ((vectors[:, None] - means) ** 2).sum(2)
    temperature = run.recipe.prototypes.temperature
    away = vectors - means[labels]
    eigenvalues = np.linalg.eigvalsh(away.T @ away / 40)
    dimensions = eigenvalues.sum() ** 2 / (eigenvalues**2).sum()
    assert temperature == pytest.approx(2 * (away**2).sum(1).mean() / dimensions, rel=5e-3)
    weights = np.exp(-squared / temperature)
    np.testing.assert_allclose(run.frame(0).probabilities, weights / weights.sum(1, keepdims=True), atol=1e-6)
    distances = ((vectors[:, None] - vectors) ** 2).sum(2)
    np.fill_diagonal(distances, np.inf)
    assert run.frame(0).scalars[KNN_ACCURACY] == pytest.approx((labels[distances.argmin(1)] == labels).mean())


def test_an_array_alone_is_a_run_without_labels_or_images(tmp_path: Path, brought: Brought) -> None:
    np.save(tmp_path / "bare.npy", np.arange(12.0).reshape(4, 3))
    assert "no table" in recognise(tmp_path / "bare.npy").missing[0]
    run = brought(tmp_path / "bare.npy")
    assert (run.classes, run.trained, run.probe.pictured, run.probe.ids) == ((), 0, False, ("0", "1", "2", "3"))
    assert run.probe.labels.tolist() == [-1] * 4
    assert run.frame(0).probabilities.shape == (4, 0)
    assert run.frame(0).predictions.tolist() == [-1] * 4


@pytest.mark.parametrize("kind", [np.float64, np.float16, np.int32])
def test_numbers_of_any_kind_and_order(kind: type, tmp_path: Path, brought: Brought) -> None:
    values = np.asfortranarray(np.arange(20).reshape(5, 4)).astype(kind)
    np.save(tmp_path / "a.npy", values)
    np.testing.assert_array_equal(brought(tmp_path / "a.npy").frame(0).embeddings, values.astype(np.float32))


def test_fields_that_are_named_are_used(tmp_path: Path, brought: Brought) -> None:
    folder = write_pair(tmp_path / "mine", images=False).folder
    pair = write_pair(tmp_path / "pictures")
    columns = {"code": [f"c{row}" for row in range(40)], "sort": ["x", "y"] * 20, "picture": range(40)}
    table = write_table(tmp_path / "other.csv", {**columns, "picture": [f"{row}.png" for row in range(40)]})
    hints = Hints(table, "code", pair.folder / "images", "picture", "sort")
    run = brought(folder / "vectors.npz", hints)
    assert (run.classes, run.probe.ids[7]) == (("x", "y"), "c7")
    np.testing.assert_array_equal(run.probe.image(7), pair.images[7])
    with pytest.raises(LatentariumError, match="no column kind for the labels; its columns are code, sort"):
        recognise(folder / "vectors.npz", Hints(table, label_field="kind"))


def test_images_go_with_points_by_id_or_else_by_number(tmp_path: Path, brought: Brought) -> None:
    pair = write_pair(tmp_path / "mine")
    columns = {"id": [str(39 - row) for row in range(40)], "label": pair.labels}
    table = write_table(tmp_path / "by-id.csv", columns)
    run = brought(pair.folder / "vectors.npz", Hints(table, images=pair.folder / "images"))
    np.testing.assert_array_equal(run.probe.image(0), pair.images[39])
    named = write_table(tmp_path / "by-number.csv", {"label": pair.labels})
    found = recognise(pair.folder / "vectors.npz", Hints(named, images=pair.folder / "images"))
    assert found.pictured
    run = brought(pair.folder / "vectors.npz", Hints(named, images=pair.folder / "images"))
    np.testing.assert_array_equal(run.probe.image(11), pair.images[11])  # "11.png" comes after "2.png"


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    pair = write_pair(tmp_path / "mine")
    (pair.folder / "images" / "5.png").unlink()
    (pair.folder / "images" / "6.png").write_bytes(b"broken")
    told: list[str] = []
    found = recognise(pair.folder)
    run = Run.open(bring(found, Hints(), tmp_path / "run", remark=told.append))
    assert run.probe.image(5) is None
    assert run.probe.image(6) is None
    assert run.probe.image(7) is not None
    assert told[0] == "1 of 40 points have no image file."
    assert "6.png is left out: it is no PNG" in told[1]


def test_ids_that_come_twice_are_refused_where_asked_for_and_numbered_elsewhere(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.eye(3))
    write_table(tmp_path / "a.csv", {"id": ["x", "x", "y"], "label": "abc"})
    found = recognise(tmp_path / "a.npy")
    assert Run.open(bring(found, Hints(), tmp_path / "run")).probe.ids == ("0", "1", "2")
    hints = Hints(id_field="id")
    with pytest.raises(LatentariumError, match="'x' stands in it twice"):
        bring(recognise(tmp_path / "a.npy", hints), hints, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_some_points_without_a_label_and_too_many_labels(tmp_path: Path, brought: Brought) -> None:
    np.save(tmp_path / "a.npy", np.random.default_rng(0).normal(size=(300, 4)))
    write_table(tmp_path / "a.csv", {"label": ["" if row % 3 == 0 else f"l{row % 3}" for row in range(300)]})
    run = brought(tmp_path / "a.npy")
    assert run.classes == ("l1", "l2")
    assert run.probe.labels[:4].tolist() == [-1, 0, 1, -1]
    write_table(tmp_path / "a.csv", {"label": [f"l{row}" for row in range(300)]})
    told: list[str] = []
    run = Run.open(bring(recognise(tmp_path / "a.npy"), Hints(), tmp_path / "many", remark=told.append))
    assert run.classes == ()
    assert run.probe.metadata["label"][299] == "l299"
    assert "300 different labels, more than the 256" in told[0]


def test_what_does_not_go_together_is_refused(tmp_path: Path) -> None:
    pair = write_pair(tmp_path / "mine")
    np.save(tmp_path / "short.npy", pair.vectors[:-1])
    with pytest.raises(LatentariumError, match=r"40 rows, but .* holds 39 vectors"):
        recognise(tmp_path / "short.npy", Hints(table=pair.folder / "points.csv"))
    spoilt = pair.vectors.copy()
    spoilt[17, 2] = np.nan
    np.save(tmp_path / "spoilt.npy", spoilt)
    with pytest.raises(LatentariumError, match="row 17 is not finite"):
        bring(recognise(tmp_path / "spoilt.npy"), Hints(), tmp_path / "run")
    with pytest.raises(LatentariumError, match="must be a JSON object"):
        recognise(pair.folder, Hints(params="[1]"))
    with pytest.raises(LatentariumError, match=r"nothing that can be brought in\. What can:"):
        recognise(Path(__file__))


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    pair = write_pair(tmp_path / "mine")
    for patience in range(3):
        asked = iter(range(100))
        with pytest.raises(CancelledError):
            bring(recognise(pair.folder), Hints(), tmp_path / "run", cancelled=lambda: next(asked) >= patience)  # noqa: B023
        assert not (tmp_path / "run").exists()
        if patience == 1:
            break


def test_a_folder_that_holds_something_is_not_written_over(tmp_path: Path) -> None:
    pair = write_pair(tmp_path / "mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    with pytest.raises(LatentariumError, match="exists and is not empty"):
        bring(recognise(pair.folder), Hints(), tmp_path / "full")
    assert (tmp_path / "full" / "letter.txt").read_text() == "dear"


def test_images_in_a_folder_beside_the_table_are_found(tmp_path: Path, brought: Brought) -> None:
    pair = write_pair(tmp_path / "pair", 6)
    names = [f"{row}.png" for row in range(6)]
    write_table(pair.folder / "points.csv", {"id": names, "file": names})
    run = brought(pair.folder)
    assert run.probe.pictured
    np.testing.assert_array_equal(run.probe.image(3), pair.images[3])


def test_a_table_of_another_name_and_length_is_not_taken_for_the_arrays(tmp_path: Path, brought: Brought) -> None:
    np.save(tmp_path / "array.npy", np.eye(4, dtype=np.float32))
    write_table(tmp_path / "table.csv", {"id": "abc", "x0": [1, 2, 3], "x1": [3, 2, 1]})
    (said,) = recognise(tmp_path / "array.npy").missing
    assert said.startswith("table.csv beside the array has 3 rows, and is not taken for its table")
    assert brought(tmp_path / "array.npy").probe.ids == ("0", "1", "2", "3")
    alone = recognise(tmp_path / "table.csv")
    assert (alone.format, alone.points, alone.dimensions) == ("table", 3, 2)
    assert brought(tmp_path / "table.csv").probe.ids == ("a", "b", "c")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "array.npy").write_bytes(b"none")
    write_table(tmp_path / "broken" / "table.csv", {"id": "abc", "x0": [1, 2, 3], "x1": [3, 2, 1]})
    assert recognise(tmp_path / "broken" / "table.csv").points == 3
    for path, hints in ((tmp_path, Hints()), (tmp_path / "array.npy", Hints(table=tmp_path / "table.csv"))):
        with pytest.raises(LatentariumError, match="they need the same points"):
            recognise(path, hints)


def test_of_several_arrays_the_first_of_vectors_is_taken_and_named(tmp_path: Path, brought: Brought) -> None:
    vectors = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    names = np.array(["a", "bc", "d", "e", "f"], object)  # never opened: objects could run code
    np.savez(tmp_path / "a.npz", allow_pickle=True, names=names, labels=np.arange(5), embeddings=vectors, p=np.eye(5))
    assert recognise(tmp_path / "a.npz").missing[0] == "Of the 4 arrays in a.npz, embeddings is taken."
    np.testing.assert_array_equal(brought(tmp_path / "a.npz").frame(0).embeddings, vectors)
    np.savez(tmp_path / "b.npz", step=7, labels=np.arange(5))
    with pytest.raises(LatentariumError, match=r"holds int64 of shape \(\), but vectors are needed"):
        recognise(tmp_path / "b.npz")
