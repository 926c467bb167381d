"""The residual MLP of the contrastive tutorial (Neuromatch)."""

from torch import Tensor, nn

WIDTH, BLOCKS, SLOPE = 256, 4, 0.1


class ResidualBlock(nn.Module):
    """x + Linear(act(norm(Linear(act(norm(x)))))), with LayerNorm and LeakyReLU: (B, W) -> (B, W)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.LayerNorm(width),
            nn.LeakyReLU(SLOPE),
            nn.Linear(width, width),
            nn.LayerNorm(width),
            nn.LeakyReLU(SLOPE),
            nn.Linear(width, width),
        )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = x + self.layers(x)
        return out


def residual_mlp(pixels: int) -> tuple[nn.Module, int]:
    """Images (B, C, H, W) of `pixels` = C·H·W values -> (B, 256): a linear map, then four residual blocks."""
    return nn.Sequential(nn.Flatten(), nn.Linear(pixels, WIDTH), *(ResidualBlock(WIDTH) for _ in range(BLOCKS))), WIDTH
