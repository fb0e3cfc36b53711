"""The way into the panel: what somebody has proved, and what is still asked of him."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Proof(StrEnum):
    """What a sign-in has shown so far."""

    PASSWORD = "password"  # noqa: S105
    BOTH = "both"


class Step(StrEnum):
    """What is asked of somebody who has shown his password; nothing else is open to him until it is done."""

    CODE = "code"
    NEW_PASSWORD = "new_password"  # noqa: S105
    ONE_TIME_CODES = "one_time_codes"
    PIN = "pin"


def next_step(*, proof: Proof, has_codes: bool, must_change_password: bool, has_pin: bool) -> Step | None:
    """Return what comes next, or None when he is in.

    `has_codes` says that his phone's one-time codes have been confirmed.

    | proof    | codes | new password | PIN | next           |
    |----------|-------|--------------|-----|----------------|
    | password | yes   | any          | any | code           |
    | password | no    | wanted       | any | new password   |
    | password | no    |              | any | one-time codes |
    | both     | any   | wanted       | any | new password   |
    | both     | no    |              | any | one-time codes |
    | both     | yes   |              | no  | PIN            |
    | both     | yes   |              | yes | none           |
    """
    if has_codes and proof is Proof.PASSWORD:
        return Step.CODE
    if must_change_password:
        return Step.NEW_PASSWORD
    if not has_codes:
        return Step.ONE_TIME_CODES
    if not has_pin:
        return Step.PIN
    return None


class Ended(StrEnum):
    """Why a sign-in is over; the page that asks for the password again says it."""

    IDLE = "idle"
    SHIFT = "shift"
    DEVICE = "device"
    ELSEWHERE = "elsewhere"


LONGEST_SIGN_IN = timedelta(hours=12)
"""Nobody's shift is longer."""

LONGEST_WAY_IN = timedelta(minutes=15)
"""From the password to the last step: long enough to install an app for one-time codes on a phone."""


def expired(
    *, began_at: datetime, seen_at: datetime, is_in: bool, idle: timedelta, now: datetime
) -> Ended | None:
    """Return why a sign-in has run out by itself, or None; `is_in` says that nothing is asked any more.

    Counted both ways: a clock that was set back must not make a sign-in last longer.
    """
    if abs(now - seen_at) >= idle:
        return Ended.IDLE
    if abs(now - began_at) >= (LONGEST_SIGN_IN if is_in else LONGEST_WAY_IN):
        return Ended.SHIFT if is_in else Ended.IDLE
    return None
