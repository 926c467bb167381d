"""The command that embeds images with weights that were trained elsewhere."""

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import get_args

from latentarium.cli.output import ProgressLine, print_json, print_table, say
from latentarium.cli.training import pairs, stopped_by_signals
from latentarium.core.embedding import EmbeddingPlan, Preprocessing
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.progress import Progress, duration
from latentarium.core.recipe import MOST_SHOWN, Data, DatasetName
from latentarium.core.recipe_text import assign_all
from latentarium.data.sources import LOCAL, root_of
from latentarium.data.sources import download as fetch
from latentarium.jobs.checkpoint_files import recipe_for, run_of
from latentarium.jobs.embedding import Embedded, embed
from latentarium.jobs.embedding_preview import preview_embedding, write_preview
from latentarium.training.control import Control
from latentarium.training.device import thread_count, torch_threads

DATA_SETS = tuple(name for name in get_args(DatasetName) if name != "folder")


def embed_checkpoint(plan: EmbeddingPlan, out: Path | None, preview: Path | None, download: bool, as_json: bool) -> int:
    """Embed, or only show what would be, where `preview` names a picture to write."""
    for name in plan.runs_code:
        say(f"Note: this runs the code in {name.rpartition(':')[0]}. Do so only with files that you trust.")
    if out is not None and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise LatentariumError(f"{out} exists and is not empty; name another folder.")
    line, control = ProgressLine(), Control()
    with stopped_by_signals(control) as caught, torch_threads(thread_count()):
        try:
            if download and plan.recipe.data.name not in LOCAL:
                fetch(plan.recipe.data.name, root_of(plan.recipe.data), line.report, lambda: control.stopped)
            if preview is not None:
                shown = _show_preview(plan, preview, line.report)
            else:
                made = embed(plan, out, line.report, lambda: control.stopped)
        except CancelledError as error:
            line.end()
            say(str(error))
            return 128 + caught[0] if caught else 130
        finally:
            line.end()
    if preview is not None:
        print_table(shown)
    else:
        _tell(made, as_json)
    return 0


def plan_of(
    checkpoint: Path,
    data: str | None,
    network: str,
    layer: str,
    embedder: tuple[Path | None, str],
    preprocessing: Preprocessing,
    settings: Sequence[str],
) -> EmbeddingPlan:
    """The plan that the command line describes. `data` is a data set's name or a folder; None: that of the run."""
    own = run_of(checkpoint)
    recipe = recipe_for(own)
    if data is None and own is None:
        raise LatentariumError(f"Say which images: --data with a folder or one of {', '.join(DATA_SETS)}.")
    if data is not None:
        changes = (
            {"name": data} if data in DATA_SETS else {"name": "folder", "root": _folder(data), "probe": MOST_SHOWN}
        )
        recipe = recipe.model_copy(update={"data": Data.model_validate(changes)})
    return EmbeddingPlan(
        checkpoint=checkpoint,
        recipe=assign_all(recipe, pairs(settings)),
        network=network,
        layer=layer,
        embedder=embedder[0],
        embedder_network=embedder[1],
        preprocessing=preprocessing,
    )


def numbers(text: str | None, name: str) -> tuple[float, ...]:
    """One number, or three with commas between them. Raises LatentariumError for anything else."""
    try:
        return tuple(float(part) for part in text.split(",")) if text else ()
    except ValueError as error:
        raise LatentariumError(f"--{name} {text}: give one number, or three with commas between them.") from error


def _folder(name: str) -> str:
    path = os.path.abspath(os.path.expanduser(name))
    if not os.path.isdir(path):
        raise LatentariumError(f"There is no data set and no folder {name}; the data sets are {', '.join(DATA_SETS)}.")
    return path


def _show_preview(plan: EmbeddingPlan, picture: Path, tell: Progress) -> dict[str, object]:
    """Write three images, above as they are and below as the network gets them; what there is to say."""
    seen = preview_embedding(plan, tell)
    write_preview(seen, picture)
    settings = {name: value for name, value in asdict(seen.preprocessing).items() if value not in (0, "", (), False)}
    return {
        "picture": picture,
        "preprocessing": ", ".join(f"{name} {_text(value)}" for name, value in settings.items()),
        "numbers": f"{seen.lowest:.3g} to {seen.highest:.3g}",
        "keys that fit": seen.fitted,
        "dimensions": seen.dimensions,
        "points": seen.points,
        "training images": seen.images - seen.points,
        "checkpoints": seen.checkpoints,
        "about": duration(seen.seconds),
        "notes": " ".join(seen.remarks),
    }


def _text(value: object) -> str:
    return " ".join(f"{number:g}" for number in value) if isinstance(value, tuple) else str(value)


def _tell(made: Embedded, as_json: bool) -> None:
    for sentence in (*made.remarks, *made.missing):
        say(sentence)
    if as_json:
        print_json(
            {
                "run": str(made.run.absolute()),
                "points": made.points,
                "dimensions": made.dimensions,
                "missing": list(made.missing),
                "remarks": list(made.remarks),
                "frames": made.frames,
                "knn_accuracy": made.knn_accuracy,
            }
        )
        return
    accuracy = None
    if made.knn_accuracy is not None and made.pixels is not None:
        among = f"the probe against {made.reference:,} training images" if made.reference else "each against all others"
        accuracy = f"{made.knn_accuracy:.2%}{' of' if made.reference else ','} {among}; raw pixels {made.pixels:.2%}"
    print_table(
        {
            "run": made.run.absolute(),
            "frames": made.frames,
            "points": made.points,
            "dimensions": made.dimensions,
            "1-NN accuracy": accuracy,
        }
    )
