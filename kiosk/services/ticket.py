"""The way to a person: a number, a reason, and a case when an officer has to look."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.domain.reasons import ReferReason
from kiosk.domain.ticket import TicketState, office_day
from kiosk.domain.visit import REFERABLE, Event, Step
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit, VisitEnd
from kiosk.services import audit, codes, printing
from kiosk.services import case as cases
from kiosk.services.case import Evidence
from kiosk.services.kiosk import Kiosk
from kiosk.services.visit import advance


def refer(
    kiosk: Kiosk,
    visit_id: str,
    came_from: Step,
    reason: ReferReason | None,
    evidence: Evidence | None = None,
) -> Visit:
    """Give a ticket and print it. Without a `reason` the one that the server already knows counts.

    A resident who has waited for an officer takes his open case along; `evidence` is what a new case of a
    doubtful face needs. The ticket is committed first; printing never decides anything.
    """
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is not came_from or visit.step not in REFERABLE:
            return visit
        visit.refer_reason = reason or visit.refer_reason or ReferReason.WANTS_PERSON
        ticket = _issue(kiosk, session, visit, visit.refer_reason)
        cases.give_ticket(kiosk, session, visit, ticket, evidence)
        visit.end = VisitEnd.TICKET
        visit.paper = printing.PRINTING
        advance(kiosk, session, visit, Event.REFERRED)
    kiosk.background(lambda: printing.print_ticket(kiosk, visit_id))
    return visit


def newest(kiosk: Kiosk, visit_id: str) -> Ticket | None:  # noqa: ARG001
    """Return the visit's newest ticket."""
    with reading() as session:
        return newest_in(session, visit_id)


def newest_in(session: Session, visit_id: str) -> Ticket | None:
    """The same inside a transaction."""
    return session.scalar(
        sa.select(Ticket)
        .where(Ticket.visit_id == visit_id)
        .order_by(Ticket.issued_at.desc(), Ticket.serial.desc())
        .limit(1)
    )


def _issue(kiosk: Kiosk, session: Session, visit: Visit, reason: ReferReason) -> Ticket:
    now = kiosk.clock.now()
    day = office_day(now, kiosk.settings.zone)
    last = session.scalar(sa.select(sa.func.max(Ticket.serial)).where(Ticket.day == day))
    ticket = Ticket(
        id=codes.new_id(12),
        visit_id=visit.id,
        day=day,
        serial=(last or 0) + 1,
        reason=reason,
        state=TicketState.WAITING,
        issued_at=now,
    )
    session.add(ticket)
    session.flush()
    audit.record(
        kiosk, session, Action.TICKET_ISSUED, visit.id, ticket=ticket.id, number=ticket.number, reason=reason
    )
    return ticket
