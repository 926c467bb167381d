"""Where swept values lie on their axis."""

import numpy as np
import pytest
from matplotlib.scale import SymmetricalLogTransform

from latentarium.scene.chart import Value, axis_of, symlog

WEIGHTS = (0, 5, 20, 50, 100, 200, 300, 500)


@pytest.mark.parametrize(
    ("values", "kind", "places"),
    [
        ((2, 3, 8), "linear", (0, 1 / 6, 1)),
        ((2, 3, 8, 32, 128), "log", np.log([1, 1.5, 4, 16, 64]) / np.log(64)),
        ((0, 1, 2), "linear", (0, 0.5, 1)),
        ((0, 5, 500), "symlog", (0, 0.2, 1)),
        ((-100, 0, 1), "symlog", (0, 2.5 / 3, 1)),
        (("mlp", "conv-small", "resnet18"), "named", (0, 0.5, 1)),
        ((1, "x"), "named", (0, 1)),
        ((0,), "linear", (0.5,)),
        ((), "linear", ()),
    ],
)
def test_the_axis_suits_its_values(values: tuple[Value, ...], kind: str, places: tuple[float, ...]) -> None:
    axis = axis_of(values)
    assert axis.kind == kind
    np.testing.assert_allclose(axis.places, places)


def test_symlog_is_matplotlibs() -> None:
    numbers = np.array([-700.0, -5, -1, 0, 2.5, *WEIGHTS[1:]])
    transform = SymmetricalLogTransform(10, 5, 0.5 * (1 - 1 / 10))
    np.testing.assert_allclose(symlog(numbers, 5.0), transform.transform(numbers) / 5, atol=1e-12)
