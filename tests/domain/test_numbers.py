"""What is counted: its labels, bands and buckets."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.domain import period, rating
from kiosk.domain.nik import Sex
from kiosk.domain.numbers import Domicile, Wait, age_band, domicile, group_of, wait_of
from kiosk.domain.period import Span, period_of


@pytest.mark.parametrize(
    ("region", "office", "whose"),
    [
        ("3273", "3273", Domicile.LOCAL),
        ("3204", "3273", Domicile.ELSEWHERE),
        (None, "3273", Domicile.UNKNOWN),
        ("", "3273", Domicile.UNKNOWN),
        ("3273", "", Domicile.UNKNOWN),
    ],
)
def test_only_the_office_s_own_residents_are_local(region, office, whose):
    assert domicile(region, office) is whose


@pytest.mark.parametrize(
    ("years", "band"),
    [(0, "0-16"), (16, "0-16"), (17, "17-24"), (24, "17-24"), (25, "25-34"), (64, "55-64"), (65, "65+")],
)
def test_every_age_has_one_band(years, band):
    assert age_band(years) == band


def test_a_group_is_sex_and_band_and_nothing_else():
    assert (group_of(Sex.MALE, 70), group_of(Sex.FEMALE, 17)) == ("m 65+", "f 17-24")


@pytest.mark.parametrize(
    ("seconds", "bucket"),
    [
        (-3, Wait.UNDER_5),
        (0, Wait.UNDER_5),
        (299.9, Wait.UNDER_5),
        (300, Wait.UNDER_10),
        (600, Wait.UNDER_20),
        (1200, Wait.UNDER_40),
        (2400, Wait.LONGER),
        (90_000, Wait.LONGER),
    ],
)
def test_every_wait_has_one_bucket(seconds, bucket):
    assert wait_of(seconds) is bucket


@pytest.mark.parametrize(
    ("span", "day", "first", "last"),
    [
        (Span.DAY, date(2026, 11, 22), date(2026, 11, 22), date(2026, 11, 22)),
        (Span.MONTH, date(2028, 2, 10), date(2028, 2, 1), date(2028, 2, 29)),
        (Span.MONTH, date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        (Span.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (Span.YEAR, date(2026, 11, 22), date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_a_whole_one(span, day, first, last):
    found = period_of(span, day)
    assert (found.first, found.last) == (first, last)
    assert found.days[0] == first
    assert found.days[-1] == last


@pytest.mark.parametrize("span", Span)
def test_periods_follow_each_other_without_gap(span):
    here = period_of(span, date(2028, 3, 1))
    assert here.earlier.later == here.later.earlier == here
    assert (here.first - here.earlier.last).days == (here.later.first - here.last).days == 1


def test_a_year_has_twelve_months_in_order():
    assert [month.month for month in period.period_of(Span.YEAR, date(2026, 5, 5)).months] == [*range(1, 13)]


@pytest.mark.parametrize(
    ("ratings", "value", "grade"),
    [
        ({4: 1}, 100.0, "A"),
        ({4: 53, 3: 47}, 88.25, "B"),
        ({4: 54, 3: 46}, 88.5, "A"),
        ({3: 1}, 75.0, "C"),
        ({4: 6, 3: 94}, 76.5, "C"),
        ({4: 7, 3: 93}, 76.75, "B"),
        ({3: 60, 2: 40}, 65.0, "C"),
        ({3: 59, 2: 41}, 64.75, "D"),
        ({1: 7}, 25.0, "D"),
        # The table leaves a gap between B (to 88.30) and A (from 88.31): two decimals close it.
        ({4: 53_216, 3: 46_784}, 88.3, "B"),
        ({4: 53_224, 3: 46_776}, 88.31, "A"),
    ],
)
def test_the_index_follows_the_regulation_s_table(ratings, value, grade):
    found = rating.index(ratings)
    assert (found.value, found.grade, found.answers) == (value, grade, sum(ratings.values()))


def test_nobody_s_answer_makes_no_index_and_no_other_number_counts():
    assert rating.index({}) is None
    assert rating.index({0: 5, 5: 9}) is None
