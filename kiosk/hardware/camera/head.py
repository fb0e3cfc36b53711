"""A head out of one photograph: depth is put behind a face, and the head turns about its neck.

The turn test asks for what a photograph cannot do, so nothing of it is faked here: every point of the picture
gets a distance from the axis of the neck, is rotated in space, and what comes to lie behind something nearer
is hidden by it. The picture's own surroundings stay where they are.

Lengths of the model are in distances between the eyes (63 mm in adults), which every face has been measured
in; its coordinates begin at the middle between the eyes and go right and down in the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, atan2, cos, hypot, radians, sin

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kiosk.domain.capture import Face, yaw
from kiosk.hardware.camera.acting import Pose

Grid = NDArray[np.float32]

CELL_PX = 4
"""The map is worked out for every fourth pixel and drawn out in between: a sixteenth of the work."""

HALF_WIDTH, HALF_HEIGHT, MIDDLE = 1.42, 2.0, 0.2
"""The head's outline, with ears and hair: an ellipse whose middle lies a little below the eyes. A head is 152
mm wide, some 180 mm with its ears."""

DEPTH, ROUNDNESS = 1.2, 0.43
"""From the axis of the neck to the face between the eyes (76 mm), and the power its roundness follows (0.5 is
an ellipsoid)."""

MOUTH, MOUTH_WIDTH, MOUTH_AT = 0.57, 0.88, 1.47
NOSE, NOSE_WIDTH, NOSE_FLANK = 0.15, 0.39, 5.0
SOCKET, SOCKET_WIDTH = 0.46, 0.38
"""How far the jaws stand out, and the nose beyond them, with its half width at the nostrils and the steepness
of its sides; how deep the eyes lie. A smooth ellipsoid moves the yaw by 0.05-0.15 at 30 degrees, living heads
by 0.24-0.62. Searched with face_recognition on the four portraits of the demonstration: at 30 degrees
0.26-0.40 both ways with the face 0.27-0.47 from its frontal self. The detector reads half of what the
geometry says (0.5), because light and shade do not turn with the head; so these stand out further than on
people."""

NECK, NECK_HALF_WIDTH, NECK_LENGTH = 0.45, 0.8, 1.3

SURROUNDINGS = 0.3
"""How far beyond the outline the picture gives way, as a share of the outline's radius."""

YAW_A_TURN = 0.65
"""`capture.yaw` over the sine of the angle: how far a photographed head was turned already."""

MOST_UNDONE = 0.35
"""Sine of the largest turn in a photograph (20 degrees) that is taken back, so that the head looks to the
front."""


class Head:
    """The head on a picture of `width` by `height` pixels whose face lies at `face`."""

    def __init__(self, face: Face, width: int, height: int) -> None:
        anatomy = _Anatomy.of(face)
        self.box = anatomy.region(width, height)
        left, top, right, bottom = self.box
        self._unit = anatomy.unit
        self._already, self._tilt = asin(anatomy.already), anatomy.tilt
        self._width = face.width / anatomy.unit
        across = np.arange(left + CELL_PX / 2, right + CELL_PX / 2, CELL_PX)
        down = np.arange(top + CELL_PX / 2, bottom + CELL_PX / 2, CELL_PX)
        self._x = np.broadcast_to((across - anatomy.axis) / anatomy.unit, (len(down), len(across)))
        self._y = np.broadcast_to(((down - anatomy.eyes[1]) / anatomy.unit)[:, None], self._x.shape)
        self._depth, self._share = anatomy.surface(self._x, self._y)
        # Rows are laid end to end, so that one interpolation turns them all.
        self._row = np.arange(len(down))[:, None] * 4.0 * float(np.ptp(self._x) + 1)

    def source(self, pose: Pose) -> tuple[Grid, Grid]:
        """For each pixel of `box`, where in the picture inside the box its colour lies: two grids, of rows of
        columns and of rows."""
        angle, share = radians(pose.yaw) - self._already, self._share
        lean = radians(pose.roll) - self._tilt
        sideways = share * (pose.right * self._width - lean * (self._y - HALF_HEIGHT))
        turned = self._x + share * (self._x * (cos(angle) - 1) + self._depth * sin(angle)) + sideways
        nodding = self._depth * sin(radians(pose.pitch)) + lean * self._x + pose.down * self._width
        # Seen from the front, what is nearer has moved further: it hides what it has overtaken.
        if angle >= 0:
            seen = np.maximum.accumulate(turned, axis=1)
        else:
            seen = np.minimum.accumulate(turned[:, ::-1], axis=1)[:, ::-1]
        wanted, known = (self._x + self._row).ravel(), (seen + self._row).ravel()
        from_x = np.interp(wanted, known, (self._x + self._row).ravel())
        nod = np.interp(wanted, known, (share * nodding).ravel())
        shape = self._x.shape
        left, top, right, bottom = self.box
        x, y = self._drawn_out((from_x - wanted).reshape(shape)), self._drawn_out(-nod.reshape(shape))
        x += np.arange(right - left, dtype=np.float32)
        y += np.arange(bottom - top, dtype=np.float32)[:, None]
        return x, y

    def _drawn_out(self, cells: NDArray[np.float64]) -> Grid:
        left, top, right, bottom = self.box
        rows, columns = cells.shape
        picture = Image.fromarray((cells * self._unit).astype(np.float32))
        size = columns * CELL_PX, rows * CELL_PX
        return np.array(picture.resize(size, Image.Resampling.BILINEAR))[: bottom - top, : right - left]


@dataclass(frozen=True)
class _Anatomy:
    """Where the parts of one face lie: pixels, and the nose and eyes in units from the middle of the eyes."""

    eyes: tuple[float, float]
    unit: float
    axis: float
    already: float
    tilt: float
    sockets: tuple[tuple[float, float], tuple[float, float]]
    nose: tuple[float, float]

    @classmethod
    def of(cls, face: Face) -> _Anatomy:
        (ax, ay), (bx, by), (cx, cy), (dx, dy), (nx, ny) = face.points
        right, left = ((ax + bx) / 2, (ay + by) / 2), ((cx + dx) / 2, (cy + dy) / 2)
        middle = (left[0] + right[0]) / 2, (left[1] + right[1]) / 2
        unit = hypot(right[0] - left[0], right[1] - left[1])
        already = max(-MOST_UNDONE, min(MOST_UNDONE, yaw(face) / YAW_A_TURN))
        return cls(
            eyes=middle,
            unit=unit,
            axis=middle[0] - DEPTH * already * unit,
            already=already,
            tilt=atan2(right[1] - left[1], right[0] - left[0]),
            sockets=tuple(((x - middle[0]) / unit, (y - middle[1]) / unit) for x, y in (left, right)),  # type: ignore[arg-type]
            nose=((nx - middle[0]) / unit, (ny - middle[1]) / unit),
        )

    def region(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of all that moves, inside the picture."""
        reach = (1 + SURROUNDINGS) * self.unit
        return (
            max(0, int(self.axis - (HALF_WIDTH + 0.4) * reach)),
            max(0, int(self.eyes[1] + (MIDDLE - HALF_HEIGHT) * reach)),
            min(width, int(self.axis + (HALF_WIDTH + 0.4) * reach)),
            min(height, int(self.eyes[1] + (MIDDLE + HALF_HEIGHT) * reach + NECK_LENGTH * self.unit)),
        )

    def surface(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        """Depth before the axis, and how far each point belongs to the head (1) or its surroundings (0); `x`
        is counted from the axis."""
        from_eyes = x + (self.axis - self.eyes[0]) / self.unit
        up_x = x * cos(self.tilt) + (y - MIDDLE) * sin(self.tilt)
        up_y = (y - MIDDLE) * cos(self.tilt) - x * sin(self.tilt)
        radius = np.hypot(up_x / HALF_WIDTH, up_y / HALF_HEIGHT)
        depth = DEPTH * np.clip(1 - radius**2, 0, None) ** ROUNDNESS
        nose_x, nose_y = self.nose
        along = y / nose_y
        ridge = np.interp(along, [0.0, 0.8, 1.0, 1.25], [0.0, NOSE, 0.75 * NOSE, 0.0])
        wide = np.interp(along, [0.0, 0.5, 1.0], [0.5 * NOSE_WIDTH, 0.7 * NOSE_WIDTH, NOSE_WIDTH])
        face = ridge * np.exp(-(np.abs((from_eyes - nose_x * np.clip(along, 0, 1)) / wide) ** NOSE_FLANK))
        for socket_x, socket_y in self.sockets:
            face = face - SOCKET * _bump(from_eyes - socket_x, y - socket_y, SOCKET_WIDTH)
        face = face + MOUTH * _bump(from_eyes - nose_x * MOUTH_AT, y - nose_y * MOUTH_AT, MOUTH_WIDTH)
        neck = NECK * np.sqrt(np.clip(1 - (x / NECK_HALF_WIDTH) ** 2, 0, None)) * (y > MIDDLE)
        depth = np.maximum(depth + np.where(radius < 1, face, 0), neck)
        beyond = np.clip((radius - 1) / SURROUNDINGS, 0, 1)
        below = np.clip((y - MIDDLE - HALF_HEIGHT * 0.9) / NECK_LENGTH, 0, 1)
        under = np.where((np.abs(x) < NECK_HALF_WIDTH * 1.5) & (y > MIDDLE), _smooth(1 - below), 0)
        return depth, np.maximum(_smooth(1 - beyond), under)


def _bump(x: NDArray[np.float64], y: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    return np.exp(-(x**2 + y**2) / (2 * width**2))


def _smooth(share: NDArray[np.float64]) -> NDArray[np.float64]:
    return share * share * (3 - 2 * share)
