"""Folders of sweeps."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Recipe
from latentarium.core.sweep import Sweep, plan
from latentarium.runs.groups import create_group, is_group, note_error, read_group
from latentarium.runs.library import list_runs

RECIPE = Recipe(title="Shapes")


@pytest.fixture
def sweep() -> Sweep:
    return plan(RECIPE, "objective.cross-entropy.weight", "5,0.5,1e-4")


def test_a_group_is_what_was_put_into_it(sweep: Sweep, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "group"
    assert not is_group(folder)
    group = create_group(folder, sweep)
    assert is_group(folder)
    assert group == read_group(folder) == read_group(folder / "sweep.json")
    assert (group.sweep, group.name, group.errors) == (sweep, "group", {})
    assert [path.name for path in group.members] == ["01-w-5", "02-w-0.5", "03-w-0.0001"]
    assert [path.name for path in folder.iterdir()] == ["sweep.json"]


def test_names_of_members_are_plain(tmp_path: Path) -> None:
    group = create_group(tmp_path / "g", plan(RECIPE, "network.hidden", "[100, 50], [7]"))
    assert [path.name for path in group.members] == ["01-hidden-100-50", "02-hidden-7"]


def test_a_group_is_never_overwritten(sweep: Sweep, tmp_path: Path) -> None:
    create_group(tmp_path / "g", sweep)
    with pytest.raises(LatentariumError, match="not empty"):
        create_group(tmp_path / "g", sweep)
    (tmp_path / "file").touch()
    with pytest.raises(LatentariumError, match="is a file"):
        create_group(tmp_path / "file", sweep)
    with pytest.raises(LatentariumError, match="weight above 0"):
        create_group(tmp_path / "none", Sweep(RECIPE, "objective.cross-entropy.weight", (1, 0)))
    assert not (tmp_path / "none").exists()


def test_errors_are_written_down_and_taken_back(sweep: Sweep, tmp_path: Path) -> None:
    group = create_group(tmp_path / "g", sweep)
    path = tmp_path / "g" / "sweep.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "later": "kept"}))
    note_error(group, group.members[1], "Broke down.")
    assert read_group(group.path).errors == {"02-w-0.5": "Broke down."}
    note_error(group, group.members[1], "")
    assert read_group(group.path).errors == {}
    assert json.loads(path.read_text())["later"] == "kept"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": "latentarium-run"}, "does not describe a sweep"),
        ({"version": 2}, "newer Latentarium"),
        ({"members": ["01-w-5", "../elsewhere", "x"]}, "outside"),
        ({"members": ["01-w-5", "01-w-5", "x"]}, "one folder for each value"),
        ({"members": ["01-w-5"]}, "one folder for each value"),
        ({"values": []}, "damaged"),
        ({"recipe": {"network": {"embedding": 0}}}, "cannot read the recipe"),
    ],
)
def test_a_damaged_group_is_a_sentence(sweep: Sweep, tmp_path: Path, changes: dict[str, object], words: str) -> None:
    create_group(tmp_path / "g", sweep)
    path = tmp_path / "g" / "sweep.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    with pytest.raises(LatentariumError) as caught:
        read_group(tmp_path / "g")
    assert words in str(caught.value)
    assert list_runs(tmp_path) == []


def test_a_group_of_an_older_version_is_read() -> None:
    group = read_group(Path(__file__).parents[1] / "archive" / "sweep-v1" / "weights")
    assert group.sweep.values == (0, 0.5, 20)
    assert group.errors == {group.members[2].name: "Training broke down at step 12."}
    assert [recipe.objective[1].weight for recipe in group.sweep.recipes()] == [0, 0.5, 20]


def test_what_is_no_group_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LatentariumError, match="holds no sweep"):
        read_group(tmp_path)
    (tmp_path / "sweep.json").write_text("{")
    with pytest.raises(LatentariumError, match="is not JSON"):
        read_group(tmp_path)


def test_the_library_lists_the_runs_of_a_sweep_together(
    write_run: Callable[..., Path], sweep: Sweep, tmp_path: Path
) -> None:
    def dated(folder: Path, day: int) -> None:
        values = json.loads((folder / "run.json").read_text())
        (folder / "run.json").write_text(json.dumps({**values, "created": f"2026-01-{day:02d}T00:00:00+00:00"}))

    group = create_group(tmp_path / "g", sweep)
    for name, day in (("a", 1), ("b", 3), ("c", 5)):
        dated(write_run(name), day)
    for member, day in ((group.members[0], 2), (group.members[2], 4)):  # the second was not begun
        dated(Path(shutil.copytree(tmp_path / "a", member)), day)
    runs = list_runs(tmp_path)
    assert [run.name for run in runs] == ["c", "01-w-5", "03-w-0.0001", "b", "a"]
    assert [run.group for run in runs] == ["", "g", "g", "", ""]
    assert runs[1].path == group.members[0]
