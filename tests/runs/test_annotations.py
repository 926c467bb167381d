"""Labels given by hand, beside a run."""

import hashlib
import threading
from pathlib import Path

import pytest

from latentarium.core.annotations import NO_ANNOTATIONS, Annotations
from latentarium.core.errors import LatentariumError
from latentarium.runs.annotations import load_annotations, save_annotations
from latentarium.runs.archive import pack
from latentarium.runs.run import Run


def fingerprints(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("annotations")]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_they_come_back_and_the_source_stays_as_it_is(run_folder: Path) -> None:
    before = fingerprints(run_folder)
    run = Run.open(run_folder)
    assert len(load_annotations(run)) == 0
    assert not (run_folder / "annotations.csv").exists(), "opening never writes"
    labels = {"test-3": 'a "quoted", cat', "test-1": "=1+1", "test-2": "größer ⅓"}
    assert dict(save_annotations(run, labels).labels) == labels
    assert dict(load_annotations(Run.open(run_folder)).labels) == labels
    assert dict(save_annotations(run, {"test-3": "", "test-9": "dog"}).labels) == {
        "test-1": "=1+1",
        "test-2": "größer ⅓",
        "test-9": "dog",
    }
    assert fingerprints(run_folder) == before
    assert Run.open(run_folder).check() == []


def test_changes_are_what_must_be_written() -> None:
    first = NO_ANNOTATIONS.with_labels(["a", "b"], " cat \n dog ")
    assert dict(first.labels) == {"a": "cat dog", "b": "cat dog"}
    second = first.with_labels(["b", "c"], "bird").with_labels(["a"], "  ")
    assert dict(second.labels) == {"b": "bird", "c": "bird"}
    assert second.changes(first) == {"a": "", "b": "bird", "c": "bird"}
    assert second.changes(second) == {}
    assert len(NO_ANNOTATIONS.labels) == 0


def test_programs_that_label_at_once_lose_nothing(run_folder: Path) -> None:
    def label(writer: int) -> None:
        run = Run.open(run_folder)
        for row in range(5):
            save_annotations(run, {f"test-{5 * writer + row}": f"by {writer}"})

    threads = [threading.Thread(target=label, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = load_annotations(Run.open(run_folder))
    assert dict(found.labels) == {f"test-{row}": f"by {row // 5}" for row in range(20)}


def test_a_zip_takes_them_along_and_keeps_none(run_folder: Path, tmp_path: Path) -> None:
    save_annotations(Run.open(run_folder), {"test-4": "cat"})
    pack(run_folder, tmp_path / "run.zip")
    run = Run.open(tmp_path / "run.zip")
    assert dict(load_annotations(run).labels) == {"test-4": "cat"}
    with pytest.raises(LatentariumError, match="is a zip, which keeps no labels"):
        save_annotations(run, {"test-4": "dog"})
    run.close()


@pytest.mark.parametrize("text", ["name,label\na,b\n", 'id,label\n"a', "id,label\na\n", ""])
def test_a_damaged_file_is_told_of_and_never_written_over(text: str, run_folder: Path) -> None:
    (run_folder / "annotations.csv").write_text(text)
    run = Run.open(run_folder)
    with pytest.raises(LatentariumError, match="is damaged"):
        load_annotations(run)
    with pytest.raises(LatentariumError, match="is damaged"):
        save_annotations(run, {"test-1": "cat"})
    assert (run_folder / "annotations.csv").read_text() == text


def test_they_never_leave_the_run(run_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_text("id,label\ntest-1,cat\n")
    (run_folder / "annotations.csv").symlink_to(tmp_path / "outside.csv")
    run = Run.open(run_folder)
    for act in (lambda: load_annotations(run), lambda: save_annotations(run, {"test-1": "dog"})):
        with pytest.raises(LatentariumError, match="outside of itself"):
            act()
    assert (tmp_path / "outside.csv").read_text() == "id,label\ntest-1,cat\n"


def test_a_label_is_no_longer_than_a_line() -> None:
    assert len(Annotations().with_labels(["a"], "x" * 5000).labels["a"]) == 200
