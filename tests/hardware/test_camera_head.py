"""The head that is made of one photograph: what turns, what hides what, and what stays where it is."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.domain.capture import Face, yaw
from kiosk.hardware.camera.acting import Pose
from kiosk.hardware.camera.head import Head

WIDTH, HEIGHT = 640, 480
EYES = ((376.0, 220.0), (344.0, 220.0), (264.0, 220.0), (296.0, 220.0))
NOSE = (320.0, 280.0)
FACE = Face(220, 160, 200, 200, (*EYES, NOSE))


def _lands(head: Head, pose: Pose, place: tuple[float, float]) -> tuple[float, float]:
    """Where a point of the photograph is seen in this pose."""
    left, top, _, _ = head.box
    x, y = head.source(pose)
    away = np.hypot(x - (place[0] - left), y - (place[1] - top))
    row, column = np.unravel_index(int(away.argmin()), away.shape)
    assert away[row, column] < 3, "it is hidden"
    return float(left + column), float(top + row)


def _seen_yaw(pose: Pose, face: Face = FACE) -> float:
    """The change of `capture.yaw` that a detector without any error would measure."""
    head = Head(face, WIDTH, HEIGHT)
    points = tuple(_lands(head, pose, place) for place in face.points)
    return yaw(Face(face.left, face.top, face.width, face.height, points))


def test_to_the_front_the_photograph_is_seen_as_it_is() -> None:
    head = Head(FACE, WIDTH, HEIGHT)
    x, y = head.source(Pose())
    left, top, right, bottom = head.box
    assert np.abs(x - np.arange(right - left)).max() < 0.01
    assert np.abs(y - np.arange(bottom - top)[:, None]).max() < 0.01


def test_the_nose_moves_against_the_eyes_as_far_as_on_living_heads_and_the_same_both_ways() -> None:
    changes = [_seen_yaw(Pose(yaw=float(degrees))) for degrees in (-30, -20, -10, 0, 10, 20, 30)]
    assert changes == sorted(changes)
    assert changes == pytest.approx([-change for change in reversed(changes)], abs=0.04)
    assert 0.24 <= changes[-1] <= 0.62  # docs/facts.md: real heads at 30 degrees


def test_a_turned_nose_hides_the_cheek_behind_it() -> None:
    head = Head(FACE, WIDTH, HEIGHT)
    row = int(270 - head.box[1])
    front, turned = head.source(Pose())[0][row], head.source(Pose(yaw=40))[0][row]
    assert np.diff(front).max() < 1.5
    assert np.diff(turned).max() > 6  # here the picture jumps from the nose to what it does not hide
    assert np.diff(turned).min() > -0.01  # and nothing is seen twice


def test_the_surroundings_stay_where_they_are() -> None:
    head = Head(FACE, WIDTH, HEIGHT)
    x, y = head.source(Pose(yaw=32, pitch=4, roll=3))
    moved = np.hypot(x - np.arange(x.shape[1]), y - np.arange(y.shape[0])[:, None])
    assert max(_edge(moved)) < 1.5
    assert moved.max() > 40


def _edge(moved: NDArray[np.float32]) -> tuple[float, ...]:
    return float(moved[:2].max()), float(moved[:, :2].max()), float(moved[:, -2:].max())


def test_a_head_that_was_photographed_from_the_side_looks_to_the_front_all_the_same() -> None:
    aside = Face(220, 160, 200, 200, (*EYES, (332.0, 280.0)))
    assert yaw(aside) > 0.12
    assert abs(_seen_yaw(Pose(), aside)) < 0.05
    left, right = _seen_yaw(Pose(yaw=25), aside), _seen_yaw(Pose(yaw=-25), aside)
    assert left > 0.2 > -0.2 > right


def test_a_head_that_is_held_askew_is_held_upright_and_can_lean() -> None:
    askew = Face(220, 160, 200, 200, tuple((x, y + 0.2 * (x - 320)) for x, y in FACE.points))
    head = Head(askew, WIDTH, HEIGHT)

    def slope(pose: Pose) -> float:
        right, left = _lands(head, pose, askew.points[0]), _lands(head, pose, askew.points[2])
        return (right[1] - left[1]) / (right[0] - left[0])

    assert abs(slope(Pose())) < 0.03
    assert slope(Pose(roll=10)) == pytest.approx(0.18, abs=0.04)


def test_a_face_at_the_edge_of_the_picture_is_warped_inside_it_only() -> None:
    corner = Face(-60, -60, 200, 200, tuple((x - 280, y - 220) for x, y in FACE.points))
    head = Head(corner, WIDTH, HEIGHT)
    left, top, right, bottom = head.box
    assert (left, top) == (0, 0)
    x, y = head.source(Pose(yaw=30))
    assert x.shape == y.shape == (bottom - top, right - left)
