"""The same run with some points of its probe, in another order."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from latentarium.runs.recording import Header, record
from latentarium.runs.run import Run


def test_the_probe_and_every_frame_are_taken_by_row(run_folder: Path) -> None:
    whole, rows = Run.open(run_folder), np.array([7, 0, 29, 3])
    part = whole.taking(rows)
    assert part.whole is whole
    assert (part.path, part.id, part.classes, part.entries) == (whole.path, whole.id, whole.classes, whole.entries)
    assert part.probe.ids == ("test-7", "test-0", "test-29", "test-3")
    assert part.probe.rows["test-29"] == 2
    np.testing.assert_array_equal(part.probe.images, whole.probe.images[rows])
    np.testing.assert_array_equal(part.probe.labels, whole.probe.labels[rows])
    assert part.probe.metadata["remark"][1] == whole.probe.metadata["remark"][0]
    assert part.reference is whole.reference
    for index in range(len(whole)):
        cut, full = part.frame(index), whole.frame(index)
        assert cut is part.frame(index - len(whole))
        assert (cut.step, cut.scalars) == (full.step, full.scalars)
        np.testing.assert_array_equal(cut.embeddings, full.embeddings[rows])
        np.testing.assert_array_equal(cut.probabilities, full.probabilities[rows])
        assert cut.reference_embeddings is full.reference_embeddings
        assert not cut.embeddings.flags.writeable
        assert not cut.probabilities.flags.writeable
    assert part.check() == []
    assert part.result == whole.result


def test_of_a_part_a_part(run_folder: Path) -> None:
    whole = Run.open(run_folder)
    part = whole.taking(np.array([9, 8, 7])).taking(np.array([2, 0]))
    assert part.whole is whole
    assert part.probe.ids == ("test-7", "test-9")
    np.testing.assert_array_equal(part.frame(2).embeddings, whole.frame(2).embeddings[[7, 9]])


def test_all_in_order_is_the_run_itself(run_folder: Path) -> None:
    whole = Run.open(run_folder)
    assert whole.taking(np.arange(30)) is whole
    assert whole.taking(np.arange(29)) is not whole


@pytest.mark.parametrize("rows", [[0, 0], [-1], [30]])
def test_rows_that_cannot_be(run_folder: Path, rows: list[int]) -> None:
    with pytest.raises(ValueError, match="rows must be different ones below 30"):
        Run.open(run_folder).taking(np.array(rows))


def test_it_follows_a_live_writer(tmp_path: Path, header: Header, made: SimpleNamespace) -> None:
    recording = record((made.frame(header, step) for step in (0, 10, 20)), tmp_path / "live", header)
    next(recording)
    next(recording)  # the first is on disk by then
    whole = Run.open(tmp_path / "live")
    part, seen = whole.taking(np.array([4, 2])), len(whole)
    for _ in recording:
        pass
    assert part.refresh()
    assert len(part) == len(whole) == 3 > seen
    np.testing.assert_array_equal(part.frame(2).embeddings, made.frame(header, 20).embeddings[[4, 2]])
    fresh = made.frame(header, 10)
    part.remember(1, fresh)
    assert whole.frame(1) is fresh


def test_closing_a_part_leaves_the_run_open(run_folder: Path, tmp_path: Path) -> None:
    from latentarium.runs.archive import pack

    pack(run_folder, tmp_path / "run.zip")
    whole = Run.open(tmp_path / "run.zip")
    part = whole.taking(np.array([1]))
    part.close()
    assert whole.frame(0).step == part.frame(0).step == 0
    whole.close()
    assert not whole.folder.exists()
