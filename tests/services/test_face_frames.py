"""Frames that a camera or a page may send in the middle of a round, before the real face engine: of another
size, without colour, damaged, of one pixel, of many megapixels."""

from __future__ import annotations

import io
import struct
from functools import cache

import pytest
from PIL import Image

from kiosk.demonstration.residents import Portrait
from kiosk.domain.liveness import Cue, Hint, Phase
from kiosk.domain.visit import Step
from kiosk.hardware.camera.acting import Pose
from kiosk.hardware.camera.scene import Film, Scene
from kiosk.services.selfie import Guiding
from tests.stand import close, make_stand

STEP = 9
"""Degrees by which a head turns from frame to frame."""


@pytest.fixture
def show(portraits):
    """Makes the frame of a head that is turned by so many degrees to its own left."""
    film = Film(Scene(640, 480, portrait=portraits.person(Portrait.A2)))
    return cache(lambda degrees: film.frame(0, Pose(yaw=degrees)))


@pytest.fixture
def before_camera(tmp_path, engine, portraits):
    """A kiosk with the real engine, and a visit before its camera."""
    stand = make_stand(tmp_path / "data", real_face=engine, adapter_deadline_seconds=30.0)
    stand.enrol(photo=portraits.compose(Portrait.A1))
    with stand.app.app_context():
        yield stand, stand.bring(Step.FACE)
    close(stand)


def changed(jpeg, size=None, mode="RGB"):
    """The same picture in another size or mode, encoded again."""
    picture, out = Image.open(io.BytesIO(jpeg)), io.BytesIO()
    picture.resize(size or picture.size).convert(mode).save(out, "JPEG", quality=90)
    return out.getvalue()


def announcing(jpeg, width, height):
    """The picture with another size in its header."""
    at = jpeg.index(b"\xff\xc0")
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def follow(stand, visit_id, show, until=lambda round: False):
    """Do what is asked until something is decided, or the round is as `until` says; return the answer."""
    answer, degrees = None, 0
    for _ in range(200):
        watch = stand.kiosk.watches.get(visit_id)
        round = None if watch is None else watch.round
        if isinstance(answer, Guiding) and round is not None and until(round):
            return answer
        if round is None or round.cue not in (Cue.LEFT, Cue.RIGHT):
            degrees = 0
        elif not round.turned:
            degrees += -STEP if round.too_far else STEP
        sign = -1 if round is not None and round.cue is Cue.RIGHT else 1
        answer = stand.frame(visit_id, show(sign * degrees))
        if not isinstance(answer, Guiding):
            return answer
    raise AssertionError(str(round))


def test_frames_that_show_nobody_or_are_no_pictures_lose_the_track_at_most_and_never_the_attempt(
    before_camera, show
):
    stand, visit_id = before_camera
    follow(stand, visit_id, show, until=lambda round: round.done == 1 and round.phase is Phase.FRONT)
    front = show(0)
    grey, same = changed(front, mode="L"), changed(front)
    for sound in (grey, same, changed(front, (800, 600))):
        answer = stand.frame(visit_id, sound)
        assert (answer.hint, answer.done) == (None, 1), "as good as any other"
    for damaged in (front[: len(front) // 2], b"", b"GIF89a", front[:20], announcing(front, 4001, 3000)):
        answer = stand.frame(visit_id, damaged, after=0.05)
        assert (answer.hint, answer.done) == (None, 1), "waited for"
    assert stand.frame(visit_id, changed(front, (1, 1)), after=0.05).hint is None, "missed for a moment"
    asked = stand.attempts()[0].asked
    for other in (changed(front, (4000, 3000)), changed(front, (160, 120)), changed(front, (1, 1))):
        for _ in range(2):
            answer = stand.frame(visit_id, other, after=0.2)
        assert isinstance(answer, Guiding)
    assert (answer.hint, answer.cue, answer.done) == (Hint.LOST, None, 0), "nothing jumps so far"
    large = cache(lambda degrees: changed(show(degrees), (4000, 3000), "L"))
    assert follow(stand, visit_id, large).step is Step.QR, "twelve megapixels without colour will do"
    (row,) = stand.attempts()
    assert (row.state, row.asked, row.breaks) == ("match", asked, 1)


def test_the_engine_is_killed_in_the_middle_of_a_sequence_and_the_same_turns_are_asked_again(
    before_camera, show, engine
):
    stand, visit_id = before_camera
    follow(stand, visit_id, show, until=lambda round: round.done == 1 and round.cue is not Cue.FRONT)
    killed = engine._running
    killed.kill()
    killed.process.wait(10)
    stand.clock.advance(1.0)
    assert follow(stand, visit_id, show).step is Step.QR
    assert engine._running is not killed
    (row,) = stand.attempts()
    assert (row.state, row.breaks) == ("match", 1)
