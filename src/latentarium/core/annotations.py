"""What a person added to a run: labels given by hand, and columns of a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

LONGEST = 200  # characters of a label by hand


@dataclass(frozen=True, eq=False)
class Columns:
    """Further columns of metadata, which a person added: `cells` of each column by its name, in the order of `ids`."""

    ids: tuple[str, ...] = ()
    cells: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def in_order(self, ids: tuple[str, ...]) -> "Columns":
        """The same for these ids; empty cells where nothing is known of one."""
        if ids == self.ids:
            return self
        rows = {name: row for row, name in enumerate(self.ids)}
        places = [rows.get(name, -1) for name in ids]
        cells = {name: tuple(column[place] for place in places) for name, column in self._closed()}
        return Columns(ids, MappingProxyType(cells))

    def _closed(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        """Each column with an empty cell at its end, which −1 finds."""
        return ((name, (*column, "")) for name, column in self.cells.items())


NO_COLUMNS = Columns()


@dataclass(frozen=True, eq=False)
class Annotations:
    """The labels given by hand, by the points' ids; a point that is not among them has its source's label alone.

    `columns` were added from a table, `beyond` to a second run that shows the same points.
    """

    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    columns: Columns = NO_COLUMNS
    beyond: Columns = NO_COLUMNS

    def __len__(self) -> int:
        return len(self.labels)

    def with_labels(self, ids: Iterable[str], label: str) -> "Annotations":
        """The same with these points labelled so; an empty label takes theirs away."""
        text = " ".join(label.split())[:LONGEST]
        return self.with_changes(dict.fromkeys(ids, text))

    def with_changes(self, changes: Mapping[str, str]) -> "Annotations":
        """The same with these labels by id, an empty one taking it away."""
        labels = {**self.labels, **changes}
        for name in [name for name, label in changes.items() if not label]:
            del labels[name]
        return replace(self, labels=MappingProxyType(labels))

    def changes(self, since: "Annotations") -> dict[str, str]:
        """What must be written over `since` to have this: a label for each id, empty where it was taken away."""
        changed = {name: label for name, label in self.labels.items() if since.labels.get(name) != label}
        return changed | {name: "" for name in since.labels if name not in self.labels}


NO_ANNOTATIONS = Annotations()
