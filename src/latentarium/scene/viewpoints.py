"""Where one looks from before a hand has turned anything."""

from math import cos, radians, sin, sqrt

import numpy as np

from latentarium.projections.aligned import Aligned
from latentarium.projections.projection import Bounds, Projection
from latentarium.projections.simplex import Simplex
from latentarium.scene.camera import Camera, Quaternion
from latentarium.scene.cameras import framed
from latentarium.scene.columns import comparing
from latentarium.scene.memory import kept
from latentarium.scene.moment import moment_of
from latentarium.scene.state import OpenRun, State

_NAMES = 1.16  # room around the poles for their names
_AIR = 1.14  # around a cloud, whose sphere leaves out the farthest few points
_DOLLY = 3.0


def aside(yaw: float, pitch: float) -> Quaternion:
    """Turn the world by `yaw` about its vertical axis, then its top towards the viewer by `pitch`; degrees."""
    a, b = radians(yaw) / 2, radians(pitch) / 2
    return cos(b) * cos(a), sin(b) * cos(a), cos(b) * sin(a), sin(b) * sin(a)


def camera_of(open_run: OpenRun, state: State, view: int) -> Camera | None:
    """The camera that a hand has set, the column's own or that of all; None: frame all."""
    return (state.cameras if open_run.cameras is None else open_run.cameras)[view]


def common_bounds(open_run: OpenRun, state: State, view: int, bounds: Bounds) -> Bounds:
    """`bounds`, or those about both clouds where two columns that lie over each other share their cameras."""
    if not comparing(state) or state.runs[1].cameras is not None:
        return bounds
    first, second = state.runs[:2]
    other = second if open_run is first else first
    projection, moment = other.seen(view), moment_of(other, state.moment_in(other))
    if not isinstance(second.seen(view), Aligned) or projection is None or moment is None:
        return bounds
    theirs = moment.bounds(projection)
    return joined(bounds, theirs) if open_run is first else joined(theirs, bounds)  # the very same for both


def joined(one: Bounds, other: Bounds) -> Bounds:
    """The smallest sphere about two."""
    ours, theirs = np.array(one.centre), np.array(other.centre)
    apart = float(np.linalg.norm(theirs - ours))
    if apart + other.radius <= one.radius:
        return one
    if apart + one.radius <= other.radius:
        return other
    radius = (apart + one.radius + other.radius) / 2
    x, y, z = (float(value) for value in ours + (theirs - ours) * ((radius - one.radius) / apart))
    return Bounds((x, y, z), radius)


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
