"""The queue: what may happen to a ticket, who is called next, and how many are still before somebody.

Serials decide, not clocks: whoever took a ticket first is called first. Tickets are those of one office day;
one of yesterday is worth nothing, and the services never hand one in here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from kiosk.domain.ticket import TicketState


class Happening(StrEnum):
    """What can happen to a ticket: at a counter, by a decision about its case, at the kiosk, by the clock."""

    CALLED = "called"
    CALLED_AGAIN = "called_again"
    SKIPPED = "skipped"
    HANDED_ON = "handed_on"
    TAKEN_OVER = "taken_over"
    FINISHED = "finished"
    CASE_APPROVED = "case_approved"
    CASE_REFUSED = "case_refused"
    WENT_BACK = "went_back"
    EXPIRED = "expired"


_S, _H = TicketState, Happening

TRANSITIONS: dict[tuple[TicketState, Happening], TicketState] = {
    (_S.WAITING, _H.CALLED): _S.CALLED,
    (_S.REFUSED, _H.CALLED): _S.CALLED,
    (_S.SKIPPED, _H.CALLED): _S.CALLED,
    (_S.CALLED, _H.CALLED_AGAIN): _S.CALLED,
    (_S.CALLED, _H.SKIPPED): _S.SKIPPED,
    (_S.CALLED, _H.HANDED_ON): _S.WAITING,
    (_S.CALLED, _H.TAKEN_OVER): _S.CALLED,
    (_S.CALLED, _H.FINISHED): _S.DONE,
    (_S.WAITING, _H.CASE_APPROVED): _S.APPROVED,
    (_S.SKIPPED, _H.CASE_APPROVED): _S.APPROVED,
    (_S.CALLED, _H.CASE_APPROVED): _S.APPROVED,
    (_S.WAITING, _H.CASE_REFUSED): _S.REFUSED,
    (_S.SKIPPED, _H.CASE_REFUSED): _S.SKIPPED,
    (_S.CALLED, _H.CASE_REFUSED): _S.CALLED,
    (_S.APPROVED, _H.WENT_BACK): _S.DONE,
    (_S.WAITING, _H.EXPIRED): _S.VOID,
    (_S.CALLED, _H.EXPIRED): _S.VOID,
    (_S.SKIPPED, _H.EXPIRED): _S.VOID,
    (_S.APPROVED, _H.EXPIRED): _S.VOID,
    (_S.REFUSED, _H.EXPIRED): _S.VOID,
}
"""Everything that may happen. Whoever is at a counter when his case is refused stays there; approved, he goes
back to the kiosk, which uses the ticket up. Taken over is only whose officer has left (`is_left_alone`)."""

CALLABLE: frozenset[TicketState] = frozenset(state for state, what in TRANSITIONS if what is _H.CALLED)
"""Tickets that a counter may call, by hand in any order: the old and the pregnant need not wait (UU 25/2009,
article 29: special treatment for those who need it)."""

STILL_OPEN: frozenset[TicketState] = frozenset(state for state, what in TRANSITIONS if what is _H.EXPIRED)
"""Tickets that something can still happen to."""

IN_LINE: frozenset[TicketState] = CALLABLE - {_S.SKIPPED}
"""Tickets whose holders wait for their first call, or for the next one after they were handed on."""

LARGE_AFTER_END = timedelta(minutes=2)
"""So long the public display keeps a call large whose ticket is done: whoever looks up late still sees it."""


class NotPossible(Exception):
    """This cannot happen to a ticket in its state: somebody was faster, or the page is old."""


class Standing(Protocol):
    """What the rules need to know of a ticket; `kiosk.models.ticket.Ticket` has it."""

    serial: int
    state: TicketState
    counter: str
    called_at: datetime | None
    called_by: int | None


T = TypeVar("T", bound=Standing)


def follow(state: TicketState, happening: Happening) -> TicketState:
    """Return the state that `happening` leads to; raise `NotPossible` when it cannot happen."""
    try:
        return TRANSITIONS[state, happening]
    except KeyError:
        raise NotPossible(f"{happening} while {state}") from None


def in_order(tickets: Iterable[T], counter: str) -> list[T]:
    """Return those whom `counter` would call, the next one first.

    First who was handed to this counter, then who belongs to no counter yet, each by serial; last who did not
    come when called, the longest absent first, whichever counter called. Who was handed to another counter is
    left to it.
    """
    return sorted(
        (ticket for ticket in tickets if ticket.state in CALLABLE and _is_for(ticket, counter)),
        key=lambda ticket: (_turn(ticket), _absent_since(ticket), ticket.serial),
    )


def ahead_of(mine: T, tickets: Iterable[T]) -> int:
    """How many people are called before `mine`, as far as one can know.

    Who is just being called is no longer ahead. Skipped tickets come after everybody who waits. It is what a
    resident reads as «masih N orang di depan Anda»: at several counters he waits for fewer, never for more.
    """
    if mine.state not in CALLABLE:
        return 0
    waiting = [ticket for ticket in tickets if ticket.state in IN_LINE and ticket.serial != mine.serial]
    if mine.state is _S.SKIPPED:
        return len(waiting)
    return sum(
        ticket.serial < mine.serial and (not mine.counter or ticket.counter == mine.counter)
        for ticket in waiting
    )


def is_left_alone(ticket: Standing, at_work: Collection[int]) -> bool:
    """Whether whoever called this ticket is gone, so that another officer may take it over.

    `at_work` are the ids of officers who may serve and have an open sign-in: signed out, removed or idle for
    too long, nobody would ever finish what he has begun, and its holder would sit at an empty counter.
    """
    return ticket.state is _S.CALLED and ticket.called_by not in at_work


def stands_large(state: TicketState, called_at: datetime, now: datetime) -> bool:
    """Whether the newest call still fills the public display, or its ticket has long been done."""
    return state is _S.CALLED or now - called_at < LARGE_AFTER_END


def _is_for(ticket: Standing, counter: str) -> bool:
    return ticket.state is _S.SKIPPED or ticket.counter in ("", counter)


def _turn(ticket: Standing) -> int:
    if ticket.state is _S.SKIPPED:
        return 2
    return 0 if ticket.counter else 1


def _absent_since(ticket: Standing) -> float:
    is_absent = ticket.state is _S.SKIPPED and ticket.called_at is not None
    return ticket.called_at.timestamp() if is_absent and ticket.called_at else 0.0
