"""Labels given by hand: read with a run, written whenever they change, asked for, and exported."""

import threading
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from latentarium.app.commands import Commands
from latentarium.app.errands import Errand
from latentarium.app.inspector.table_panel import TablePanel, rows_to_label
from latentarium.app.parts import Parts
from latentarium.app.session import run_of
from latentarium.app.widgets.file_to_write import file_to_write
from latentarium.core.annotations import NO_ANNOTATIONS, NO_COLUMNS, Annotations, Columns
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.runs.added_columns import load_columns, match_columns, save_columns
from latentarium.runs.annotations import load_annotations, save_annotations
from latentarium.runs.run import Run
from latentarium.scene.metadata import BY_HAND, Block, Table, relabelled, source_label, table_of
from latentarium.scene.palettes import class_colours
from latentarium.scene.state import State

AS_THE_SOURCE = "(as the source says)"


@dataclass(frozen=True, eq=False)
class Saved:
    """A write of labels: what was wanted, what is on disk since, and whether these say the same."""

    run: Run
    wanted: Annotations
    annotations: Annotations
    alike: bool


class Labeller(QObject):
    """Keeps `State.annotations` and the file beside the run alike, and the table of a large run ready."""

    def __init__(self, parts: Parts, panel: TablePanel, commands: Commands, window: QWidget) -> None:
        super().__init__(window)
        self._parts = parts
        self._panel = panel
        self._window = window
        self._run: Run | None = None
        self._second: Run | None = None  # the one beside it
        self._disk = NO_ANNOTATIONS  # what is on disk, as far as is known
        self._written = NO_ANNOTATIONS  # what will be there when all that is wanted is written
        self._writing = threading.Lock()
        self._asked = 0  # labels that wait to be written
        self._waiting: deque[tuple[Run, Annotations, Annotations]] = deque()  # what a write wants, what was before
        self._saved: Saved | None = None  # the last write
        self._prepared: list[Block] = []  # the parts of a table that change with its runs alone
        panel.labels_wanted.connect(self.ask_label)
        panel.export_wanted.connect(self.ask_export)
        commands.label_wanted.connect(self.ask_label)
        commands.labels_wanted.connect(self.ask_export)
        commands.table_wanted.connect(self.ask_table)
        commands.search_wanted.connect(self.begin_search)
        parts.session.changed.connect(self._on_changed)

    @Slot()
    def begin_search(self) -> None:
        """Show the table, and have the next letters typed into its search."""
        self._parts.docks.reveal("table")
        self._panel.activateWindow()
        self._panel.begin_search()

    @Slot()
    def ask_label(self) -> None:
        """Ask for a label for what is selected, else for the focus."""
        state, run = self._parts.session.state, run_of(self._parts.session.state)
        rows = rows_to_label(state)
        if run is None or not len(rows):
            self._parts.notices.tell("Select the points to be labelled first: with a lasso (L) or a search (Ctrl+F).")
            return
        table = table_of(state)
        field = table.fields.get(BY_HAND) if table else None
        known = dict.fromkeys([*run.classes, *(field.groups if field else ())])
        about = f"Label of {run.probe.ids[rows[0]]}:" if len(rows) == 1 else f"Label of {len(rows):,} points:"
        offered = [*known, AS_THE_SOURCE]
        now = state.annotations.labels.get(run.probe.ids[rows[0]]) or source_label(run, int(rows[0]))
        place = offered.index(now) if now in offered else len(offered) - 1
        text, agreed = QInputDialog.getItem(self._window, "Label by hand", about, offered, place, editable=True)
        if agreed and text.strip():
            self._label(run, rows.tolist(), "" if text == AS_THE_SOURCE else text)

    @Slot()
    def ask_table(self) -> None:
        """Ask for a table, and add its columns to the run shown."""
        run = run_of(self._parts.session.state)
        kinds = "Tables (*.csv *.tsv *.txt)"
        name, _ = QFileDialog.getOpenFileName(self._window, "Add columns from a table", str(Path.home()), kinds)
        if name and run is not None:
            self.add_table(run, Path(name))

    def add_table(self, run: Run, path: Path) -> None:
        """Add the columns of the table at `path` to a run, and show them."""

        def job(tell: Tell, cancelled: IsCancelled) -> tuple[Columns, int]:
            tell(f"Reading {path.name}", None)
            columns, known = match_columns(run, path)
            with self._writing:
                return save_columns(run, columns), known

        def then(added: tuple[Columns, int]) -> None:
            columns, known = added
            if self._run is not None and self._run.path == run.path:
                self._take(replace(self._parts.session.state.annotations, columns=columns))
                self._parts.docks.reveal("table")
            told = f"{known:,} of {len(run.probe):,} points"
            self._parts.notices.tell(f"{run.name} has {path.name}'s columns for {told}, kept beside it.")

        self._parts.errands.begin(f"Adding {path.name}", job, then)

    @Slot()
    def ask_export(self) -> None:
        """Ask for a file, and write all labels to it."""
        run, annotations = run_of(self._parts.session.state), self._parts.session.state.annotations
        if run is None:
            return
        suggested = Path.home() / f"{run.name}-labels.csv"
        path = file_to_write(self._window, "Export labels", suggested, {".csv": "Table (*.csv)"})
        if path is not None:
            self.export(run, annotations, path)

    def export(self, run: Run, annotations: Annotations, path: Path) -> None:
        """Write a run's labels and metadata to `path`."""

        def job(tell: Tell, cancelled: IsCancelled) -> Path:
            from latentarium.jobs.labels import write_labels  # the same writer as a script would use

            tell(f"Writing {path.name}", None)
            write_labels(run, annotations, path)
            return path

        self._parts.errands.begin("Exporting the labels", job, self._parts.exporter.written.emit)

    def _label(self, run: Run, rows: list[int], label: str) -> None:
        annotations = relabelled(run, self._parts.session.state.annotations, rows, label)
        self._parts.session.ask({"annotations": annotations})
        self._parts.docks.reveal("table")

    @Slot(object, object)
    def _on_changed(self, old: State, new: State) -> None:
        run = run_of(new)
        if run is not None and (self._run is None or run.path != self._run.path):
            self._run = run
            self._disk = self._written = NO_ANNOTATIONS
            self._read(run)
        elif run is not None and old.annotations is not new.annotations is not self._written:
            self._write(run)
        if run is None:
            self._run = None
        self._look_beyond(new)
        table = table_of(new)
        if run is not None and table is not None:
            blocks = [block for block in table.blocks if block.fields[0].name != BY_HAND]
            if blocks != self._prepared:
                self._prepared = blocks
                self._prepare(run, table)

    def _prepare(self, run: Run, table: Table) -> None:
        """Find what follows from a table in a thread, and the colours of many groups."""

        def job(tell: Tell, cancelled: IsCancelled) -> None:
            table.prepare(cancelled)
            _ = run.probe.rows
            if any(len(field.groups) > 10 for field in table.fields.values() if not field.continuous):
                for dark in (True, False):
                    class_colours(11, dark)

        def then(nothing: None) -> None:
            self._panel.table_ready()

        self._parts.errands.begin("Reading the table", job, then, quiet=True)

    def _read(self, run: Run) -> None:
        """Take what is on disk, in a thread."""

        def job(tell: Tell, cancelled: IsCancelled) -> Annotations:
            return replace(load_annotations(run), columns=load_columns(run))

        def then(annotations: Annotations) -> None:
            if self._run is run and not self._asked:
                self._take(replace(annotations, beyond=self._parts.session.state.annotations.beyond))

        self._parts.errands.begin(f"Reading the labels of {run.name}", job, then, quiet=True)

    def _look_beyond(self, state: State) -> None:
        """Show the columns that were added to the second of two runs, and none of one that is gone."""
        first, second = run_of(state), state.runs[1].run if len(state.runs) > 1 else None
        second = None if first is None or second is None or second.path == first.path else second
        if second is self._second:
            return
        self._second = second

        def job(tell: Tell, cancelled: IsCancelled) -> Columns:
            cells = load_columns(second).in_order(second.probe.ids).cells if first and second else {}
            return Columns(first.probe.ids, cells) if first and cells else NO_COLUMNS

        def then(columns: Columns) -> None:
            shown = self._parts.session.state.annotations
            if self._second is second and (shown.beyond.cells or columns.cells):
                self._written = replace(shown, beyond=columns)  # the labels are the same
                self._parts.session.take_annotations(self._written)

        self._parts.errands.begin("Reading the columns beside", job, then, quiet=True)

    def _write(self, run: Run) -> None:
        """Write what is wanted now over what was there, one after the other; on failure show what is on disk."""
        wanted = self._parts.session.state.annotations
        self._waiting.append((run, wanted, self._written))
        self._written = wanted
        self._asked += 1
        done: list[bool] = []

        def job(tell: Tell, cancelled: IsCancelled) -> None:
            with self._writing:  # never cancelled: a label that was given is kept
                run, wanted, before = self._waiting.popleft()  # whichever thread comes first, the order is kept
                annotations = save_annotations(run, wanted.changes(before))
                self._saved = Saved(run, wanted, annotations, not annotations.changes(wanted))
            done.append(True)

        def afterwards(errand: Errand) -> None:
            self._asked -= 1
            if self._run is None or self._run.path != run.path or self._asked:
                return
            shown, last = self._parts.session.state.annotations, self._saved
            on_disk = last.annotations if last is not None and last.run is run else self._disk
            if done and last is not None and last.alike and last.wanted is shown:
                self._disk = on_disk
            else:
                self._take(replace(on_disk, columns=shown.columns, beyond=shown.beyond))

        self._parts.errands.begin("Saving the labels", job, _nothing, afterwards, quiet=True)

    def _take(self, annotations: Annotations) -> None:
        """Show what is on disk; nothing where it is what is shown."""
        shown, self._disk = self._parts.session.state.annotations, annotations
        added = annotations.columns is not shown.columns or annotations.beyond is not shown.beyond
        if annotations.changes(shown) or added:
            self._written = annotations
            self._parts.session.take_annotations(annotations)
        else:
            self._written = shown


def _nothing(result: object) -> None:
    """What is written is looked at when its errand is over."""
