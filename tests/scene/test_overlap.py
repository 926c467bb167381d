"""The ten colours of the overlap, the same in dots and bars."""

from dataclasses import replace

import numpy as np

from latentarium.core.comparison import Comparison, ComparisonSettings
from latentarium.scene.colouring import scale_colours
from latentarium.scene.compared import Compared
from latentarium.scene.compose import compose
from latentarium.scene.desk import default_views, open_run
from latentarium.scene.overlap import found_of, overlap_dots, overlap_words, rows_in
from latentarium.scene.palettes import OVERLAP, overlap_colours, rgba
from latentarium.scene.state import ColourBy, State


def made(overlap):
    """A comparison that says this of each point, and of nothing else."""
    rows = np.zeros((len(overlap), 1), np.int64)
    ways = np.zeros((len(overlap), 1))
    nan = float("nan")
    shares = tuple(np.histogram(overlap, 10, (0, 1))[0] / len(overlap))
    return Comparison(
        ComparisonSettings(k=1), rows, ways, rows, ways, np.asarray(overlap, np.float64), float(np.mean(overlap)),
        (0.0, 1.0), shares, 0.01, 0.1, 0.5, nan, nan, None, None, "", "", (),
    )  # fmt: skip


def test_rows_of_some_bins():
    found = made(np.array([0.05, 0.1, 0.19, 0.2, 1.0]))
    assert rows_in(found, 0, 0).tolist() == [0]
    assert rows_in(found, 1, 2).tolist() == [1, 2, 3]
    assert rows_in(found, 9, 9).tolist() == [4]


def test_dots_take_the_colour_of_their_bin_in_both_themes(make_run):
    run = make_run(points=5)
    found = made(np.array([0.0, 0.25, 0.5, 0.99, 1.0]))
    for dark in (True, False):
        state = State(compared=Compared(run, 0, run, 1, found.settings, found), colour_by=ColourBy.OVERLAP, dark=dark)
        dots = overlap_dots(state, run)
        assert [tuple(colour) for colour in dots.palette[dots.rows]] == [rgba(OVERLAP[i]) for i in (0, 2, 5, 9, 9)]
        assert overlap_dots(state, run) is dots
        assert np.array_equal(scale_colours(ColourBy.OVERLAP, dark), overlap_colours(dark)[:10])


def test_dots_are_grey_while_nothing_is_known_and_where_it_is_of_another_run(make_run):
    run, found = make_run(points=5), made(np.linspace(0, 1, 5))
    other = make_run(points=5)
    waiting = State(compared=Compared(run, 0, run, 1, found.settings))
    foreign = State(compared=Compared(other, 0, other, 1, found.settings, found))
    for state in (State(), waiting, foreign):
        assert found_of(state, run) is None
        assert set(overlap_dots(state, run).rows.tolist()) == {10}
        assert overlap_words(state, run) == ""  # nobody asked
    coloured = [replace(state, colour_by=ColourBy.OVERLAP) for state in (State(), waiting, foreign)]
    assert [overlap_words(state, run).split(":")[0].split()[:2] for state in coloured] == [
        ["grey"], ["grey", "until"], ["grey"],
    ]  # fmt: skip


def test_a_view_shows_it_with_its_scale_and_ghosts_stay_in_the_palette(make_run):
    run = make_run(points=30)
    views = default_views(run)
    opened = open_run(run, views)
    found = made(np.linspace(0, 1, 30))
    compared = Compared(run, 0, run, 1, found.settings, found)
    state = State(runs=(opened,), views=views, compared=compared, colour_by=ColourBy.OVERLAP, focus=3)
    scene = compose(opened, state, 1)
    assert scene.scale == ("neighbour overlap", 0.0, 1.0)
    assert scene.dots.colours[0] == 0
    assert scene.dots.colours[-1] == 9
    assert scene.ghosts is not None
    assert scene.ghosts.colours.max() < len(scene.dots.palette)
    assert compose(opened, replace(state, hovered=2), 1).dots.colours is scene.dots.colours
