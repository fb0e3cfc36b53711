"""The bounds of the rounds of turns mean what they say."""

from __future__ import annotations

import pytest

from benchmarks.liveness import HONEST, NOT_STOPPED, NOTICED, OTHERS, PHOTOGRAPHS, holds, line
from benchmarks.liveness_interval import clopper_pearson
from benchmarks.liveness_rounds import Played
from benchmarks.liveness_shows import SHOWS, Trick
from kiosk.domain.decision import Verdict
from kiosk.domain.liveness import Refusal


def _rounds(trick, count, why, breaks=0):
    return [Played(trick, number, why, 6.0, breaks, 0.3, 3, 0.4) for number in range(count)]


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(0, 500, 0.0, 0.00735), (3, 200, 0.0031, 0.0432), (10, 10, 0.6915, 1.0), (5, 100, 0.0164, 0.1128)],
)
def test_the_interval_is_that_of_the_tables(hits, trials, low, high):
    assert clopper_pearson(hits, trials) == pytest.approx((low, high), abs=1e-4)


def test_one_accepted_photograph_breaks_the_bound():
    refused = _rounds(Trick.WAVED, 499, Refusal.NO_TURN)
    assert holds(PHOTOGRAPHS, refused)
    assert not holds(PHOTOGRAPHS, [*refused, *_rounds(Trick.WAVED, 1, None)])


def test_whoever_began_again_alone_was_noticed_and_whoever_was_not_breaks_the_bound():
    assert holds(OTHERS, _rounds(Trick.COVERED, 5, None, breaks=1))
    assert not holds(OTHERS, _rounds(Trick.COVERED, 5, None))
    assert not holds(OTHERS, _rounds(Trick.SWAPPED, 5, None, breaks=1))


def test_honest_heads_may_be_refused_twice_in_a_hundred_and_only_refusals_of_the_turns_count():
    known = _rounds(Trick.FOLLOWS, 98, None)
    assert holds(HONEST, known + _rounds(Trick.FOLLOWS, 2, Refusal.NO_TURN))
    assert not holds(HONEST, known + _rounds(Trick.FOLLOWS, 3, Refusal.NO_TURN))
    assert holds(HONEST, known + _rounds(Trick.FOLLOWS, 20, Verdict.UNCERTAIN))


def test_five_hundred_photographs_and_two_hundred_heads_are_played_and_every_kind_once():
    groups = [PHOTOGRAPHS, OTHERS, NOTICED, NOT_STOPPED, HONEST]
    kinds = [trick for group in groups for trick in group.kinds]
    assert sorted(kinds) == sorted(Trick)
    assert set(SHOWS) == set(Trick)
    assert sum(full for full, _ in PHOTOGRAPHS.kinds.values()) >= 500
    assert sum(full for full, _ in HONEST.kinds.values()) >= 200


def test_a_row_says_how_many_were_accepted_and_why_the_others_were_not():
    rounds = _rounds(Trick.STILL, 9, Refusal.NO_TURN) + _rounds(Trick.STILL, 1, None)
    assert line("still", rounds).split() == ["still", "10", "1", "0.3%", "-", "44.5%", "no_turn", "9"]
