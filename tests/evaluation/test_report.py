"""When the claim is met, when missed, and when there is too little to say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kiosk.evaluation.measuring import Templates
from kiosk.evaluation.report import Bounds, Measured, claim, report

BOUNDS = Bounds(given=0.5, accept=0.52, review=0.6)
MADE = Templates(seconds=[0.1], library_seconds=[0.2])


def made_up(
    people: int = 110, *, false_accepts: tuple[int, int], false_rejects: tuple[int, int], frames: int = 3
) -> Measured:
    """A genuine pair each and an impostor pair with everybody else; so many mistakes of ours and theirs."""
    register, visit = (numbers.ravel() for numbers in np.indices((people, people)))
    same = register == visit
    ways = []
    for accepts, rejects in zip(false_accepts, false_rejects, strict=True):
        distances = np.where(same, 0.3, 0.9)
        distances[np.flatnonzero(~same)[:accepts]] = 0.51
        distances[np.flatnonzero(same)[:rejects]] = 0.65
        ways.append(distances)
    groups = np.where(register % 2, "ya", "tidak")
    return Measured(same, np.full(same.size, frames), groups, *ways, register, visit)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "met"),
        ({"false_accepts": (2, 16)}, "met"),
        ({"false_accepts": (3, 16)}, "missed"),
        ({"false_accepts": (1, 0)}, "missed"),
        ({"false_rejects": (4, 2)}, "missed"),
        ({"false_rejects": (0, 0)}, "met"),
        ({"false_accepts": (0, 0)}, "insufficient"),
        ({"people": 99}, "insufficient"),
        ({"people": 100}, "insufficient"),
        ({"frames": 2}, "insufficient"),
    ],
)
def test_the_claim_needs_three_frames_enough_people_and_mistakes_to_be_an_eighth_of(
    change: dict[str, Any], expected: str
) -> None:
    """A hundred people make 9,900 impostor pairs: a hundred too few."""
    pairs = made_up(**({"false_accepts": (1, 8), "false_rejects": (3, 2)} | change))
    assert claim(pairs, BOUNDS)["claim"] == expected


def test_each_setting_has_its_own_errors_and_each_group_its_own_pairs() -> None:
    pairs = made_up(20, false_accepts=(4, 19), false_rejects=(1, 2))
    found = report(pairs, MADE, BOUNDS, has_groups=True)
    assert (found["pairs"], found["genuine"], found["impostor"], found["identities"]) == (400, 20, 380, 20)
    assert (found["threshold"], found["frr"], found["far"], found["far_95"][0]) == (0.5, 0.05, 0, 0)
    default = found["default"]
    assert (default["threshold"], default["frr"], default["far"]) == (0.52, 0.05, round(4 / 380, 5))
    assert (default["review"], default["review_genuine"], default["review_impostor"]) == (0.6, 0, 0)
    assert (found["library"]["frr"], found["library"]["far"]) == (0.1, 0.05)
    assert [row["far"] > 0 for row in found["by_threshold"]] == [False] * 3 + [True] * 6
    assert (found["ms_per_image"], found["library"]["ms_per_image"]) == (100, 200)
    groups = found["groups"]
    assert {name: group["pairs"] for name, group in groups.items()} == {"ya": 200, "tidak": 200}
    assert groups["tidak"]["default"]["far"] == round(4 / 190, 5)
    assert (groups["ya"]["frr"], groups["ya"]["far"]) == (0, 0)
