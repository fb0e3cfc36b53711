"""How people move before the simulated camera: honest ones follow, the others do what they are there for."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from kiosk.domain.challenge import Turn
from kiosk.domain.liveness import Cue
from kiosk.hardware.camera.acting import FRONT, Act, Actor, Manner, Pose

FRAMES_PER_SECOND = 15


def _asked(at: float) -> Cue | None:
    """A turn to the left from 1.5 s, one to the right from 4 s."""
    if at < 0.5 or at >= 7.0:
        return None
    if 1.5 <= at < 3.0:
        return Cue.LEFT
    return Cue.RIGHT if 4.0 <= at < 5.5 else Cue.FRONT


def _played(act: Act, manner: Manner | None = None) -> dict[float, Pose]:
    actor = Actor(act, manner)
    times = [number / FRAMES_PER_SECOND for number in range(8 * FRAMES_PER_SECOND)]
    return {at: actor.pose(at, _asked(at)) for at in times}


@pytest.mark.parametrize("seed", range(8))
def test_who_follows_turns_late_and_steadily_and_comes_back(seed: int) -> None:
    manner = Manner.drawn(seed)
    poses = _played(Act.FOLLOWS, manner)
    assert all(pose == FRONT for at, pose in poses.items() if at < 1.5 + 0.25)
    for asked, front, side in ((1.5, 3.0, 1), (4.0, 5.5, -1)):
        there = next(at for at, pose in poses.items() if at >= asked and pose.yaw * side >= 25)
        assert 0.25 + 25 / 120 <= there - asked <= 0.5 + 0.6
        assert all(28 <= pose.yaw * side <= 32 for at, pose in poses.items() if asked + 1.3 < at < front)
        assert all(abs(pose.yaw) <= 1 for at, pose in poses.items() if front + 0.9 < at < front + 1.0)
    steps = [abs(after.yaw - before.yaw) for before, after in pairwise(poses.values())]
    assert max(steps) <= 120 / FRAMES_PER_SECOND + 1
    assert poses == _played(Act.FOLLOWS, manner)


def test_a_cue_that_is_gone_before_it_was_noticed_still_comes_to_the_head_in_order() -> None:
    actor = Actor(Act.FOLLOWS, Manner(reaction=0.5))
    asked = {0: Cue.LEFT, 1: Cue.RIGHT}
    yaws = [actor.pose(n / 15, asked.get(n // 4, Cue.FRONT)).yaw for n in range(45)]
    assert max(yaws) > 10
    assert yaws[-1] == 0


def test_who_is_still_asked_turns_a_little_further() -> None:
    actor = Actor(Act.FOLLOWS, Manner(reaction=0.3, reach=30.0))
    yaws = [actor.pose(number / 15, Cue.RIGHT).yaw for number in range(60)]
    assert yaws[20] == -30
    assert yaws[-1] == -36


def test_who_cannot_turn_is_alive_and_looks_to_the_front() -> None:
    poses = _played(Act.KEEPS_STILL)
    assert len(set(poses.values())) > 10
    assert max(abs(pose.yaw) for pose in poses.values()) <= 4


@pytest.mark.parametrize("act", [Act.STILL, Act.WAVED, Act.BENT])
def test_a_photograph_is_never_a_head(act: Act) -> None:
    for seed in range(4):
        assert all(pose.sheet for pose in _played(act, Manner.drawn(seed)).values())
    assert all((pose.bend != 0) == (act is Act.BENT) for pose in _played(act).values())


@pytest.mark.parametrize("act", [Act.WAVED, Act.BENT])
def test_a_cunning_cheat_swings_his_photograph_the_way_that_is_asked_for(act: Act) -> None:
    poses = _played(act, Manner(cunning=True, swing=40.0))
    assert all(pose.yaw > 35 for at, pose in poses.items() if 2.7 < at < 3.0)
    assert all(pose.yaw < -35 for at, pose in poses.items() if 5.2 < at < 5.5)


def test_a_recording_turns_by_itself_whatever_is_asked() -> None:
    recorded = (Turn.RIGHT, Turn.RIGHT, Turn.LEFT)
    poses = _played(Act.REPLAYED, Manner(recorded=recorded))
    ends = [pose.yaw for at, pose in poses.items() if round(at * FRAMES_PER_SECOND) % 39 == 38]
    assert [yaw > 0 for yaw in ends] == [turn is Turn.LEFT for turn in recorded]
    actor = Actor(Act.REPLAYED, Manner(recorded=recorded))
    assert [actor.pose(at, None) for at in poses] == list(poses.values())


@pytest.mark.parametrize(
    ("act", "shows"),
    [
        (Act.SWAPPED, lambda pose: pose.other),
        (Act.STEPS_IN, lambda pose: pose.beside == 1),
        (Act.COVERED, lambda pose: pose.hand == 1),
    ],
)
def test_a_trick_is_played_in_the_middle_of_the_turns_and_not_before(
    act: Act, shows: Callable[[Pose], bool]
) -> None:
    poses = _played(act, Manner(after=1, lag=0.4))
    assert not any(shows(pose) for at, pose in poses.items() if at < 1.5 + 0.4)
    assert any(shows(pose) for at, pose in poses.items() if 1.9 <= at < 3.0)
    assert not shows(list(poses.values())[-1])


def test_hours_without_a_look_cost_nothing() -> None:
    actor = Actor(Act.FOLLOWS)
    actor.pose(0.0, Cue.LEFT)
    assert actor.pose(1e9, Cue.LEFT).yaw == 36
