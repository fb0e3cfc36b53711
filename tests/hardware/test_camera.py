"""The camera contract, kept by every driver; what is a driver's own stands in `test_camera_<driver>.py`."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.config import Settings, SettingsError
from kiosk.domain.clock import SystemClock
from kiosk.hardware.camera import DRIVERS, BadFrame, FrameProblem, build, measure
from kiosk.hardware.camera.browser import BrowserCamera
from kiosk.hardware.camera.mounting import Mounting
from kiosk.hardware.health import State
from tests.fixed_clock import FixedClock
from tests.hardware.camera_rigs import RIGS, SIZE, MakeRig, QuickClock, Rig
from tests.hardware.patience import seconds_until, served
from tests.hardware.pictures import plain_jpeg

WIRED = sorted(RIGS.keys() - {"browser"})
"""The drivers that fetch their pictures themselves, and so can sleep and find them broken."""


@pytest.fixture(params=DRIVERS)
def make(request: pytest.FixtureRequest) -> MakeRig:
    return RIGS[request.param]


@pytest.fixture
def rig(make: MakeRig, tmp_path: Path) -> Rig:
    return make(tmp_path, SystemClock())


@contextmanager
def at_work(rig: Rig) -> Iterator[Rig]:
    """The rig's camera under its supervisor; whatever hangs is let go before the end."""
    with served(rig.camera), rig.filming():
        try:
            yield rig
        finally:
            rig.release()


@pytest.fixture
def filming(rig: Rig) -> Iterator[Rig]:
    with at_work(rig):
        rig.camera.want(30)
        yield rig


def test_every_driver_has_a_rig_and_says_what_it_is(rig: Rig) -> None:
    camera = rig.camera
    assert RIGS.keys() == DRIVERS.keys()
    assert (camera.name, RIGS[camera.driver]) == ("camera", type(rig))
    assert camera.simulated == (camera.driver in ("simulated", "files"))
    assert (camera.health.state, camera.health.code) == (State.ABSENT, "closed")
    assert camera.frame(0, 0.01) is None


def test_frames_are_jpegs_with_growing_numbers_and_the_newest_wins(filming: Rig) -> None:
    first = filming.camera.frame(0, 3)
    assert first is not None
    second = filming.camera.frame(first.number, 3)
    assert second is not None
    assert (second.number > first.number, second.at >= first.at) == (True, True)
    assert measure(second.jpeg) == (second.width, second.height) == SIZE
    time.sleep(0.4)
    later = filming.camera.frame(second.number, 3)
    assert later is not None
    assert later.number >= second.number + 3, "a slow viewer gets the newest frame, not the next one"


def test_several_viewers_share_one_frame(filming: Rig) -> None:
    first = filming.camera.frame(0, 3)
    assert first is not None
    seen: list[object] = []
    viewers = [
        threading.Thread(target=lambda: seen.append(filming.camera.frame(first.number, 3))) for _ in range(5)
    ]
    for viewer in viewers:
        viewer.start()
    for viewer in viewers:
        viewer.join()
    assert len(seen) == 5
    assert None not in seen
    assert len({id(frame) for frame in seen}) < 5


def test_a_page_that_was_open_before_a_restart_sees_frames_again(filming: Rig) -> None:
    assert filming.camera.frame(100_000, 3) is not None


def test_unplugged_is_seen_in_two_seconds_and_replugged_in_five(filming: Rig) -> None:
    camera = filming.camera
    seconds_until(lambda: camera.health.code == "ok", 3)
    filming.unplug()
    seconds_until(lambda: camera.health.state is State.ABSENT, 2)
    assert camera.health.code in ("unplugged", "no_camera")
    time.sleep(1.2)
    assert (camera.health.state, camera.health.works) == (State.ABSENT, False), (
        "still unplugged, and the attempts to reconnect do not hide it"
    )
    assert camera.frame(0, 0.01) is None
    filming.replug()
    seconds_until(lambda: camera.health.state is State.READY and camera.frame(0, 0.5) is not None, 5)


def test_a_hang_never_delays_health_and_shows_in_it(make: MakeRig, tmp_path: Path) -> None:
    with at_work(make(tmp_path, QuickClock())) as rig:
        camera = rig.camera
        camera.want(100)
        seconds_until(lambda: camera.health.code == "ok", 3)
        rig.hang()
        slowest, end = 0.0, time.monotonic() + 0.3
        while time.monotonic() < end:
            start = time.monotonic()
            assert camera.health.since.tzinfo is not None
            slowest = max(slowest, time.monotonic() - start)
        assert slowest < 0.25
        seconds_until(lambda: camera.health.code in ("stalled", "waiting_for_page"), 5)
        assert camera.frame(0, 0.01) is None, "a frame from before the hang is not shown as if it were now"


def test_a_forgotten_frame_is_gone_and_its_number_is_not_used_again(rig: Rig) -> None:
    with at_work(rig):
        first = rig.camera.frame(0, 3)
        assert first is not None
        rig.hang()
        time.sleep(0.3)
        rig.camera.forget()
        assert rig.camera.frame(0, 0.05) is None


def test_open_and_close_twice_are_fine(rig: Rig) -> None:
    for _ in range(2):
        rig.camera.open()
        rig.camera.open()
        rig.camera.close()
        rig.camera.close()
    assert (rig.camera.health.state, rig.camera.health.code) == (State.ABSENT, "closed")


def test_after_stop_it_is_absent_and_keeps_no_picture(rig: Rig) -> None:
    with at_work(rig):
        assert rig.camera.frame(0, 3) is not None
    assert rig.camera.health.code == "closed"
    assert rig.camera.frame(0, 0.01) is None


def test_turned_and_cut_is_every_picture_of_every_driver(make: MakeRig, tmp_path: Path) -> None:
    with at_work(make(tmp_path, SystemClock(), Mounting(90, (3, 4)))) as rig:
        seen = rig.camera.frame(0, 3)
        assert seen is not None
        assert measure(seen.jpeg) == (seen.width, seen.height) == (180, 240)


@pytest.mark.parametrize("driver", WIRED)
def test_it_sleeps_while_nobody_looks_and_wakes_within_a_second(driver: str, tmp_path: Path) -> None:
    with at_work(RIGS[driver](tmp_path, QuickClock())) as rig:
        seconds_until(lambda: rig.camera.health.code == "ok", 2)
        time.sleep(0.3)
        began = time.monotonic()
        first = rig.camera.frame(0, 1)
        assert first is not None
        assert (first.number <= 3, time.monotonic() - began < 1) == (True, True)
        seconds_until(lambda: rig.camera._viewing._newest is None, 3)  # type: ignore[attr-defined]
        assert rig.camera.health.code == "ok"
        rig.unplug()
        seconds_until(lambda: rig.camera.health.code == "unplugged", 2)


@pytest.mark.parametrize("driver", WIRED)
def test_broken_frames_reach_nobody_and_heal_with_the_first_good_one(driver: str, tmp_path: Path) -> None:
    with at_work(RIGS[driver](tmp_path, SystemClock())) as rig:
        rig.spoil()
        assert rig.camera.frame(0, 0.5) is None
        seconds_until(lambda: rig.camera.health.code == "bad_frames", 1)
        assert rig.camera.health.state is State.FAULT
        rig.heal()
        assert rig.camera.frame(0, 3) is not None
        seconds_until(lambda: rig.camera.health.code == "ok", 1)


@pytest.mark.parametrize(
    ("camera", "sentence"),
    [
        ("webcam", "it can be v4l2:/dev/v4l/by-id/..., browser, files:FOLDER, files:FILE.mjpg or simulated"),
        ("", "it can be"),
        ("/dev/video0", "it can be"),
        ("V4L2:/dev/video0", "it can be"),
        ("v4l2", "after v4l2: comes a path that begins with /"),
        ("v4l2:", "after v4l2: comes a path that begins with /"),
        ("v4l2:video0", "after v4l2: comes a path that begins with /"),
        ("files", "after files: comes a folder of JPEGs or a Motion JPEG file"),
        ("files: ", "after files: comes a folder of JPEGs or a Motion JPEG file"),
        ("browser:0", "nothing comes after browser"),
        ("simulated:1", "nothing comes after simulated"),
    ],
)
def test_a_setting_with_a_mistake_is_one_sentence_that_names_it(camera: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        build(Settings(camera=camera), SystemClock())
    assert str(refused.value).startswith(f"KIOSK_CAMERA is {camera!r}; ")
    assert sentence in str(refused.value)


@pytest.mark.parametrize("rotate", [1, 45, 89, 360])
def test_a_camera_stands_upright_or_on_one_of_its_sides(rotate: int) -> None:
    with pytest.raises(SettingsError, match=r"KIOSK_CAMERA_ROTATE is .*; it can be 0, 90, 180 or 270"):
        Settings(camera_rotate=rotate)


@pytest.mark.parametrize("crop", ["3x4", "3:0", ":4", "3/4", "3:4:5", "0.75", "-3:4"])
def test_an_aspect_that_is_none_is_refused(crop: str) -> None:
    with pytest.raises(
        SettingsError, match=r"KIOSK_CAMERA_CROP is .*; it is an aspect such as 3:4, or empty"
    ):
        Settings(camera_crop=crop)


@pytest.mark.parametrize(
    ("camera", "driver"),
    [("v4l2:/dev/v4l/by-id/usb-cam", "v4l2"), ("files:film.mjpg", "files"), ("browser", "browser")],
)
def test_a_camera_that_is_not_there_keeps_nothing_from_starting(camera: str, driver: str) -> None:
    settings = Settings(camera=camera, camera_rotate=270, camera_crop="3:4")
    built = build(settings, SystemClock())
    assert (built.driver, built.health.code) == (driver, "closed")


@pytest.mark.parametrize(
    ("jpeg", "problem"),
    [
        (b"", FrameProblem.NOT_A_JPEG),
        (b"\x00" * 500, FrameProblem.NOT_A_JPEG),
        (b"\xff\xd8\xff\xe0 cut off", FrameProblem.NOT_A_JPEG),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, FrameProblem.NOT_A_JPEG),
        (plain_jpeg(320, 240)[:100], FrameProblem.NOT_A_JPEG),
        (plain_jpeg(320, 240) + b"\x00" * 2_000_000, FrameProblem.TOO_LARGE),
        (plain_jpeg(4001, 3000), FrameProblem.TOO_MANY_PIXELS),
        (plain_jpeg(63, 640), FrameProblem.TOO_SMALL),
    ],
)
def test_what_is_no_frame_is_refused_with_its_reason_and_changes_nothing(
    jpeg: bytes, problem: FrameProblem
) -> None:
    camera = BrowserCamera(FixedClock())
    camera.open()
    good = camera.accept(plain_jpeg(64, 64))
    with pytest.raises(BadFrame) as refused:
        camera.accept(jpeg)
    assert refused.value.problem is problem
    assert camera.frame(0, 0) == good
