"""How many look-ups and tries: the worked table, and clocks that do not behave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.limits import lookup_allowed, tries_left

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
WINDOW = timedelta(minutes=10)


def _ago(*seconds: float) -> list[datetime]:
    return [NOW - timedelta(seconds=second) for second in seconds]


@pytest.mark.parametrize(
    ("earlier", "allowed"),
    [
        ([], True),
        (_ago(*range(11)), True),
        (_ago(*range(12)), False),
        (_ago(*range(11), 600), True),
        (_ago(*range(11), 599.999), False),
        (_ago(*range(50)), False),
        (_ago(*range(600, 700)), True),
        (_ago(*range(0, -12, -1)), False),
    ],
    ids=[
        "none",
        "one fewer",
        "as many",
        "the oldest at its edge",
        "the oldest just inside",
        "far more",
        "all past",
        "all in the future, after the clock was set back",
    ],
)
def test_a_look_up_is_allowed_by_the_table(earlier: list[datetime], allowed: bool) -> None:
    assert lookup_allowed(earlier, NOW, limit=12, window=WINDOW) is allowed


@pytest.mark.parametrize(("used", "allowed", "left"), [(0, 3, 3), (2, 3, 1), (3, 3, 0), (5, 3, 0), (0, 1, 1)])
def test_tries_that_are_left_are_never_negative(used: int, allowed: int, left: int) -> None:
    assert tries_left(used, allowed) == left
