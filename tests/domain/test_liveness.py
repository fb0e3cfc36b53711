"""The rule of the turns: its whole table, what breaks a track, and what no photograph ever passes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import cycle, product
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.capture import Face
from kiosk.domain.challenge import Challenge, Turn
from kiosk.domain.liveness import (
    FRONTALS,
    LONGEST_SECONDS,
    MOST_BREAKS,
    NARROWEST,
    STILL_FRONT,
    TURNED,
    TURNED_FRAMES,
    Cue,
    Hint,
    Phase,
    Pick,
    Refusal,
    Round,
    again,
    begin,
    broken,
    is_same_person,
    watch,
)
from kiosk.domain.track import GAP_SECONDS, JUMP_WIDTHS, LOST_SECONDS, MISSED_SECONDS, SIZE_RATIO
from tests.domain.test_capture import face, look

LEFT, RIGHT = Turn.LEFT, Turn.RIGHT
FRONT, ON_THE_WAY, FAR = 0.0, 0.18, 0.35
WAIT = 0.3
PHOTOGRAPH = 0.19
"""The most that a photograph changes yaw by (docs/facts.md)."""


@dataclass
class Play:
    """One round, frame by frame. `baseline` is how this person stands when looking to the front."""

    turns: tuple[Turn, ...] = (LEFT, RIGHT, LEFT)
    baseline: float = 0.0
    at: float = 100.0
    round: Round = field(init=False)
    picks: list[Pick] = field(default_factory=list)

    def __post_init__(self) -> None:
        challenge = Challenge(self.turns, (WAIT,) * len(self.turns))
        self.round = begin(challenge, self.baseline, face(nose=self.baseline), self.at)

    def see(self, *seen: float | Face, after: float = 0.1) -> Round:
        """The next frame, `after` seconds later, of so many people: faces, or how far a head is turned."""
        self.at += after
        faces = [one if isinstance(one, Face) else face(nose=self.baseline + one) for one in seen]
        self.round = watch(self.round, look(*faces), self.at)
        if self.round.pick is not None:
            self.picks.append(self.round.pick)
        return self.round

    def rest(self, step: float = 0.1) -> Round:
        """Look to the front until a turn is asked for."""
        while self.round.phase is Phase.FRONT:
            self.see(FRONT, after=step)
        return self.round

    def stay(self, change: float) -> Round:
        """Be seen turned so far for as many frames as it takes."""
        for _ in range(TURNED_FRAMES):
            self.see(change)
        return self.round

    def turn(self, *, wrong: bool = False) -> Round:
        """Rest, then turn as asked: seen on the way, and then far."""
        sign = self.rest().challenge.turns[self.round.done].sign * (-1 if wrong else 1)
        self.see(sign * ON_THE_WAY)
        return self.stay(sign * FAR)

    def begin_again(self) -> Round:
        """What the caller does once the track was lost: with a face that holds still, begin again."""
        for _ in range(7):
            self.see(FRONT)
        if self.round.phase is Phase.FRAMING:
            self.round = again(self.round, self.baseline, face(nose=self.baseline), self.at)
        return self.round


def test_the_bounds_lie_between_what_a_photograph_and_what_a_head_can_do():
    assert STILL_FRONT < PHOTOGRAPH < TURNED
    assert TURNED == 0.25


def test_whoever_follows_passes_and_is_asked_one_thing_at_a_time():
    play, cues = Play(), []
    while not play.round.has_passed:
        cues.append((play.round.cue, play.round.done))
        play.rest()
        cues.append((play.round.cue, play.round.done))
        play.turn()
    assert cues == [
        (Cue.FRONT, 0),
        (Cue.LEFT, 0),
        (Cue.FRONT, 1),
        (Cue.RIGHT, 1),
        (Cue.FRONT, 2),
        (Cue.LEFT, 2),
    ]
    assert (play.round.done, play.round.total, play.round.cue, play.round.hint) == (3, 3, None, None)
    # The frame that the round began with was the first frontal one.
    assert [Pick.FRONTAL, *play.picks].count(Pick.FRONTAL) == FRONTALS
    assert play.picks.count(Pick.TURNED) == 3
    assert play.at - 100 < 5


@pytest.mark.parametrize("turns", list(product(Turn, repeat=3)))
def test_every_sequence_can_be_followed_by_a_person_who_does_not_look_quite_straight(turns):
    play = Play(turns, baseline=0.15)
    for _ in turns:
        play.turn()
    assert play.round.has_passed


def test_one_turn_alone_still_gives_all_the_frontal_frames():
    play = Play((RIGHT,))
    play.turn()
    assert play.round.has_passed
    assert play.picks == [Pick.FRONTAL] * (FRONTALS - 1) + [Pick.TURNED]


def test_whom_an_officer_has_seen_is_asked_for_no_turn_and_gives_the_same_frontal_frames():
    play = Play(())
    play.see(ON_THE_WAY)
    assert (play.round.cue, play.picks) == (Cue.FRONT, [])
    for _ in range(3):
        play.see(FRONT)
    assert play.round.has_passed
    assert play.picks == [Pick.FRONTAL] * (FRONTALS - 1)


# The table of `watch`, row by row; `lost` are the ways to lose a track.


@pytest.mark.parametrize("phase", [Phase.FRONT, Phase.TURN, Phase.FRAMING])
def test_time_is_over_in_every_phase(phase):
    play = Play()
    if phase is Phase.TURN:
        play.rest()
    elif phase is Phase.FRAMING:
        play.see(FRONT, FRONT)
    assert play.round.phase is phase
    while (seen := play.see(ON_THE_WAY if phase is Phase.FRONT else FRONT)).phase is not Phase.REFUSED:
        assert seen.phase is phase
    assert seen.refusal is Refusal.NO_TURN
    assert play.at - 100 == pytest.approx(LONGEST_SECONDS, abs=0.2)


ELSEWHERE = face(centre=(300, 360))
BESIDE = face(centre=(640 + 300 * (JUMP_WIDTHS + 0.3), 360))
BELOW = face(centre=(640, 360 + 300 * (JUMP_WIDTHS + 0.3)))
A_STEP_ASIDE = face(centre=(640 + 300 * (JUMP_WIDTHS - 0.1), 360))
LOST = [
    pytest.param((), MISSED_SECONDS + 0.1, id="nobody for too long"),
    pytest.param((FRONT, ELSEWHERE), 0.1, id="second person"),
    pytest.param((BESIDE,), 0.1, id="jump aside"),
    pytest.param((BELOW,), 0.1, id="jump down"),
    pytest.param((face(width=300 * SIZE_RATIO + 1),), 0.1, id="suddenly larger"),
    pytest.param((face(width=300 / SIZE_RATIO - 1),), 0.1, id="suddenly smaller"),
    pytest.param((FRONT,), GAP_SECONDS + 0.1, id="no frames between"),
    pytest.param((FRONT,), -0.05, id="clock back"),
    pytest.param((), -0.05, id="clock back and nobody"),
    pytest.param((replace(face(), points=face().points[:4]),), 0.1, id="another kind of face"),
]


@pytest.mark.parametrize("phase", [Phase.FRONT, Phase.TURN])
@pytest.mark.parametrize(("seen", "after"), LOST)
def test_a_lost_track_begins_with_a_good_frontal_frame_and_from_the_first_turn(phase, seen, after):
    play = Play()
    play.turn()
    play.see(FRONT)
    if phase is Phase.TURN:
        play.rest()
    assert (play.round.phase, play.round.done) == (phase, 1)
    play.see(*seen, after=after)
    assert (play.round.phase, play.round.cue, play.round.hint) == (Phase.FRAMING, None, Hint.LOST)
    # Nothing that is seen now counts before the caller has found a good frontal frame.
    assert play.see(FRONT).phase is Phase.FRAMING
    assert play.begin_again().phase is Phase.FRONT
    assert (play.round.done, play.round.frontals, play.round.breaks) == (0, 1, 1)
    for _ in play.turns:
        play.turn()
    assert play.round.has_passed


@pytest.mark.parametrize(
    ("seen", "after"),
    [
        pytest.param((), MISSED_SECONDS - 0.01, id="missed for a moment"),
        pytest.param((A_STEP_ASIDE,), 0.1, id="a step aside"),
        pytest.param((BESIDE,), 0.5, id="further, with more time"),
        pytest.param((face(width=300 * SIZE_RATIO - 1),), 0.1, id="a little closer"),
        pytest.param((face(width=300 / SIZE_RATIO + 1),), 0.1, id="a little further away"),
        pytest.param((FRONT,), GAP_SECONDS - 0.01, id="a slow camera"),
        pytest.param((FRONT, face(centre=(200, 300), width=140)), 0.1, id="a passer-by behind"),
    ],
)
def test_what_happens_to_everybody_breaks_no_track(seen, after):
    play = Play()
    play.turn()
    play.see(FRONT)
    play.see(*seen, after=after)
    assert (play.round.phase, play.round.done) == (Phase.FRONT, 1)


def test_a_track_that_is_lost_again_and_again_is_refused():
    play = Play()
    for breaks in range(1, MOST_BREAKS + 1):
        play.see(FRONT, FRONT)
        assert (play.round.phase, play.round.breaks) == (Phase.FRAMING, breaks)
        play.begin_again()
        play.see(FRONT)
    play.see(FRONT, FRONT)
    assert (play.round.phase, play.round.refusal, play.round.cue) == (
        Phase.REFUSED,
        Refusal.TRACK_LOST,
        None,
    )


def test_losing_the_track_brings_neither_other_turns_nor_more_time():
    play = Play()
    while play.round.phase is not Phase.REFUSED:
        play.see(FRONT) if play.round.breaks or play.at < 120 else play.see(FRONT, FRONT)
        if play.round.phase is Phase.FRAMING:
            challenge = play.round.challenge
            assert play.begin_again().challenge is challenge
    assert (play.round.refusal, play.round.breaks) == (Refusal.NO_TURN, 1)
    assert play.at - 100 == pytest.approx(LONGEST_SECONDS, abs=0.2)


def test_the_caller_may_break_the_track_when_a_frame_could_not_be_embedded():
    play = Play()
    play.turn()
    assert (broken(play.round).phase, broken(play.round).done) == (Phase.FRAMING, 0)


def test_at_the_front_only_rest_counts():
    play = Play()
    for change in (FRONT, FRONT, ON_THE_WAY, FRONT, FRONT, -ON_THE_WAY):
        assert play.see(change).phase is Phase.FRONT
    assert play.round.since is None
    play.see(FRONT)
    assert play.see(STILL_FRONT, after=WAIT - 0.01).phase is Phase.FRONT
    assert play.see(-STILL_FRONT, after=0.02).phase is Phase.TURN


@pytest.mark.parametrize("turn", Turn)
def test_whoever_turns_before_the_cue_has_not_turned(turn):
    play = Play((turn,))
    for change in (ON_THE_WAY, FAR, FAR, ON_THE_WAY):
        play.see(turn.sign * change)
    assert (play.round.phase, play.round.done) == (Phase.FRONT, 0)
    assert play.turn().has_passed


@pytest.mark.parametrize("done", [0, 1, 2])
def test_the_other_way_ends_the_round(done):
    play = Play()
    for _ in range(done):
        play.turn()
    play.turn(wrong=True)
    assert (play.round.phase, play.round.refusal) == (Phase.REFUSED, Refusal.WRONG_TURN)
    assert (play.round.done, play.round.pick) == (done, None)


def test_a_glance_the_other_way_is_forgiven():
    play = Play((LEFT,))
    play.rest()
    play.see(-(TURNED - 0.01))
    play.see(FRONT)
    assert play.turn().has_passed


@pytest.mark.parametrize("change", [PHOTOGRAPH, TURNED - 0.001])
def test_a_turn_that_is_too_small_is_none(change):
    play = Play((LEFT,))
    play.rest()
    for _ in range(5):
        play.see(change)
    assert (play.round.phase, play.round.done, play.round.cue) == (Phase.TURN, 0, Cue.LEFT)
    assert play.stay(TURNED).has_passed


def test_a_turn_out_of_nowhere_is_done_again_and_slower():
    """A photograph exchanged for a turned one, or a camera that has seen too little of an honest head."""
    play = Play((LEFT,))
    play.rest()
    play.see(FAR)
    assert (play.round.phase, play.round.cue, play.round.hint) == (Phase.TURN, Cue.FRONT, Hint.TOO_FAST)
    play.see(ON_THE_WAY)
    play.see(FAR)
    assert play.round.done == 0, "on the way back, and turned once more, is no way from the front"
    play.see(FRONT)
    assert (play.round.cue, play.round.hint) == (Cue.LEFT, None)
    play.see(ON_THE_WAY)
    assert play.stay(FAR).has_passed


def test_who_was_lost_on_the_way_is_sent_to_the_front_at_once_and_not_left_turned_until_time_is_over():
    play = Play((LEFT,))
    play.rest()
    play.see(ON_THE_WAY)
    play.see(after=0.1)
    play.see(ON_THE_WAY)
    assert (play.round.cue, play.round.hint) == (Cue.FRONT, Hint.TOO_FAST)
    play.see(FRONT)
    assert (play.round.cue, play.round.hint) == (Cue.LEFT, None)
    assert play.turn().has_passed


@pytest.mark.parametrize("between", [ON_THE_WAY, None])
def test_one_frame_of_a_photograph_that_looks_like_a_turned_head_is_no_turn(between):
    """A swung photograph looks like one now and then; between two such frames it does not."""
    play = Play((LEFT,))
    play.rest()
    play.see(ON_THE_WAY)
    for _ in range(5):
        play.see(FAR)
        assert play.round.done == 0
        play.see(*([] if between is None else [between]))
    assert (play.round.done, play.picks.count(Pick.TURNED)) == (0, 0)


def test_a_frame_that_is_too_narrow_counts_for_no_turn_and_breaks_the_row():
    play = Play((LEFT,))
    play.rest()
    play.see(ON_THE_WAY)
    play.see(FAR)
    play.see(_seen_from_the_side(FAR, NARROWEST - 0.02))
    play.see(FAR)
    assert play.round.done == 0
    assert play.see(FAR).has_passed


def test_what_was_on_the_way_long_ago_is_no_way():
    play = Play((LEFT,))
    play.rest()
    play.see(ON_THE_WAY)
    play.see(FRONT)
    play.see(FAR)
    assert (play.round.done, play.round.hint) == (0, Hint.TOO_FAST)


@pytest.mark.parametrize("before", [FRONT, ON_THE_WAY])
def test_what_was_out_of_sight_has_come_from_nowhere(before):
    """A photograph, swung or not, taken away for a moment, and one that is a little turned in its place."""
    play = Play((LEFT,))
    play.rest()
    play.see(before)
    play.see(after=0.1)
    play.see(ON_THE_WAY)
    play.see(FAR)
    assert (play.round.done, play.round.cue, play.round.hint) == (0, Cue.FRONT, Hint.TOO_FAST)
    play.see(FRONT)
    assert play.turn().has_passed


def _seen_from_the_side(change: float, share: float) -> Face:
    """A turned face whose eyes are closer to each other than at the front."""
    seen = face(nose=change)
    x, _ = seen.centre
    narrow = tuple((x + share * (across - x), down) for across, down in seen.points)
    return replace(seen, points=narrow)


def test_a_photograph_seen_far_from_the_side_has_not_turned():
    play = Play((LEFT,))
    play.rest()
    play.see(ON_THE_WAY)
    play.see(_seen_from_the_side(FAR, NARROWEST - 0.02))
    assert (play.round.done, play.round.cue, play.round.hint) == (0, Cue.LEFT, Hint.TOO_FAR)
    play.see(_seen_from_the_side(FAR, NARROWEST + 0.02))
    assert play.see(_seen_from_the_side(FAR, NARROWEST + 0.02)).has_passed, "a head that comes back a little"


@pytest.mark.parametrize(("missing", "holds"), [(LOST_SECONDS - 0.1, True), (LOST_SECONDS + 0.1, False)])
def test_a_head_turned_far_may_be_out_of_sight_for_a_while(missing, holds):
    play = Play()
    play.turn()
    seconds = 0.0
    while seconds < missing:
        play.see(after=0.1)
        seconds += 0.1
    if not holds:
        assert (play.round.phase, play.round.hint) == (Phase.FRAMING, Hint.LOST)
        return
    assert (play.round.phase, play.round.cue, play.round.hint) == (Phase.FRONT, Cue.FRONT, Hint.TOO_FAR)
    play.see(ON_THE_WAY)
    assert (play.round.phase, play.round.hint) == (Phase.FRONT, None)


@pytest.mark.parametrize("change", [FRONT, STILL_FRONT - 0.005])
def test_a_face_at_the_front_that_is_out_of_sight_is_lost(change):
    play = Play()
    play.rest()
    play.see(change)
    for _ in range(3):
        assert play.see(after=0.1).hint is not Hint.TOO_FAR
    assert play.see(after=0.1).phase is Phase.FRAMING


def test_who_comes_back_elsewhere_or_larger_is_somebody_else():
    for other in (ELSEWHERE, face(width=300 * SIZE_RATIO + 1)):
        play = Play()
        play.rest()
        play.see(ON_THE_WAY)
        play.see(after=0.1)
        assert play.see(other, after=0.05).phase is Phase.FRAMING


def test_the_same_frame_twice_counts_once():
    play = Play()
    play.rest()
    play.see(ON_THE_WAY)
    first = play.see(FAR)
    assert watch(first, look(face(nose=FAR)), play.at) == first, "nor as a second turned one"
    once = play.see(FAR)
    assert once.pick is Pick.TURNED
    twice = watch(once, look(face(nose=FAR)), play.at)
    assert twice == replace(once, pick=None)
    assert watch(twice, look(), play.at) == twice


@pytest.mark.parametrize(("step", "refusal"), [(0.5, Refusal.CAMERA_TOO_SLOW), (0.1, Refusal.NO_TURN)])
def test_a_camera_that_is_too_slow_for_turns_is_nobodys_fault(step, refusal):
    play = Play((LEFT,))
    changes = cycle((FRONT, FRONT, FAR))
    while play.round.phase is not Phase.REFUSED:
        play.see(next(changes), after=step)
    assert play.round.refusal is refusal


def test_a_slow_camera_is_still_slow_while_a_face_is_found_again():
    play = Play((LEFT,))
    play.see(FRONT, FRONT, after=0.5)
    while play.round.phase is not Phase.REFUSED:
        play.see(FRONT, after=0.5)
    assert play.round.refusal is Refusal.CAMERA_TOO_SLOW


def test_a_camera_of_less_than_a_frame_a_second_is_too_slow_and_nobody_is_lost():
    play = Play((LEFT,))
    while play.round.phase is not Phase.REFUSED:
        play.see(FRONT, after=1.1)
        if play.round.phase is Phase.FRAMING:
            play.round = again(play.round, FRONT, face(), play.at)
    assert play.round.refusal is Refusal.CAMERA_TOO_SLOW


def test_a_wrong_turn_is_one_also_before_a_slow_camera():
    play = Play((LEFT,))
    play.rest(step=0.5)
    assert play.see(-FAR, after=0.5).refusal is Refusal.WRONG_TURN


def test_a_clock_that_went_back_gives_no_more_time():
    play = Play()
    play.see(FRONT, after=-50.0)
    play.begin_again()
    began = play.at
    while play.round.phase is not Phase.REFUSED:
        play.see(FRONT)
    assert play.round.refusal is Refusal.NO_TURN
    assert play.at - began == pytest.approx(LONGEST_SECONDS, abs=1.0)


def test_a_clock_that_went_back_while_nobody_is_there_gives_no_more_time():
    play = Play()
    play.see(FRONT, FRONT)
    play.see(after=-50.0)
    began = play.at
    while play.round.phase is not Phase.REFUSED:
        play.see(after=0.5)
    assert play.at - began == pytest.approx(LONGEST_SECONDS, abs=1.0)


@pytest.mark.parametrize(
    ("distances", "same"),
    [((), True), ((0.2, 0.52), True), ((0.2, 0.521), False), ((nan,), False), ((0.1, inf), False)],
)
def test_one_frame_that_shows_somebody_else_is_enough(distances, same):
    assert is_same_person(distances, most=0.52) is same


# What holds whatever is done before the camera. A frame is a change of yaw, or something that disturbs.

challenges = st.lists(st.sampled_from(Turn), min_size=1, max_size=3).map(tuple)
steps = st.sampled_from((0.07, 0.1, 0.1, 0.1, 0.3, 0.5, 1.0, -0.2, 0.0))
too_small = st.floats(-TURNED, TURNED, exclude_min=True, exclude_max=True)
disturbance = st.sampled_from(("nobody", "two", "jump", "follow"))


def _shown(play: Play, what: str | float) -> tuple[float | Face, ...]:
    match what:
        case "nobody":
            return ()
        case "two":
            return FRONT, ELSEWHERE
        case "jump":
            return (BESIDE,)
        case "follow":
            return (_as_asked(play.round),)
        case _:
            return (float(what),)


def _as_asked(round: Round) -> float:
    if round.phase is not Phase.TURN or round.too_fast:
        return FRONT
    # Nobody stays half turned for long: he turns on, also where he will be told that it was too fast.
    is_further = round.on_the_way or round.since is None
    return round.challenge.turns[round.done].sign * (FAR if is_further else ON_THE_WAY)


@given(
    challenges,
    st.floats(-0.2, 0.2),
    st.lists(st.tuples(st.one_of(too_small, st.sampled_from(("nobody", "two", "jump"))), steps), max_size=40),
)
def test_nothing_that_turns_less_than_a_head_ever_passes(turns, baseline, frames):
    play = Play(turns, baseline)
    for what, after in frames:
        # Face and baseline are rounded apart: as much as that is no turn.
        shown = tuple(one * (1 - 1e-9) if isinstance(one, float) else one for one in _shown(play, what))
        play.see(*shown, after=after)
        assert play.round.done == 0
        assert not play.round.has_passed
        if play.round.phase is Phase.FRAMING:
            play.begin_again()


@given(
    challenges,
    st.lists(st.tuples(st.one_of(st.just("follow"), st.floats(-0.6, 0.6), disturbance), steps), max_size=30),
)
def test_a_round_that_passed_has_seen_every_turn_in_order_on_one_track_with_the_front_between(turns, frames):
    play, seen = Play(turns), [FRONT]
    # Whatever was done first, who follows to the end may pass: few drawn sequences would.
    for what, after in [*frames, *[("follow", 0.1)] * 80]:
        was = play.round
        play.see(*_shown(play, what), after=after)
        if play.round.phase is Phase.FRAMING:
            play.begin_again()
            seen = [FRONT]
        elif play.round.at != was.at:
            seen.append(play.round.change)
    if play.round.refusal is None:
        assert play.round.has_passed
    if play.round.has_passed:
        wanted = [check for turn in turns for check in (_is_front, _is_turned(turn))]
        for change in seen:
            if wanted and wanted[0](change):
                wanted.pop(0)
        assert wanted == []


def _is_front(change):
    return abs(change) <= STILL_FRONT


def _is_turned(turn):
    return lambda change: change * turn.sign >= TURNED


@given(
    st.sampled_from(("passed", *Refusal)),
    st.lists(
        st.tuples(st.one_of(st.floats(-0.6, 0.6), disturbance), st.floats(-50, 50)), min_size=1, max_size=8
    ),
)
def test_a_round_that_is_over_never_changes(how, frames):
    play = Play((LEFT,))
    if how == "passed":
        play.turn()
    else:
        play.round = replace(play.round, phase=Phase.REFUSED, refusal=how)
    over = replace(play.round, pick=None)
    for what, after in frames:
        assert play.see(*_shown(play, what), after=after) == over
        assert play.round.cue is None
