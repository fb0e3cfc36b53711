"""Drawing the turns: nobody may foresee them."""

from __future__ import annotations

from itertools import product
from random import Random

from kiosk.domain.challenge import WAIT_SECONDS, Challenge, draw, repeat


def test_turns_are_drawn_evenly_and_waits_lie_between_their_bounds():
    random = Random(5)
    drawn = [draw(3, random.random) for _ in range(2000)]
    counts = dict.fromkeys(map("".join, product("LR", repeat=3)), 0)
    for challenge in drawn:
        counts[challenge.letters] += 1
    assert min(counts.values()) > 200, "2000 / 8 is 250"
    waits = [wait for challenge in drawn for wait in challenge.waits]
    shortest, longest = WAIT_SECONDS
    assert shortest <= min(waits) < shortest + 0.01 < longest - 0.01 < max(waits) < longest
    assert draw(0, random.random) == Challenge((), ())


def test_the_same_turns_come_again_after_other_waits():
    random = Random(5)
    drawn = draw(5, random.random)
    again = repeat(drawn.letters, random.random)
    assert again.turns == drawn.turns
    assert again.waits != drawn.waits
