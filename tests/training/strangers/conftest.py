"""A stranger's network in a Python file of its own, and weights for it."""

from pathlib import Path

import pytest
import torch
from torch import nn

CODE = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, channels=1, classes=3):
        super().__init__()
        self.conv = nn.Conv2d(channels, 6, 3, padding=1)
        self.norm = nn.BatchNorm2d(6)
        self.hidden = nn.Linear(6 * 16, 12)
        self.last = nn.Linear(12, classes)
        self.spare = nn.Linear(12, 4)

    def maps(self, x):
        return torch.relu(self.norm(self.conv(x)))

    def forward(self, x):
        x = torch.relu(self.hidden(nn.functional.adaptive_avg_pool2d(self.maps(x), 4).flatten(1)))
        return torch.log_softmax(self.last(x), 1)


def net():
    return Net()


def colour():
    return Net(3)


def many():
    return Net(classes=7)


def number():
    return 5


def broken():
    raise RuntimeError("no luck")


def embedder():
    return nn.Sequential(nn.Linear(12, 8), nn.Tanh(), nn.Linear(8, 2))
"""


@pytest.fixture(scope="session")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a person's own."""
    path = tmp_path_factory.mktemp("code") / "their_nets.py"
    path.write_text(CODE, "utf-8")
    return path


def made(code: Path, function: str = "net", seed: int = 0) -> nn.Module:
    """A network of that file, drawn from the seed."""
    space: dict[str, object] = {}
    exec(compile(code.read_text("utf-8"), str(code), "exec"), space)
    torch.manual_seed(seed)
    network = space[function]()  # type: ignore[operator]
    network.eval()
    return network
