"""Write a run while it is being trained."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from latentarium.core.dataset import Sample
from latentarium.core.frame import Checkpoint, Frame
from latentarium.core.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Header:
    """What a run knows before its first frame. `classes` holds the trained ones first, `trained` counts them."""

    recipe: Recipe
    classes: tuple[str, ...]
    trained: int
    probe: Sample
    reference: Sample
    dataset: str
    fingerprint: str
    threads: int
    device: str
    baselines: Mapping[str, float] = field(default_factory=dict)


def record(
    items: Iterator[Frame | Checkpoint],
    folder: Path,
    header: Header | None,
    committed: Callable[[int, Frame], None] | None = None,
) -> Iterator[Frame | Checkpoint]:
    """Pass `items` on while a thread commits them to `folder`, at most one behind; None continues a run."""
    raise NotImplementedError
