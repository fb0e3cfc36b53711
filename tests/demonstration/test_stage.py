"""The people of the demonstration pass the turn test by turning, before the real engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.adapters.face import FaceProcess
from kiosk.demonstration.portraits import Portraits
from kiosk.demonstration.residents import Portrait
from kiosk.domain.capture import yaw
from kiosk.domain.challenge import Challenge, Turn
from kiosk.domain.liveness import Cue, Round, begin, watch
from kiosk.hardware.camera.acting import Act, Pose
from kiosk.hardware.camera.scene import Film, Scene, perform

SECONDS = 10.0
TURNS = Challenge((Turn.LEFT, Turn.RIGHT), (0.3, 0.3))


@pytest.mark.parametrize("portrait", Portrait)
def test_every_head_is_seen_turned_both_ways_and_known_again(
    engine: FaceProcess, portraits: Portraits, portrait: Portrait
) -> None:
    film = Film(Scene(portrait=portraits.person(portrait)))

    def seen(degrees: float) -> tuple[float, bytes]:
        frame = film.frame(0, Pose(yaw=degrees, pitch=0.06 * abs(degrees)))
        (face,) = engine.look(frame, SECONDS).faces
        return yaw(face), engine.embed(frame, face, SECONDS).template

    front, known = seen(0)
    assert abs(front) < 0.08
    for degrees in (-28.0, 28.0):
        turned, template = seen(degrees)
        assert (turned - front) * degrees / 28 > 0.15
        assert engine.distance(template, known) < 0.48


def test_who_follows_passes_the_turns_and_a_photograph_that_is_swung_does_not(
    engine: FaceProcess, portraits: Portraits
) -> None:
    scene = Scene(640, 480, portrait=portraits.person(Portrait.A1))
    followed = _watched(engine, scene, Act.FOLLOWS, seconds=12.0)
    assert followed.has_passed
    assert not _watched(engine, scene, Act.WAVED, seconds=5.0).has_passed


def _watched(engine: FaceProcess, scene: Scene, act: Act, seconds: float) -> Round:
    """The round as it stands when it has passed, or after so many seconds at ten frames a second."""
    state: Round | None = None

    def asked() -> Cue | None:
        return None if state is None else state.cue

    frames: Iterator[tuple[float, bytes]] = perform(
        scene, act, 3, asked, seconds=seconds, frames_per_second=10.0
    )
    for at, jpeg in frames:
        look = engine.look(jpeg, SECONDS)
        if state is not None:
            state = watch(state, look, at)
            if state.has_passed or state.refusal:
                break
        elif look.faces:
            state = begin(TURNS, yaw(look.faces[0]), look.faces[0], at)
    assert state is not None
    return state
