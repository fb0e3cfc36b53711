"""The verdict on a distance: both bounds, and what is no number."""

from __future__ import annotations

from math import inf, nan

import pytest

from kiosk.domain.decision import Verdict, decide


@pytest.mark.parametrize(
    ("distance", "verdict"),
    [
        (0.0, Verdict.MATCH),
        (0.52, Verdict.MATCH),
        (0.5200001, Verdict.UNCERTAIN),
        (0.60, Verdict.UNCERTAIN),
        (0.6000001, Verdict.NO_MATCH),
        (1.5, Verdict.NO_MATCH),
        (inf, Verdict.NO_MATCH),
        (nan, Verdict.NO_MATCH),
    ],
)
def test_a_distance_is_judged(distance: float, verdict: Verdict) -> None:
    assert decide(distance, accept=0.52, review=0.60) is verdict


def test_an_office_without_a_grey_zone_never_leaves_it_open() -> None:
    verdicts = {decide(step / 100, accept=0.5, review=0.5) for step in range(100)}
    assert verdicts == {Verdict.MATCH, Verdict.NO_MATCH}
