"""What the hall sees and hears: numbers and counters of today's calls, and nothing else of anybody."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from kiosk.adapters.voice import VoiceDown
from kiosk.db import reading
from kiosk.domain.announcement import announcement
from kiosk.domain.queue import stands_large
from kiosk.domain.ticket import TicketState, number, office_day
from kiosk.models.ticket import Ticket
from kiosk.services import queue
from kiosk.services.kiosk import Kiosk

log = logging.getLogger(__name__)

EARLIER_CALLS = 4
"""How many calls stand beside the newest: who looks away for a minute still finds himself."""

AUDIBLE = timedelta(minutes=3)
"""So long a call can be heard. A display that was away longer shows the call and keeps silent about it."""

_SHOWN = (TicketState.CALLED, TicketState.SKIPPED, TicketState.APPROVED, TicketState.DONE)
"""Tickets whose counter is the one they were called to; of a ticket that was handed on it is the next one."""


@dataclass(frozen=True)
class Call:
    """A number that was called to a counter. Serial and how often it was called name this very call."""

    serial: int
    calls: int
    counter: str

    @property
    def number(self) -> str:
        """`A-012`."""
        return number(self.serial)


@dataclass(frozen=True)
class Hall:
    """What the display shows: the newest call while it stands large, those before it, how many still wait,
    and the calls that can be heard, the oldest first."""

    now: Call | None
    earlier: tuple[Call, ...]
    waiting: int
    audible: tuple[Call, ...]


def hall(kiosk: Kiosk) -> Hall:
    """Return what the display shows now."""
    now = kiosk.clock.now()
    today = Ticket.day == office_day(now, kiosk.settings.zone)
    with reading() as session:
        rows = session.execute(
            sa.select(Ticket.serial, Ticket.calls, Ticket.counter, Ticket.state, Ticket.called_at)
            .where(today, Ticket.state.in_(_SHOWN), Ticket.calls > 0)
            .order_by(Ticket.called_at.desc(), Ticket.serial.desc())
            .limit(EARLIER_CALLS + 1)
        ).all()
    calls = [Call(row.serial, row.calls, row.counter) for row in rows]
    is_large = bool(rows) and stands_large(rows[0].state, rows[0].called_at, now)
    heard = [
        call
        for call, row in zip(calls, rows, strict=True)
        if row.state is TicketState.CALLED and _is_audible(row.called_at, now)
    ]
    return Hall(
        now=calls[0] if is_large else None,
        earlier=tuple(calls[1:] if is_large else calls[:EARLIER_CALLS]),
        waiting=queue.waiting(kiosk),
        audible=tuple(reversed(heard)),
    )


def sound(kiosk: Kiosk, serial: int, calls: int) -> bytes | None:
    """Return a call as WAV while it can be heard; None for every other number, and where nobody speaks."""
    now = kiosk.clock.now()
    with reading() as session:
        ticket = session.scalar(
            sa.select(Ticket).where(
                Ticket.day == office_day(now, kiosk.settings.zone), Ticket.serial == serial
            )
        )
    if ticket is None or ticket.state is not TicketState.CALLED or ticket.calls != calls:
        return None
    if ticket.called_at is None or not _is_audible(ticket.called_at, now):
        return None
    said = announcement(ticket.number, ticket.counter)
    try:
        return kiosk.adapters.voice.speak(said, kiosk.settings.adapter_deadline_seconds)
    except VoiceDown as problem:
        log.warning("a call was not spoken: %s", problem)
        return None


def _is_audible(called_at: datetime, now: datetime) -> bool:
    return abs(now - called_at) < AUDIBLE
