"""The commands, their arguments and their help. Each imports what it needs when it is called."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from latentarium.core.errors import LatentariumError

# typer brings its own copy of click, or uses click itself, by its version; this is the root of either's complaints.
_Complaint: type[Exception] = typer.BadParameter.__mro__[2]

commands = typer.Typer(
    name="latentarium",
    help="Watch a neural network shape its space, live. Without a command, or with runs, recipes or folders of "
    "images instead of one, the window opens.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line of stdout.")]
RunName = Annotated[
    str,
    typer.Argument(
        metavar="RUN", help="A run folder or zip, or its name or title in the library; RUN@FRAME names a frame."
    ),
]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Change a field of the recipe.")
]


class Metric(StrEnum):
    """How distances in the embedding are measured."""

    COSINE = "cosine"
    EUCLIDEAN = "euclidean"


class Among(StrEnum):
    """Where neighbours are looked for."""

    REFERENCE = "reference"
    PROBE = "probe"


class What(StrEnum):
    """What of a frame is written."""

    FRAME = "frame"
    COORDINATES = "coordinates"


class Format(StrEnum):
    """How it is written."""

    PNG = "png"
    PDF = "pdf"
    SVG = "svg"
    CSV = "csv"
    NPZ = "npz"


def run_command(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name; the number to exit with. Raises LatentariumError for wrong ones."""
    try:
        number = commands(list(arguments), standalone_mode=False)
    except _Complaint as error:
        raise LatentariumError(_sentence(error)) from error
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    except typer.Exit as error:
        return int(error.exit_code)
    return int(number or 0)


def _sentence(error: Exception) -> str:
    """A complaint of the parser as one sentence."""
    said = error.format_message() if hasattr(error, "format_message") else str(error)
    said = " ".join(said.replace("Value error, ", "").split())
    return f"{said.rstrip('.')}. latentarium --help lists what there is."


def _show_version(wanted: bool) -> None:
    if wanted:
        from latentarium import __version__

        print(f"latentarium {__version__}")
        raise typer.Exit


@commands.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None: ...


@commands.command()
def train(
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="The name of a preset, or a TOML file.")],
    settings: Settings = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="The run's folder; default: a new one in the library.")
    ] = None,
    download: Annotated[
        bool, typer.Option("--download", help="Fetch the data set first, where it is missing.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Train a recipe and record the run."""
    from latentarium.cli import training

    return training.train(recipe, settings or (), out, download, as_json)


@commands.command("continue")
def go_on(
    run: RunName,
    steps: Annotated[
        int | None, typer.Option("--steps", min=1, help="Steps to add to a run that came to its end.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Go on with a run or a sweep that was stopped, to its end."""
    from latentarium.cli import sweeping, training
    from latentarium.runs.library import find_group

    if steps is None and find_group(run) is not None:
        return sweeping.sweep(run, None, (), None, False, as_json)
    return training.go_on(run, steps, as_json)


@commands.command()
def sweep(
    source: Annotated[
        str,
        typer.Argument(
            metavar="RECIPE|FOLDER", help="The name of a preset, or a TOML file; or the folder of a sweep, to go on."
        ),
    ],
    over: Annotated[
        str | None,
        typer.Option("--over", metavar="FIELD=V1,V2", help="The field and its values; default: the recipe's own."),
    ] = None,
    settings: Settings = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where the sweep's new folder goes; default: the library."),
    ] = None,
    download: Annotated[
        bool, typer.Option("--download", help="Fetch the data set first, where it is missing.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Train a recipe once for each of several values of a field."""
    from latentarium.cli import sweeping

    return sweeping.sweep(source, over, settings or (), out, download, as_json)


@commands.command()
def info(
    run: RunName,
    linear_probe: Annotated[
        bool, typer.Option("--linear-probe", help="Fit a linear classifier to the frame's frozen embedding, too.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Say what a run is, and check every file of it."""
    from latentarium.cli import reading

    return reading.show_info(run, as_json, linear_probe)


@commands.command()
def show(runs: Annotated[list[str], typer.Argument(metavar="RUN…", help="Run folders or zips.")]) -> int:
    """Open the window with runs."""
    from latentarium.cli import windows

    return windows.show_runs(runs)


@commands.command("ls")
def list_library(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="The folder to look in; default: the library.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """List the runs of the library, newest first."""
    from latentarium.cli import listing

    return listing.list_library(folder, as_json)


@commands.command()
def neighbours(
    run: RunName,
    image: Annotated[str, typer.Argument(metavar="ID", help="An image of the run, such as test-17.")],
    k: Annotated[int, typer.Option("--k", min=1, help="How many.")] = 12,
    metric: Annotated[Metric, typer.Option("--metric", help="How distances are measured.")] = Metric.COSINE,
    among: Annotated[
        Among, typer.Option("--among", help="Among training images (reference) or test images (probe).")
    ] = Among.REFERENCE,
    as_json: AsJson = False,
) -> int:
    """Say which images lie nearest to one image in the embedding."""
    from latentarium.cli import reading

    return reading.show_neighbours(run, image, k, metric.value, among.value, as_json)


@commands.command()
def export(
    run: RunName,
    what: Annotated[What, typer.Option("--what", help="The frame itself, or its places in the views.")] = What.FRAME,
    kind: Annotated[
        Format | None, typer.Option("--format", help="Default: by FILE's ending, else png, csv for coordinates.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The file to write.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> int:
    """Write a frame as a picture, a table or arrays; of a sweep's folder one figure of all its runs."""
    from latentarium.cli import reading, sweeping
    from latentarium.runs.library import find_group

    folder = find_group(run)
    if folder is not None:
        return sweeping.export_sweep(folder, kind.value if kind else None, out, force)
    return reading.export_frame(run, what.value, kind.value if kind else None, out, force)


@commands.command()
def compare(
    run_a: Annotated[
        str,
        typer.Argument(metavar="A", help="A run folder or zip, or its name or title in the library; A@FRAME: a frame."),
    ],
    run_b: Annotated[str, typer.Argument(metavar="B", help="The other, which may be another frame of the same run.")],
    k: Annotated[int, typer.Option("--k", min=1, max=250, help="How many neighbours of each point.")] = 10,
    metric_a: Annotated[Metric, typer.Option("--metric-a", help="How distances are measured in A.")] = Metric.COSINE,
    metric_b: Annotated[Metric, typer.Option("--metric-b", help="How distances are measured in B.")] = Metric.COSINE,
    include_self: Annotated[
        bool, typer.Option("--include-self", help="A point counts among its own neighbours, as in Vectory.")
    ] = False,
    by_position: Annotated[
        bool, typer.Option("--by-position", help="Match the points row by row instead of by their ids.")
    ] = False,
    figure: Annotated[
        Path | None, typer.Option("--figure", metavar="FILE", help="Draw the comparison as a PNG, SVG or PDF.")
    ] = None,
    width: Annotated[float, typer.Option("--width", min=60, max=600, help="Width of the figure in mm.")] = 183,
    table: Annotated[
        Path | None, typer.Option("--table", metavar="FILE", help="Write what is found of each point as CSV.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    as_json: AsJson = False,
) -> int:
    """Say how much of each point's neighbourhood two runs have in common."""
    from latentarium.cli import comparing
    from latentarium.core.comparison import ComparisonSettings

    settings = ComparisonSettings(k, metric_a.value, metric_b.value, include_self)
    files = comparing.Files(figure, width, table, force)
    return comparing.compare_runs((run_a, run_b), settings, by_position, files, as_json)


@commands.command()
def embed(
    checkpoint: Annotated[
        Path, typer.Argument(metavar="CHECKPOINT", help="A file of weights, a folder of them (a frame each), or a run.")
    ],
    data: Annotated[
        str | None,
        typer.Option("--data", metavar="NAME|FOLDER", help="The images; default: those that the run was trained on."),
    ] = None,
    network: Annotated[
        str,
        typer.Option(
            "--network",
            metavar="NETWORK",
            help="One of this program's, a model of torchvision, timm:NAME, or FILE.py:FUNCTION, whose code is run.",
        ),
    ] = "",
    layer: Annotated[
        str,
        typer.Option("--layer", metavar="NAME", help="Whose output is taken; default: what goes into the class head."),
    ] = "",
    embedder: Annotated[
        Path | None, typer.Option("--embedder", metavar="FILE", help="Weights of layers that stand on the network.")
    ] = None,
    embedder_network: Annotated[
        str, typer.Option("--embedder-network", metavar="FILE.py:FUNCTION", help="What they are; default: linear.")
    ] = "",
    size: Annotated[int, typer.Option("--size", help="Side to resize images to, in pixels.")] = 0,
    crop: Annotated[int, typer.Option("--crop", help="Side of the square cut from their middle, in pixels.")] = 0,
    mean: Annotated[
        str | None, typer.Option("--mean", metavar="M|R,G,B", help="Taken from the brightness of 0 to 1.")
    ] = None,
    std: Annotated[str | None, typer.Option("--std", metavar="S|R,G,B", help="What it is then divided by.")] = None,
    channels: Annotated[
        str, typer.Option("--channels", metavar="rgb|bgr|grey", help="Default: as many as the network takes.")
    ] = "",
    invert: Annotated[bool, typer.Option("--invert", help="Exchange black and white.")] = False,
    settings: Settings = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="The run's folder; default: a new one in the library.")
    ] = None,
    preview: Annotated[
        Path | None,
        typer.Option("--preview", metavar="PNG", help="Only draw three images as the network would get them."),
    ] = None,
    download: Annotated[
        bool, typer.Option("--download", help="Fetch the data set first, where it is missing.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Embed images with weights that were trained elsewhere, as a run with a frame for each checkpoint."""
    from latentarium.cli import embedding
    from latentarium.core.embedding import Preprocessing

    means, deviations = embedding.numbers(mean, "mean"), embedding.numbers(std, "std")
    preprocessing = Preprocessing(size, crop, means, deviations, channels, invert)
    plan = embedding.plan_of(
        checkpoint, data, network, layer, (embedder, embedder_network), preprocessing, settings or ()
    )
    return embedding.embed_checkpoint(plan, out, preview, download, as_json)


@commands.command()
def add(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A file or folder that another program wrote.")],
    table: Annotated[
        Path | None, typer.Option("--table", metavar="CSV", help="The table with a row for each point.")
    ] = None,
    id_field: Annotated[str, typer.Option("--id-field", metavar="NAME", help="The column of ids.")] = "",
    images: Annotated[Path | None, typer.Option("--images", metavar="FOLDER", help="Where the images lie.")] = None,
    image_field: Annotated[
        str, typer.Option("--image-field", metavar="NAME", help="The column of the images' file names.")
    ] = "",
    label_field: Annotated[str, typer.Option("--label-field", metavar="NAME", help="The column of labels.")] = "",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What the run is called.")] = "",
    dataset: Annotated[str, typer.Option("--dataset", metavar="NAME", help="What the points are of.")] = "",
    model: Annotated[str, typer.Option("--model", metavar="NAME", help="What made the vectors.")] = "",
    params: Annotated[str, typer.Option("--params", metavar="JSON", help="What else is known, kept with it.")] = "",
    space: Annotated[str, typer.Option("--space", metavar="NAME", help="Which, where the files hold several.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="The run's folder; default: a new one in the library.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Bring a space that another program made into the library, as a run."""
    from latentarium.cli.adding import add_space
    from latentarium.runs.importing.found import Hints

    hints = Hints(table, id_field, images, image_field, label_field, name, dataset, model, params, space)
    return add_space(path, hints, out, as_json)


@commands.command()
def doctor() -> int:
    """Say which versions, which OpenGL and which device are here, and what is missing."""
    from latentarium.cli.doctor import examine

    return examine()


@commands.command()
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the run and its pictures go.")] = Path(
        "demo"
    ),
) -> int:
    """Train the first preset in the real window, and save its pictures."""
    from latentarium.cli import windows

    return windows.run_demo(out)
