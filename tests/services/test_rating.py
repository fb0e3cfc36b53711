"""Satisfaction: one touch, kept once, only after the activation."""

from __future__ import annotations

import pytest

from kiosk.domain.visit import Step
from kiosk.services import rating, redemption


@pytest.fixture
def thanked(stand):
    visit_id = stand.bring(Step.QR)
    redemption.redeem(stand.kiosk, *stand.offered(visit_id))
    return visit_id


@pytest.mark.parametrize("satisfaction", [1, 2, 3, 4])
def test_each_of_the_four_answers_is_kept(stand, kiosk, thanked, satisfaction):
    rating.rate(kiosk, thanked, satisfaction)
    row = stand.row(thanked)
    assert (row.satisfaction, row.step) == (satisfaction, Step.THANKS)


@pytest.mark.parametrize("satisfaction", [-1, 0, 5, 10**9])
def test_any_other_number_is_refused(stand, kiosk, thanked, satisfaction):
    with pytest.raises(ValueError, match=str(satisfaction)):
        rating.rate(kiosk, thanked, satisfaction)
    assert stand.row(thanked).satisfaction is None


def test_a_double_tap_keeps_one_rating(stand, kiosk, thanked):
    stand.at_once(lambda: rating.rate(kiosk, thanked, 4), lambda: rating.rate(kiosk, thanked, 4))
    rating.rate(kiosk, thanked, 1)
    assert stand.row(thanked).satisfaction == 4
    assert [entry.action for entry in stand.audited()].count("visit.rated") == 1


def test_a_visit_that_is_not_over_is_not_rated(stand, kiosk):
    visit_id = stand.bring(Step.EMAIL)
    rating.rate(kiosk, visit_id, 4)
    assert stand.row(visit_id).satisfaction is None
