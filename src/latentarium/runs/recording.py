"""Write a run while it is being trained."""

import uuid
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import latentarium
from latentarium.core.dataset import Sample
from latentarium.core.frame import Checkpoint, Frame
from latentarium.core.recipe import Recipe
from latentarium.runs import layout
from latentarium.runs.description import Contents, Description, Source
from latentarium.runs.disk import clear, digest
from latentarium.runs.samples import sample_bytes, sample_fingerprint, table_bytes
from latentarium.runs.writer import Writer, start_run

Item = Frame | Checkpoint

# Seconds that the next item is not asked for while one is being written. A commit takes some milliseconds, so that
# a killed process loses one frame at most, even one that was just made; a slow disk holds training up no longer.
GRACE = 0.05


@dataclass(frozen=True, eq=False)
class Header:
    """What a run knows before its first frame. `classes` holds the trained ones first, `trained` counts them.

    `dataset` and `fingerprint` are those of the whole data set; `baselines` holds figures of raw pixels.
    """

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
    items: Iterator[Item],
    folder: Path,
    header: Header | None,
    committed: Callable[[int, Frame], None] | None = None,
) -> Generator[Item, None, None]:
    """Pass `items` on, as they will be read back, while a thread commits them to `folder`.

    One item is in flight at most: one that comes meanwhile waits until the one before is committed. The folder exists
    before the first item is asked for; it must be new or empty, or, where `header` is None, hold a run, of
    which frames that are committed already are not written again. `committed` is called on that thread with
    a frame's index. However the loop over this ends, what was passed on is committed and `items` is closed;
    a new run that got no frame is removed.
    """
    existed = folder.exists()
    writer = start(folder, header) if header else Writer(folder)
    try:
        yield from _recorded(items, writer, committed)
    finally:
        writer.close()
        if header and not writer.manifest.entries:
            clear(folder)
            if not existed:
                folder.rmdir()


def _recorded(
    items: Iterator[Item], writer: Writer, committed: Callable[[int, Frame], None] | None
) -> Generator[Item, None, None]:
    flight: list[Future[Any]] = []  # the commit of the last item, and the telling of it
    with ThreadPoolExecutor(1, "recorder") as thread:
        try:
            with ExitStack() as stack:
                if isinstance(items, Generator):
                    stack.callback(items.close)
                for item in items:
                    item = writer.fitted(item)
                    _land(flight)
                    commit = thread.submit(writer.commit, item)
                    flight = [commit, thread.submit(_tell, committed, commit, item)]
                    yield item
                    wait([commit], GRACE)
        finally:
            _land(flight)


def _land(flight: Sequence[Future[Any]]) -> None:
    """Wait for what is in flight; raises what went wrong there."""
    for future in flight:
        future.result()


def _tell(committed: Callable[[int, Frame], None] | None, commit: Future[int | None], item: Item) -> None:
    index = commit.result()
    if committed and index is not None and isinstance(item, Frame):
        committed(index, item)


def start(folder: Path, header: Header) -> Writer:
    """Make the run that `header` describes, without a frame yet."""
    probe, reference = header.probe, header.reference
    files = {
        layout.PROBE: sample_bytes(probe),
        layout.REFERENCE: sample_bytes(reference),
        layout.PROBE_METADATA: table_bytes(probe),
        layout.REFERENCE_METADATA: table_bytes(reference),
    }
    description = Description(
        format=layout.FORMAT,
        version=layout.VERSION,
        id=uuid.uuid4().hex,
        made_by=f"latentarium {latentarium.__version__}",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        recipe=header.recipe.model_dump(mode="json", exclude_none=True),
        classes=header.classes,
        trained=header.trained,
        dimensions=header.recipe.network.embedding,
        probe=Contents(count=len(probe), fingerprint=sample_fingerprint(probe)),
        reference=Contents(count=len(reference), fingerprint=sample_fingerprint(reference)),
        files={name: digest(data) for name, data in files.items()},
        dataset=Source(name=header.dataset, fingerprint=header.fingerprint),
        threads=header.threads,
        device=header.device,
        baselines=dict(header.baselines),
    )
    return start_run(folder, description, files)
