"""The fairness watch: no small number can be read or reckoned, and a flag needs a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.domain.fairness import AGES, LEAST_TO_JUDGE, SEXES, SMALL, Hidden, hidden_rows, labels, watch


def _counts(*visits):
    """Counts of so many visits: (group, end, reason, how many)."""
    found = {}
    for group, end, reason, number in visits:
        for label in labels(group, end, reason):
            found[label] = found.get(label, 0) + number
    return found


@pytest.mark.parametrize(
    ("rows", "hidden"),
    [
        ({"a": [40], "b": [50]}, set()),
        ({"a": [4], "b": [50], "c": [60]}, {"a", "b"}),
        ({"a": [4], "b": [5], "c": [60]}, {"a", "b", "c"}),
        ({"a": [4], "b": [7], "c": [60]}, {"a", "b"}),
        ({"a": [0], "b": [50]}, set()),
        ({"a": [10], "b": [9], "c": [0]}, {"a", "b"}),
        ({"a": [4]}, {"a"}),
        ({"a": [30, 5], "b": [40, 50], "c": [90, 0]}, {"a", "b"}),
        ({"a": [30, 5], "b": [20, 0], "c": [90, 80]}, {"a", "b", "c"}),
        ({}, set()),
    ],
)
def test_which_rows_are_hidden(rows, hidden):
    assert hidden_rows(rows) == hidden


@given(some.dictionaries(some.sampled_from("abcdefg"), some.tuples(*[some.integers(0, 40)] * 2), max_size=7))
def test_what_is_shown_is_never_small_and_what_is_hidden_cannot_be_reckoned(rows):
    hidden = hidden_rows(rows)
    for name in rows.keys() - hidden:
        assert all(number == 0 or number >= SMALL for number in rows[name])
    others = [name for name in rows.keys() - hidden if any(rows[name])]
    if hidden and others:
        assert len(hidden) > 1
        for column in zip(*(rows[name] for name in hidden), strict=True):
            assert sum(column) == 0 or sum(column) >= SMALL


def test_a_group_handed_over_more_often_is_flagged_and_the_others_are_not():
    found = watch(
        _counts(
            ("f 25-34", "activated", None, 80),
            ("f 25-34", "ticket", "face_not_matched", 20),
            ("m 25-34", "activated", None, 60),
            ("m 25-34", "ticket", "face_not_matched", 40),
        )
    )
    women, men = found.by_sex
    assert (found.everybody.visits, found.everybody.handed_over, found.everybody.share) == (200, 60, 0.3)
    assert (women.share, women.is_flagged) == (0.2, False)
    assert (men.share, men.is_flagged) == (0.4, True)
    assert men.ratio == pytest.approx(4 / 3)
    assert found.by_reason[0].counts == (20, 40)


def test_exactly_five_quarters_is_tolerated():
    found = watch(
        _counts(
            ("f 17-24", "activated", None, 150),
            ("f 17-24", "ticket", "face_uncertain", 50),
            ("m 17-24", "activated", None, 75),
            ("m 17-24", "ticket", "face_uncertain", 25),
            ("m 65+", "activated", None, 275),
            ("m 65+", "ticket", "face_uncertain", 125),
        )
    )
    old = next(group for group in found.by_age if group.name == "65+")
    assert found.everybody.share == pytest.approx(200 / 700)
    assert old.ratio == pytest.approx(0.3125 / (200 / 700))
    assert not old.is_flagged


def test_few_visits_are_never_judged():
    number = LEAST_TO_JUDGE - 1
    found = watch(
        _counts(
            ("f 25-34", "ticket", "camera_gone", 14),
            ("f 25-34", "left", None, number - 14),
            ("m 25-34", "activated", None, 500),
            ("m 25-34", "ticket", "camera_gone", 100),
        )
    )
    assert found.by_sex[0].visits == number
    assert found.by_sex[0].share is found.by_sex[0].ratio is None
    assert found.by_sex[1].share is not None


def test_a_small_group_shows_neither_in_its_row_nor_through_the_total():
    found = watch(
        _counts(
            ("f 65+", "ticket", "face_not_matched", 3),
            ("f 25-34", "activated", None, 100),
            ("f 25-34", "ticket", "face_not_matched", 30),
            ("m 35-44", "activated", None, 200),
            ("m 35-44", "ticket", "camera_gone", 40),
        )
    )
    ages = {group.name: group for group in found.by_age}
    assert ages["65+"].visits is Hidden.SMALL
    assert ages["65+"].handed_over is Hidden.SMALL
    assert ages["25-34"].visits is Hidden.COVERED, "the total less all others would tell it"
    assert ages["35-44"].visits == 240
    assert found.everybody.visits == 373


def test_a_lone_small_group_takes_the_total_with_it():
    found = watch(_counts(("m 45-54", "ticket", "face_uncertain", 4)))
    assert found.everybody.visits is Hidden.SMALL
    assert found.everybody.handed_over is Hidden.SMALL
    assert found.by_reason[0].counts == (Hidden.COVERED, Hidden.COVERED)


def test_a_reason_met_by_few_of_one_sex_is_hidden_for_both():
    found = watch(
        _counts(
            ("f 25-34", "ticket", "camera_gone", 2),
            ("m 25-34", "ticket", "camera_gone", 0),
            ("f 25-34", "ticket", "face_uncertain", 40),
            ("m 25-34", "ticket", "face_uncertain", 60),
        )
    )
    assert {one.reason: one.counts for one in found.by_reason}["camera_gone"] == (Hidden.COVERED,) * 2


@given(
    some.lists(
        some.tuples(
            some.sampled_from([f"{sex} {age}" for sex in SEXES for age in AGES]),
            some.sampled_from(["activated", "ticket", "left"]),
            some.sampled_from([None, "face_uncertain", "camera_gone"]),
            some.integers(0, 60),
        ),
        max_size=12,
    )
)
def test_nothing_small_is_ever_shown(visits):
    found = watch(_counts(*visits))
    cells = [
        cell
        for group in (found.everybody, *found.by_sex, *found.by_age)
        for cell in (group.visits, group.handed_over)
    ] + [cell for one in found.by_reason for cell in one.counts]
    assert not [cell for cell in cells if isinstance(cell, int) and 0 < cell < SMALL]


def test_nothing_counted_is_nothing_shown():
    found = watch({})
    assert found.everybody.visits == 0
    assert found.by_reason == ()
