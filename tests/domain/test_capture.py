"""Guidance for a frame: one example for each thing that can be wrong with it, and which comes first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.capture import OFF_CENTRE, Advice, Face, Guidance, Look, advise, judge, yaw


def face(centre: tuple[float, float] = (640, 360), width: float = 300, nose: float = 0.0) -> Face:
    """A face whose eyes are half its width apart; `nose` is the nose's offset over that distance."""
    x, y = centre
    half, eyes = width / 2, width / 2
    points = (
        (x + eyes / 2 + 20, y - 40.0),
        (x + eyes / 2 - 20, y - 40.0),
        (x - eyes / 2 - 20, y - 40.0),
        (x - eyes / 2 + 20, y - 40.0),
        (x + nose * eyes, y + 30.0),
    )
    return Face(x - half, y - half, width, width, points)


def look(
    *faces: Face,
    sharpness: float = 0.2,
    brightness: float = 110,
    contrast: float = 0.35,
    surroundings: float | None = 150,
    eyes: float | None = 1.0,
) -> Look:
    return Look(1280, 720, faces, sharpness, brightness, contrast, surroundings, eyes)


@pytest.mark.parametrize(
    ("seen", "guidance"),
    [
        (look(face()), Guidance.HOLD_STILL),
        (look(), Guidance.NO_FACE),
        (look(face(), face((200, 300), width=160)), Guidance.SEVERAL_FACES),
        (look(face(), face((200, 300), width=140)), Guidance.HOLD_STILL),
        (look(face(width=200)), Guidance.TOO_FAR),
        (look(face(width=545)), Guidance.TOO_CLOSE),
        (look(face((450, 360))), Guidance.MOVE_LEFT),
        (look(face((830, 360))), Guidance.MOVE_RIGHT),
        (look(face((640, 220))), Guidance.MOVE_DOWN),
        (look(face((640, 500))), Guidance.MOVE_UP),
        (look(face((900, 500))), Guidance.MOVE_RIGHT),
        (look(face(), brightness=34, surroundings=70), Guidance.TOO_DARK),
        (look(face(), brightness=34, surroundings=None), Guidance.TOO_DARK),
        (look(face(), brightness=34), Guidance.BACKLIT),
        (look(face(), brightness=90, contrast=0.2, surroundings=235), Guidance.BACKLIT),
        (look(face(), brightness=90, contrast=0.25, surroundings=235), Guidance.HOLD_STILL),
        (look(face(), brightness=100, contrast=0.2, surroundings=235), Guidance.HOLD_STILL),
        (look(face(), brightness=216), Guidance.TOO_BRIGHT),
        (look(face(nose=0.3)), Guidance.TURN_TO_CAMERA),
        (look(face(nose=-0.3)), Guidance.TURN_TO_CAMERA),
        (look(face(), sharpness=0.019), Guidance.BLURRED),
    ],
)
def test_a_frame_is_judged(seen: Look, guidance: Guidance) -> None:
    assert judge(seen) is guidance


def test_every_guidance_can_be_given() -> None:
    marks = test_a_frame_is_judged.pytestmark  # type: ignore[attr-defined]
    assert {example[1] for example in marks[0].args[1]} == set(Guidance)


def test_standing_comes_before_light_and_blur() -> None:
    everything_wrong = look(face((100, 360), width=150, nose=0.5), sharpness=0, brightness=0)
    assert judge(everything_wrong) is Guidance.TOO_FAR


def test_a_browser_camera_of_another_size_is_judged_by_the_same_shares() -> None:
    small = Look(640, 480, (face((320, 240), width=200),), 0.2, 110)
    assert judge(small) is Guidance.HOLD_STILL
    assert judge(replace(small, faces=(face((320, 240), width=130),))) is Guidance.TOO_FAR


def test_directions_are_those_of_a_mirrored_preview() -> None:
    # At the left of the picture stands who sees himself at the right of the mirror: he must go left.
    assert judge(look(face((300, 360)))) is Guidance.MOVE_LEFT
    assert len(OFF_CENTRE) == 4


@pytest.mark.parametrize(
    ("seen", "advice"),
    [
        (look(face(), eyes=0.49), Advice.DARK_GLASSES),
        (look(face(), eyes=0.49, sharpness=0.01), Advice.DARK_GLASSES),
        (look(face(), eyes=0.51), None),
        (look(face(), eyes=None), None),
        (look(), None),
        (look(face(nose=0.3), eyes=0.2), None),
        (look(face(), eyes=0.2, brightness=34), None),
        (look(face(), face((200, 300), width=160), eyes=0.2), None),
    ],
)
def test_dark_glasses_are_advised_against_only_where_eyes_can_be_seen(
    seen: Look, advice: Advice | None
) -> None:
    assert advise(seen) is advice


def test_advice_keeps_nobody_from_going_on() -> None:
    assert judge(look(face(), eyes=0.1)) is Guidance.HOLD_STILL


def test_yaw_is_signed_and_does_not_change_when_the_head_tilts() -> None:
    upright = face(nose=0.3)
    tilted = replace(upright, points=tuple((-y, x) for x, y in upright.points))
    assert yaw(upright) == pytest.approx(0.3)
    assert yaw(tilted) == pytest.approx(0.3)
    assert yaw(face(nose=-0.2)) == pytest.approx(-0.2)


@pytest.mark.parametrize("points", [(), ((1.0, 1.0),) * 5])
def test_a_face_without_usable_points_counts_as_turned_away(points: tuple[tuple[float, float], ...]) -> None:
    assert judge(look(replace(face(), points=points))) is Guidance.TURN_TO_CAMERA
