"""Colours that can be told apart, by whoever looks, on either ground."""

import numpy as np
import pytest

from latentarium.scene.contrast import contrast, difference, oklab
from latentarium.scene.palettes import (
    THEMES,
    class_colours,
    continuous_colours,
    mixed_colours,
    mixed_rows,
    rgba,
    share_colours,
    share_rows,
)

both = pytest.mark.parametrize("dark", [True, False])


def canvas(dark: bool) -> tuple[int, int, int, int]:
    return rgba(THEMES["dark" if dark else "light"].canvas)


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


def test_oklab_of_known_colours() -> None:
    np.testing.assert_allclose(oklab((255, 255, 255)), [1, 0, 0], atol=1e-3)
    np.testing.assert_allclose(oklab((255, 0, 0)), [0.6280, 0.2249, 0.1258], atol=1e-3)
    # Red and green of the same brightness are one colour to those without green receptors.
    red, green = (200, 80, 60), (120, 120, 52)
    plain = np.linalg.norm(oklab(red) - oklab(green))
    assert np.linalg.norm(oklab(red, "deuteranopia") - oklab(green, "deuteranopia")) < 0.4 * plain


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("ink", ["text", "muted", "wrong", "warning", "accent", "loss", "accuracy"])
@pytest.mark.parametrize("ground", ["window", "panel", "canvas"])
def test_text_of_a_theme_can_be_read(name: str, ink: str, ground: str) -> None:
    theme = THEMES[name]
    assert contrast(rgba(getattr(theme, ink)), rgba(getattr(theme, ground))) >= 4.5
    assert contrast(rgba(theme.on_accent), rgba(theme.accent)) >= 4.5
    assert contrast(rgba(theme.text), rgba(theme.control_hovered)) >= 4.5
    assert contrast(rgba(theme.muted), rgba(theme.control)) >= 4.5


@both
def test_the_first_three_classes_look_as_in_the_pictures(dark: bool) -> None:
    wanted = ("#56b4e9", "#e69f00", "#d78fc0") if dark else ("#0072b2", "#d55e00", "#a3468c")
    assert [tuple(colour) for colour in class_colours(3, dark)] == [rgba(colour) for colour in wanted]


@both
@pytest.mark.parametrize(("count", "least", "beside"), [(10, 0.08, 0.1), (20, 0.08, 0.1), (50, 0.05, 0.07)])
def test_classes_differ_from_all_others_and_more_from_the_next(
    dark: bool, count: int, least: float, beside: float
) -> None:
    colours = class_colours(count, dark)
    apart = difference(colours, colours)
    assert (apart + np.eye(count)).min() >= least
    assert np.diag(apart, 1).min() >= beside
    assert contrast(colours, canvas(dark)).min() >= 2.99


@both
def test_a_class_keeps_its_colour_and_palettes_go_on(dark: bool) -> None:
    many = class_colours(1000, dark)
    np.testing.assert_array_equal(many[:10], class_colours(10, dark))
    np.testing.assert_array_equal(many[:40], class_colours(40, dark))
    assert many.shape == (1000, 4)
    assert (np.abs(np.diff(many.astype(int), axis=0)).sum(1) > 0).all()
    assert class_colours(10, dark) is class_colours(10, dark)
    assert not many.flags.writeable


@both
def test_both_ends_of_a_scale_are_seen_and_it_rises_evenly(dark: bool) -> None:
    colours = continuous_colours(dark)
    assert colours.shape == (256, 4)
    assert contrast(colours, canvas(dark)).min() >= 2.85
    light = oklab(colours)[:, 0]
    assert (np.diff(light) > -0.01).all()
    assert light[-1] - light[0] > 0.3


def test_shares_of_three_classes_are_red_green_and_blue() -> None:
    p = np.random.default_rng(0).dirichlet(np.ones(3), 500)
    shown = share_colours()[share_rows(p)][:, :3]
    np.testing.assert_allclose(shown, p * 255, atol=4.6)
    corners = share_colours()[share_rows(np.eye(3))]
    np.testing.assert_array_equal(corners[:, :3], 255 * np.eye(3))
    assert (corners[:, 3] == 255).all()


def test_mixtures_come_near() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (500, 3))
    np.testing.assert_allclose(mixed_colours()[mixed_rows(colours)][:, :3], colours, atol=9)
