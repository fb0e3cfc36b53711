"""An officer's decision: its reasons, who may take it, when two must agree, and the likeness in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import inf, nan

import pytest

from kiosk.domain.counter import LostReason
from kiosk.domain.decision import Verdict, decide
from kiosk.domain.reasons import NEEDS_REVIEW, OF_LIVENESS, ReferReason
from kiosk.domain.review import (
    HOLD,
    LOST_REASON,
    Bar,
    Decision,
    DecisionReason,
    Likeness,
    bar,
    choices,
    decision_of,
    is_held,
    likeness,
    seconds_left,
    two_must_agree,
)

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("can_go_on", [True, False])
@pytest.mark.parametrize("reason", sorted(NEEDS_REVIEW))
def test_no_reason_stands_under_two_decisions(reason: ReferReason, can_go_on: bool) -> None:
    offered = choices(reason, can_go_on=can_go_on)
    listed = [one for reasons in offered.values() for one in reasons]
    assert len(listed) == len(set(listed))
    for decision, reasons in offered.items():
        assert {decision_of(one, offered) for one in reasons} == {decision}
    for one in set(DecisionReason) - set(listed):
        assert decision_of(one, offered) is None


@pytest.mark.parametrize("reason", sorted(ReferReason))
def test_nothing_is_approved_with_which_nobody_could_go_on(reason: ReferReason) -> None:
    assert Decision.APPROVE not in choices(reason, can_go_on=False)
    assert {Decision.REFUSE, Decision.COUNTER} <= set(choices(reason, can_go_on=False))


def test_an_old_phone_is_never_approved_as_a_likeness_and_the_other_way_round() -> None:
    old_phone = choices(ReferReason.ALREADY_ACTIVE, can_go_on=True)[Decision.APPROVE]
    assert set(old_phone) == set(LOST_REASON)
    assert set(LOST_REASON.values()) == set(LostReason)
    for reason in set(ReferReason) - {ReferReason.ALREADY_ACTIVE}:
        assert not set(choices(reason, can_go_on=True)[Decision.APPROVE]) & set(LOST_REASON)


@pytest.mark.parametrize("reason", sorted(OF_LIVENESS))
def test_a_living_person_is_never_approved_by_two_photos_alone(reason: ReferReason) -> None:
    offered = choices(reason, can_go_on=True)
    met = {DecisionReason.SEEN_IN_PERSON, DecisionReason.SEEN_WITH_DOCUMENTS}
    assert set(offered[Decision.APPROVE]) == met
    assert DecisionReason.NOT_SEEN in offered[Decision.COUNTER]
    for other in set(ReferReason) - OF_LIVENESS:
        assert not set(choices(other, can_go_on=True)[Decision.APPROVE]) & met


def test_every_reason_can_be_chosen_somewhere() -> None:
    offered = [choices(reason, can_go_on=can) for reason in NEEDS_REVIEW for can in (True, False)]
    assert {one for each in offered for reasons in each.values() for one in reasons} == set(DecisionReason)


@pytest.mark.parametrize(
    ("own_nik", "opened", "helped", "first", "decision", "answer"),
    [
        (False, False, False, False, Decision.APPROVE, None),
        (True, False, False, False, Decision.REFUSE, Bar.OWN_NIK),
        (True, True, True, True, None, Bar.OWN_NIK),
        (False, True, False, False, Decision.APPROVE, Bar.OWN_VISIT),
        (False, True, True, False, None, Bar.OWN_VISIT),
        (False, False, True, False, Decision.COUNTER, Bar.HELPED),
        (False, False, False, True, Decision.APPROVE, Bar.AGREED_ALREADY),
        (False, False, False, True, Decision.REFUSE, None),
        (False, False, False, True, None, None),
    ],
)
def test_nobody_decides_his_own_case(
    own_nik: bool, opened: bool, helped: bool, first: bool, decision: Decision | None, answer: Bar | None
) -> None:
    told = bar(
        is_own_nik=own_nik, has_opened_visit=opened, has_helped=helped, is_first=first, decision=decision
    )
    assert told is answer


@pytest.mark.parametrize(
    ("distance", "approved_before", "answer"),
    [
        (0.60, False, False),
        (0.6001, False, True),
        (0.58, True, True),
        (None, False, False),
        (None, True, True),
        (nan, False, True),
        (inf, False, True),
    ],
)
def test_two_must_agree_beyond_the_bound_and_on_the_same_nik_again(
    distance: float | None, approved_before: bool, answer: bool
) -> None:
    assert two_must_agree(distance, review=0.60, approved_before=approved_before) is answer


@pytest.mark.parametrize(
    ("held_for", "answer"),
    [
        (timedelta(0), True),
        (HOLD - timedelta(seconds=1), True),
        (HOLD, False),
        (timedelta(seconds=-1), False),
    ],
)
def test_a_hold_ends_by_itself_and_none_comes_from_the_future(held_for: timedelta, answer: bool) -> None:
    assert is_held(NOW - held_for, NOW) is answer
    assert is_held(None, NOW) is False


@pytest.mark.parametrize(("passed", "left"), [(0, 90), (0.5, 89), (89, 1), (90, 0), (1e6, 0), (-1e6, 90)])
def test_the_wait_counts_down_and_never_beyond(passed: float, left: int) -> None:
    assert seconds_left(NOW, NOW + timedelta(seconds=passed), 90) == left


@pytest.mark.parametrize(
    ("distance", "band"),
    [
        (0.0, Likeness.ALIKE),
        (0.52, Likeness.ALIKE),
        (0.5200001, Likeness.NEARLY),
        (0.60, Likeness.NEARLY),
        (0.6000001, Likeness.DIFFERENT),
        (0.6799, Likeness.DIFFERENT),
        (0.69, Likeness.VERY_DIFFERENT),
        (inf, Likeness.VERY_DIFFERENT),
        (nan, Likeness.VERY_DIFFERENT),
    ],
)
def test_a_distance_is_told_in_words(distance: float, band: Likeness) -> None:
    assert likeness(distance, accept=0.52, review=0.60) is band


@pytest.mark.parametrize("distance", [step / 100 for step in range(0, 120)])
def test_the_words_never_contradict_the_verdict(distance: float) -> None:
    band, verdict = likeness(distance, accept=0.52, review=0.60), decide(distance, accept=0.52, review=0.60)
    assert (band is Likeness.ALIKE) == (verdict is Verdict.MATCH)
    assert (band is Likeness.NEARLY) == (verdict is Verdict.UNCERTAIN)


def test_an_office_without_a_grey_zone_has_only_two_bands() -> None:
    bands = {likeness(step / 100, accept=0.5, review=0.5) for step in range(120)}
    assert bands == {Likeness.ALIKE, Likeness.VERY_DIFFERENT}
