"""A network filled with weights from elsewhere, ready to make vectors of images."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from latentarium.core.arrays import Bytes, Floats
from latentarium.core.embedding import EmbeddingPlan, Preprocessing
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.progress import IsCancelled, never
from latentarium.training.strangers.architectures import Architecture, build
from latentarium.training.strangers.embedder import build_embedder
from latentarium.training.strangers.fitting import Fit, fit, listed
from latentarium.training.strangers.layers import Tap, choose_tap, needed, tapped, vectors, watched
from latentarium.training.strangers.pixels import normalised, prepared
from latentarium.training.strangers.python_file import first_line
from latentarium.training.strangers.settling import STATISTICS, settled

VALUES = 1 << 20  # of images at a time
STOPPED = "Embedding was stopped; begun again, it goes on from there."


@dataclass(frozen=True, eq=False)
class Stranger:
    """A network, what stands on it, where its embedding is taken, and how its images are prepared.

    `remarks` are sentences on what was taken for granted and what was left aside; `head` says whether its class head
    is filled, so that its logits mean something. `missing` are sentences on keys that nothing fills.
    """

    architecture: Architecture
    embedder: nn.Module | None
    tap: Tap
    preprocessing: Preprocessing
    fit: Fit
    dimensions: int
    head: bool
    remarks: tuple[str, ...]
    missing: tuple[str, ...] = ()

    @property
    def layers(self) -> tuple[str, ...]:
        """The modules whose output can be the embedding."""
        return tuple(name for name, _ in self.architecture.network.named_modules() if name)

    @property
    def classes(self) -> int:
        """How many classes the class head tells apart; 0 where there is none that is filled."""
        name = "classifier" if self.architecture.ours else self.tap.head
        head = dict(self.architecture.network.named_modules()).get(name) if self.head else None
        return int(head.out_features) if isinstance(head, nn.Linear) else 0

    @torch.inference_mode()
    def embed(self, images: Bytes, device: str, cancelled: IsCancelled = never) -> tuple[Floats, Floats | None]:
        """Vectors (N, D), logits (N, K) or None, of images uint8 (N, H, W, C), float32. Raises CancelledError."""
        found, heads = [], []
        step = max(1, VALUES // max(1, _values(images[:1], self.preprocessing)))
        network = self.architecture.network.to(device)
        embedder = self.embedder.to(device) if self.embedder is not None else None
        with tapped(network, self.tap) as caught:
            for start in range(0, len(images), step):
                if cancelled():
                    raise CancelledError(STOPPED)
                some = images[start : start + step]
                caught.embedding = caught.logits = None
                with explaining(self.architecture.title, f"{len(some)} images"):
                    output = network(self._seen(some, device))
                embedding, logits = caught.embedding, caught.logits
                if self._whole:
                    embedding, logits = output.embeddings, output.logits
                if embedder is not None and embedding is not None:
                    with explaining("The embedder", f"what {self.architecture.title} gives"):
                        embedding = vectors(embedder(embedding))
                found.append(self._checked(embedding, len(some)))
                if self.head and logits is not None:
                    heads.append(self._finite(logits.float()).cpu())
        return torch.cat(found).numpy(), torch.cat(heads).numpy() if heads else None

    def look(self, images: Bytes) -> tuple[Bytes, tuple[float, float]]:
        """The images as prepared, uint8 (N, H, W, C), and the least and the largest number that the network gets."""
        pixels = prepared(torch.tensor(images), self.preprocessing)
        numbers = normalised(pixels, self.preprocessing) if self.preprocessing.mean else pixels
        seen: NDArray[np.uint8] = (pixels.permute(0, 2, 3, 1) * 255).round().to(torch.uint8).numpy()
        return seen, (float(numbers.min()), float(numbers.max()))

    def fill(self, tensors: Mapping[str, Tensor], source: str) -> "Stranger":
        """The same with the weights of another file of the same training; LatentariumError where they do not fit."""
        network = self.architecture.network
        given = fit(network, tensors)
        lost = [name for name in self.fit.fitted if name in given.unfilled]
        if lost:
            raise given.refusal(self.architecture.title, source)
        return replace(self, fit=given)

    def _checked(self, embedding: Tensor | None, count: int) -> Tensor:
        """The vectors on the CPU; LatentariumError where they are not `count` rows of finite numbers, all as long."""
        title = self.architecture.title
        if embedding is None:
            raise LatentariumError(f"Nothing passed through {self.tap.layer} of {title} this time; name another layer.")
        if len(embedding) != count or embedding.shape[1] != (self.dimensions or embedding.shape[1]):
            raise LatentariumError(
                f"Of {count} images {title} makes {len(embedding)} × {embedding.shape[1]:,} numbers; "
                "it must make one vector of each, all of the same length."
            )
        return self._finite(embedding).cpu()

    def _finite(self, values: Tensor) -> Tensor:
        """The same; LatentariumError where not all are finite, with the weights that are not."""
        if not values.isfinite().all():
            state = self.architecture.network.state_dict()
            spoilt = tuple(name for name, value in state.items() if not value.isfinite().all())
            raise LatentariumError(
                f"{self.architecture.title} gives numbers that are not finite"
                + (f", as are some of its weights: {listed(spoilt)}." if spoilt else "; are mean, std and layer right?")
            )
        return values

    @property
    def _whole(self) -> bool:
        """Whether the network says itself what its embedding is."""
        return self.architecture.ours and not self.tap.layer

    def _seen(self, images: Bytes, device: str) -> Tensor:
        return _seen(self.architecture, images, self.preprocessing, device)


@dataclass(frozen=True, eq=False)
class Filled:
    """A network with what fitted of the tensors of the file `source`."""

    architecture: Architecture
    fit: Fit
    source: str

    @property
    def refusal(self) -> LatentariumError:
        """What does not fit, to be raised."""
        return self.fit.refusal(self.architecture.title, self.source)


def fill_network(plan: EmbeddingPlan, tensors: Mapping[str, Tensor]) -> Filled:
    """Build the plan's network and fill it. Raises LatentariumError where there is none such, or nothing fits."""
    architecture = build(plan.network, tensors, plan.recipe)
    with explaining(architecture.title, f"the weights of {plan.checkpoint.name}"):
        given = fit(architecture.network.eval(), tensors)
    filled = Filled(architecture, given, plan.checkpoint.name)
    if architecture.pretrained:  # twice as fast; a person's own code may need its maps the usual way
        architecture.network.to(memory_format=torch.channels_last)
    if not filled.fit.fitted:
        raise filled.refusal
    return filled


def assemble(plan: EmbeddingPlan, filled: Filled, images: Bytes, classes: int) -> Stranger:
    """Find where the embedding is in a filled network, and how its images are prepared.

    `images` are one or two of those to embed, `classes` counts the classes of the data set. Raises LatentariumError
    where keys that the embedding needs do not fit, with their names, or where the network refuses the images.
    """
    architecture, given = filled.architecture, filled.fit
    network = architecture.network
    settings, remarks = settled(architecture, plan.preprocessing, images.shape[3], given)
    height, width = images.shape[1:3]
    if not settings.size and settings.crop > min(height, width):
        raise LatentariumError(
            f"A crop of {settings.crop} pixels is larger than the images, which are {width} × {height}."
        )
    try:
        with torch.inference_mode():
            seen = watched(network, lambda: network(_seen(architecture, images, settings, "cpu")))
    except (Exception, SystemExit) as error:  # whatever a network raises for images that it cannot take
        if given.unfilled:
            raise filled.refusal from error
        raise LatentariumError(
            f"{architecture.title} cannot take images of {_described(images, settings)} ({first_line(error)}); "
            "set size, crop or channels."
        ) from error
    tap = choose_tap(network, seen, plan.layer, classes, architecture.pretrained)
    if architecture.ours and not plan.layer:
        tap = Tap("", False, "", "this program's own embedding")
    lost = (needed(network, seen, tap) & given.unfilled) - (STATISTICS if architecture.ours else frozenset())
    if lost:
        raise filled.refusal
    embedder, more = build_embedder(plan)
    head = tap.head or ("classifier" if architecture.ours else "")
    headed = bool(head) and embedder is None and not any(name.startswith(f"{head}.") for name in given.unfilled)
    stranger = Stranger(architecture, embedder, tap, settings, given, 0, headed, ())
    made, _ = stranger.embed(images, "cpu")
    return replace(
        stranger,
        dimensions=made.shape[1],
        remarks=(*remarks, *more, *_left_aside(filled, tap)),
        missing=_unfilled(given),
    )


def _seen(architecture: Architecture, images: Bytes, settings: Preprocessing, device: str) -> Tensor:
    pixels = prepared(torch.tensor(images, device=device), settings)
    if architecture.ours:
        return pixels.permute(0, 2, 3, 1) * 255  # these scale by their own buffers
    return normalised(pixels, settings)


def _left_aside(filled: Filled, tap: Tap) -> list[str]:
    given, title = filled.fit, filled.architecture.title
    whole = len(given.fitted) + len(given.lacking) + len(given.misshapen)
    count = f"All {whole}" if len(given.fitted) == whole else f"{len(given.fitted)} of the {whole}"
    said = [f"The embedding is {tap.words} in {title}.", f"{count} keys of the network fit."]
    if given.unused:
        said.append(f"{filled.source} has keys that {title} has not: {listed(given.unused)}.")
    return said


def _unfilled(given: Fit) -> tuple[str, ...]:
    names = listed(tuple(sorted(given.unfilled)))
    return (f"Not filled, and not needed for the embedding: {names}.",) if names else ()


@contextmanager
def explaining(who: str, what: str) -> Iterator[None]:
    """Say of whatever goes wrong in a network that it cannot take this."""
    try:
        yield
    except LatentariumError:
        raise
    except (Exception, SystemExit) as error:
        raise LatentariumError(f"{who} cannot take {what} ({first_line(error)}).") from error


def _values(images: Bytes, settings: Preprocessing) -> int:
    side = settings.crop or settings.size
    return side * side * 3 if side else int(np.prod(images.shape[1:]))


def _described(images: Bytes, settings: Preprocessing) -> str:
    pixels = prepared(torch.tensor(images[:1]), settings)
    return f"{pixels.shape[3]} × {pixels.shape[2]} pixels in {pixels.shape[1]} channel{'s' * (pixels.shape[1] > 1)}"
