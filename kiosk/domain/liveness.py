"""Is it a living head that follows? Turns that the server draws, watched on one continuous face track.

What can be asked of five points of a flat picture is small, so the rule is small too. A photograph, waved or
bent, changes `capture.yaw` by at most 0.19 (450 renders, docs/facts.md), and by more only when it is seen so
much from the side that the eyes come close to each other; a real head moves it by 0.24-0.62. So a head must
turn by `TURNED` in the direction asked for, as wide as heads are (`NARROWEST`), on a track that never jumps,
and come back. A video that turns by itself does not know which way was asked for: the opposite way
ends the round.

What this does not stop: a replayed video whose turns happen to be the ones asked for (one in eight with three
turns), a mask, pictures injected behind the camera. docs/face-evaluation.md says so too.

`begin` makes a round from a frontal frame, `watch` takes each further one. Nothing here keeps a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.domain.capture import Face, Look, between_eyes, yaw
from kiosk.domain.challenge import Challenge
from kiosk.domain.track import GAP_SECONDS, LOST_SECONDS, goes_on, is_only_missed

TURNED = 0.25
"""Least change of yaw from the person's own frontal pose: above what a photograph reaches that is not swung
far (0.19; see `NARROWEST`), in the range of a real turn of 30 degrees (0.24-0.62). Who turns less is asked to
turn further, and can: 35 degrees stay comfortable."""

STILL_FRONT = 0.12
"""Most change of yaw that counts as looking to the front: six times the noise of 0.02. A turning head is seen
between here and `TURNED`; a photograph that is exchanged for a turned one is not. Beyond it the detector,
made for frontal faces, may lose the face: a resident who turns far is no swap."""

NARROWEST = 0.8
"""Least distance between the eyes in a turned frame, over that in the frontal one. Measured: most photographs
swung so far (25-60 degrees, also tilted, leaning and bent) that they move yaw by 0.25 are below; heads turned
by 24-36 degrees are mostly not (docs/facts.md), and whoever is, turns back a little."""

TURNED_FRAMES = 2
"""How many frames in a row must show a head turned far enough: of 2,248 frames of photographs swung far, 8
look like a turned head (docs/facts.md), and in 3 of 120 rounds they came at the right moments. A head that is
asked to turn stays there until the screen says something else."""

FAST_FRAMES = 5.0
"""Frames a second below which a round that did not pass is the camera's fault: a turn takes 0.4 s, and two
looks at it are the least that shows a way."""

LONGEST_SECONDS = 30.0
"""From the first cue to the last: five times what a person who follows at once needs for three turns."""

MOST_BREAKS = 3
"""How often the track may be lost in one round; the same turns are then asked for again from the first."""

FRONTALS = 3
"""Frontal frames that are fused into one template (docs/face-evaluation.md: more gain little)."""


class Cue(StrEnum):
    """What the screen asks for at this moment."""

    FRONT = "front"
    LEFT = "left"
    RIGHT = "right"


class Pick(StrEnum):
    """What a frame is good for: it is embedded."""

    FRONTAL = "frontal"
    TURNED = "turned"


class Refusal(StrEnum):
    """Why a round did not pass."""

    WRONG_TURN = "wrong_turn"
    NO_TURN = "no_turn"
    TRACK_LOST = "track_lost"
    FACE_CHANGED = "face_changed"
    CAMERA_TOO_SLOW = "camera_too_slow"


class Hint(StrEnum):
    """What to say beside a cue that is not followed as it should be. `LOST`: again from the first turn."""

    TOO_FAR = "too_far"
    TOO_FAST = "too_fast"
    LOST = "lost"


class Phase(StrEnum):
    """Where a round stands. `FRAMING`: the track was lost, and a good frontal frame begins it again."""

    FRONT = "front"
    TURN = "turn"
    FRAMING = "framing"
    PASSED = "passed"
    REFUSED = "refused"


@dataclass(frozen=True)
class Round:
    """How far a resident has followed. Times are monotonic seconds of the frames; `change` is the turn of the
    newest frame from the frontal pose `baseline`, positive to the resident's left.

    `since` is when the head came to rest at the front or was last seen there, None once it was out of sight.
    `pick` says what the newest frame is good for, `too_far` that a turned head went out of sight or shows too
    narrow a face, `too_fast` that it was seen turned, but not on its way, `turned` in how many frames in a
    row it was seen as it should be. `eyes` is the distance between the eyes at the front, in pixels.
    """

    challenge: Challenge
    phase: Phase
    began: float
    baseline: float
    face: Face
    at: float
    since: float | None
    eyes: float
    change: float = 0.0
    done: int = 0
    frontals: int = 1
    on_the_way: bool = False
    turned: int = 0
    breaks: int = 0
    frames: int = 1
    pick: Pick | None = None
    too_far: bool = False
    too_fast: bool = False
    refusal: Refusal | None = None

    @property
    def total(self) -> int:
        """How many turns are asked for."""
        return len(self.challenge.turns)

    @property
    def cue(self) -> Cue | None:
        """What the screen asks for now; None while a face is being found again, and when it is over."""
        match self.phase:
            case Phase.FRONT:
                return Cue.FRONT
            case Phase.TURN:
                return Cue.FRONT if self.too_fast else Cue(self.challenge.turns[self.done])
        return None

    @property
    def hint(self) -> Hint | None:
        """What to say beside the cue."""
        if self.phase is Phase.FRAMING:
            return Hint.LOST
        if self.too_far:
            return Hint.TOO_FAR
        return Hint.TOO_FAST if self.too_fast else None

    @property
    def has_passed(self) -> bool:
        """Whether every turn was made."""
        return self.phase is Phase.PASSED

    @property
    def rate(self) -> float:
        """Frames a second so far."""
        return self.frames / max(self.at - self.began, 0.001)


def begin(challenge: Challenge, baseline: float, face: Face, at: float) -> Round:
    """Begin with a good frontal frame (which the caller embeds): yaw `baseline`, taken `at`.

    Without turns (an officer has seen the person) there is nothing to follow, and frontal frames are enough.
    """
    eyes = between_eyes(face)
    return Round(challenge, Phase.FRONT, began=at, baseline=baseline, face=face, at=at, since=at, eyes=eyes)


def again(round: Round, baseline: float, face: Face, at: float) -> Round:
    """Begin the same turns once more after a lost track; time and breaks go on, nothing else does.

    Not others: whoever waits for turns that suit a video would only have to cover the camera.
    """
    fresh = begin(round.challenge, baseline, face, at)
    return replace(fresh, began=min(round.began, at), breaks=round.breaks, frames=round.frames + 1)


def watch(round: Round, look: Look, at: float) -> Round:
    """Take the next frame, seen as `look` and taken `at`. A round that is over stays as it is, and so does
    one that has seen this frame already.

    | phase  | what is seen                                   | becomes                                  |
    |--------|------------------------------------------------|------------------------------------------|
    | any    | time is over                                   | REFUSED `NO_TURN` or `CAMERA_TOO_SLOW`   |
    | any    | nobody, two people, a jump, a gap, clock back  | FRAMING; REFUSED once `MOST_BREAKS` over |
    | FRONT  | at the front for the time drawn                | TURN                                     |
    | FRONT  | not at the front                               | FRONT, and the time begins anew          |
    | TURN   | turned as asked, seen on the way, twice        | FRONT for the next one, or PASSED        |
    | TURN   | turned the other way                           | REFUSED `WRONG_TURN`                     |
    | TURN   | turned, out of nowhere                         | TURN: back to the front first, slower    |
    | TURN   | turned as asked, but narrower than a head      | TURN: back a little                      |
    """
    if round.phase in (Phase.PASSED, Phase.REFUSED) or at == round.at:
        return replace(round, pick=None)
    if at - round.began > LONGEST_SECONDS:
        return _refused(round, Refusal.NO_TURN)
    if round.phase is Phase.FRAMING:
        # Time goes on meanwhile: for the camera's rate, and for a clock that goes back.
        began = min(round.began, at)
        return replace(round, pick=None, began=began, at=at, frames=round.frames + 1)
    passed = at - round.at
    is_turned = abs(round.change) > STILL_FRONT
    if not look.people and is_only_missed(passed, is_turned):
        # What is seen again has come from nowhere: a rest or a turn must begin at the front once more.
        unseen = replace(round, pick=None, since=None, on_the_way=False, turned=0, too_far=is_turned)
        return replace(unseen, frames=round.frames + 1)
    if not goes_on(round.face, look, passed, LOST_SECONDS if round.too_far else GAP_SECONDS):
        return broken(round)
    face = look.people[0]
    change = yaw(face) - round.baseline
    seen = replace(round, face=face, at=at, change=change, frames=round.frames + 1, pick=None, too_far=False)
    return _front(seen) if round.phase is Phase.FRONT else _turning(seen)


def _front(round: Round) -> Round:
    if abs(round.change) > STILL_FRONT:
        return replace(round, since=None)
    if round.since is None:
        return replace(round, since=round.at)
    # The last rest ends with all frontal frames: spread over the round they differ most, and help most.
    if round.frontals < FRONTALS - max(round.total - 1 - round.done, 0):
        found = replace(round, pick=Pick.FRONTAL, frontals=round.frontals + 1)
        is_enough = not round.total and found.frontals == FRONTALS
        return replace(found, phase=Phase.PASSED) if is_enough else found
    if round.at - round.since >= round.challenge.waits[round.done]:
        return replace(round, phase=Phase.TURN, since=round.at, on_the_way=False)
    return round


def _turning(round: Round) -> Round:
    change = round.change * round.challenge.turns[round.done].sign
    if change <= -TURNED:
        return _refused(round, Refusal.WRONG_TURN)
    if change < TURNED:
        round = replace(round, turned=0)
        if abs(change) <= STILL_FRONT:
            return replace(round, since=round.at, on_the_way=False, too_fast=False)
        if round.since is None:
            return replace(round, too_fast=True)
        return replace(round, on_the_way=change > 0)
    if not round.on_the_way or round.too_fast:
        return replace(round, too_fast=True)
    if between_eyes(round.face) < NARROWEST * round.eyes:
        return replace(round, turned=0, too_far=True)
    if round.turned + 1 < TURNED_FRAMES:
        return replace(round, turned=round.turned + 1)
    done = round.done + 1
    made = replace(round, done=done, pick=Pick.TURNED, since=None, on_the_way=False, turned=0)
    return replace(made, phase=Phase.PASSED if done == round.total else Phase.FRONT)


def broken(round: Round) -> Round:
    """Lose the track: another one begins at the next good frontal frame, or none after `MOST_BREAKS`."""
    if round.breaks >= MOST_BREAKS:
        return _refused(round, Refusal.TRACK_LOST)
    return replace(
        round,
        phase=Phase.FRAMING,
        done=0,
        breaks=round.breaks + 1,
        pick=None,
        turned=0,
        too_far=False,
        too_fast=False,
    )


def _refused(round: Round, why: Refusal) -> Round:
    if why is not Refusal.WRONG_TURN and round.rate < FAST_FRAMES:
        why = Refusal.CAMERA_TOO_SLOW
    return replace(round, phase=Phase.REFUSED, refusal=why, pick=None)


def is_same_person(distances: Sequence[float], most: float) -> bool:
    """Whether every frame shows whom each frontal one shows: no two further apart than `most`.

    That is KIOSK_FACE_REVIEW: two single frames are compared here, for which the bound of fused ones is too
    strict (docs/face-evaluation.md: at 0.52 one photo refuses 12 %, at 0.60 1.2 %). Measured: one person 0.65
    at most on simulated turns, 0.55 with few exceptions, two people 0.75 at least. No number is nobody's.
    """
    return all(distance <= most for distance in distances)
