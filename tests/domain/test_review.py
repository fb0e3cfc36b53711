"""An officer's decision: its reasons, and the likeness in words."""

from __future__ import annotations

from math import inf, nan

import pytest

from kiosk.domain.decision import Verdict, decide
from kiosk.domain.review import APPROVING, DecisionReason, Likeness, likeness


def test_every_reason_is_for_yes_or_for_no_by_its_name() -> None:
    assert {reason for reason in DecisionReason if reason.value.startswith("same_person")} == APPROVING


@pytest.mark.parametrize(
    ("distance", "band"),
    [
        (0.0, Likeness.ALIKE),
        (0.54, Likeness.ALIKE),
        (0.5400001, Likeness.NEARLY),
        (0.62, Likeness.NEARLY),
        (0.6200001, Likeness.DIFFERENT),
        (0.6999, Likeness.DIFFERENT),
        (0.71, Likeness.VERY_DIFFERENT),
        (inf, Likeness.VERY_DIFFERENT),
        (nan, Likeness.VERY_DIFFERENT),
    ],
)
def test_a_distance_is_told_in_words(distance: float, band: Likeness) -> None:
    assert likeness(distance, accept=0.54, review=0.62) is band


@pytest.mark.parametrize("distance", [step / 100 for step in range(0, 120)])
def test_the_words_never_contradict_the_verdict(distance: float) -> None:
    band, verdict = likeness(distance, accept=0.54, review=0.62), decide(distance, accept=0.54, review=0.62)
    assert (band is Likeness.ALIKE) == (verdict is Verdict.MATCH)
    assert (band is Likeness.NEARLY) == (verdict is Verdict.UNCERTAIN)


def test_an_office_without_a_grey_zone_has_only_two_bands() -> None:
    bands = {likeness(step / 100, accept=0.5, review=0.5) for step in range(120)}
    assert bands == {Likeness.ALIKE, Likeness.VERY_DIFFERENT}
