"""Is this still the face of a moment ago? One person, near where he was, as large as he was, seen in time."""

from __future__ import annotations

from kiosk.domain.capture import Face, Look

LOST_SECONDS = 1.5
"""How long a face that was turned may be out of sight before its track counts as lost."""

MISSED_SECONDS = 0.3
"""How long any face may be missed: the detector loses a moving one for a frame or two, and no hand exchanges
two photographs so fast that they lie in one place."""

GAP_SECONDS = 1.2
"""Longest time between two frames of one track: a camera of 2 frames a second still makes a track."""

JUMP_WIDTHS = 0.6
JUMP_WIDTHS_A_SECOND = 2.5
"""How far a face may be from where it was, in its own width: at once, and more with each second since."""

SIZE_RATIO = 1.5
"""How much wider or narrower it may have become between two frames: the detector's box grows in steps of a
fifth, and a turning head takes two of them at once (1.44)."""


def is_only_missed(passed: float, is_turned: bool) -> bool:
    """Whether a face out of sight since `passed` seconds may still be there: the detector misses any for
    a moment, one that is turned (`is_turned`) for longer."""
    return 0 < passed <= (LOST_SECONDS if is_turned else MISSED_SECONDS)


def goes_on(was: Face, look: Look, passed: float, longest: float) -> bool:
    """Whether `look` shows one person alone, who may be the one seen as `was` `passed` seconds ago, which is
    no longer than `longest`."""
    if len(look.people) != 1 or not 0 < passed <= longest:
        return False
    now = look.people[0]
    if len(now.points) != len(was.points):
        return False
    (x, y), (other_x, other_y) = was.centre, now.centre
    reach = was.width * (JUMP_WIDTHS + JUMP_WIDTHS_A_SECOND * passed)
    is_near = abs(x - other_x) <= reach and abs(y - other_y) <= reach
    return is_near and was.width / SIZE_RATIO <= now.width <= was.width * SIZE_RATIO
