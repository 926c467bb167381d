"""Labels that a person gave by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

LONGEST = 200  # characters of a label by hand


@dataclass(frozen=True, eq=False)
class Annotations:
    """The labels given by hand, by the points' ids; a point that is not among them has its source's label alone."""

    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __len__(self) -> int:
        return len(self.labels)

    def with_labels(self, ids: Iterable[str], label: str) -> "Annotations":
        """The same with these points labelled so; an empty label takes theirs away."""
        text = " ".join(label.split())[:LONGEST]
        return self.with_changes(dict.fromkeys(ids, text))

    def with_changes(self, changes: Mapping[str, str]) -> "Annotations":
        """The same with these labels by id, an empty one taking it away."""
        labels = {name: label for name, label in {**self.labels, **changes}.items() if label}
        return Annotations(MappingProxyType(labels))

    def changes(self, since: "Annotations") -> dict[str, str]:
        """What must be written over `since` to have this: a label for each id, empty where it was taken away."""
        changed = {name: label for name, label in self.labels.items() if since.labels.get(name) != label}
        return changed | {name: "" for name in since.labels if name not in self.labels}


NO_ANNOTATIONS = Annotations()
