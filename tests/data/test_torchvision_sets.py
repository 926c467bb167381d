"""torchvision's sets: read from files, fetched on request from a server of the test's own."""

import gzip
import hashlib
import http.server
import pickle
import socket
import struct
import sys
import threading

import numpy as np
import pytest
from torchvision import datasets

from latentarium.core.dataset import TEST
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.progress import ignore, never
from latentarium.core.recipe import Data
from latentarium.data import class_names, download, load

FILES = {
    "train-images-idx3-ubyte": (6, True),
    "train-labels-idx1-ubyte": (6, False),
    "t10k-images-idx3-ubyte": (4, True),
    "t10k-labels-idx1-ubyte": (4, False),
}


def idx(count, images):
    """A small file as MNIST's are: rows of one value each, labels counting up."""
    if images:
        return struct.pack(">IIII", 2051, count, 28, 28) + b"".join(bytes([10 * row]) * 784 for row in range(count))
    return struct.pack(">II", 2049, count) + bytes(range(count))


@pytest.fixture
def mnist_files(tmp_path):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name, (count, images) in FILES.items():
        (raw / name).write_bytes(idx(count, images))
    return tmp_path


def test_mnist_from_a_folder(mnist_files, monkeypatch):
    dataset = load(Data(name="mnist", root=str(mnist_files)))
    assert dataset.images.shape == (10, 28, 28, 1)
    assert dataset.images.dtype == np.uint8
    np.testing.assert_array_equal(dataset.images[:, 3, 3, 0], [0, 10, 20, 30, 40, 50, 0, 10, 20, 30])
    np.testing.assert_array_equal(dataset.labels, [0, 1, 2, 3, 4, 5, 0, 1, 2, 3])
    assert dataset.classes == tuple("0123456789")
    assert dataset.ids[5:8] == ("train-5", "test-0", "test-1")
    assert not dataset.images.flags.writeable
    monkeypatch.setenv("LATENTARIUM_DATA", str(mnist_files))
    assert load(Data(name="mnist")).fingerprint == dataset.fingerprint
    sliced = load(Data(name="mnist", train="train[:2]", test="train[3:5]"))
    assert sliced.ids == ("train-0", "train-1", "train-3", "train-4")


def test_a_missing_set_is_a_sentence(tmp_path):
    for name, title in (("mnist", "MNIST"), ("kmnist", "KMNIST"), ("cifar10", "CIFAR-10")):
        with pytest.raises(LatentariumError, match=f"{title} is not in .*download it"):
            load(Data(name=name, root=str(tmp_path)))


def test_a_damaged_set_is_a_sentence(mnist_files):
    path = mnist_files / "MNIST" / "raw" / "t10k-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(LatentariumError, match="damaged"):
        load(Data(name="mnist", root=str(mnist_files)))
    path.write_bytes(b"")
    with pytest.raises(LatentariumError, match="damaged"):
        load(Data(name="mnist", root=str(mnist_files)))


def test_class_names():
    assert class_names(Data(name="mnist"))[3] == "3"
    assert class_names(Data(name="fashion-mnist"))[0] == "T-shirt/top"
    assert len(class_names(Data(name="kmnist"))) == 10


@pytest.fixture
def cifar_files(tmp_path, monkeypatch):
    """CIFAR-10 with four images a file, and torchvision told their digests."""
    folder = tmp_path / datasets.CIFAR10.base_folder
    folder.mkdir()

    def write(name, content):
        (folder / name).write_bytes(pickle.dumps(content))
        return [name, hashlib.md5((folder / name).read_bytes()).hexdigest()]

    pixels = np.arange(3072, dtype=np.uint8)
    batch = {"data": np.stack([pixels] * 4), "labels": [3, 1, 4, 1]}
    monkeypatch.setattr(datasets.CIFAR10, "train_list", [write("data_batch_1", batch)])
    monkeypatch.setattr(datasets.CIFAR10, "test_list", [write("test_batch", batch)])
    name, digest = write("batches.meta", {"label_names": ["plane", "car", "bird", "cat", "deer"]})
    monkeypatch.setattr(datasets.CIFAR10, "meta", {"filename": name, "key": "label_names", "md5": digest})
    return tmp_path


def test_cifar_from_a_folder(cifar_files):
    dataset = load(Data(name="cifar10", root=str(cifar_files)))
    assert dataset.images.shape == (8, 32, 32, 3)
    np.testing.assert_array_equal(dataset.images[0, 0, :3, 0], [0, 1, 2])  # red comes first, row by row
    assert dataset.classes[3] == "cat"
    np.testing.assert_array_equal(dataset.labels[dataset.split == TEST], [3, 1, 4, 1])
    assert class_names(Data(name="cifar10", root=str(cifar_files)))[0] == "plane"


class Bomb:
    def __reduce__(self):
        return sys.exit, (3,)


def test_a_strangers_pickle_is_never_read(cifar_files):
    path = cifar_files / datasets.CIFAR10.base_folder / "test_batch"
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(LatentariumError):
        load(Data(name="cifar10", root=str(cifar_files)))


@pytest.fixture
def server(monkeypatch):
    """Serves the MNIST archives, torchvision pointed at it; gives what it serves, to be changed."""
    files = {f"/{name}.gz": gzip.compress(idx(*shape)) for name, shape in FILES.items()}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            content = files.get(self.path)
            self.send_response(200 if content else 404)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_):
            pass

    serving = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
    thread.start()
    mirrors = [f"http://127.0.0.1:{closed_port()}/", f"http://127.0.0.1:{serving.server_port}/"]
    resources = [(name[1:], hashlib.md5(content).hexdigest()) for name, content in files.items()]
    monkeypatch.setattr(datasets.MNIST, "mirrors", mirrors)
    monkeypatch.setattr(datasets.MNIST, "resources", resources)
    yield files
    serving.shutdown()
    thread.join()
    serving.server_close()


def closed_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_download_tells_of_itself_and_tries_the_next_mirror(server, tmp_path):
    seen = []
    download("mnist", tmp_path, lambda text, part: seen.append((text, part)))
    assert len(load(Data(name="mnist", root=str(tmp_path)))) == 10
    assert any("train-images" in text and part == 1.0 for text, part in seen)
    assert not list(tmp_path.rglob("*.part"))
    server.clear()  # what is there is not fetched again
    download("mnist", tmp_path, ignore, never)


def test_a_download_can_be_cancelled(server, tmp_path):
    with pytest.raises(CancelledError):
        download("mnist", tmp_path, ignore, lambda: True)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_changed_archive_is_refused(server, tmp_path):
    server["/t10k-labels-idx1-ubyte.gz"] = gzip.compress(b"something else")
    with pytest.raises(LatentariumError, match="another file than expected"):
        download("mnist", tmp_path)
    assert not list(tmp_path.rglob("*.part"))


def test_a_half_done_download_goes_on(server, tmp_path):
    kept = server.pop("/t10k-labels-idx1-ubyte.gz")
    with pytest.raises(LatentariumError, match=r"MNIST could not be downloaded .*Check the network"):
        download("mnist", tmp_path)
    for path in list(server):
        del server[path]
    server["/t10k-labels-idx1-ubyte.gz"] = kept
    download("mnist", tmp_path)
    assert len(load(Data(name="mnist", root=str(tmp_path)))) == 10


def test_no_network(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.MNIST, "mirrors", [f"http://127.0.0.1:{closed_port()}/"])
    with pytest.raises(LatentariumError, match=r"MNIST could not be downloaded .*put train-images-idx3-ubyte\.gz into"):
        download("mnist", tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(LatentariumError, match="could not be saved"):
        download("mnist", tmp_path / "file")
    with pytest.raises(LatentariumError, match="needs no download"):
        download("mnist-5k", tmp_path)


@pytest.mark.needs_data
def test_the_full_mnist(data_folder):
    dataset = load(Data(name="mnist", root=str(data_folder)))
    assert dataset.images.shape == (70_000, 28, 28, 1)
    np.testing.assert_array_equal(dataset.labels[:5], [5, 0, 4, 1, 9])
    assert int((dataset.split == TEST).sum()) == 10_000
