"""Files of weights that others wrote: what is read, and what is refused, at once and without running anything."""

import os
import pickle
import random
import time
import zipfile
from pathlib import Path

import pytest
import safetensors.torch
import torch

from latentarium.core.errors import LatentariumError
from latentarium.training.weights import read_weights

STATE = {f"layer{place}.weight": torch.arange(12.0).reshape(4, 3) + place for place in range(3)}


class Trap:
    """Makes a file where it is unpickled, were its code run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("wrapped", [None, "state_dict", "model", "net"])
@pytest.mark.parametrize("legacy", [False, True])
def test_a_state_dict_bare_or_wrapped(tmp_path, wrapped, legacy):
    state = {f"module.{name}": value for name, value in STATE.items()}
    content = {wrapped: state, "epoch": 3, "best": 0.5} if wrapped else state
    torch.save(content, tmp_path / "w.th", _use_new_zipfile_serialization=not legacy)
    read = read_weights(tmp_path / "w.th")
    assert list(read) == list(STATE)
    assert all(torch.equal(read[name], STATE[name]) for name in STATE)


def test_safetensors(tmp_path):
    safetensors.torch.save_file(STATE, tmp_path / "w.safetensors")
    assert set(read_weights(tmp_path / "w.safetensors")) == set(STATE)


@pytest.mark.parametrize("legacy", [False, True, None])
def test_code_in_a_pickle_is_refused_and_not_run(tmp_path, legacy):
    path, sprung = tmp_path / "w.pt", tmp_path / "sprung"
    content = {"state_dict": STATE, "more": Trap(sprung)}
    if legacy is None:
        path.write_bytes(pickle.dumps(content))
    else:
        torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    with pytest.raises(LatentariumError, match="its code is not run"):
        read_weights(path)
    assert not sprung.exists()
    assert sorted(item.name for item in tmp_path.iterdir()) == ["w.pt"]


def test_a_packed_file_is_not_unpacked(tmp_path):
    torch.save({"w": torch.zeros(10_000_000)}, tmp_path / "plain.pt")
    with (
        zipfile.ZipFile(tmp_path / "plain.pt") as plain,
        zipfile.ZipFile(tmp_path / "bomb.pt", "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for member in plain.infolist():
            bomb.writestr(member.filename, plain.read(member))
    assert (tmp_path / "bomb.pt").stat().st_size < 100_000
    with pytest.raises(LatentariumError, match="packed otherwise"):
        read_weights(tmp_path / "bomb.pt")


def test_a_tensor_that_claims_more_than_there_is(tmp_path):
    torch.save({"w": torch.zeros(1).as_strided((10**6, 10**6), (0, 0))}, tmp_path / "w.pt")
    with pytest.raises(LatentariumError, match="w claims more numbers"):
        read_weights(tmp_path / "w.pt")
    torch.save({"w": torch.eye(3).to_sparse()}, tmp_path / "w.pt")
    with pytest.raises(LatentariumError, match="w is no plain array"):
        read_weights(tmp_path / "w.pt")


def test_what_is_no_state_dict(tmp_path):
    for content, words in (([1, 2], "no state dict"), ({}, "no state dict"), ({"a": 1}, "more than the tensors")):
        torch.save(content, tmp_path / "w.pt")
        with pytest.raises(LatentariumError, match=words):
            read_weights(tmp_path / "w.pt")
    with pytest.raises(LatentariumError, match="no file of weights"):
        read_weights(tmp_path / "absent.pt")
    with pytest.raises(LatentariumError, match="is a folder"):
        read_weights(tmp_path)


@pytest.mark.filterwarnings("ignore:.*torch.jit:FutureWarning")
def test_several_state_dicts_and_scripted_modules_are_told_apart(tmp_path):
    torch.save({"trunk": STATE, "embedder": STATE, "epoch": 3}, tmp_path / "w.pt")
    with pytest.raises(LatentariumError, match=r"several state dicts \(trunk, embedder\)"):
        read_weights(tmp_path / "w.pt")
    torch.jit.script(torch.nn.Linear(2, 2)).save(tmp_path / "w.pt")
    with pytest.raises(LatentariumError, match="scripted module, and its code is not run"):
        read_weights(tmp_path / "w.pt")


@pytest.mark.parametrize("name", ["zip.pt", "legacy.pth", "plain.safetensors"])
def test_damaged_files_give_a_sentence_at_once(tmp_path, name):
    if name.endswith("safetensors"):
        safetensors.torch.save_file(STATE, tmp_path / name)
    else:
        torch.save(STATE, tmp_path / name, _use_new_zipfile_serialization=name.startswith("zip"))
    whole, chance, refused = (tmp_path / name).read_bytes(), random.Random(0), 0
    for trial in range(120):
        data = bytearray(whole)
        if trial % 3 == 0:
            del data[chance.randrange(len(data)) :]
        else:
            for _ in range(3):
                data[chance.randrange(min(len(data), 600))] = chance.randrange(256)
        (tmp_path / name).write_bytes(data)
        began = time.monotonic()
        try:
            read_weights(tmp_path / name)
        except LatentariumError:
            refused += 1
        assert time.monotonic() - began < 2
    assert refused > 60


@pytest.mark.parametrize("numbers", [10**9, 10**11, 2**62])
def test_a_legacy_file_that_promises_a_mountain(tmp_path, numbers):
    torch.save({"w": torch.zeros(4)}, tmp_path / "w.pt", _use_new_zipfile_serialization=False)
    data = (tmp_path / "w.pt").read_bytes()
    place = data.rindex(b"K\x04N")  # how many numbers the storage has
    (tmp_path / "w.pt").write_bytes(data[:place] + b"\x8a\x09" + numbers.to_bytes(9, "little") + data[place + 2 :])
    with pytest.raises(LatentariumError, match="cannot be read"):
        read_weights(tmp_path / "w.pt")
