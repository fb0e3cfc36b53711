"""Why a code does not complete an activation: the worked table, row by row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from kiosk.domain.activation import ActivationState, RedeemRefusal, why_not

EXPIRES = datetime(2026, 11, 2, 2, 3, tzinfo=UTC)
BEFORE, AFTER = EXPIRES - timedelta(seconds=1), EXPIRES + timedelta(seconds=1)
S, R = ActivationState, RedeemRefusal
FEWER, ALLOWED = 4, 5


@pytest.mark.parametrize(
    ("state", "moments", "wrong_codes", "answer"),
    [
        (S.ACTIVE, (BEFORE, AFTER), (FEWER, ALLOWED), R.USED),
        (S.REDEEMING, (BEFORE, AFTER), (FEWER, ALLOWED), R.IN_PROGRESS),
        (S.VOID, (BEFORE, AFTER), (ALLOWED,), R.TRIES_USED_UP),
        (S.VOID, (BEFORE, AFTER), (FEWER,), R.REPLACED),
        (S.ISSUING, (BEFORE, AFTER), (FEWER, ALLOWED), R.UNKNOWN),
        (S.OPEN, (AFTER,), (FEWER, ALLOWED), R.EXPIRED),
        (S.OPEN, (BEFORE,), (ALLOWED,), R.TRIES_USED_UP),
        (S.OPEN, (BEFORE,), (0, FEWER), None),
    ],
)
def test_the_answer_is_that_of_the_table(
    state: ActivationState,
    moments: tuple[datetime, ...],
    wrong_codes: tuple[int, ...],
    answer: RedeemRefusal | None,
) -> None:
    for now, wrong in product(moments, wrong_codes):
        assert why_not(state, EXPIRES, wrong, ALLOWED, now) is answer


def test_an_offer_has_expired_at_its_very_moment() -> None:
    assert why_not(S.OPEN, EXPIRES, 0, ALLOWED, EXPIRES) is R.EXPIRED
    assert why_not(S.OPEN, EXPIRES, 0, ALLOWED, EXPIRES - timedelta(microseconds=1)) is None


def test_a_setting_lowered_during_the_day_closes_an_offer_that_had_more_tries() -> None:
    assert why_not(S.OPEN, EXPIRES, 4, 3, BEFORE) is R.TRIES_USED_UP


def test_only_an_open_offer_can_be_redeemed() -> None:
    redeemable = {
        state
        for state, now, wrong in product(S, (BEFORE, AFTER), (0, FEWER, ALLOWED, 99))
        if why_not(state, EXPIRES, wrong, ALLOWED, now) is None
    }
    assert redeemable == {S.OPEN}
