"""The camera contract, kept by every driver, and what each driver does of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import pytest
import simplejpeg

from kiosk.config import Settings, SettingsError
from kiosk.domain.clock import SystemClock
from kiosk.hardware.camera import DRIVERS, BadFrame, Camera, FrameProblem, build, measure
from kiosk.hardware.camera.browser import TROUBLE_SECONDS, BrowserCamera
from kiosk.hardware.camera.simulated import SimulatedCamera
from kiosk.hardware.health import State
from tests.fixed_clock import FixedClock
from tests.hardware.patience import seconds_until, served
from tests.hardware.pictures import brightness, drawn_portrait, plain_jpeg, sharpness


class Rig(Protocol):
    """A driver with somebody who can hurt it."""

    @property
    def camera(self) -> Camera: ...

    def unplug(self) -> None: ...
    def replug(self) -> None: ...
    def hang(self) -> None: ...
    def filming(self) -> AbstractContextManager[None]: ...


class SimulatedRig:
    def __init__(self) -> None:
        self.camera = SimulatedCamera(SystemClock(), width=320, height=180)

    def unplug(self) -> None:
        self.camera.controls.unplugged = True

    def replug(self) -> None:
        self.camera.controls.unplugged = False

    def hang(self) -> None:
        self.camera.controls.hang = True

    @contextmanager
    def filming(self) -> Iterator[None]:
        yield


class BrowserRig:
    """The page is a thread that posts frames, as the kiosk's JavaScript does."""

    def __init__(self) -> None:
        self.camera = BrowserCamera(SystemClock())
        self._plugged = True
        self._hanging = False

    def unplug(self) -> None:
        self._plugged = False
        self.camera.page_reports("no_camera")

    def replug(self) -> None:
        self._plugged = True

    def hang(self) -> None:
        self._hanging = True

    @contextmanager
    def filming(self) -> Iterator[None]:
        leaving = threading.Event()

        def page() -> None:
            while not leaving.wait(0.05):
                if self._plugged and not self._hanging:
                    self.camera.accept(plain_jpeg(320, 180))

        thread = threading.Thread(target=page)
        thread.start()
        try:
            yield
        finally:
            leaving.set()
            thread.join()


RIGS: dict[str, Callable[[], Rig]] = {"simulated": SimulatedRig, "browser": BrowserRig}


@pytest.fixture(params=DRIVERS)
def rig(request: pytest.FixtureRequest) -> Rig:
    return RIGS[request.param]()


@pytest.fixture
def filming(rig: Rig) -> Iterator[Rig]:
    with served(rig.camera), rig.filming():
        rig.camera.want(30)
        yield rig


def test_every_driver_says_what_it_is(rig: Rig) -> None:
    camera = rig.camera
    assert (camera.name, DRIVERS.keys() >= {camera.driver}) == ("camera", True)
    assert camera.simulated == (camera.driver == "simulated")


def test_before_it_is_opened_it_is_absent(rig: Rig) -> None:
    assert (rig.camera.health.state, rig.camera.health.code) == (State.ABSENT, "closed")
    assert rig.camera.frame(0, 0.01) is None


def test_frames_are_jpegs_with_growing_numbers(filming: Rig) -> None:
    first = filming.camera.frame(0, 3)
    assert first is not None
    second = filming.camera.frame(first.number, 3)
    assert second is not None
    assert second.number > first.number
    assert second.at >= first.at
    assert measure(second.jpeg) == (second.width, second.height) == (320, 180)


def test_a_slow_viewer_gets_the_newest_frame_not_the_next_one(filming: Rig) -> None:
    first = filming.camera.frame(0, 3)
    assert first is not None
    time.sleep(0.4)
    later = filming.camera.frame(first.number, 3)
    assert later is not None
    assert later.number >= first.number + 3


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


def test_unplugged_is_seen_in_two_seconds_and_replugged_in_five(filming: Rig) -> None:
    camera = filming.camera
    seconds_until(lambda: camera.health.code == "ok", 3)
    filming.unplug()
    seconds_until(lambda: camera.health.state is State.ABSENT, 2)
    assert camera.health.code in ("unplugged", "no_camera")
    assert not camera.health.works
    time.sleep(1.2)
    assert camera.health.state is State.ABSENT, (
        "still unplugged, and the attempts to reconnect do not hide it"
    )
    filming.replug()
    seconds_until(lambda: camera.health.state is State.READY and camera.frame(0, 0.5) is not None, 5)


def test_a_hang_never_delays_health_and_shows_in_it(filming: Rig) -> None:
    camera = filming.camera
    seconds_until(lambda: camera.health.code == "ok", 3)
    filming.hang()
    slowest = 0.0
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        start = time.monotonic()
        assert camera.health.since.tzinfo is not None
        slowest = max(slowest, time.monotonic() - start)
    assert slowest < 0.25
    seconds_until(lambda: camera.health.code in ("stalled", "waiting_for_page"), 5)
    assert camera.frame(0, 0.01) is None, "a frame from before the hang is not shown as if it were now"


def test_a_forgotten_frame_is_gone_and_its_number_is_not_used_again(rig: Rig) -> None:
    camera = rig.camera
    with served(camera), rig.filming():
        first = camera.frame(0, 3)
        assert first is not None
        rig.hang()
        time.sleep(0.3)
        camera.forget()
        assert camera.frame(0, 0.05) is None


def test_open_and_close_twice_are_fine(rig: Rig) -> None:
    for _ in range(2):
        rig.camera.open()
        rig.camera.open()
        rig.camera.close()
        rig.camera.close()
    assert (rig.camera.health.state, rig.camera.health.code) == (State.ABSENT, "closed")


def test_after_stop_it_is_absent_and_keeps_no_picture(rig: Rig) -> None:
    with served(rig.camera), rig.filming():
        assert rig.camera.frame(0, 3) is not None
    assert rig.camera.health.code == "closed"
    assert rig.camera.frame(0, 0.01) is None


def test_an_unknown_driver_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="KIOSK_CAMERA is 'webcam'; it can be simulated or browser"):
        build(Settings(camera="webcam"), SystemClock())


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


def test_the_page_is_waited_for_without_blame() -> None:
    clock = FixedClock()
    camera = BrowserCamera(clock)
    camera.open()
    assert (camera.health.state, camera.health.code) == (State.READY, "waiting_for_page")
    camera.want(60)
    camera.accept(plain_jpeg(640, 480))
    assert camera.health.code == "ok"
    clock.advance(3.1)
    assert (camera.health.state, camera.health.code) == (State.READY, "waiting_for_page")


@pytest.mark.parametrize(
    ("said", "state", "code"),
    [
        ("permission_denied", State.FAULT, "permission_denied"),
        ("in_use", State.FAULT, "in_use"),
        ("no_camera", State.ABSENT, "no_camera"),
        ("<script>alert(1)</script>", State.FAULT, "page_trouble"),
    ],
)
def test_what_the_page_reports_lasts_until_the_next_good_frame(said: str, state: State, code: str) -> None:
    clock = FixedClock()
    camera = BrowserCamera(clock)
    camera.open()
    camera.want(600)
    camera.page_reports(said)
    assert (camera.health.state, camera.health.code) == (state, code)
    since = camera.health.since
    clock.advance(10)
    assert camera.health.since == since
    camera.accept(plain_jpeg(640, 480))
    assert camera.health.code == "ok"


def test_a_reported_trouble_does_not_lock_the_camera_out_for_ever() -> None:
    clock = FixedClock()
    camera = BrowserCamera(clock)
    camera.open()
    camera.page_reports("in_use")
    clock.advance(TROUBLE_SECONDS)
    assert camera.health.works


@pytest.fixture
def simulated() -> Iterator[SimulatedCamera]:
    camera = SimulatedCamera(SystemClock(), width=640, height=360)
    with served(camera):
        yield camera


def _seen(camera: SimulatedCamera) -> bytes:
    """What it shows some frames after the controls were set."""
    last = camera.frame(0, 3)
    assert last is not None
    for _ in range(3):
        last = camera.frame(last.number, 3)
        assert last is not None
    return last.jpeg


def _redness(jpeg: bytes, left: float, right: float) -> float:
    pixels = simplejpeg.decode_jpeg(jpeg, colorspace="RGB").astype(float)
    width = pixels.shape[1]
    foot = pixels[-20:-4, int(width * left) : int(width * right)]
    return float((foot[..., 0] - foot[..., 2]).mean())


def test_the_simulated_camera_stands_by_until_somebody_looks(simulated: SimulatedCamera) -> None:
    seconds_until(lambda: simulated.health.code == "ok", 2)
    time.sleep(0.3)
    first = simulated.frame(0, 3)
    assert first is not None
    assert first.number <= 3


def test_frames_differ_as_a_live_picture_does(simulated: SimulatedCamera) -> None:
    simulated.controls.portrait = drawn_portrait()
    pictures, number = [], 0
    for _ in range(8):
        frame = simulated.frame(number, 3)
        assert frame is not None
        number = frame.number
        pictures.append(frame.jpeg)
    assert len(set(pictures)) == 8


def test_the_portrait_stands_in_the_middle_as_high_as_the_frame(simulated: SimulatedCamera) -> None:
    empty = _seen(simulated)
    simulated.controls.portrait = drawn_portrait("red")
    person = _seen(simulated)
    assert _redness(person, 0.4, 0.6) > 150
    assert _redness(person, 0.0, 0.2) < 30
    assert _redness(empty, 0.4, 0.6) < 60


def test_a_second_person_stands_beside_the_first(simulated: SimulatedCamera) -> None:
    simulated.controls.portrait = drawn_portrait("red")
    simulated.controls.second_person = drawn_portrait("blue")
    seen = _seen(simulated)
    assert _redness(seen, 0.2, 0.3) > 150
    assert _redness(seen, 0.7, 0.8) < -150


def test_dark_is_dark_and_blurred_is_blurred(simulated: SimulatedCamera) -> None:
    simulated.controls.portrait = drawn_portrait()
    sound = _seen(simulated)
    simulated.controls.dark = True
    assert brightness(_seen(simulated)) < brightness(sound) / 4
    simulated.controls.dark, simulated.controls.blurred = False, True
    assert sharpness(_seen(simulated)) < sharpness(sound) / 5


def test_slow_is_slow_and_says_so(simulated: SimulatedCamera) -> None:
    simulated.controls.slow = True
    simulated.want(30)
    seconds_until(lambda: simulated.health.code == "slow", 4)
    assert simulated.health.state is State.DEGRADED
    simulated.controls.slow = False
    seconds_until(lambda: simulated.health.code == "ok", 4)


def test_garbage_reaches_nobody_and_heals_with_the_first_good_frame(simulated: SimulatedCamera) -> None:
    simulated.controls.garbage = True
    assert simulated.frame(0, 0.3) is None
    assert (simulated.health.state, simulated.health.code) == (State.FAULT, "bad_frames")
    simulated.controls.garbage = False
    assert simulated.frame(0, 3) is not None
    seconds_until(lambda: simulated.health.code == "ok", 1)


def test_a_portrait_that_is_no_picture_is_refused_at_the_panel(simulated: SimulatedCamera) -> None:
    with pytest.raises(BadFrame):
        simulated.controls.portrait = b"no picture"
    assert simulated.controls.portrait is None


def test_reset_makes_the_simulated_camera_sound_again() -> None:
    controls = SimulatedCamera(FixedClock()).controls
    controls.unplugged = controls.slow = controls.dark = True
    controls.portrait = drawn_portrait()
    controls.reset()
    assert controls == type(controls)()


def test_playing_costs_next_to_nothing_once_every_frame_was_made() -> None:
    camera = SimulatedCamera(SystemClock())
    camera.controls.portrait = drawn_portrait()
    with served(camera):
        number = 0
        while number < 14:
            frame = camera.frame(number, 3)
            assert frame is not None
            number = frame.number
        camera.want(2)
        used, start = time.process_time(), time.monotonic()
        time.sleep(0.5)
        assert (time.process_time() - used) / (time.monotonic() - start) < 0.1
