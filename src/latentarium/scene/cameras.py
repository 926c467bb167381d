"""What a camera does to points, and what a hand does to a camera.

Pixels are logical, x to the right and y down from the top left corner of a view of `width` × `height`.
The world is right-handed with y up; matrices act on columns.
"""

from dataclasses import replace
from math import atan2, cos, hypot, pi, sin

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latentarium.core.arrays import Floats
from latentarium.scene.camera import Camera, Quaternion, Vector

Matrix = NDArray[np.float64]

TURN = pi / 360  # radians of rotation a pixel of dragging
NEAREST = 0.01  # of the distance to the centre: what is nearer to the eye is not seen
FARTHEST = 100.0  # of the distance to the centre
MARGIN = 1.12  # of the tightest extent, when all is framed
_EXTENTS = (1e-9, 1e9)


def rotation_matrix(rotation: Quaternion) -> Matrix:
    """The (3, 3) matrix of a quaternion (w, x, y, z), which need not have unit length."""
    w, x, y, z = np.asarray(rotation, float) / np.linalg.norm(rotation)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def orientation(camera: Camera) -> Matrix:
    """What turns the world before the view, (3, 3): the identity for a flat camera."""
    return np.eye(3) if camera.flat else rotation_matrix(camera.rotation)


def view_matrix(camera: Camera) -> Matrix:
    """From the world to the eye, which looks along -z: (4, 4)."""
    matrix = np.eye(4)
    matrix[:3, :3] = orientation(camera)
    matrix[:3, 3] = -matrix[:3, :3] @ np.asarray(camera.centre, float)
    matrix[2, 3] -= camera.dolly * camera.extent
    return matrix


def projection_matrix(camera: Camera, width: float, height: float) -> Matrix:
    """From the eye to OpenGL's clip space: (4, 4); orthographic where the camera is flat."""
    aspect = max(width, 1.0) / max(height, 1.0)
    distance = camera.dolly * camera.extent
    near, far = distance * NEAREST, distance * FARTHEST
    matrix = np.zeros((4, 4))
    if camera.flat:
        matrix[0, 0] = 1 / (camera.extent * aspect)
        matrix[1, 1] = 1 / camera.extent
        matrix[2, 2] = -1 / far  # what lies behind the eye is seen as well
        matrix[3, 3] = 1
        return matrix
    matrix[0, 0] = camera.dolly / aspect
    matrix[1, 1] = camera.dolly
    matrix[2, 2] = -(far + near) / (far - near)
    matrix[2, 3] = -2 * far * near / (far - near)
    matrix[3, 2] = -1
    return matrix


def project(points: ArrayLike, camera: Camera, width: float, height: float) -> Floats:
    """Pixels x and y, and the depth from the eye in world units (larger is farther): (N, 3) -> (N, 3) float32.

    x and y are NaN where a point lies behind the near plane of a camera in perspective.
    """
    points = np.asarray(points, np.float32).reshape(-1, 3)
    view = view_matrix(camera)
    pixels_a_unit = max(height, 1.0) / (2 * camera.extent)
    scale = np.array([pixels_a_unit, -pixels_a_unit, -1.0])
    # Pixels about the middle (at the centre's depth) and the depth. Summed column by column: a matrix product
    # would wake BLAS's threads, and wait for them for 40 ms on a machine that is busy training.
    rows = np.column_stack([view[:3, :3] * scale[:, None], view[:3, 3] * scale]).astype(np.float32)
    px, py, pz = np.ascontiguousarray(points.T)
    placed: Floats = np.stack([px * a + py * b + pz * c + d for a, b, c, d in rows]).T
    if not camera.flat:
        distance = np.float32(camera.dolly * camera.extent)
        depth = placed[:, 2]
        with np.errstate(divide="ignore", invalid="ignore"):
            shrink = np.where(depth > distance * np.float32(NEAREST), distance / depth, np.float32(np.nan))
        placed[:, 0] *= shrink
        placed[:, 1] *= shrink
    placed[:, 0] += np.float32(width / 2)
    placed[:, 1] += np.float32(height / 2)
    return placed


def turned(camera: Camera, dx: float, dy: float) -> Camera:
    """Drag by (dx, dy) pixels: about the world's vertical axis and the screen's horizontal one, never over the top."""
    matrix = rotation_matrix(camera.rotation)
    elevation = atan2(matrix[2, 1], matrix[1, 1])  # of the world's vertical axis towards the viewer
    pitch = dy * TURN
    if abs(elevation) < pi / 2 + 1e-6:  # not for a camera that was given upside down
        pitch = min(max(pitch, -pi / 2 - elevation), pi / 2 - elevation)
    yaw = dx * TURN
    rotation = _times((cos(pitch / 2), sin(pitch / 2), 0.0, 0.0), camera.rotation)
    rotation = _times(rotation, (cos(yaw / 2), 0.0, sin(yaw / 2), 0.0))
    return replace(camera, rotation=rotation)


def panned(camera: Camera, dx: float, dy: float, width: float, height: float) -> Camera:
    """Drag the world by (dx, dy) pixels, measured at the depth of the centre."""
    return _moved(camera, _beside(camera, width / 2 - dx, height / 2 - dy, width, height))


def zoomed(camera: Camera, factor: float, x: float, y: float, width: float, height: float) -> Camera:
    """Magnify by `factor`; what lies at pixel (x, y), at the depth of the centre, stays there."""
    extent = min(max(camera.extent / factor, _EXTENTS[0]), _EXTENTS[1])
    kept = _beside(camera, x, y, width, height) * (1 - extent / camera.extent)
    return replace(_moved(camera, kept), extent=extent)


def centred(camera: Camera, place: ArrayLike) -> Camera:
    """Look at a place in the world, from the same side and as near as before."""
    x, y, z = (float(value) for value in np.asarray(place, float))
    return replace(camera, centre=(x, y, z))


def place_at(camera: Camera, x: float, y: float, width: float, height: float) -> Vector:
    """The place in the world that is seen at pixel (x, y), at the depth of the centre."""
    return _moved(camera, _beside(camera, x, y, width, height)).centre


def place_beside(camera: Camera, x: float, y: float, width: float, height: float, point: Vector) -> Vector:
    """The place in the world that is seen at pixel (x, y), as deep as `point`."""
    seen = np.asarray(place_at(camera, x, y, width, height))
    if camera.flat:
        away = np.zeros(3)
    else:
        back = orientation(camera)[2]  # towards the eye
        eye = np.asarray(camera.centre) + camera.dolly * camera.extent * back
        depth = float((eye - np.asarray(point)) @ back) / float((eye - seen) @ back)
        away = (depth - 1) * (seen - eye)
    x, y, z = (float(part) for part in seen + away)
    return x, y, z


def framed(
    points: ArrayLike,
    flat: bool,
    width: float,
    height: float,
    rotation: Quaternion = (1.0, 0.0, 0.0, 0.0),
    dolly: float = 3.0,
) -> Camera:
    """The camera with this rotation that shows all points (N, 3), and a margin, in a view of this size.

    Points that are not finite are left out. Of no point, or of one place, the camera shows a unit about it.
    """
    camera = Camera(rotation=rotation, flat=flat, dolly=dolly)
    places = np.asarray(points, float).reshape(-1, 3)
    places = places[np.isfinite(places).all(1)]
    if not len(places):
        return camera
    matrix = orientation(camera)
    turned_places = places @ matrix.T
    middle = (turned_places.min(0) + turned_places.max(0)) / 2
    camera = centred(camera, middle @ matrix)
    x, y, z = (turned_places - middle).T
    across = np.maximum(np.abs(x) * max(height, 1.0) / max(width, 1.0), np.abs(y))
    # In perspective a point is seen where |y| · dolly <= dolly · extent - z, and the same for x.
    tightest = float(across.max() if flat else (across + z / dolly).max())
    return replace(camera, extent=tightest * MARGIN if tightest > _EXTENTS[0] else 1.0)


def _beside(camera: Camera, x: float, y: float, width: float, height: float) -> NDArray[np.float64]:
    """From the centre to what is seen at pixel (x, y) at the centre's depth, in world units."""
    unit = 2 * camera.extent / max(height, 1.0)
    offset: NDArray[np.float64] = np.array([(x - width / 2) * unit, (height / 2 - y) * unit, 0.0]) @ orientation(camera)
    return offset


def _moved(camera: Camera, offset: NDArray[np.float64]) -> Camera:
    return centred(camera, np.asarray(camera.centre, float) + offset)


def _times(a: Quaternion, b: Quaternion) -> Quaternion:
    """The rotation by `b` and then by `a`, of unit length."""
    aw, ax, ay, az = a
    bw, bx, by, bz = b
    w = aw * bw - ax * bx - ay * by - az * bz
    x = aw * bx + ax * bw + ay * bz - az * by
    y = aw * by - ax * bz + ay * bw + az * bx
    z = aw * bz + ax * by - ay * bx + az * bw
    length = hypot(w, x, y, z)
    return (w / length, x / length, y / length, z / length)
