"""A comparison on one page: its words in every format, its colours where the dots are, its numbers counted anew."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from latentarium.core.arrays import frozen_bytes, frozen_floats, frozen_ints
from latentarium.core.comparison import Comparison, ComparisonSettings
from latentarium.core.dataset import Sample
from latentarium.core.errors import LatentariumError
from latentarium.core.frame import Frame
from latentarium.core.origin import Origin
from latentarium.core.recipe import Network, Recipe
from latentarium.figures.caption import caption
from latentarium.figures.comparison import draw_comparison
from latentarium.figures.lettering import width_of, wrapped
from latentarium.figures.maps import draw_compared
from latentarium.projections.layouts.layout import settle
from latentarium.runs.recording import Header, record
from latentarium.runs.run import Run
from latentarium.scene.camera import Camera
from latentarium.scene.compared import Compared
from latentarium.scene.comparison_maps import ASPECT, maps_of, maps_on_desk
from latentarium.scene.desk import atlas, default_views, open_run
from latentarium.scene.palettes import OVERLAP, rgba
from latentarium.scene.scene import Flag, Label
from latentarium.scene.state import OpenRun, State
from latentarium.scene.words import layout_words

COUNT = 24


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Two frames of 24 points in five dimensions."""
    random = np.random.default_rng(2)
    labels = np.arange(COUNT) % 3
    images = frozen_bytes(random.integers(0, 255, (COUNT, 4, 4, 1)))
    ids = tuple(f"p{row}" for row in range(COUNT))
    probe = Sample(images, frozen_ints(labels), ids, "test")
    reference = Sample(images, frozen_ints(labels), ids, "train")
    shares = frozen_floats(np.eye(3)[labels])
    recipe = Recipe(seed=41, network=Network(embedding=5))
    header = Header(recipe, ("cat", "$dog$", "owl"), 3, probe, reference, "pets", "0" * 64, 1, "cpu")
    frames = [
        Frame(step, 0.0, cloud, shares, cloud, shares, {})
        for step, cloud in (
            (0, frozen_floats(random.normal(size=(COUNT, 5)))),
            (70, frozen_floats(shares @ np.ones((3, 5)))),
        )
    ]
    for _ in record(iter(frames), tmp_path / "pets", header):
        pass
    with_it = Run.open(tmp_path / "pets")
    yield with_it
    with_it.close()


def found(**changes: object) -> Comparison:
    """What was found, made up: a third of the points with no overlap, the others with .45 and 1."""
    overlap = np.array([0.0, 0.45, 1.0] * (COUNT // 3))
    rows, ways = np.zeros((COUNT, 4), np.int64), np.zeros((COUNT, 4))
    shares = tuple(float(share) for share in np.histogram(overlap, 10, (0, 1))[0] / COUNT)
    right_a, right_b = np.arange(COUNT) < 15, np.arange(COUNT) >= 4
    made = Comparison(
        ComparisonSettings(k=4), rows, ways, rows, ways, overlap, 0.483, (0.45, 0.51), shares, 0.101, 0.202, 0.755,
        0.875, 0.925, right_a, right_b, "class head", "leave-one-out 4-NN", (),
    )  # fmt: skip
    return replace(made, **changes)


def words_of(path: Path) -> str:
    """The letters of a PDF in order, without spaces."""
    data = path.read_bytes()
    parts = [data]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(parts).decode("latin-1")


@pytest.mark.parametrize("width", [60.0, 89.0, 183.0])
def test_a_pdf_of_either_width_has_its_text_its_fonts_and_its_numbers(run: Run, tmp_path: Path, width: float) -> None:
    draw_compared(run, 0, run, -1, found(), tmp_path / "a.pdf", width)
    words = words_of(tmp_path / "a.pdf")
    assert "/FontFile2" in words
    assert "/Subtype /Type3" not in words
    assert "/Subtype /Image" not in words
    said = "".join(re.findall(r"\(\x00([^ ])\)", words))
    right_a, right_b = np.arange(COUNT) < 15, np.arange(COUNT) >= 4
    counted = (
        f"both{(right_a & right_b).sum()}",
        f"onlyB{(~right_a & right_b).sum()}",
        f"onlyA{(right_a & ~right_b).sum()}",
    )
    for text in (
        "A·pets",
        "step70",
        "N=24points",
        "k=4nearest",
        "seed41",
        "testimagesofpets",
        "0.483",
        "$dog$",
        *counted,
    ):
        assert text in said, text
    assert float(re.findall(r"/MediaBox \[ 0 0 ([\d.]+)", words)[0]) == pytest.approx(width / 25.4 * 72, abs=0.1)


def test_an_svg_keeps_text_as_text_and_the_bars_their_colours(run: Run, tmp_path: Path) -> None:
    draw_compared(run, 0, run, 1, found(), tmp_path / "a.svg", 183)
    text = (tmp_path / "a.svg").read_text("utf-8")
    for word in (">both<", ">neither<", "chance 0.101", "in class 0.202", "Jaccard index, k = 4", ">0.755<"):
        assert word in text
    assert all(f"fill: {colour}" in text for colour in OVERLAP)


@pytest.mark.parametrize("ending", ["pdf", "svg", "png"])
def test_the_same_comparison_gives_the_same_file(run: Run, tmp_path: Path, ending: str) -> None:
    for name in ("a", "b"):
        draw_compared(run, 0, run, 1, found(), tmp_path / f"{name}.{ending}", 60)
    assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


@pytest.mark.parametrize("dark", [False, True])
def test_both_maps_have_the_colours_of_the_overlap(run: Run, dark: bool) -> None:
    result = found()
    for scene in maps_of(Compared(run, 0, run, 1, result.settings, result), dark, ASPECT):
        shown = [tuple(colour) for colour in scene.dots.palette[scene.dots.colours[:3]].tolist()]
        assert shown == [rgba(OVERLAP[0]), rgba(OVERLAP[4]), rgba(OVERLAP[9])]
        assert scene.background != scene.foreground


def test_a_png_shows_the_dots(run: Run, tmp_path: Path) -> None:
    draw_compared(run, 0, run, 1, found(), tmp_path / "a.png", 89)
    with Image.open(tmp_path / "a.png") as image:
        picture = np.asarray(image.convert("RGB")).astype(int)
    assert picture.shape[1] == pytest.approx(89 / 25.4 * 300, abs=1)
    for half in np.array_split(picture[: picture.shape[0] // 3], 2, axis=1):
        wanted = np.array(rgba(OVERLAP[9])[:3])
        assert (np.abs(half - wanted).max(2) < 40).any()


def test_many_dots_are_an_image_inside_the_page(run: Run, tmp_path: Path) -> None:
    result = found()
    compared = Compared(run, 0, run, 1, result.settings, result)
    first, second = maps_of(compared, False, ASPECT)
    times = 2600 // COUNT + 1
    dots = first.dots
    many = replace(
        dots,
        start=np.tile(dots.start, (times, 1)),
        end=np.tile(dots.end, (times, 1)),
        colours=np.tile(dots.colours, times),
        flags=np.tile(dots.flags, times),
    )
    scenes = replace(first, dots=many), replace(second, dots=many)
    draw_comparison(compared, scenes, ("left", "right"), tmp_path / "a.pdf", 89)
    words = words_of(tmp_path / "a.pdf")
    assert "/Subtype /Image" in words
    assert "/FontFile2" in words


def test_without_labels_nobody_is_right(run: Run, tmp_path: Path) -> None:
    nan = float("nan")
    result = found(right_a=None, right_b=None, class_chance=nan, knn_a=nan, knn_b=nan, judged_a="", judged_b="")
    draw_compared(run, 0, run, 1, result, tmp_path / "a.svg", 89)
    text = (tmp_path / "a.svg").read_text("utf-8")
    assert "no labels" in text
    assert ">nan<" not in text
    assert "Right:" not in text


def test_k_is_how_many_neighbours_there_are(run: Run, tmp_path: Path) -> None:
    """Of 24 points nobody has 250 neighbours."""
    draw_compared(run, 0, run, 1, found(settings=ComparisonSettings(k=250)), tmp_path / "a.svg", 183)
    text = (tmp_path / "a.svg").read_text("utf-8")
    for word in ("Jaccard index, k = 4", "4-NN in A", "k = 4 nearest"):
        assert word in text
    assert "= 250" not in text
    assert "250-NN" not in text


def test_points_without_labels_are_neither_right_nor_wrong(run: Run, tmp_path: Path) -> None:
    labels = np.where(np.arange(COUNT) % 6 == 0, -1, run.probe.labels)
    run.probe = replace(run.probe, labels=frozen_ints(labels))
    known, right_a, right_b = labels >= 0, np.arange(COUNT) < 15, np.arange(COUNT) >= 4
    result = found(right_a=known & right_a, right_b=known & right_b)
    draw_compared(run, 0, run, 1, result, tmp_path / "a.svg", 183)
    text = (tmp_path / "a.svg").read_text("utf-8")
    assert f">{(known & right_a & right_b).sum() / known.sum():.1%}<" in text
    assert ">0.0%<" in text  # none is wrong in both


def test_the_caption_says_what_was_done(run: Run) -> None:
    result = found()
    compared = Compared(run, 0, run, 1, result.settings, result)
    said = caption(compared, ("one", "two"), ("PCA", "PCA, aligned to A"), stars=True)
    for words in (
        "N = 24", "A, one:", "B, two:", "step 0", "step 70", "seed 41", "test images of pets", "k = 4",
        "by cosine distance in both", "the point itself not counted", "0.450 to 0.510", "0.101", "0.202",
        "Linear CKA 0.755", "A PCA; B PCA, aligned to A", "classes' means", "in A by class head, in B by leave-one-out",
    ):  # fmt: skip
        assert words in said, words
    settings = ComparisonSettings(k=4, metric_b="euclidean", include_self=True)
    other = caption(Compared(run, 0, run, 1, settings, found(settings=settings)), ("one", "two"))
    assert "cosine distance in A and Euclidean distance in B, the point itself counted" in other
    assert "Maps" not in other
    assert "row by row" not in other
    with pytest.raises(ValueError, match="no result"):
        caption(replace(compared, result=None), ("one", "two"))


def test_the_caption_says_how_the_maps_were_laid_out(run: Run) -> None:
    result = found()
    compared = Compared(run, 0, run, 1, result.settings, result)
    settings = replace(default_views(run)[1], method="umap")
    frame = run.frame(0)
    rows = len(frame.embeddings) + len(frame.reference_embeddings)
    places = np.random.default_rng(0).normal(size=(rows, 3)).astype(np.float32)
    layout = atlas(run, settings).add(settle(0, places, COUNT, places, "the layout of one"))
    opened = OpenRun(run, 2, (layout,))
    state = State(runs=(opened, opened), views=(settings,), cameras=(None,))
    first, second = (scene.note for scene in maps_on_desk(state, compared, 0, False))
    assert first.startswith("UMAP, 3-D of 5, laid out at this step, 0 (Euclidean distances, 15 neighbours")
    assert "epochs from the layout of one, seed 0" in first
    assert "laid out at step 0, not at this one (Euclidean" in second
    assert layout_words(run, open_run(run).projections[1], 0) == ""


def test_headings_have_two_lines_where_they_need_them(run: Run, tmp_path: Path) -> None:
    result = found()
    compared = Compared(run, 0, run, 1, result.settings, result)
    scenes = maps_of(compared, False, ASPECT)
    for names, lines in (
        (("a convnet on pets", "another network on pets"), ("A · a convnet on pets", "B · another network on", "pets")),
        ((60 * "n" + " on pets", "m on pets"), ("A · nnnnnnn", "B · m…")),
    ):
        draw_comparison(compared, scenes, names, tmp_path / "a.svg", 89)
        text = (tmp_path / "a.svg").read_text("utf-8")
        assert all(f">{line}" in text for line in lines), lines


def test_the_caption_names_who_made_an_imported_space_and_how_many_points_match(run: Run) -> None:
    origin = Origin(format="vectory", source="tiny.npz", dataset="tiny", model="resnet50")
    result = found()
    part = run.taking(np.arange(0, COUNT, 2))
    part.recipe = part.recipe.model_copy(update={"origin": origin})
    said = caption(Compared(part, 0, run, 1, result.settings, result), ("one", "two"))
    assert "A, one: resnet50 on tiny, 5 dimensions, from tiny.npz" in said
    assert "the 12 of 24 that both have" in said
    assert "row by row" in said  # every other one of these is another one of those
    assert "seed 41" in said  # of the other, which was trained here


def test_what_cannot_be_drawn_is_a_sentence(run: Run, tmp_path: Path) -> None:
    result = found()
    compared = Compared(run, 0, run, 1, result.settings, result)
    with pytest.raises(LatentariumError, match=r"none of \.png, \.pdf, \.svg"):
        draw_compared(run, 0, run, 1, result, tmp_path / "a.gif")
    with pytest.raises(LatentariumError, match="cannot be written"):
        draw_compared(run, 0, run, 1, result, tmp_path / "missing" / "a.svg")
    with pytest.raises(LatentariumError, match="40 mm wide has no room"):
        draw_compared(run, 0, run, 1, result, tmp_path / "a.svg", 40)
    scenes = maps_of(compared, False, ASPECT)
    with pytest.raises(LatentariumError, match="still being compared"):
        draw_comparison(replace(compared, result=None), scenes, ("a", "b"), tmp_path / "a.png")


def test_lines_are_no_wider_than_the_page() -> None:
    text = "Some words of differing lengths, and then averyveryverylongwordthatisalone at the end of it"
    lines = wrapped(text, 7, 120)
    assert " ".join(lines) == text
    assert all(width_of(line, 7) <= 120 or " " not in line for line in lines)
    assert len(lines) > 3


def test_names_of_poles_are_whole(run: Run, tmp_path: Path) -> None:
    """However long they are, no letter touches the sides of its map."""
    result = found()
    compared = Compared(run, 0, run, 1, result.settings, result)
    bare = replace(maps_of(compared, False, ASPECT)[0], grid=None, lines=(), camera=Camera(extent=1.2), labels=())
    poles = [
        Label(name, place, (0, 0, 0, 255)) for name, place in (("hedgehogs", (-1.0, 0.0, 0.0)), ("owls", (1, 0, 0)))
    ]
    scene = replace(bare, dots=replace(bare.dots, flags=np.full(COUNT, Flag.HIDDEN, np.uint8)), labels=tuple(poles))
    draw_comparison(compared, (scene, scene), ("a", "b"), tmp_path / "a.png", 89)
    with Image.open(tmp_path / "a.png") as image:
        picture = np.asarray(image.convert("L")).astype(int)
    scale, wide = 300 / 96, (89 / 25.4 * 96 - 2 * 8 - 12) / 2
    top, bottom = round((8 + 34 + 4) * scale), round((8 + 34 + wide / ASPECT - 4) * scale)
    for left in (8.0, 8 + wide + 12):
        for x in (left + 2, left + wide - 2):
            assert np.ptp(picture[top:bottom, round(x * scale)]) < 10
        middle = picture[top:bottom, round((left + 4) * scale) : round((left + wide - 4) * scale)]
        assert middle.min() < 60  # the names are there
