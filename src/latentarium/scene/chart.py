"""A chart over the values of a sweep: what is drawn, and where on the axis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Floats

Value = float | int | str

_WIDE = 20.0  # largest value by the smallest above 0, from which on an axis is logarithmic


@dataclass(frozen=True, eq=False)
class Chart:
    """Figures over the swept `values`: `series` float32 (V,) by their names, NaN where a figure is not known yet.

    `name` is the chart's title, `axis` what the values are of.
    """

    name: str
    values: tuple[Value, ...]
    series: Mapping[str, Floats]
    axis: str = ""


@dataclass(frozen=True)
class Axis:
    """Where the values lie from left (0) to right (1), float64 (V,); `kind` is linear, log, symlog or named."""

    places: tuple[float, ...]
    kind: str


def axis_of(values: Sequence[Value]) -> Axis:
    """The axis for these values.

    Texts stand side by side in their order. Numbers that span more than a factor of 20 stand on a logarithmic axis,
    and where 0 or less is among them on a symmetric one, as matplotlib's symlog: linear up to the smallest size above
    0, with half a decade's room for that part, and logarithmic beyond.
    """
    if any(isinstance(value, str) for value in values):
        return Axis(_spread(np.arange(len(values), dtype=float)), "named")
    numbers = np.array(values, float)
    sizes = np.abs(numbers[numbers != 0])
    if len(sizes) == 0 or sizes.max() < _WIDE * sizes.min():
        return Axis(_spread(numbers), "linear")
    if numbers.min() > 0:
        return Axis(_spread(np.log10(numbers)), "log")
    return Axis(_spread(symlog(numbers, float(sizes.min()))), "symlog")


def symlog(numbers: NDArray[np.float64], linear: float) -> NDArray[np.float64]:
    """Decades on a symmetric logarithmic axis, on which ±`linear` lies half a decade from 0."""
    sizes = np.abs(numbers) / linear
    far = 0.5 + np.log10(np.maximum(sizes, 1.0))
    return np.sign(numbers) * np.where(sizes <= 1.0, 0.5 * sizes, far)


def _spread(numbers: NDArray[np.float64]) -> tuple[float, ...]:
    """Numbers moved and scaled to 0 to 1; all in the middle where they are one."""
    low, high = (numbers.min(), numbers.max()) if len(numbers) else (0.0, 0.0)
    if high <= low:
        return (0.5,) * len(numbers)
    return tuple(((numbers - low) / (high - low)).tolist())
