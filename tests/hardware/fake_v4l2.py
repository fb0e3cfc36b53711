"""The kernel's side of a V4L2 camera, for drivers that talk to it through linuxpy.

The device node is a file, so that opening, mapping and disappearing are the operating system's own; only what
an ioctl would answer is played, with the kernel's errors.
"""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from linuxpy.video import raw
from linuxpy.video.device import BufferFlag, Capability, Device

from tests.hardware.pictures import plain_jpeg

BUFFER_BYTES = 1 << 16
BUFFERS = 8


class FakeKernel:
    """One camera and what is wrong with it. `opened` and `streaming` tell what the driver holds."""

    def __init__(
        self, node: Path, *, formats: tuple[str, ...] = ("MJPG",), size: tuple[int, int] = (320, 180)
    ):
        self.node = node
        self.formats, self.size = formats, size
        self.capabilities = Capability.VIDEO_CAPTURE | Capability.STREAMING
        self.frames_per_second = 30.0
        self.picture: Callable[[int], bytes] = lambda number: plain_jpeg(*size, value=number % 200)
        self.quantization = self.colorspace = 0
        self.failing: dict[str, int] = {}
        self.broken = self.silent = False
        self.freed = threading.Event()
        self.freed.set()
        self.opened = self.streams = 0
        self.streaming = False
        self.plugged = False
        self.plug()

    def plug(self) -> None:
        """The node is there."""
        self.node.write_bytes(bytes(BUFFER_BYTES * BUFFERS))
        self.plugged = True

    def unplug(self) -> None:
        """The node is gone, and whoever holds it open hears ENODEV."""
        self.plugged = False
        self.node.unlink()

    def device(self, name: str) -> FakeDevice:
        """What linuxpy's `Device` is to the driver."""
        return FakeDevice(name, self)

    def answer(self, request: str) -> None:
        """Raise what the kernel would."""
        if not self.plugged:
            raise OSError(errno.ENODEV, "No such device")
        if request in self.failing:
            raise OSError(self.failing[request], os.strerror(self.failing[request]))


class FakeDevice(Device):  # type: ignore[misc]
    """linuxpy's device, with its ioctls answered by a `FakeKernel`."""

    def __init__(self, name: str, kernel: FakeKernel) -> None:
        super().__init__(name)
        self._kernel = kernel
        self._queued: list[int] = []
        self._number, self._due = 0, 0.0

    def _on_open(self) -> None:
        self._kernel.opened += 1
        self.info = _Info(self._kernel)

    def _on_close(self) -> None:
        self._kernel.opened -= 1
        self._kernel.streaming = False

    def set_format(self, _type: Any, width: int, height: int, pixel_format: str = "MJPG") -> Any:
        kernel = self._kernel
        kernel.answer("set_format")
        assert (width, height) == (1280, 720)
        given = pixel_format if pixel_format in kernel.formats else (kernel.formats or ("NV12",))[0]
        width, height = kernel.size
        pix = SimpleNamespace(
            pixelformat=raw.v4l2_fourcc(*given),
            width=width,
            height=height,
            bytesperline=0 if given == "MJPG" else width * 2,
            quantization=kernel.quantization,
            colorspace=kernel.colorspace,
        )
        return SimpleNamespace(fmt=SimpleNamespace(pix=pix))

    def set_fps(self, _type: Any, _fps: Any) -> None:
        self._kernel.answer("set_fps")

    def create_buffers(self, _type: Any, _memory: Any, count: int) -> list[Any]:
        self._kernel.answer("create_buffers")
        buffers = []
        for index in range(count):
            buffer = raw.v4l2_buffer()
            buffer.index, buffer.length, buffer.m.offset = index, BUFFER_BYTES, index * BUFFER_BYTES
            buffers.append(buffer)
        return buffers

    def enqueue_buffers(self, _type: Any, _memory: Any, count: int) -> None:
        self._queued = list(range(count))

    def enqueue_buffer(self, _type: Any, _memory: Any, _size: int, index: int) -> None:
        self._kernel.answer("enqueue_buffer")
        assert index not in self._queued
        self._queued.append(index)

    def stream_on(self, _type: Any) -> None:
        self._kernel.answer("stream_on")
        self._kernel.streaming = True
        self._kernel.streams += 1
        self._due = time.monotonic()

    def stream_off(self, _type: Any) -> None:
        self._kernel.streaming = False
        self._kernel.answer("stream_off")

    def dequeue_buffer(self, _type: Any, _memory: Any) -> Any:
        kernel = self._kernel
        kernel.freed.wait()
        kernel.answer("dequeue_buffer")
        now = time.monotonic()
        time.sleep(0.02 if kernel.silent else min(0.02, max(0.0, self._due - now)))
        if kernel.silent or time.monotonic() < self._due:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        self._due = max(self._due + 1 / kernel.frames_per_second, now)
        self._number += 1
        buffer, data = raw.v4l2_buffer(), kernel.picture(self._number)
        buffer.index, buffer.bytesused = self._queued.pop(0), len(data)
        buffer.flags = BufferFlag.ERROR if kernel.broken else 0
        with suppress(OSError):
            os.pwrite(self.fileno(), data, buffer.index * BUFFER_BYTES)
        return buffer


class _Info:
    def __init__(self, kernel: FakeKernel) -> None:
        self._kernel = kernel

    @property
    def device_capabilities(self) -> Capability:
        self._kernel.answer("device_capabilities")
        return self._kernel.capabilities
