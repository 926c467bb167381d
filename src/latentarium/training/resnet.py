"""torchvision's ResNets as trunks."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from latentarium.core.errors import LatentariumError

SMALL_IMAGE = 64  # pixels; up to here a 3×3 stem without pooling, as is usual for CIFAR
STEM = "conv1.weight"


class ResNetTrunk(nn.Module):
    """A ResNet without its class head: (B, 1 or 3, H, W) -> (B, width). Greyscale becomes three equal channels."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.body(x.expand(-1, 3, -1, -1))
        return out


def resnet(
    name: str, size: int, weights: Mapping[str, Tensor] | None = None, source: Path | None = None
) -> tuple[nn.Module, int]:
    """The trunk of torchvision's `name` for images of `size` pixels a side, and the length of what it gives.

    Images up to 64 pixels get a 3×3 stem without pooling, unless the `weights`, from the file `source`, bring the
    7×7 one. Raises LatentariumError where names or shapes of the weights do not fit.
    """
    import torchvision.models  # here, because it takes 3 s and no other network needs it

    body = getattr(torchvision.models, name)(weights=None)
    width = int(body.fc.in_features)
    body.fc = nn.Identity()
    kernel = weights[STEM].shape[-1] if weights is not None and STEM in weights else None
    if kernel == 3 or (kernel is None and size <= SMALL_IMAGE):
        body.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
        nn.init.kaiming_normal_(body.conv1.weight, mode="fan_out", nonlinearity="relu")
        body.maxpool = nn.Identity()
    if weights is not None:
        _fill(body, name, weights, source)
    return ResNetTrunk(body.to(memory_format=torch.channels_last)), width


def _fill(body: nn.Module, name: str, weights: Mapping[str, Tensor], source: Path | None) -> None:
    wanted = {key: value.shape for key, value in body.state_dict().items()}
    given = {key: value for key, value in weights.items() if not key.startswith("fc.")}
    problems = {
        "the file lacks": [k for k in wanted if k not in given and not k.endswith("num_batches_tracked")],
        "another shape has": [k for k, shape in wanted.items() if k in given and given[k].shape != shape],
        f"{name} has no": [k for k in given if k not in wanted],
    }
    for problem, keys in problems.items():
        if keys:
            more = f" and {len(keys) - 1} more" if len(keys) > 1 else ""
            raise LatentariumError(f"The weights of {source} do not fit {name}: {problem} {keys[0]}{more}.")
    body.load_state_dict(given, strict=False)
