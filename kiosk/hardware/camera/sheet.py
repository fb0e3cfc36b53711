"""A printed picture held before the camera: a plane in perspective, or bent around a cylinder."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from kiosk.hardware.camera.acting import Pose

Grid = NDArray[np.float32]

LENS_AWAY = 2.0
"""From the lens to the sheet, in widths of the sheet: a page of 30 cm at 60 cm."""

_MISSED = 9.0


def source(pose: Pose, across: Grid, down: Grid) -> tuple[Grid, Grid]:
    """Where on the sheet the camera looks: shares of its width and height from its middle (-0.5 to 0.5 is on
    it).

    `across`, `down`: the pixels, in widths of an upright sheet from where its middle would be. Works
    backwards: each pixel's ray is turned into the sheet's own frame and met with it there.
    """
    yaw, pitch, roll = radians(pose.yaw), radians(pose.pitch), radians(pose.roll)
    # Rows: the sheet's own right, down and outward, as the camera sees them.
    turn = np.array([[cos(yaw), 0, -sin(yaw)], [0, 1, 0], [sin(yaw), 0, cos(yaw)]])
    nod = np.array([[1, 0, 0], [0, cos(pitch), sin(pitch)], [0, -sin(pitch), cos(pitch)]])
    lean = np.array([[cos(roll), sin(roll), 0], [-sin(roll), cos(roll), 0], [0, 0, 1]])
    own = (turn @ nod @ lean).astype(np.float32)
    from_x, from_y, from_z = own[:, 2] * np.float32(LENS_AWAY)
    to_x = own[0, 0] * across + own[0, 1] * down - from_x
    to_y = own[1, 0] * across + own[1, 1] * down - from_y
    to_z = own[2, 0] * across + own[2, 1] * down - from_z
    if abs(pose.bend) < 1:
        reach = -from_z / to_z
        return _scaled(from_x + reach * to_x, pose), _scaled(from_y + reach * to_y, pose)
    radius = np.float32(pose.scale / radians(abs(pose.bend)))
    side = np.float32(np.sign(pose.bend))
    middle = from_z + side * radius
    squared, half = to_x**2 + to_z**2, from_x * to_x + middle * to_z
    room = half**2 - squared * (from_x**2 + middle**2 - radius**2)
    reach = (-half - side * np.sqrt(np.maximum(room, 0))) / squared
    met_x, met_z = from_x + reach * to_x, middle + reach * to_z
    around = radius * np.arctan2(met_x, side * met_z)
    # A ray that passes by has passed on the side where it came nearest: drawn out, no line lies in between.
    around = np.where(room < 0, np.copysign(np.float32(_MISSED), around), around)
    return _scaled(around, pose), _scaled(from_y + reach * to_y, pose)


def _scaled(place: Grid, pose: Pose) -> Grid:
    return (place / np.float32(pose.scale)).astype(np.float32, copy=False)
