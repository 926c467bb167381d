"""Small multiples on one page, looked at pixel by pixel, and as a page of words and shapes."""

import re
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from latentarium.core.arrays import frozen_bytes, frozen_floats
from latentarium.core.errors import LatentariumError
from latentarium.figures.multiples import Cell, draw_multiples
from latentarium.scene.camera import Camera
from latentarium.scene.cameras import project
from latentarium.scene.chart import Chart
from latentarium.scene.multiples import ASPECT
from latentarium.scene.palettes import THEMES, rgba
from latentarium.scene.scene import Dots, Scene

RED, GREEN = (230, 40, 40, 255), (30, 200, 60, 255)
LIGHT, DARK = THEMES["light"], THEMES["dark"]
WIDTH = 183.0 / 25.4 * 300  # pixels of the page


def scene_of(place: tuple[float, float, float], colour: int, dark: bool = False, copies: int = 1) -> Scene:
    where = frozen_floats([place] * copies)
    theme = DARK if dark else LIGHT
    dots = Dots(
        start=where,
        end=where,
        blend=0.0,
        colours=np.full(copies, colour, np.uint16),
        palette=frozen_bytes([RED, GREEN]),
        flags=np.zeros(copies, np.uint8),
        size=24.0,
    )
    return Scene(dots, Camera(), rgba(theme.canvas), rgba(theme.text), title="Embedding")


def nine(dark: bool = False, copies: int = 1) -> list[Cell]:
    """Eight cells, each with a dot somewhere else; the seventh is queued."""
    cells: list[Cell] = []
    for row in range(8):
        place = (0.1 * row - 0.4, 0.05 * row - 0.2, 0.0)
        scene = None if row == 6 else scene_of(place, row % 2, dark, copies)
        cells.append((f"w = {row}", "queued" if row == 6 else f"test 0.{row}", scene))
    return cells


CHART = Chart(
    "Accuracy over w",
    (0, 1, 2, 5, 10, 20, 50, 100),
    {
        "train accuracy": frozen_floats(np.linspace(0.98, 0.96, 8)),
        "test accuracy": frozen_floats([0.9, 0.9, 0.91, 0.9, 0.92, 0.91, np.nan, 0.9]),
    },
    "objective.tsne.weight",
)


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def cell_of(picture: np.ndarray, row: int) -> np.ndarray:
    """The picture of a cell, below its header, as the page is laid out: three columns, gaps of 10 logical pixels."""
    scale = 300 / 96
    wide = (picture.shape[1] / scale - 40) / 3
    left, top = 10 + (row % 3) * (wide + 10), 10 + (row // 3) * (38 + wide / ASPECT + 10) + 38
    box = np.round(np.array([top, top + wide / ASPECT, left, left + wide]) * scale).astype(int)
    return picture[box[0] : box[1], box[2] : box[3]]


@pytest.mark.parametrize("dark", [False, True])
def test_each_cell_shows_its_own_run(tmp_path: Path, dark: bool) -> None:
    cells = nine(dark)
    draw_multiples(cells, CHART, tmp_path / "a.png", dark=dark)
    picture = pixels(tmp_path / "a.png")
    assert abs(picture.shape[1] - WIDTH) <= 1
    theme = DARK if dark else LIGHT
    assert np.abs(picture[2, 2] - rgba(theme.window)[:3]).max() == 0
    for row, (_, _, scene) in enumerate(cells):
        cell = cell_of(picture, row)
        inner = cell[8:-8, 8:-8]
        if scene is None:
            assert np.abs(inner - rgba(theme.window)[:3]).max() == 0
            continue
        height, width = cell.shape[:2]
        x, y, _ = project(scene.dots.end[:1], scene.camera, width, height)[0]
        wanted = np.array((RED, GREEN)[row % 2][:3])
        assert np.abs(cell[round(float(y)), round(float(x))] - wanted).max() <= 60, row
        assert np.abs(inner[0, 0] - rgba(theme.canvas)[:3]).max() <= 2


def test_the_chart_has_its_points_where_the_values_are(tmp_path: Path) -> None:
    """Moving one figure changes the chart's cell alone, in the column of its value."""
    draw_multiples(nine(), CHART, tmp_path / "a.png")
    lower = {**CHART.series, "test accuracy": frozen_floats([0.9, 0.9, 0.91, 0.9, 0.91, 0.91, np.nan, 0.9])}
    draw_multiples(nine(), replace(CHART, series=lower), tmp_path / "b.png")
    first, second = pixels(tmp_path / "a.png"), pixels(tmp_path / "b.png")
    changed = (first != second).any(2)
    columns = np.flatnonzero(changed.any(0))
    rows = np.flatnonzero(changed.any(1))
    assert columns.min() > first.shape[1] * 2 / 3
    assert rows.min() > first.shape[0] * 2 / 3
    assert len(columns) < first.shape[1] / 9  # from the value before to the value after


def words_of(path: Path) -> str:
    """All bytes of a PDF, its streams unpacked."""
    data = path.read_bytes()
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
    unpacked = [data]
    for stream in streams:
        try:
            unpacked.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(unpacked).decode("latin-1")


def test_a_pdf_has_its_fonts_and_its_text(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        draw_multiples(nine(), CHART, tmp_path / name, legend=[("three", RED), ("$seven$", GREEN)])
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    words = words_of(tmp_path / "a.pdf")
    assert words.startswith("%PDF")
    assert "/FontFile2" in words
    assert "/Subtype /Type3" not in words
    said = "".join(re.findall(r"\(\x00([^ ])\)", words))  # letter by letter, with what stands between them
    for text in ("w=3", "test0.1", "queued", "Accuracyoverw", "$seven$"):
        assert text in said
    assert "/Subtype /Image" not in words
    width = float(re.findall(r"/MediaBox \[ 0 0 ([\d.]+)", words)[0])
    assert width == pytest.approx(183 / 25.4 * 72, abs=0.1)


def test_many_dots_are_an_image_inside_the_page(tmp_path: Path) -> None:
    draw_multiples(nine(copies=800), CHART, tmp_path / "a.pdf", width_mm=89)
    words = words_of(tmp_path / "a.pdf")
    assert "/Subtype /Image" in words
    assert "/FontFile2" in words


def test_an_svg_keeps_text_as_text(tmp_path: Path) -> None:
    draw_multiples(nine(), CHART, tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text("utf-8")
    for word in ("w = 3", "queued", "Accuracy over w", "train accuracy", ">100<"):
        assert word in text


def test_other_numbers_of_cells(tmp_path: Path) -> None:
    draw_multiples(nine()[:1], None, tmp_path / "one.png", 89)
    draw_multiples(nine()[:4], CHART, tmp_path / "five.png", 89)
    draw_multiples([("w = 0", "queued", None)], Chart("Accuracy over w", (0,), {}), tmp_path / "queued.png", 89)
    one, five = pixels(tmp_path / "one.png"), pixels(tmp_path / "five.png")
    assert abs(one.shape[1] - five.shape[1]) <= 1
    assert one.shape[0] < one.shape[1] * 1.2


def test_what_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LatentariumError, match=r"none of \.png, \.pdf, \.svg"):
        draw_multiples(nine(), CHART, tmp_path / "a.gif")
    with pytest.raises(LatentariumError, match=r"cannot be written"):
        draw_multiples(nine()[:1], None, tmp_path / "missing" / "a.png")
