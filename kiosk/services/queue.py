"""The queue: an officer at a counter calls, calls again, skips, hands on, takes over and finishes.

Each verb is one write transaction that reads its tickets again: of two officers who call next at one moment
the second gets the next ticket. Only today's tickets are ever looked at, by the index on day and serial.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.domain.numbers import Measure
from kiosk.domain.queue import (
    IN_LINE,
    STILL_OPEN,
    Happening,
    NotPossible,
    ahead_of,
    follow,
    in_order,
    is_left_alone,
)
from kiosk.domain.roles import May
from kiosk.domain.ticket import TicketState, office_day
from kiosk.domain.visit import Event, Step
from kiosk.models.case import ReviewCase
from kiosk.models.officer import Officer, OfficerSession
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit
from kiosk.services import audit, numbers
from kiosk.services.kiosk import Kiosk
from kiosk.services.officer import subject_of
from kiosk.services.session import at_work, holds
from kiosk.services.visit import advance


class NotDone(StrEnum):
    """Why nothing was changed."""

    NOBODY_WAITS = "nobody_waits"
    STILL_SERVING = "still_serving"
    TOO_LATE = "too_late"
    UNKNOWN_TICKET = "unknown_ticket"
    NO_SUCH_COUNTER = "no_such_counter"


@dataclass(frozen=True)
class Line:
    """Today's queue as one officer at one counter sees it. Nothing in it is personal.

    `next` is in the order of calling; `waiting` are all in line by serial, also those handed to another
    counter; `left` are the ids of those `elsewhere` whose officer has left, so that they can be taken over;
    `served` is how many were finished at a counter.
    """

    serving: Ticket | None
    case_id: str | None
    next: Ticket | None
    waiting: list[Ticket]
    skipped: list[Ticket]
    elsewhere: list[Ticket]
    left: frozenset[str]
    approved: int
    served: int


def line(kiosk: Kiosk, officer: Officer, counter: str) -> Line:
    """Return the queue for an officer at `counter`, which may be empty while he has not chosen one."""
    with reading() as session:
        tickets = _open_today(kiosk, session)
        serving = _served_by(officer, tickets)
        case_id = None
        if serving is not None:
            case_id = session.scalar(sa.select(ReviewCase.id).where(ReviewCase.ticket_id == serving.id))
        served = session.scalar(
            sa.select(sa.func.count()).where(Ticket.day == _today(kiosk), Ticket.finished_at.is_not(None))
        )
        elsewhere = [one for one in tickets if one.state is TicketState.CALLED and one is not serving]
        present = at_work(kiosk, session, May.QUEUE) if elsewhere else frozenset()
    return Line(
        serving=serving,
        case_id=case_id,
        next=next(iter(in_order(tickets, counter)), None),
        waiting=[one for one in tickets if one.state in IN_LINE],
        skipped=[one for one in tickets if one.state is TicketState.SKIPPED],
        elsewhere=elsewhere,
        left=frozenset(one.id for one in elsewhere if is_left_alone(one, present)),
        approved=sum(one.state is TicketState.APPROVED for one in tickets),
        served=served or 0,
    )


def waiting(kiosk: Kiosk) -> int:
    """Return how many people wait in line: what queue page, board and the hall's display all say."""
    with reading() as session:
        return (
            session.scalar(
                sa.select(sa.func.count()).where(Ticket.day == _today(kiosk), Ticket.state.in_(IN_LINE))
            )
            or 0
        )


def choose_counter(kiosk: Kiosk, officer: Officer, token_mac: str, counter: str) -> NotDone | None:
    """Keep at which counter this sign-in works, until it ends; not while somebody is being served."""
    if counter not in kiosk.settings.counter_names:
        return NotDone.NO_SUCH_COUNTER
    with audit.verb(kiosk) as session:
        if _served_by(officer, _open_today(kiosk, session)) is not None:
            return NotDone.STILL_SERVING
        session.get_one(OfficerSession, token_mac).counter = counter
        audit.record(kiosk, session, Action.COUNTER_CHOSEN, subject_of(officer), counter=counter)
    return None


def taken_counters(kiosk: Kiosk, officer: Officer) -> frozenset[str]:
    """Counters at which other officers work now. Nothing forbids to share one; a hall rarely means to."""
    with reading() as session:
        return frozenset(
            session.scalars(
                sa.select(OfficerSession.counter).where(
                    OfficerSession.counter != "", OfficerSession.officer_id != officer.id, holds(kiosk)
                )
            )
        )


def call_next(kiosk: Kiosk, officer: Officer, counter: str) -> Ticket | NotDone:
    """Call whoever is next for `counter` (`domain/queue.in_order`)."""
    return _call(kiosk, officer, counter, None)


def call(kiosk: Kiosk, officer: Officer, counter: str, ticket_id: str) -> Ticket | NotDone:
    """Call this ticket out of its turn: somebody came back who had been skipped, or cannot stand for long."""
    return _call(kiosk, officer, counter, ticket_id)


def _call(kiosk: Kiosk, officer: Officer, counter: str, ticket_id: str | None) -> Ticket | NotDone:
    if counter not in kiosk.settings.counter_names:
        return NotDone.NO_SUCH_COUNTER
    with audit.verb(kiosk) as session:
        tickets = _open_today(kiosk, session)
        if _served_by(officer, tickets) is not None:
            return NotDone.STILL_SERVING
        if ticket_id is None:
            chosen = next(iter(in_order(tickets, counter)), None)
            if chosen is None:
                return NotDone.NOBODY_WAITS
        else:
            chosen = next((one for one in tickets if one.id == ticket_id), None)
            if chosen is None:
                return NotDone.UNKNOWN_TICKET
        try:
            chosen.state = follow(chosen.state, Happening.CALLED)
        except NotPossible:
            return NotDone.TOO_LATE
        if not chosen.calls:
            waited = kiosk.clock.now() - chosen.issued_at
            numbers.count_wait(kiosk, session, waited.total_seconds())
        _call_to(kiosk, officer, counter, chosen)
        _record(kiosk, session, Action.TICKET_CALLED, officer, chosen, by_hand=int(ticket_id is not None))
    return chosen


def take_over(kiosk: Kiosk, officer: Officer, counter: str, ticket_id: str) -> Ticket | NotDone:
    """Call to `counter` whom an officer serves who has left (`domain/queue.is_left_alone`)."""
    if counter not in kiosk.settings.counter_names:
        return NotDone.NO_SUCH_COUNTER
    with audit.verb(kiosk) as session:
        tickets = _open_today(kiosk, session)
        if _served_by(officer, tickets) is not None:
            return NotDone.STILL_SERVING
        chosen = next((one for one in tickets if one.id == ticket_id), None)
        if chosen is None:
            return NotDone.UNKNOWN_TICKET
        if not is_left_alone(chosen, at_work(kiosk, session, May.QUEUE)):
            return NotDone.TOO_LATE
        before = chosen.called_by
        chosen.state = follow(chosen.state, Happening.TAKEN_OVER)
        _call_to(kiosk, officer, counter, chosen)
        _record(kiosk, session, Action.TICKET_TAKEN_OVER, officer, chosen, taken_from=before)
    return chosen


def _call_to(kiosk: Kiosk, officer: Officer, counter: str, ticket: Ticket) -> None:
    ticket.counter, ticket.called_by = counter, officer.id
    ticket.called_at, ticket.calls = kiosk.clock.now(), ticket.calls + 1


def call_again(kiosk: Kiosk, officer: Officer, ticket_id: str) -> Ticket | NotDone:
    """Call out once more whom this officer has called."""
    with audit.verb(kiosk) as session:
        ticket = _his(kiosk, session, officer, ticket_id)
        if isinstance(ticket, NotDone):
            return ticket
        ticket.state = follow(ticket.state, Happening.CALLED_AGAIN)
        ticket.called_at, ticket.calls = kiosk.clock.now(), ticket.calls + 1
        _record(kiosk, session, Action.TICKET_CALLED_AGAIN, officer, ticket)
    return ticket


def skip(kiosk: Kiosk, officer: Officer, ticket_id: str) -> Ticket | NotDone:
    """Nobody came: the ticket is asked for again after the others."""
    with audit.verb(kiosk) as session:
        ticket = _his(kiosk, session, officer, ticket_id)
        if isinstance(ticket, NotDone):
            return ticket
        ticket.state = follow(ticket.state, Happening.SKIPPED)
        _record(kiosk, session, Action.TICKET_SKIPPED, officer, ticket)
    return ticket


def hand_on(kiosk: Kiosk, officer: Officer, ticket_id: str, counter: str) -> Ticket | NotDone:
    """Send whom this officer serves to another counter, where he is next."""
    with audit.verb(kiosk) as session:
        ticket = _his(kiosk, session, officer, ticket_id)
        if isinstance(ticket, NotDone):
            return ticket
        if counter == ticket.counter or counter not in kiosk.settings.counter_names:
            return NotDone.NO_SUCH_COUNTER
        ticket.state = follow(ticket.state, Happening.HANDED_ON)
        ticket.counter, ticket.called_by = counter, None
        _record(kiosk, session, Action.TICKET_HANDED_ON, officer, ticket)
    return ticket


def finish(kiosk: Kiosk, officer: Officer, ticket_id: str) -> Ticket | NotDone:
    """Whom this officer serves has been served: the ticket is done, and its visit ends with it."""
    with audit.verb(kiosk) as session:
        ticket = _his(kiosk, session, officer, ticket_id)
        if isinstance(ticket, NotDone):
            return ticket
        now = kiosk.clock.now()
        ticket.state, ticket.finished_at = follow(ticket.state, Happening.FINISHED), now
        served = (now - (ticket.called_at or now)).total_seconds()
        numbers.count(kiosk, session, Measure.SERVED, ticket.counter, max(served, 0.0))
        _record(kiosk, session, Action.TICKET_FINISHED, officer, ticket)
        visit = session.get_one(Visit, ticket.visit_id)
        if visit.step is Step.TICKET:
            advance(kiosk, session, visit, Event.FINISHED)
    return ticket


def ahead(kiosk: Kiosk, session: Session, ticket: Ticket) -> int:
    """How many people are called before this ticket of today."""
    return ahead_of(ticket, _open_today(kiosk, session))


def _today(kiosk: Kiosk) -> date:
    return office_day(kiosk.clock.now(), kiosk.settings.zone)


def _open_today(kiosk: Kiosk, session: Session) -> list[Ticket]:
    """Today's tickets that something can still happen to, by serial."""
    return list(
        session.scalars(
            sa.select(Ticket)
            .where(Ticket.day == _today(kiosk), Ticket.state.in_(STILL_OPEN))
            .order_by(Ticket.serial)
        )
    )


def _served_by(officer: Officer, tickets: list[Ticket]) -> Ticket | None:
    return next(
        (one for one in tickets if one.state is TicketState.CALLED and one.called_by == officer.id), None
    )


def _his(kiosk: Kiosk, session: Session, officer: Officer, ticket_id: str) -> Ticket | NotDone:
    """The ticket that this officer serves, read under the lock."""
    ticket = session.get(Ticket, ticket_id)
    if ticket is None or ticket.day != _today(kiosk):
        return NotDone.UNKNOWN_TICKET
    if ticket.state is not TicketState.CALLED or ticket.called_by != officer.id:
        return NotDone.TOO_LATE
    return ticket


def _record(
    kiosk: Kiosk, session: Session, action: Action, officer: Officer, ticket: Ticket, **more: int | None
) -> None:
    audit.record(
        kiosk,
        session,
        action,
        ticket.visit_id,
        ticket=ticket.id,
        number=ticket.number,
        officer=officer.id,
        counter=ticket.counter,
        **more,
    )
