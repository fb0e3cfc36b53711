"""What may be entered on the phone before the visit, and how much of it: anybody can reach that page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.domain.limits import lookup_allowed
from kiosk.domain.retention import PREREGISTERED

FROM_ONE_SENDER = 12
"""Within `SENDER_WINDOW`. Phones in an office's guest Wi-Fi share one address: twelve are more than two
kiosks serve in that time, at two minutes a visit."""

SENDER_WINDOW = timedelta(minutes=10)

IN_ALL = 240
"""Within `WINDOW`, from whomever: four kiosks' work. More is nobody's queue, and the database has an end."""

WINDOW = timedelta(hours=1)


class Full(StrEnum):
    """Why nothing more is taken for now."""

    SENDER = "sender"
    OFFICE = "office"


class State(StrEnum):
    """What a registration's code is worth."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


def full(of_sender: Sequence[datetime], of_all: Sequence[datetime], now: datetime) -> Full | None:
    """Say why one more may not be taken, given when earlier ones were made; None when it may.

    Erased and used ones count too: else erasing would be the way around.
    """
    if not lookup_allowed(of_sender, now, limit=FROM_ONE_SENDER, window=SENDER_WINDOW):
        return Full.SENDER
    return None if lookup_allowed(of_all, now, limit=IN_ALL, window=WINDOW) else Full.OFFICE


def state_of(made_at: datetime | None, used_at: datetime | None, now: datetime) -> State:
    """Tell what is left of a registration that was ours; `made_at` is None once the purge has taken its row.

    | made                | used or erased | state   |
    |---------------------|----------------|---------|
    | up to two hours ago | no             | OPEN    |
    | any time            | yes            | USED    |
    | earlier             | no             | EXPIRED |
    | (no row)            |                | EXPIRED |
    """
    if made_at is None:
        return State.EXPIRED
    if used_at is not None:
        return State.USED
    return State.EXPIRED if now - made_at > PREREGISTERED else State.OPEN


def minutes_left(made_at: datetime, now: datetime) -> int:
    """Whole minutes for which the code is still good, never fewer than none.

    >>> from datetime import UTC
    >>> minutes_left(datetime(2026, 11, 2, 2, 0, tzinfo=UTC), datetime(2026, 11, 2, 2, 0, 30, tzinfo=UTC))
    119
    """
    return max(int((made_at + PREREGISTERED - now).total_seconds() // 60), 0)
