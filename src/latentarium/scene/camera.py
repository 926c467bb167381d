"""The camera: where one looks from, and what that does to points."""

from dataclasses import dataclass

Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]  # w, x, y, z


@dataclass(frozen=True)
class Camera:
    """Looks at `centre`; `extent` is the half-height in world units that the view shows there.

    `rotation` is a unit quaternion (w, x, y, z) that turns the world before the view, the viewer looking
    along -z with y up. `flat` is orthographic and seen along -z, whatever `rotation` says. `dolly` is the
    distance to the centre in extents (perspective only).
    """

    centre: Vector = (0.0, 0.0, 0.0)
    extent: float = 1.2
    rotation: Quaternion = (1.0, 0.0, 0.0, 0.0)
    flat: bool = True
    dolly: float = 3.0
