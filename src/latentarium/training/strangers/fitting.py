"""Which tensors of a file belong where in a network."""

from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor, nn

from latentarium.core.errors import LatentariumError

NAMED = 4  # keys in a sentence
DEEPEST, MOST_PREFIXES = 3, 30  # names before the network's own that are tried
COUNTER = "num_batches_tracked"  # of batch norm, which nothing here reads


@dataclass(frozen=True)
class Fit:
    """The keys of a network that a file fills, those that it lacks or has in another shape, and what it has besides.

    `prefix` is what the file's own names begin with before the network's.
    """

    fitted: tuple[str, ...]
    lacking: tuple[str, ...]
    misshapen: tuple[str, ...]  # with both shapes, for people
    unused: tuple[str, ...]
    prefix: str = ""

    @property
    def unfilled(self) -> frozenset[str]:
        """The network's keys that keep what the network was made with."""
        return frozenset((*self.lacking, *(name.partition(" ")[0] for name in self.misshapen)))

    def sentence(self, network: str, source: str) -> str:
        """What does not fit, with names."""
        whole = len(self.fitted) + len(self.lacking) + len(self.misshapen)
        parts = [f"of its {whole} keys {len(self.fitted)} fit"]
        for words, names in (
            ("the file lacks", self.lacking),
            ("another shape has", self.misshapen),
            (f"{network} has no", self.unused),
        ):
            if names:
                parts.append(f"{words} {listed(names)}")
        return f"The weights of {source} do not fit {network}: {'; '.join(parts)}."

    def refusal(self, network: str, source: str) -> LatentariumError:
        """What does not fit, to be raised; all keys are its details."""
        return LatentariumError(self.sentence(network, source), self.listing)

    @property
    def listing(self) -> str:
        """All keys by what became of them, for people."""
        lines: list[str] = []
        for words, names in (
            ("Fitted", self.fitted),
            ("Not in the file", self.lacking),
            ("Of another shape", self.misshapen),
            ("Only in the file", self.unused),
        ):
            if names:
                lines += [f"{words} ({len(names):,})", *(f"    {name}" for name in names)]
        return "\n".join(lines)


def listed(names: tuple[str, ...]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def fit(network: nn.Module, tensors: Mapping[str, Tensor]) -> Fit:
    """Copy into `network` what fits by name and shape; the names may have a common prefix in the file."""
    wanted = network.state_dict()
    prefix = common_prefix(tensors, wanted)
    given = {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
    fitting = OrderedDict(
        (name, value) for name, value in given.items() if name in wanted and value.shape == wanted[name].shape
    )
    vars(fitting)["_metadata"] = getattr(wanted, "_metadata", None)  # some layers ask which version of them it is of
    network.load_state_dict(fitting, strict=False)
    return Fit(
        fitted=tuple(name for name in wanted if name in fitting),
        lacking=tuple(name for name in wanted if name not in given and not name.endswith(COUNTER)),
        misshapen=tuple(
            f"{name} ({_place(prefix, name)}{shape_of(given[name])} in the file, {shape_of(value)} in the network)"
            for name, value in wanted.items()
            if name in given and name not in fitting
        ),
        unused=tuple(
            name for name in tensors if name.removeprefix(prefix) not in wanted or not name.startswith(prefix)
        ),
        prefix=prefix,
    )


def _place(prefix: str, name: str) -> str:
    """Where a key lies in the file, where it is called otherwise there."""
    return f"{prefix}{name} is " if prefix else ""


def common_prefix(tensors: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> str:
    """What stands before the network's names in the file, such as "model." or "net.encoder."; most often nothing.

    The prefix under which more than half of the network's keys agree in name and shape, the shortest of equals; where
    there is none, what all names have in common: a few keys also fit inside a network of another kind.
    """
    counted: Counter[str] = Counter()
    for name in tensors:
        parts = name.split(".")
        counted.update(".".join(parts[:count]) + "." for count in range(1, min(len(parts), DEEPEST + 1)))
    prefixes = sorted(["", *(prefix for prefix, _ in counted.most_common(MOST_PREFIXES))], key=len)

    needed = {name: value for name, value in wanted.items() if not name.endswith(COUNTER)}

    def agreeing(prefix: str) -> int:
        pairs = ((tensors[prefix + name], value) for name, value in needed.items() if prefix + name in tensors)
        return sum(given.shape == value.shape for given, value in pairs)

    best = max(prefixes, key=agreeing)
    if 2 * agreeing(best) > len(needed):
        return best
    return max((prefix for prefix in prefixes if counted[prefix] == len(tensors)), key=len, default="")


def shape_of(tensor: Tensor) -> str:
    """A shape for people: 10 × 500."""
    return " × ".join(map(str, tensor.shape)) or "one number"
