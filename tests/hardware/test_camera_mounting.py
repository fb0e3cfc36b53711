"""Turning and cutting: which corner ends up where, how large it is, and what is left alone."""

from __future__ import annotations

import numpy as np
import pytest
import simplejpeg

from kiosk.hardware.camera import BadFrame, FrameProblem, measure
from kiosk.hardware.camera.mounting import Mounting
from kiosk.hardware.camera.viewing import Viewing
from tests.fixed_clock import FixedClock
from tests.hardware.pictures import plain_jpeg

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (240, 240, 240)


def four_corners(width: int = 320, height: int = 192) -> bytes:
    """Red and green above, blue and white below."""
    pixels = np.zeros((height, width, 3), np.uint8)
    middle, half = height // 2, width // 2
    pixels[:middle, :half], pixels[:middle, half:] = RED, GREEN
    pixels[middle:, :half], pixels[middle:, half:] = BLUE, WHITE
    return bytes(simplejpeg.encode_jpeg(pixels, quality=95, colorspace="RGB"))


def corners(jpeg: bytes) -> list[str]:
    """The colours of the corners: left and right above, left and right below."""
    pixels = simplejpeg.decode_jpeg(jpeg, colorspace="RGB").astype(int)
    names = {"red": RED, "green": GREEN, "blue": BLUE, "white": WHITE}
    return [
        min(names, key=lambda name: abs(pixels[row, column] - names[name]).sum())
        for row in (8, -8)
        for column in (8, -8)
    ]


@pytest.mark.parametrize(
    ("rotate", "seen", "size"),
    [
        (90, ["blue", "red", "white", "green"], (192, 320)),
        (180, ["white", "blue", "green", "red"], (320, 192)),
        (270, ["green", "white", "red", "blue"], (192, 320)),
    ],
)
def test_a_picture_is_turned_clockwise(rotate: int, seen: list[str], size: tuple[int, int]) -> None:
    turned = Mounting(rotate).apply(four_corners())
    assert (corners(turned), measure(turned)) == (seen, size)


@pytest.mark.parametrize(
    ("mounting", "size"),
    [
        (Mounting(0, (3, 4)), (144, 192)),
        (Mounting(90, (3, 4)), (192, 256)),
        (Mounting(180, (1, 1)), (192, 192)),
        (Mounting(0, (16, 9)), (320, 180)),
        (Mounting(270, (16, 9)), (192, 108)),
    ],
)
def test_the_middle_of_the_turned_picture_is_kept(mounting: Mounting, size: tuple[int, int]) -> None:
    cut = mounting.apply(four_corners())
    assert measure(cut) == mounting.size(320, 192) == size
    # All four colours meet in the middle, so a cut around it keeps each in its corner.
    assert corners(cut) == corners(Mounting(mounting.rotate).apply(four_corners()))


def test_an_upright_camera_costs_nothing_its_bytes_stay() -> None:
    jpeg = four_corners()
    assert Mounting().is_neutral
    assert Viewing(FixedClock(), Mounting()).publish(jpeg).jpeg is jpeg


def test_a_grey_picture_is_turned_too() -> None:
    assert measure(Mounting(90).apply(plain_jpeg(320, 180))) == (180, 320)


@pytest.mark.parametrize(
    ("jpeg", "mounting", "problem"),
    [
        (four_corners()[:-400], Mounting(90), FrameProblem.NOT_A_JPEG),
        (plain_jpeg(640, 70), Mounting(0, (1, 9)), FrameProblem.TOO_SMALL),
    ],
)
def test_what_cannot_be_turned_or_leaves_too_little_is_no_frame(
    jpeg: bytes, mounting: Mounting, problem: FrameProblem
) -> None:
    viewing = Viewing(FixedClock(), mounting)
    with pytest.raises(BadFrame) as refused:
        viewing.publish(jpeg)
    assert refused.value.problem is problem
    assert viewing.frame(0, 0) is None
