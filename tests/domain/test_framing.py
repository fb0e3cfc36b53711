"""When the frame that a round begins with is taken, and by what nobody is taken by surprise."""

from __future__ import annotations

import pytest

from kiosk.domain.capture import Guidance, Look
from kiosk.domain.framing import HOLD_SECONDS, Framing
from tests.domain.test_capture import face, look

GOOD, BLURRED = look(face()), look(face(), sharpness=0.01)
LEAST_PX = 80


def framed(*seen: tuple[Look, float]) -> Framing:
    framing = Framing()
    for one, at in seen:
        framing = framing.seen(one, at, LEAST_PX)
    return framing


@pytest.mark.parametrize(
    ("framing", "ready"),
    [
        (framed(), False),
        (framed((GOOD, 10.0)), False),
        (framed((GOOD, 10.0), (GOOD, 10.25)), False),
        (framed((GOOD, 10.0), (GOOD, 10.25), (GOOD, 10.625)), True),
        (framed((GOOD, 10.0), (GOOD, 10.7)), True),
        (framed((GOOD, 10.0), (BLURRED, 10.3), (GOOD, 10.7)), False),
        (framed((GOOD, 10.0), (GOOD, 12.0)), False),
        (framed((GOOD, 10.0), (GOOD, 9.0)), False),
        (framed((GOOD, 10.0), (GOOD, 10.0), (GOOD, 10.0)), False),
    ],
)
def test_the_selfie_is_taken_only_while_somebody_holds_still(framing: Framing, ready: bool) -> None:
    assert framing.is_ready is ready


def test_a_face_too_small_for_the_engine_is_asked_to_come_closer() -> None:
    small = look(face(width=250))
    assert Framing().seen(small, 10.0, 250).guidance is Guidance.HOLD_STILL
    assert Framing().seen(small, 10.0, 251) == Framing(Guidance.TOO_FAR)


def test_what_is_wrong_is_said_and_what_was_good_before_is_forgotten() -> None:
    assert framed((GOOD, 10.0), (BLURRED, 10.3)) == Framing(Guidance.BLURRED)


def test_the_ring_fills_while_somebody_holds_still_and_not_beyond_its_end() -> None:
    half = framed((GOOD, 10.0), (GOOD, 10.0 + HOLD_SECONDS / 2))
    assert half.progress == pytest.approx(0.5)
    assert half.seen(GOOD, 11.0, LEAST_PX).progress == 1.0
    assert half.seen(BLURRED, 11.0, LEAST_PX).progress == 0.0


def test_the_resting_pose_is_not_moved_by_one_bad_frame() -> None:
    looks = [look(face(nose=nose)) for nose in (0.05, 0.06, 0.2)]
    assert framed(*((one, 10 + number / 10) for number, one in enumerate(looks))).baseline == pytest.approx(
        0.06
    )
