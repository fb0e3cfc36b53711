"""Cameras: the newest frame for whoever looks, nothing for who does not.

Frames are JPEG from end to end; nobody re-encodes them, unless a camera sends none or is mounted on its side.
A frame is never kept for later: viewers see the newest one, and one that has grown old is not shown to the
next person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from kiosk.config import Settings, SettingsError
from kiosk.domain.clock import Clock
from kiosk.hardware.camera.mounting import Mounting
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
    # Here and not above: NumPy comes with it, a tenth of what is imported before the first screen.
    import simplejpeg

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
# `place` is what stands behind the driver's name and a colon.


def _simulated(_place: str, clock: Clock, mounting: Mounting) -> Camera:
    from kiosk.hardware.camera.simulated import SimulatedCamera

    return SimulatedCamera(clock, mounting)


def _browser(_place: str, clock: Clock, mounting: Mounting) -> Camera:
    from kiosk.hardware.camera.browser import BrowserCamera

    return BrowserCamera(clock, mounting)


def _v4l2(place: str, clock: Clock, mounting: Mounting) -> Camera:
    from kiosk.hardware.camera.v4l2 import V4l2Camera

    return V4l2Camera(Path(place), clock, mounting)


def _files(place: str, clock: Clock, mounting: Mounting) -> Camera:
    from kiosk.hardware.camera.files import FilesCamera

    return FilesCamera(Path(place), clock, mounting)


DRIVERS: dict[str, Callable[[str, Clock, Mounting], Camera]] = {
    "simulated": _simulated,
    "browser": _browser,
    "v4l2": _v4l2,
    "files": _files,
}
"""By the part of `KIOSK_CAMERA` before the colon."""

_FORMS = "v4l2:/dev/v4l/by-id/..., browser, files:FOLDER, files:FILE.mjpg or simulated"


def build(settings: Settings, clock: Clock) -> Camera:
    """The camera that `KIOSK_CAMERA` names, not yet opened: whether it is there, its health says later.

    Raises `SettingsError` for a name or form that no camera can have.
    """
    name, colon, place = settings.camera.partition(":")
    said = f"KIOSK_CAMERA is {settings.camera!r}"
    if name not in DRIVERS:
        raise SettingsError(f"{said}; it can be {_FORMS}")
    if name in ("simulated", "browser"):
        if colon:
            raise SettingsError(f"{said}; nothing comes after {name}")
    elif name == "v4l2" and not place.startswith("/"):
        raise SettingsError(f"{said}; after v4l2: comes a path that begins with /, best below /dev/v4l/by-id")
    elif not place.strip():
        raise SettingsError(f"{said}; after files: comes a folder of JPEGs or a Motion JPEG file")
    return DRIVERS[name](place, clock, Mounting.of(settings))
