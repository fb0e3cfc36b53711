"""How alike two photos are, in words."""

from __future__ import annotations

import pytest

from kiosk.domain.review import Likeness, likeness


@pytest.mark.parametrize(
    ("distance", "band"),
    [
        (0.0, Likeness.ALIKE),
        (0.54, Likeness.ALIKE),
        (0.5401, Likeness.NEARLY),
        (0.62, Likeness.NEARLY),
        (0.6201, Likeness.DIFFERENT),
        (0.6999, Likeness.DIFFERENT),
        (0.7001, Likeness.VERY_DIFFERENT),
        (1.5, Likeness.VERY_DIFFERENT),
        (float("nan"), Likeness.VERY_DIFFERENT),
        (float("inf"), Likeness.VERY_DIFFERENT),
    ],
)
def test_a_distance_falls_into_its_band(distance, band):
    assert likeness(distance, accept=0.54, review=0.62) is band


def test_without_a_grey_zone_there_is_no_middle():
    bands = {likeness(step / 100, accept=0.6, review=0.6) for step in range(150)}
    assert bands == {Likeness.ALIKE, Likeness.VERY_DIFFERENT}
