"""Help at the kiosk: how long a call stands, how long an officer's help lasts, and what he may do there."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.domain.reasons import ReferReason
from kiosk.domain.roles import May, Role, may
from kiosk.domain.visit import TRANSITIONS, Event, Step, allowed_idle

CALL_LASTS = timedelta(minutes=10)
"""Whoever has waited longer has found somebody or gone; an old call would only wear the board's sound out."""

HELP_SECONDS = 60
"""Seconds without a touch after which help at the kiosk ends by itself: it must not outlive the officer's
presence, because the next person at the screen is a resident."""


class CallState(StrEnum):
    """What the resident sees of his call."""

    CALLED = "called"
    COMING = "coming"


class HelpAct(StrEnum):
    """What an officer can do at the kiosk, one button each."""

    GO_ON = "go_on"
    BACK = "back"
    TICKET = "ticket"
    END_VISIT = "end_visit"
    TEST_PRINT = "test_print"
    CLOSE = "close"
    OPEN = "open"


WITH_RESIDENT: frozenset[HelpAct] = frozenset(
    {HelpAct.GO_ON, HelpAct.BACK, HelpAct.TICKET, HelpAct.END_VISIT}
)
"""What touches a visit, and so needs somebody who serves residents (`May.COUNTER`)."""

HELP_REASONS: tuple[ReferReason, ...] = (
    ReferReason.SENT_BY_OFFICER,
    ReferReason.WANTS_PERSON,
    ReferReason.NO_PHONE,
    ReferReason.PHONE_UNSUITABLE,
    ReferReason.NO_EMAIL,
    ReferReason.FACE_NOT_WANTED,
    ReferReason.EMAIL_NOT_ARRIVED,
)
"""What an officer who stands there can know. What register and engine say, only they say."""


def is_over(step: Step, last_activity_at: datetime, now: datetime) -> bool:
    """Whether a visit has left the terminal: ended, or away at a counter with its ticket."""
    return step is Step.ENDED or now - last_activity_at > allowed_idle(step)


def may_help(role: Role) -> bool:
    """Whether a badge of this role opens anything at the kiosk."""
    return may(role, May.DEVICES)


def may_act(role: Role, act: HelpAct) -> bool:
    """Whether somebody in `role` may do this: who looks after machines never touches a visit."""
    return may(role, May.COUNTER if act in WITH_RESIDENT else May.DEVICES)


def leads_back(step: Step) -> bool:
    """Whether there is one step back from here."""
    return (step, Event.BACK) in TRANSITIONS
