"""Where one looks from before a hand has turned anything."""

from math import cos, radians, sin, sqrt

from latentarium.projections.projection import Bounds, Projection
from latentarium.projections.simplex import Simplex
from latentarium.scene.camera import Camera, Quaternion
from latentarium.scene.cameras import framed
from latentarium.scene.memory import kept

_NAMES = 1.16  # room around the poles for their names
_AIR = 1.14  # around a cloud, whose sphere leaves out the farthest few points
_DOLLY = 3.0


def aside(yaw: float, pitch: float) -> Quaternion:
    """Turn the world by `yaw` about its vertical axis, then its top towards the viewer by `pitch`; degrees."""
    a, b = radians(yaw) / 2, radians(pitch) / 2
    return cos(b) * cos(a), sin(b) * cos(a), cos(b) * sin(a), sin(b) * sin(a)


def viewpoint(projection: Projection, bounds: Bounds, aspect: float) -> Camera:
    """The camera that shows everything in a view of width by height `aspect`."""
    if isinstance(projection, Simplex):
        return kept(projection, ("viewpoint", aspect), lambda: _before(projection, aspect))
    flat = projection.dimensions == 2
    reach = 1.0 if flat else sqrt(1 + 1 / _DOLLY**2)  # a sphere looks larger in perspective
    extent = (bounds.radius or 1.0) * reach * _AIR / min(aspect, 1.0)
    return Camera(bounds.centre, extent, aside(-32, 22), flat, _DOLLY)


def _before(simplex: Simplex, aspect: float) -> Camera:
    rotation = aside(-38, 24) if simplex.layout == "axes" else aside(-24, 18)
    flat = simplex.dimensions == 2
    camera = framed(simplex.corners, flat, 1000 * aspect, 1000, rotation, _DOLLY)
    extent = max(camera.extent * _NAMES, 0.5)
    return Camera(camera.centre, extent, rotation, flat, _DOLLY)
