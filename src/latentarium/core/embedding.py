"""What is to be embedded with weights that were trained elsewhere, and how its images are prepared."""

from dataclasses import dataclass, field
from pathlib import Path

from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Recipe

CHANNELS = ("", "grey", "rgb", "bgr")
LARGEST_SIDE = 2048  # pixels
LEAST, MOST = 1e-6, 1e6  # of mean and std: a brightness of 0 to 255 is within them


@dataclass(frozen=True)
class Preprocessing:
    """What happens to an image before a network sees it, in this order.

    `size`: side in pixels to resize to, `crop`: side of the square that is cut from the middle; 0: as it is.
    `channels`: grey, rgb or bgr; empty: as many as the network takes. `invert`: black becomes white. Then brightness
    of 0 to 1 less `mean`, divided by `std`, one number for all channels or one for each; empty: the network's usual.
    """

    size: int = 0
    crop: int = 0
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    channels: str = ""
    invert: bool = False

    def __post_init__(self) -> None:
        for name, value in (("size", self.size), ("crop", self.crop)):
            if not 0 <= value <= LARGEST_SIDE:
                raise LatentariumError(f"The {name} is {value}; give 0 to {LARGEST_SIDE} pixels.")
        if self.size and self.crop > self.size:
            raise LatentariumError(f"A crop of {self.crop} pixels is larger than the size of {self.size}.")
        if self.channels not in CHANNELS:
            raise LatentariumError(f"The channels are {self.channels}; give grey, rgb or bgr.")
        if bool(self.mean) != bool(self.std) or len(self.mean) not in (0, 1, 3) or len(self.mean) != len(self.std):
            raise LatentariumError("Give mean and std together: one number each, or three.")
        if not all(value > 0 for value in self.std):
            raise LatentariumError("Every std must be above 0.")
        if not all(LEAST < value < MOST for value in self.std) or not all(abs(value) < MOST for value in self.mean):
            raise LatentariumError("Mean and std are of a brightness of 0 to 1; they cannot be so large or so small.")


@dataclass(frozen=True)
class EmbeddingPlan:
    """Whose weights, in which network, make vectors of which images.

    `checkpoint` is a file of weights, a folder of them, or a run. `network`: one of this program's, a torchvision
    model, timm:NAME, or FILE.py:FUNCTION; empty: that of the run which the checkpoint is of. `layer` names the module
    whose output is the embedding, "output" that of the network; empty: what goes into its class head. `embedder` is a
    second file, of layers that stand on the network, and `embedder_network` says which, as FILE.py:FUNCTION; empty:
    linear layers with ReLU between. The recipe's tables data and network and its seed are used.
    """

    checkpoint: Path
    recipe: Recipe
    network: str = ""
    layer: str = ""
    embedder: Path | None = None
    embedder_network: str = ""
    preprocessing: Preprocessing = field(default_factory=Preprocessing)

    @property
    def runs_code(self) -> tuple[str, ...]:
        """The files of Python that are run for this plan, as they were named."""
        return tuple(name for name in (self.network, self.embedder_network) if is_python(name))


def is_python(network: str) -> bool:
    """Whether a network is named as FILE.py:FUNCTION."""
    return network.rpartition(":")[0].endswith(".py")
