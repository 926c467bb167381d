"""Commands that read a run: info, neighbours, export."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from latentarium.analysis.neighbours import nearest
from latentarium.cli.output import plain, print_json, print_table, say
from latentarium.core.dataset import Sample, class_name
from latentarium.core.errors import LatentariumError
from latentarium.jobs.probing import probe_linearly
from latentarium.jobs.zero_shot import as_table, compare
from latentarium.runs.groups import is_group, read_group
from latentarium.runs.layout import PART
from latentarium.runs.library import place_of
from latentarium.runs.manifest import Entry
from latentarium.runs.run import Run, parse_reference

FORMATS = {"frame": ("png", "csv", "npz"), "coordinates": ("csv", "npz")}


@contextmanager
def opened(name: str) -> Iterator[tuple[Run, int]]:
    """The run that a name means and the index of the frame, the last where it says none.

    A name is a path, or the name or title of a run in the library, with "@" and a frame where one is meant. Raises
    LatentariumError where there is no such run or frame.
    """
    path, index = parse_reference(name)
    path = place_of(path)
    if is_group(path):
        members = ", ".join(member.name for member in read_group(path).members[:3])
        raise LatentariumError(f"{path} is a sweep of several runs; name one of them: {path.name}/ with {members} ….")
    run = Run.open(path)
    try:
        if index is not None and not -len(run) <= index < len(run):
            raise LatentariumError(f"{path} has {len(run)} frames, 0 to {len(run) - 1}: there is no frame {index}.")
        yield run, len(run) - 1 if index is None else range(len(run))[index]
    finally:
        run.close()


def show_info(name: str, as_json: bool, linear_probe: bool = False) -> int:
    """Say what a run is, fit a linear probe where asked, and check every file of it; 2 where one is damaged."""
    with opened(name) as (run, index):
        about = run.description
        last = _moment(run.entries[index]) if len(run) else None
        unseen = compare(run, index)
        probed = probe_linearly(run, index) if linear_probe and len(run) else ()
        if as_json:
            print_json(
                {
                    "format": about.format,
                    "version": about.version,
                    "frames": len(run),
                    "probe": len(run.probe),
                    "reference": len(run.reference),
                    "dimensions": about.dimensions,
                    "classes": list(run.classes),
                    "recipe": run.recipe.model_dump(mode="json"),
                    "last": last,
                    "baselines": dict(run.baselines),
                    **({"zero_shot": as_table(unseen)} if unseen else {}),
                    **({"linear_probe": as_table(probed)} if linear_probe else {}),
                }
            )
        else:
            _print_info(run, last)
            print_table({figure.title: figure.text for figure in probed})
        problems = run.check()
    for problem in problems[:1]:
        more = f" ({len(problems) - 1} more like this.)" if len(problems) > 1 else ""
        raise LatentariumError(problem + more)
    return 0


def show_neighbours(name: str, image: str, k: int, metric: str, among: str, as_json: bool) -> int:
    """Say which images of `among` lie nearest to one image of the run in the embedding."""
    with opened(name) as (run, index):
        if not len(run):
            raise LatentariumError(f"{run.path} has no frame yet.")
        frame, among = run.frame(index), among if len(run.reference) else "probe"
        samples = {"probe": (run.probe, frame.embeddings), "reference": (run.reference, frame.reference_embeddings)}
        own = next((which for which, (sample, _) in samples.items() if image in sample.rows), None)
        if own is None:
            known = ", ".join(run.probe.ids[:3])
            raise LatentariumError(f"There is no image {image} in {run.path}; its images are {known} and so on.")
        row, (sample, points) = samples[own][0].rows[image], samples[among]
        skip = np.array([row]) if own == among else None
        rows, distances = nearest(samples[own][1][row : row + 1], points, k, metric, skip)
        found = [_neighbour(run, sample, int(r), float(d)) for r, d in zip(rows[0], distances[0], strict=True)]
        label = class_name(run.classes, samples[own][0].labels[row])
    if as_json:
        print_json({"id": image, "k": len(found), "metric": metric, "neighbours": found})
        return 0
    print(plain(f"{image} ({label or 'no label'}), {metric}, step {frame.step}"))
    for place, neighbour in enumerate(found, start=1):
        print(plain(f"{place:>4}  {neighbour['distance']:<12.6g}{neighbour['label']:<16} {neighbour['id']}"))
    return 0


def export_frame(name: str, what: str, kind: str | None, out: Path | None, force: bool) -> int:
    """Write one frame as a picture or as numbers, and print where it lies."""
    kind = kind or (out.suffix.lower().lstrip(".") if out is not None else "") or FORMATS[what][0]
    if kind not in FORMATS[what]:
        raise LatentariumError(f"--what {what} can be written as {' or '.join(FORMATS[what])}, not as {kind}.")
    with opened(name) as (run, index):
        if not len(run):
            raise LatentariumError(f"{run.path} has no frame yet.")
        path = out or Path(f"{run.name}-step{run.entries[index].step}{'-coordinates' * (what != 'frame')}.{kind}")
        with new_file(path, kind, force) as made:
            _write(run, index, what, kind, made)
    print(path)
    return 0


@contextmanager
def new_file(path: Path, kind: str, force: bool) -> Iterator[Path]:
    """The name under which to write `path` as `kind`; it is renamed when that is done.

    Beside the final name and by the format asked for, whatever the name's ending is. Raises LatentariumError where
    the file is there already, unless `force` says to replace it, or cannot be.
    """
    check_new(path, force)
    say(f"Writing {path}")
    made = path.with_name(f"{path.name}{PART}.{kind}")
    try:
        yield made
        made.replace(path)
    except LatentariumError as error:  # who wrote knew no other name
        raise LatentariumError(str(error).replace(str(made), str(path))) from error
    finally:
        made.unlink(missing_ok=True)


def check_new(path: Path, force: bool) -> None:
    """See to it, before the work, that `path` can be written: raises LatentariumError as `new_file` does."""
    if path.is_dir():
        raise LatentariumError(f"{path} is a folder; name a file.")
    if path.exists() and not force:
        raise LatentariumError(f"{path} exists already; name another file, or say --force to replace it.")
    if not path.parent.is_dir():
        raise LatentariumError(f"There is no folder {path.parent} to write {path.name} into.")


def _write(run: Run, index: int, what: str, kind: str, path: Path) -> None:
    if kind == "png":
        from latentarium.figures.picture import draw_frame  # here: matplotlib, for pictures alone

        draw_frame(run, index, path)
        return
    from latentarium.jobs.export import write_coordinates, write_frame  # here: only for what is written

    (write_frame if what == "frame" else write_coordinates)(run, index, path)


def _moment(entry: Entry) -> dict[str, float]:
    return {"step": entry.step, "epoch": entry.epoch, "seconds": entry.seconds, **entry.scalars}


def _neighbour(run: Run, sample: Sample, row: int, distance: float) -> dict[str, Any]:
    label = class_name(run.classes, sample.labels[row])
    return {"id": sample.ids[row], "split": sample.split, "label": label, "distance": distance}


def _print_info(run: Run, last: dict[str, float] | None) -> None:
    about, network = run.description, run.recipe.network
    objectives = ", ".join(objective.name for objective in run.recipe.objective)
    held_out = run.classes[run.trained :]
    rows: dict[str, object] = {
        "title": run.recipe.title,
        "run": run.path,
        "made": f"{about.created} by {about.made_by}, {run.device}, threads: {run.threads}",
        "format": f"{about.format} {about.version}",
        "frames": len(run),
        "images": f"{len(run.probe)} in the probe, {len(run.reference)} in the reference",
        "data": about.dataset.name,
        "classes": ", ".join(run.classes[: run.trained]),
        "held out": ", ".join(held_out) or None,
        "network": f"{network.name}, {about.dimensions} dimensions",
        "objective": objectives,
    }
    if (origin := run.recipe.origin) is not None:
        rows |= {"network": f"{origin.model or 'unknown'}, {about.dimensions} dimensions", "objective": None}
        rows |= {"made elsewhere": f"{origin.format} {origin.source}".strip(), "known": origin.params or None}
    if last is not None:
        rows |= {name.replace("_", " "): f"{value:.6g}" for name, value in last.items()}
    untimed = {"seconds"} if run.recipe.origin is not None else set()  # nothing was trained
    result = {name: value for name, value in run.result.items() if name not in untimed}
    rows |= {f"whole test, {name.replace('_', ' ')}": f"{value:.4g}" for name, value in result.items()}
    rows |= {name.replace("_", " "): f"{value:.4g}" for name, value in run.baselines.items()}
    print_table(rows)
