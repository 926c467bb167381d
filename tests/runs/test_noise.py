"""Whatever noise a run is damaged with, what comes out is a frame or a sentence."""

import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from latentarium.core.errors import LatentariumError
from latentarium.runs.checkpoints import last_checkpoint
from latentarium.runs.disk import digest
from latentarium.runs.library import list_runs
from latentarium.runs.run import Run

FILES = ("run.json", "manifest.jsonl", "metadata.csv", "probe.safetensors", "frames/00000050.safetensors")
TRIALS = 250


def damaged(data: bytes, noise: random.Random) -> bytes:
    """The bytes with a few changed, cut out, doubled, or of another value that JSON knows."""
    for _ in range(noise.randint(1, 3)):
        place = noise.randrange(min(len(data), 4000)) if data else 0
        length = noise.choice([1, 1, 2, 8, 100])
        new = noise.choice(
            [
                bytes(noise.randrange(256) for _ in range(length)),
                b"",
                data[place : place + length] * 2,
                noise.choice([b"null", b"-1", b"1e999", b"NaN", b"{}", b"[]", b'"', b"\n", b"../", b"\x00", b"9" * 30]),
            ]
        )
        data = data[:place] + new + data[place + length :]
    return data


@pytest.mark.parametrize("seed", range(5))
def test_noise(seed: int, run_folder: Path, tmp_path: Path) -> None:
    noise = random.Random(seed)
    whole = {path: path.read_bytes() for path in run_folder.rglob("*") if path.is_file()}
    refused = 0
    for _ in range(TRIALS // 5):
        path = run_folder / noise.choice(FILES)
        path.write_bytes(damaged(whole[path], noise))
        if noise.random() < 0.7:  # a liar writes the hash too
            new, old = digest(path.read_bytes()).encode(), digest(whole[path]).encode()
            for index in (run_folder / "run.json", run_folder / "manifest.jsonl"):
                index.write_bytes(index.read_bytes().replace(old, new))
        list_runs(tmp_path)
        try:
            run = Run.open(run_folder)
            run.check()
            last_checkpoint(run.folder)
            for position in range(len(run)):
                frame = run.frame(position)
                assert np.isfinite(frame.embeddings).all()
                assert frame.probabilities.shape == (len(run.probe), run.trained)
        except LatentariumError as error:
            refused += str(run_folder) in str(error)
        for file, content in whole.items():
            file.write_bytes(content)
    assert refused > 0
    shutil.rmtree(run_folder)
