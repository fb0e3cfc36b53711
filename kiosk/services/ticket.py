"""The way to a person: a number, a reason, and a case when an officer has to look at two photos."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.domain.reasons import ReferReason
from kiosk.domain.ticket import TicketState, office_day
from kiosk.domain.visit import REFERABLE, Event, Step
from kiosk.models.case import CaseState, ReviewCase
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit, VisitEnd
from kiosk.services import audit, codes, printing
from kiosk.services.kiosk import Kiosk
from kiosk.services.visit import advance


@dataclass(frozen=True)
class Evidence:
    """What an officer needs to decide about a face: the selfie (JPEG), its template, and the distance."""

    selfie: bytes
    template: bytes
    distance: float
    attempts: int


def refer(
    kiosk: Kiosk,
    visit_id: str,
    came_from: Step,
    reason: ReferReason | None,
    evidence: Evidence | None = None,
) -> Visit:
    """Give a ticket and print it. Without a `reason` the one that the server already knows counts.

    With `evidence` a case is opened for the officer page. The ticket is committed first; printing never
    decides anything.
    """
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is not came_from or visit.step not in REFERABLE:
            return visit
        visit.refer_reason = reason or visit.refer_reason or ReferReason.WANTS_PERSON
        ticket = _issue(kiosk, session, visit, visit.refer_reason)
        if evidence is not None:
            _open_case(kiosk, session, visit, ticket, evidence)
        visit.end = VisitEnd.TICKET
        visit.paper = printing.PRINTING
        advance(kiosk, session, visit, Event.REFERRED)
    kiosk.background(lambda: printing.print_ticket(kiosk, visit_id))
    return visit


def newest(kiosk: Kiosk, visit_id: str) -> Ticket | None:  # noqa: ARG001
    """Return the visit's newest ticket."""
    with reading() as session:
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


def _open_case(kiosk: Kiosk, session: Session, visit: Visit, ticket: Ticket, evidence: Evidence) -> None:
    case = ReviewCase(
        id=codes.new_id(12),
        visit_id=visit.id,
        ticket_id=ticket.id,
        reason=ticket.reason,
        distance=evidence.distance,
        attempts=evidence.attempts,
        nik=visit.nik,
        name=visit.name,
        nik_warnings=visit.nik_warnings,
        selfie=evidence.selfie,
        register_photo=visit.register_photo,
        selfie_template=evidence.template,
        opened_at=kiosk.clock.now(),
        state=CaseState.OPEN,
    )
    session.add(case)
    session.flush()
    audit.record(kiosk, session, Action.CASE_OPENED, visit.id, case=case.id, reason=ticket.reason)
