"""Error rates and their intervals, against counting by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kiosk.evaluation import rates
from kiosk.evaluation.rates import Sample

FIRST, SECOND = np.array([0, 0, 0, 1, 1]), np.array([1, 1, 2, 2, 1])
HITS = np.array([[True, False, False, True, True], [False] * 5, [True] * 5])


def test_a_pair_counts_as_often_as_both_of_its_people_were_drawn_and_a_genuine_one_as_its_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rates, "_BLOCK", 8)  # two resamples at a time
    drawn = np.array([[1, 1, 1], [2, 1, 0], [0, 3, 0], [0, 0, 3], [1, 2, 0]])
    first, *_ = Sample(FIRST, SECOND).rates(HITS, drawn)
    by_hand = []
    for times in drawn:
        weights = [times[a] if a == b else times[a] * times[b] for a, b in zip(FIRST, SECOND, strict=True)]
        total = sum(weights)
        counted = sum(weight for weight, hit in zip(weights, HITS[0], strict=True) if hit)
        by_hand.append(counted / total if total else None)
    assert [None if np.isnan(one) else one for one in first.resampled] == pytest.approx(by_hand)
    assert by_hand[3] is None
    assert (first.hits, first.trials, first.share) == (3, 5, 0.6)
    shares = [one for one in by_hand if one is not None]
    assert first.interval == pytest.approx(np.percentile(shares, (2.5, 97.5)))


def test_what_was_never_seen_is_not_ruled_out() -> None:
    _, never, always = Sample(FIRST, SECOND).rates(HITS, rates.draw(3))
    assert (never.share, never.interval) == (0.0, (0.0, pytest.approx(3 / 5)))
    assert (always.share, always.interval) == (1.0, (pytest.approx(2 / 5), 1.0))


def test_without_pairs_of_a_kind_there_is_no_rate_and_no_interval() -> None:
    nobody = np.array([], dtype=np.int64)
    (rate,) = Sample(nobody, nobody).rates(np.zeros((1, 0), dtype=bool), rates.draw(2))
    assert (rate.share, rate.interval) == (None, None)
    assert rates.equal_error_rate(np.array([0.4]), np.array([])) is None


def test_an_interval_from_few_people_is_wider_than_one_from_many_with_the_same_pairs() -> None:
    people = np.repeat(np.arange(100), 4)
    refused = np.zeros((2, 400), dtype=bool)
    refused[0, :40] = True  # ten people, all of their pairs
    refused[1, :160:4] = True  # forty people, one pair each
    whole, spread = Sample(people, people).rates(refused, rates.draw(100))
    assert whole.share == spread.share == 0.1
    assert whole.interval is not None
    assert spread.interval is not None
    assert np.diff(whole.interval) > 1.5 * np.diff(spread.interval)
    assert rates.draw(100).sum(axis=1).tolist() == [100] * rates.RESAMPLES


@pytest.mark.parametrize(
    ("genuine", "impostor", "expected"),
    [
        ([0.3, 0.4], [0.7, 0.8], 0.0),
        ([0.3, 0.4, 0.5, 0.72], [0.45, 0.7, 0.8, 0.9], 0.25),
        ([0.3, np.inf], [0.7, 0.8], 0.5),
        ([np.inf], [np.inf], None),
    ],
)
def test_the_equal_error_rate_is_where_both_errors_meet_and_a_missing_face_is_never_accepted(
    genuine: list[float], impostor: list[float], expected: float | None
) -> None:
    assert rates.equal_error_rate(np.array(genuine), np.array(impostor)) == expected
