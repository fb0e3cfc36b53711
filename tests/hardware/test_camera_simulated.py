"""What the simulated camera does of its own: who stands there, in what light, and how it breaks."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import simplejpeg

from kiosk.domain.capture import Face
from kiosk.domain.clock import SystemClock
from kiosk.hardware.camera import BadFrame
from kiosk.hardware.camera.acting import Person, Pose
from kiosk.hardware.camera.scene import FRAMES_KEPT, Film, Scene
from kiosk.hardware.camera.simulated import SimulatedCamera
from kiosk.hardware.health import State
from tests.fixed_clock import FixedClock
from tests.hardware.patience import seconds_until, served
from tests.hardware.pictures import brightness, drawn_portrait, sharpness

FACE = Face(120, 130, 240, 240, ((322, 211), (290, 211), (158, 211), (190, 211), (240, 270)))
"""Of the drawn portrait, 480 pixels wide and high."""


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
    simulated.controls.portrait = Person(drawn_portrait())
    pictures, number = [], 0
    for _ in range(8):
        frame = simulated.frame(number, 3)
        assert frame is not None
        number = frame.number
        pictures.append(frame.jpeg)
    assert len(set(pictures)) == 8


def test_the_portrait_stands_in_the_middle_as_high_as_the_frame(simulated: SimulatedCamera) -> None:
    empty = _seen(simulated)
    simulated.controls.portrait = Person(drawn_portrait("red"))
    person = _seen(simulated)
    assert _redness(person, 0.4, 0.6) > 150
    assert _redness(person, 0.0, 0.2) < 30
    assert _redness(empty, 0.4, 0.6) < 60


def test_a_second_person_stands_beside_the_first(simulated: SimulatedCamera) -> None:
    simulated.controls.portrait = Person(drawn_portrait("red"))
    simulated.controls.second_person = Person(drawn_portrait("blue"))
    seen = _seen(simulated)
    assert _redness(seen, 0.2, 0.3) > 150
    assert _redness(seen, 0.7, 0.8) < -150


def test_dark_is_dark_and_blurred_is_blurred(simulated: SimulatedCamera) -> None:
    simulated.controls.portrait = Person(drawn_portrait())
    sound = _seen(simulated)
    simulated.controls.dark = True
    assert brightness(_seen(simulated)) < brightness(sound) / 4
    simulated.controls.dark, simulated.controls.blurred = False, True
    assert sharpness(_seen(simulated)) < sharpness(sound) / 5


def test_light_from_behind_darkens_the_person_and_not_the_wall_and_dark_glasses_the_eyes() -> None:
    person = Person(drawn_portrait(size=(480, 480)), FACE)

    def mean(scene: Scene, left: int, top: int) -> float:
        pixels = simplejpeg.decode_jpeg(Film(scene).frame(0), colorspace="GRAY")
        return float(pixels[top : top + 20, left : left + 20].mean())

    eye, cheek, wall = (384, 205), (390, 290), (40, 60)
    plain, behind = Scene(640, 480, portrait=person), Scene(640, 480, portrait=person, backlit=True)
    assert mean(behind, *cheek) < mean(plain, *cheek) / 2
    assert mean(behind, *wall) > mean(plain, *wall)
    glasses = Scene(640, 480, portrait=person, dark_glasses=True)
    assert mean(glasses, *eye) < 30
    assert mean(glasses, *cheek) == pytest.approx(mean(plain, *cheek), abs=8)


def test_what_comes_before_the_lens_is_seen_and_few_frames_are_kept() -> None:
    person, other = Person(drawn_portrait("red"), FACE), Person(drawn_portrait("blue"))
    film = Film(Scene(640, 480, portrait=person, other=other))
    assert _redness(film.frame(0), 0.4, 0.6) > 150
    assert _redness(film.frame(0, Pose(other=True)), 0.4, 0.6) < -150
    assert _redness(film.frame(0, Pose(beside=1.0)), 0.85, 0.9) < -60
    assert brightness(film.frame(0, Pose(hand=1.0))) < 60
    assert brightness(film.frame(0, Pose(screen=True))) < brightness(film.frame(0)) - 20
    assert _redness(film.frame(0, Pose(sheet=True, scale=0.5)), 0.45, 0.55) < 60  # the floor is seen below it
    for yaw in range(FRAMES_KEPT + 8):
        film.frame(0, Pose(yaw=yaw / 4))
    assert len(film._frames) == FRAMES_KEPT


def test_slow_is_slow_and_says_so(simulated: SimulatedCamera) -> None:
    simulated.controls.slow = True
    simulated.want(30)
    seconds_until(lambda: simulated.health.code == "slow", 4)
    assert simulated.health.state is State.DEGRADED
    simulated.controls.slow = False
    seconds_until(lambda: simulated.health.code == "ok", 4)


def test_garbage_reaches_nobody_and_heals_with_the_first_good_frame(simulated: SimulatedCamera) -> None:
    simulated.controls.garbage = True
    assert simulated.frame(0, 0.6) is None
    assert (simulated.health.state, simulated.health.code) == (State.FAULT, "bad_frames")
    simulated.controls.garbage = False
    assert simulated.frame(0, 3) is not None
    seconds_until(lambda: simulated.health.code == "ok", 1)


def test_a_portrait_that_is_no_picture_is_refused_at_the_panel(simulated: SimulatedCamera) -> None:
    with pytest.raises(BadFrame):
        simulated.controls.portrait = Person(b"no picture")
    assert simulated.controls.portrait is None


def test_reset_makes_the_simulated_camera_sound_again() -> None:
    controls = SimulatedCamera(FixedClock()).controls
    controls.unplugged = controls.slow = controls.dark = True
    controls.portrait = Person(drawn_portrait())
    controls.reset()
    assert controls == type(controls)()


def test_playing_costs_next_to_nothing_once_every_frame_was_made() -> None:
    camera = SimulatedCamera(SystemClock())
    camera.controls.portrait = Person(drawn_portrait())
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
