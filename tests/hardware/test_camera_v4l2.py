"""The V4L2 driver before a kernel that says no: formats, colours, errors, other processes, silence.

Against a true kernel it is proven in a virtual machine (`make test-devices`).
"""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import simplejpeg
from linuxpy.video.device import Capability
from linuxpy.video.raw import Colorspace, Quantization

from kiosk.domain.clock import SystemClock
from kiosk.hardware.camera.v4l2 import Format, V4l2Camera, jpeg_of, negotiate
from kiosk.hardware.device import DeviceGone
from kiosk.hardware.health import State
from tests.fixed_clock import FixedClock
from tests.hardware.camera_rigs import QuickClock
from tests.hardware.fake_v4l2 import FakeKernel
from tests.hardware.patience import seconds_until, served


@pytest.fixture
def kernel(tmp_path: Path) -> FakeKernel:
    return FakeKernel(tmp_path / "video0")


def the_camera(kernel: FakeKernel, clock: object = None) -> V4l2Camera:
    return V4l2Camera(kernel.node, clock or SystemClock(), make=kernel.device)  # type: ignore[arg-type]


def code_at_opening(camera: V4l2Camera) -> str:
    with pytest.raises(DeviceGone):
        camera.open()
    assert camera.health.state is State.ABSENT
    return camera.health.code


@pytest.mark.parametrize(
    ("offered", "taken"), [(("MJPG",), "MJPG"), (("YUYV", "MJPG"), "MJPG"), (("NV12", "YUYV"), "YUYV")]
)
def test_the_cameras_own_jpeg_is_preferred_and_the_size_is_its_nearest(
    kernel: FakeKernel, offered: tuple[str, ...], taken: str
) -> None:
    kernel.formats, kernel.size = offered, (800, 600)
    with kernel.device(str(kernel.node)) as device:
        sent = negotiate(device)
    assert (sent.fourcc, sent.width, sent.height, sent.row_bytes) == (taken, 800, 600, 1600)
    assert kernel.opened == 0


@pytest.mark.parametrize(
    ("quantization", "colorspace", "is_full"),
    [
        (Quantization.DEFAULT, Colorspace.SRGB, False),
        (Quantization.DEFAULT, Colorspace.JPEG, True),
        (Quantization.FULL_RANGE, Colorspace.SRGB, True),
        (Quantization.LIM_RANGE, Colorspace.JPEG, False),
    ],
)
def test_which_range_the_cameras_colours_have_is_read_from_its_answer(
    kernel: FakeKernel, quantization: int, colorspace: int, is_full: bool
) -> None:
    kernel.formats, kernel.quantization, kernel.colorspace = ("YUYV",), quantization, colorspace
    with kernel.device(str(kernel.node)) as device:
        assert negotiate(device).is_full_range is is_full


def yuyv(width: int, height: int, left: tuple[int, int, int], right: tuple[int, int, int], pad: int) -> bytes:
    """Two halves of one colour (Y, Cb, Cr) each, as a camera sends them, `pad` bytes behind each row."""
    rows = np.zeros((height, width * 2 + pad), np.uint8)
    for half, (luma, blue, red) in enumerate((left, right)):
        begin, end = half * width, (half + 1) * width
        rows[:, begin:end:2] = luma
        rows[:, begin + 1 : end : 4], rows[:, begin + 3 : end : 4] = blue, red
    return rows.tobytes()


@pytest.mark.parametrize(
    ("is_full", "white", "red"),
    [(False, (235, 128, 128), (81, 90, 240)), (True, (255, 128, 128), (76, 85, 255))],
)
@pytest.mark.parametrize("pad", [0, 32])
def test_yuyv_becomes_a_jpeg_of_the_same_colours(
    is_full: bool, white: tuple[int, int, int], red: tuple[int, int, int], pad: int
) -> None:
    sent = Format("YUYV", 128, 64, 256 + pad, is_full)
    jpeg = jpeg_of(yuyv(128, 64, white, red, pad), sent)
    pixels = simplejpeg.decode_jpeg(jpeg, colorspace="RGB").astype(int)
    assert pixels.shape == (64, 128, 3)
    assert np.abs(pixels[:, :60] - (255, 255, 255)).max() <= 4
    assert np.abs(pixels[:, 68:] - (255, 0, 0)).max() <= 6


def test_what_is_not_a_whole_picture_is_left_to_be_refused() -> None:
    assert jpeg_of(b"\x10\x80" * 10, Format("YUYV", 128, 64, 256, False)) == b"\x10\x80" * 10
    assert jpeg_of(b"\xff\xd8 as it is", Format("MJPG", 1280, 720, 0, True)) == b"\xff\xd8 as it is"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENODEV, "unplugged"),
        (errno.ENXIO, "unplugged"),
        (errno.EBUSY, "in_use"),
        (errno.EACCES, "no_permission"),
        (errno.ENOTTY, "wrong_device"),
        (errno.ENOSPC, "usb_full"),
        (errno.EIO, "line_error"),
        (errno.EPROTO, "line_error"),
        (errno.ETIMEDOUT, "line_error"),
        (0, "line_error"),
    ],
)
def test_every_error_of_the_kernel_has_a_code(kernel: FakeKernel, number: int, code: str) -> None:
    kernel.failing["device_capabilities"] = number
    assert code_at_opening(the_camera(kernel)) == code


def test_a_path_that_does_not_exist_is_not_found(tmp_path: Path) -> None:
    assert code_at_opening(V4l2Camera(tmp_path / "video7", FixedClock())) == "not_found"


@pytest.mark.parametrize("path", ["/dev/null", "/dev", "file"])
def test_what_is_no_video_device_is_not_a_camera(path: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("words")
    assert code_at_opening(V4l2Camera(tmp_path / path, FixedClock())) == "wrong_device"


def test_a_video_node_that_captures_nothing_is_not_a_camera(kernel: FakeKernel) -> None:
    kernel.capabilities = Capability.META_CAPTURE | Capability.STREAMING  # as a webcam's second node
    assert code_at_opening(the_camera(kernel)) == "wrong_device"
    kernel.failing["device_capabilities"] = errno.EINVAL
    assert code_at_opening(the_camera(kernel)) == "wrong_device"
    assert kernel.opened == 0


@pytest.mark.parametrize("says_einval", [True, False])
def test_a_camera_with_neither_jpeg_nor_yuyv_says_so(kernel: FakeKernel, says_einval: bool) -> None:
    kernel.formats = ()
    if says_einval:
        kernel.failing["set_format"] = errno.EINVAL
    assert code_at_opening(the_camera(kernel)) == "no_format"


def test_a_camera_that_another_process_uses_is_in_use_until_it_is_free(kernel: FakeKernel) -> None:
    kernel.failing["set_format"] = errno.EBUSY
    camera = the_camera(kernel)
    with served(camera):
        seconds_until(lambda: camera.health.code == "in_use", 2)
        assert not camera.health.works
        kernel.failing.clear()
        seconds_until(lambda: camera.frame(0, 0.2) is not None, 5)


@pytest.mark.parametrize(
    ("request_", "number", "code"),
    [
        ("create_buffers", errno.EBUSY, "in_use"),
        ("stream_on", errno.ENOSPC, "usb_full"),
        ("dequeue_buffer", errno.EIO, "line_error"),
        ("enqueue_buffer", errno.ENODEV, "unplugged"),
    ],
)
def test_whatever_fails_while_filming_gives_everything_back(
    kernel: FakeKernel, request_: str, number: int, code: str
) -> None:
    camera = the_camera(kernel)
    camera.open()
    kernel.failing = {request_: number, "stream_off": number}
    camera.want(10)
    with pytest.raises(DeviceGone):
        camera.run(threading.Event())
    camera.close()
    assert (camera.health.state, camera.health.code) == (State.ABSENT, code)
    assert (kernel.opened, kernel.streaming) == (0, False)


@pytest.fixture
def asleep(kernel: FakeKernel) -> Iterator[V4l2Camera]:
    camera = the_camera(kernel, QuickClock())
    with served(camera):
        seconds_until(lambda: camera.health.code == "ok", 2)
        yield camera


def test_nobody_looks_so_the_light_is_off_and_the_file_closed(kernel: FakeKernel, asleep: V4l2Camera) -> None:
    assert (kernel.streams, kernel.opened) == (0, 0)
    assert asleep.frame(0, 1) is not None
    assert (kernel.streaming, kernel.opened) == (True, 1)
    seconds_until(lambda: not kernel.streaming and kernel.opened == 0, 3)
    assert asleep.frame(0, 1) is not None
    assert kernel.streams == 2


def test_a_camera_that_falls_silent_is_opened_anew_until_it_sends_again(
    kernel: FakeKernel, asleep: V4l2Camera
) -> None:
    assert asleep.frame(0, 1) is not None
    kernel.silent = True
    asleep.want(4)
    seconds_until(lambda: asleep.health.code == "stalled", 3)
    assert asleep.health.state is State.FAULT
    seconds_until(lambda: kernel.streams >= 3, 5)
    assert not asleep._viewing.wanted
    assert asleep.health.code == "stalled", "attempts do not hide it"
    kernel.silent = False
    seconds_until(lambda: asleep.health.code == "ok" and not kernel.streaming, 3)


def test_a_camera_of_thirty_frames_gives_fifteen(kernel: FakeKernel) -> None:
    kernel.failing["set_fps"] = errno.EINVAL
    camera = the_camera(kernel)
    with served(camera):
        first = camera.frame(0, 2)
        assert first is not None
        time.sleep(1)
        last = camera.frame(0, 0)
    assert last is not None
    assert 10 <= (last.number - first.number) / (last.at - first.at) <= 20
