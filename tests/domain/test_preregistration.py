"""What the page for phones takes from strangers, and for how long a code is good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.preregistration import (
    FROM_ONE_SENDER,
    IN_ALL,
    SENDER_WINDOW,
    WINDOW,
    Full,
    State,
    full,
    minutes_left,
    state_of,
)
from kiosk.domain.retention import PREREGISTERED

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("of_sender", "of_all", "expected"),
    [
        ([NOW] * (FROM_ONE_SENDER - 1), [NOW] * (IN_ALL - 1), None),
        ([NOW] * FROM_ONE_SENDER, [NOW] * FROM_ONE_SENDER, Full.SENDER),
        ([NOW - SENDER_WINDOW] * FROM_ONE_SENDER, [], None),
        ([], [NOW] * IN_ALL, Full.OFFICE),
        ([], [NOW - WINDOW] * IN_ALL, None),
    ],
)
def test_nobody_can_fill_the_database_from_outside(
    of_sender: list[datetime], of_all: list[datetime], expected: Full | None
) -> None:
    assert full(of_sender, of_all, NOW) is expected


def test_a_code_is_good_for_two_hours_and_once() -> None:
    second = timedelta(seconds=1)
    assert state_of(NOW, None, NOW + PREREGISTERED) is State.OPEN
    assert state_of(NOW, None, NOW + PREREGISTERED + second) is State.EXPIRED
    assert state_of(NOW, NOW, NOW) is State.USED
    assert state_of(None, None, NOW) is State.EXPIRED, "the purge has taken it"
    assert minutes_left(NOW, NOW) == 120
    assert minutes_left(NOW, NOW + 2 * PREREGISTERED) == 0
