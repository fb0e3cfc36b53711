"""A camera of the kernel's (vivid): it films, sleeps, is pulled amid the stream, and comes back.

It sends YUYV, so this is the way on which pictures are converted; no driver of the kernel sends JPEG without
a real camera.
"""

from __future__ import annotations

import fcntl
import os
import struct
import time
from pathlib import Path

import simplejpeg

from kiosk.hardware.camera import Camera, Frame
from kiosk.hardware.health import State
from tests.hardware.patience import seconds_until
from tests.machine.gadgets import appeared
from tests.machine.supervised import Case, Figures, comes_up, is_back, is_missed, kiosk_with

PLACE = Path("/dev/v4l/by-path/platform-vivid.0-video-index0")
"""Named by udev. It has no name below by-id, which only cameras on USB get."""

_DRIVER = Path("/sys/bus/platform/drivers/vivid")
_SLEEPS_SECONDS = 5.0
_FRAME_SECONDS = 1.0
_LATE_SECONDS = 0.5


def a_camera_films_for_who_looks_and_sleeps_for_nobody(figures: Figures) -> None:
    with kiosk_with(camera=f"v4l2:{PLACE}") as devices:
        camera = devices.camera
        comes_up(camera)
        first = _newest(camera, 0)
        pixels = simplejpeg.decode_jpeg(first.jpeg)
        assert pixels.shape[:2] == (first.height, first.width)
        assert pixels.std() > 10, "vivid's test pattern has colours; this picture has none"

        begin, last = time.monotonic(), first
        while time.monotonic() - begin < 2:
            last = _newest(camera, last.number)
        figures["frames_per_second"] = round((last.number - first.number) / (time.monotonic() - begin))
        assert last.jpeg != first.jpeg, "vivid counts its frames on the picture"

        figures["asleep_after_ms"] = round(seconds_until(lambda: not _is_open(), _SLEEPS_SECONDS) * 1000)
        assert camera.health.state is State.READY
        assert _newest(camera, last.number).number > last.number


def a_camera_is_pulled_amid_the_stream_and_comes_back_when_it_is_plugged_in(figures: Figures) -> None:
    with kiosk_with(camera=f"v4l2:{PLACE}") as devices:
        camera = devices.camera
        comes_up(camera)
        before = _newest(camera, 0)
        camera.want(30)

        pulled_at = time.monotonic()
        _pull()
        is_missed(camera, pulled_at, figures)
        begin = time.monotonic()
        assert camera.frame(before.number + 1000, 0.2) is None
        assert time.monotonic() - begin < 0.2 + _LATE_SECONDS, "frame() waited longer than it was told to"

        plugged_at = _plug_in()
        is_back(camera, plugged_at, figures)
        assert _newest(camera, before.number).number > before.number


def a_camera_that_sleeps_is_missed_too(figures: Figures) -> None:
    with kiosk_with(camera=f"v4l2:{PLACE}") as devices:
        comes_up(devices.camera)
        seconds_until(lambda: not _is_open(), _SLEEPS_SECONDS)
        pulled_at = time.monotonic()
        _pull()
        is_missed(devices.camera, pulled_at, figures)
        is_back(devices.camera, _plug_in(), figures)


def a_camera_drops_off_the_bus_for_a_moment(figures: Figures) -> None:
    """vivid's own «disconnect»: every call fails with ENODEV until the last descriptor is closed."""
    with kiosk_with(camera=f"v4l2:{PLACE}") as devices:
        camera = devices.camera
        comes_up(camera)
        before = _newest(camera, 0)
        camera.want(30)
        dropped_at = _disconnect()
        _frame_after(camera, before, dropped_at)
        figures["frames_again_ms"] = round((time.monotonic() - dropped_at) * 1000)


def _frame_after(camera: Camera, before: Frame, dropped_at: float) -> None:
    """The first frame of a stream that began after the loss, in time for a replug."""
    lost = seconds_until(lambda: not camera.health.works, 2.0)
    assert camera.health.code == "unplugged", camera.health.code
    assert lost < 2.0
    seconds_until(lambda: camera.health.works, 5.0)
    fresh = _newest(camera, before.number)
    assert fresh.at > dropped_at


def _newest(camera: Camera, newer_than: int) -> Frame:
    begin = time.monotonic()
    while time.monotonic() - begin < 10:
        asked = time.monotonic()
        frame = camera.frame(newer_than, _FRAME_SECONDS)
        assert time.monotonic() - asked < _FRAME_SECONDS + _LATE_SECONDS
        if frame is not None:
            return frame
    raise AssertionError(f"no frame after number {newer_than}: {camera.health.code}")


def _pull() -> None:
    """As a pulled cable does: the node goes away and what is open fails."""
    (_DRIVER / "unbind").write_text("vivid.0")


def _plug_in() -> float:
    moment = time.monotonic()
    (_DRIVER / "bind").write_text("vivid.0")
    appeared(PLACE)
    return moment


_S_CTRL = 0xC008561C
"""`VIDIOC_S_CTRL` of linux/videodev2.h."""

_DISCONNECT = 0x00F0F000 + 65
"""vivid's control «Disconnect», of drivers/media/test-drivers/vivid/vivid-ctrls.c."""


def _is_open() -> bool:
    """Whether this process holds the camera open: only then is its light on."""
    node = str(PLACE.resolve())
    return any(os.path.realpath(link) == node for link in Path("/proc/self/fd").iterdir())


def _disconnect() -> float:
    descriptor = os.open(PLACE, os.O_RDWR | os.O_NONBLOCK)
    try:
        moment = time.monotonic()
        fcntl.ioctl(descriptor, _S_CTRL, struct.pack("Ii", _DISCONNECT, 1))
    finally:
        os.close(descriptor)
    return moment


CASES: tuple[Case, ...] = (
    a_camera_films_for_who_looks_and_sleeps_for_nobody,
    a_camera_is_pulled_amid_the_stream_and_comes_back_when_it_is_plugged_in,
    a_camera_that_sleeps_is_missed_too,
    a_camera_drops_off_the_bus_for_a_moment,
)
