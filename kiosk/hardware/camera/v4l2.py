"""A camera of this machine by Video4Linux: the camera's own JPEG is passed on, other pictures are encoded.

While nobody looks, the device file is closed and not only the stream off: the light is out, the camera may
sleep, and nothing is held when it is pulled out (as long as a dead descriptor is open, the kernel gives the
returning camera another name). That it is gone is then seen by its name, four times a second.
"""

from __future__ import annotations

import errno
import math
import mmap
import select
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import simplejpeg
from linuxpy.video.device import BufferFlag, BufferType, Capability, Device, Memory, mmap_from_buffer
from linuxpy.video.raw import Colorspace, Quantization, v4l2_fourcc

from kiosk.domain.clock import Clock
from kiosk.hardware.camera.live import FRAMES_PER_SECOND, GLANCE_SECONDS, LiveCamera
from kiosk.hardware.camera.mounting import QUALITY, UPRIGHT, Mounting
from kiosk.hardware.camera.viewing import FRESH_SECONDS
from kiosk.hardware.device import DeviceGone
from kiosk.hardware.health import State

WANTED_SIZE = (1280, 720)
"""A face at a metre is then 200 pixels wide. A camera without this size answers with its nearest."""

LEAST_GAP_SECONDS = 1 / 20
"""Cameras that cannot do 15 frames a second give 25 or 30: every other one is left out."""

_PICTURES = BufferType.VIDEO_CAPTURE
_BUFFERS = 3
_LIMITED_LUMA = np.clip(np.rint((np.arange(256) - 16) * 255 / 219), 0, 255).astype(np.uint8)
_LIMITED_CHROMA = np.clip(np.rint((np.arange(256) - 128) * 255 / 224 + 128), 0, 255).astype(np.uint8)
_AS_IT_IS = np.arange(256, dtype=np.uint8)


@dataclass(frozen=True)
class Format:
    """What the camera has agreed to send: pixels, bytes a row, and whether luma runs from 0 or from 16."""

    fourcc: str
    width: int
    height: int
    row_bytes: int
    is_full_range: bool


def negotiate(device: Device) -> Format:
    """Agree with an opened camera on its own JPEG, else on YUYV, at 1280x720 or what it has nearest to that.

    Raises `DeviceGone`: `wrong_device` without video capture, `no_format` where neither is offered; `OSError`
    from the kernel, EBUSY when another process films.
    """
    try:
        capabilities = device.info.device_capabilities
    except OSError as error:
        # Devices of other kinds answer a question of ours with whatever they think of it.
        if error.errno == errno.EINVAL:
            raise DeviceGone("wrong_device") from None
        raise
    if Capability.VIDEO_CAPTURE not in capabilities or Capability.STREAMING not in capabilities:
        raise DeviceGone("wrong_device")
    for fourcc in ("MJPG", "YUYV"):
        agreed = _ask_for(device, fourcc)
        if agreed is not None:
            return agreed
    raise DeviceGone("no_format")


def _ask_for(device: Device, fourcc: str) -> Format | None:
    try:
        agreed = device.set_format(_PICTURES, *WANTED_SIZE, fourcc).fmt.pix
    except OSError as error:
        if error.errno == errno.EINVAL:
            return None
        raise
    # The specification lets a driver answer with another format instead of an error.
    if agreed.pixelformat != v4l2_fourcc(*fourcc):
        return None
    # V4L2_MAP_QUANTIZATION_DEFAULT of videodev2.h: YUV is limited unless its colour space is JPEG's.
    is_default = agreed.quantization == Quantization.DEFAULT
    is_full = (
        agreed.colorspace == Colorspace.JPEG if is_default else agreed.quantization == Quantization.FULL_RANGE
    )
    return Format(fourcc, agreed.width, agreed.height, agreed.bytesperline or agreed.width * 2, is_full)


def jpeg_of(data: bytes, sent: Format) -> bytes:
    """The JPEG of what the camera has sent; bytes that are no whole picture come back as they are.

    YUYV (two pixels in four bytes: Y U Y V) is encoded plane by plane, without a way over RGB, in 7 ms for
    1280x720. JPEG's values use the whole range (JFIF 1.02), YUYV's usually 16 to 235: they are stretched.
    """
    if sent.fourcc == "MJPG" or len(data) < sent.row_bytes * sent.height:
        return data
    rows = np.frombuffer(data, np.uint8, sent.row_bytes * sent.height)
    rows = rows.reshape(sent.height, sent.row_bytes)[:, : sent.width * 2]
    luma = _AS_IT_IS if sent.is_full_range else _LIMITED_LUMA
    chroma = _AS_IT_IS if sent.is_full_range else _LIMITED_CHROMA
    return bytes(
        simplejpeg.encode_jpeg_yuv_planes(
            luma.take(rows[:, 0::2]), chroma.take(rows[::2, 1::4]), chroma.take(rows[::2, 3::4]), QUALITY
        )
    )


class V4l2Camera(LiveCamera):
    """The camera at `path`, best one below /dev/v4l/by-id: that name stays when it is plugged in elsewhere.

    make: opens the path; tests hand in a device that fails as the kernel does.
    """

    driver = "v4l2"
    simulated = False

    def __init__(
        self,
        path: Path,
        clock: Clock,
        mounting: Mounting = UPRIGHT,
        *,
        make: Callable[[str], Device] = Device,
    ) -> None:
        super().__init__(clock, mounting)
        self._clock = clock
        self._path = path
        self._make = make

    def open(self) -> None:
        """Make sure that a camera is there and free, and close it again. Raises `DeviceGone`."""
        with self._board.attempt(), self._losses():
            with self._opened() as device:
                negotiate(device)
            self._was_there = True
            self._board.report(State.OPENING, "opening")

    def run(self, stop: threading.Event) -> None:
        """Film while somebody looks, until `stop`. Raises `DeviceGone` when it is pulled out.

        A camera that has stopped sending is closed and opened until it sends again, wanted or not: no visit
        reaches the camera while it counts as broken, so nobody else would ever find out.
        """
        with self._board.attempt(), self._losses():
            while not stop.is_set():
                if self._viewing.wanted or self._is_broken:
                    self._film(stop)
                else:
                    self._path.stat()  # Closed, only its name can tell that it is still there.
                    self._rest()

    @property
    def _is_broken(self) -> bool:
        return self._board.health.state is State.FAULT

    def _film(self, stop: threading.Event) -> None:
        with self._opened() as device, _streaming(device) as (sent, grab):
            shown_at, heard_at = -math.inf, self._clock.monotonic()
            while not stop.is_set() and (self._viewing.wanted or self._is_broken):
                data, now = grab(), self._clock.monotonic()
                if data is None:
                    if now - heard_at > FRESH_SECONDS:
                        self._board.report(State.FAULT, "stalled")
                        return
                    continue
                heard_at = now
                if now - shown_at >= LEAST_GAP_SECONDS:
                    self._show(jpeg_of(data, sent))
                    shown_at = now

    @contextmanager
    def _opened(self) -> Iterator[Device]:
        device = self._make(str(self._path))
        try:
            device.open()
            yield device
        finally:
            with suppress(OSError):
                device.close()


@contextmanager
def _streaming(device: Device) -> Iterator[tuple[Format, Callable[[], bytes | None]]]:
    """Start the stream of an opened camera; gives its format and a function that takes the next picture.

    The function waits a quarter second: None when nothing came, empty for a picture that the kernel knows to
    be broken. What it has lent is given back in any case: each mapped buffer holds the device open.
    """
    sent = negotiate(device)
    with suppress(OSError):  # Not every camera lets itself be told; the surplus is left out.
        device.set_fps(_PICTURES, FRAMES_PER_SECOND)
    lent: list[mmap.mmap] = []

    def grab() -> bytes | None:
        if not select.select([device.fileno()], [], [], GLANCE_SECONDS)[0]:
            return None
        try:
            filled = device.dequeue_buffer(_PICTURES, Memory.MMAP)
        except BlockingIOError:
            return None
        data = lent[filled.index][: filled.bytesused]
        device.enqueue_buffer(_PICTURES, Memory.MMAP, 0, filled.index)
        return b"" if filled.flags & BufferFlag.ERROR else data

    try:
        for buffer in device.create_buffers(_PICTURES, Memory.MMAP, _BUFFERS):
            lent.append(mmap_from_buffer(device, buffer))
        device.enqueue_buffers(_PICTURES, Memory.MMAP, _BUFFERS)
        device.stream_on(_PICTURES)
        yield sent, grab
    finally:
        with suppress(OSError):
            device.stream_off(_PICTURES)
        for memory in lent:
            memory.close()
