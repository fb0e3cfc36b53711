"""Cameras: the newest frame for whoever looks, nothing for who does not.

Frames are JPEG from end to end; nobody re-encodes them. A frame is never kept for later: viewers see the
newest one, and one that has grown old is not shown to the next person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import simplejpeg

from kiosk.config import Settings, SettingsError
from kiosk.domain.clock import Clock
from kiosk.hardware.device import Device

MOST_BYTES = 2_000_000
MOST_PIXELS = 12_000_000
SMALLEST_SIDE = 64


class FrameProblem(StrEnum):
    """Why bytes were not taken as a frame."""

    TOO_LARGE = "too_large"
    NOT_A_JPEG = "not_a_jpeg"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"


class BadFrame(Exception):
    """Bytes that are no usable frame; `problem` says why."""

    def __init__(self, problem: FrameProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class Frame:
    """One picture. `number` only ever grows; `at` is the clock's monotonic second of its arrival."""

    number: int
    jpeg: bytes = field(repr=False)
    width: int
    height: int
    at: float


class Camera(Device, Protocol):
    """A device that shows what stands before it."""

    def want(self, seconds: float) -> None:
        """Somebody will look for so many seconds from now; without that the camera stands by."""
        ...

    def frame(self, newer_than: int, timeout: float) -> Frame | None:
        """The newest frame whose number is above `newer_than`, awaited for `timeout` seconds at most.

        Waiting for a frame counts as wanting one. `None`: there was no new one in that time.
        """
        ...

    def forget(self) -> None:
        """Drop the last frame: the visit it belongs to is over."""
        ...


def measure(jpeg: bytes) -> tuple[int, int]:
    """Width and height of a JPEG by its header alone (microseconds; the picture is not decoded).

    Raises `BadFrame` for what is no JPEG, above 2 MB, above 12 megapixels or below 64 pixels a side: a selfie
    posted by a page is far inside all four, and decoding must not become a way to exhaust the machine.
    """
    if len(jpeg) > MOST_BYTES:
        raise BadFrame(FrameProblem.TOO_LARGE)
    try:
        height, width, _, _ = simplejpeg.decode_jpeg_header(jpeg)
    except ValueError:
        raise BadFrame(FrameProblem.NOT_A_JPEG) from None
    if width * height > MOST_PIXELS:
        raise BadFrame(FrameProblem.TOO_MANY_PIXELS)
    if min(width, height) < SMALLEST_SIDE:
        raise BadFrame(FrameProblem.TOO_SMALL)
    return width, height


# Each driver is imported by its own builder, so that a missing vendor library only troubles who chose it.


def _simulated(clock: Clock) -> Camera:
    from kiosk.hardware.camera.simulated import SimulatedCamera

    return SimulatedCamera(clock)


def _browser(clock: Clock) -> Camera:
    from kiosk.hardware.camera.browser import BrowserCamera

    return BrowserCamera(clock)


DRIVERS: dict[str, Callable[[Clock], Camera]] = {"simulated": _simulated, "browser": _browser}


def build(settings: Settings, clock: Clock) -> Camera:
    """The camera that `KIOSK_CAMERA` names, not yet opened. Raises `SettingsError` for an unknown name."""
    if settings.camera not in DRIVERS:
        raise SettingsError(f"KIOSK_CAMERA is {settings.camera!r}; it can be {' or '.join(DRIVERS)}")
    return DRIVERS[settings.camera](clock)
