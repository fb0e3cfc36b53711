"""What a scanned code tells: where a ticket or an activation stands, without anything personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.domain.queue import Happening, follow
from kiosk.domain.ticket import TicketState, office_day
from kiosk.domain.visit import Event, Step
from kiosk.models.case import CaseState, ReviewCase
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit
from kiosk.services import audit, codes, queue
from kiosk.services import case as cases
from kiosk.services.codes import Kind
from kiosk.services.kiosk import Kiosk
from kiosk.services.visit import advance


class Seen(StrEnum):
    """What a code turned out to be."""

    NOT_OURS = "not_ours"
    TICKET_WAITING = "ticket_waiting"
    TICKET_CALLED = "ticket_called"
    TICKET_SKIPPED = "ticket_skipped"
    TICKET_RESUMES = "ticket_resumes"
    TICKET_REFUSED = "ticket_refused"
    TICKET_USED = "ticket_used"
    TICKET_OLD = "ticket_old"
    RECEIPT = "receipt"


@dataclass(frozen=True)
class ScanResult:
    """What the screen shows: kind, the number or reference on the paper itself, and when.

    Of a ticket in the queue also how many people are `ahead`, and the `counter` that calls it, if one does.
    """

    seen: Seen
    label: str = ""
    at: datetime | None = None
    ahead: int = 0
    counter: str = ""


def read(kiosk: Kiosk, text: str) -> ScanResult:
    """Say what `text` (any text at all) stands for."""
    own = codes.read(kiosk.keys, text)
    match own:
        case codes.OwnCode(Kind.TICKET, id_):
            with reading() as session:
                return _ticket(kiosk, session, session.get(Ticket, id_))
        case codes.OwnCode(Kind.RECEIPT, reference):
            with reading() as session:
                visit = session.scalar(sa.select(Visit).where(Visit.reference == reference))
            if visit is not None:
                return ScanResult(Seen.RECEIPT, reference, visit.ended_at or visit.last_activity_at)
    return ScanResult(Seen.NOT_OURS)


_SEEN = {
    TicketState.WAITING: Seen.TICKET_WAITING,
    TicketState.CALLED: Seen.TICKET_CALLED,
    TicketState.SKIPPED: Seen.TICKET_SKIPPED,
    TicketState.APPROVED: Seen.TICKET_RESUMES,
    TicketState.REFUSED: Seen.TICKET_REFUSED,
    TicketState.DONE: Seen.TICKET_USED,
    TicketState.VOID: Seen.TICKET_OLD,
}


def _ticket(kiosk: Kiosk, session: Session, ticket: Ticket | None) -> ScanResult:
    if ticket is None:
        return ScanResult(Seen.NOT_OURS)
    if ticket.day != office_day(kiosk.clock.now(), kiosk.settings.zone):
        return ScanResult(Seen.TICKET_OLD, ticket.number, ticket.issued_at)
    return ScanResult(
        _SEEN[ticket.state],
        ticket.number,
        ticket.issued_at,
        ahead=queue.ahead(kiosk, session, ticket),
        counter=ticket.counter,
    )


def resume(kiosk: Kiosk, text: str) -> Visit | ScanResult:
    """Go on with a visit that an officer has approved: back to the camera, once.

    The paper alone proves nothing, so the new selfie is compared with the one that the officer approved.
    """
    own = codes.read(kiosk.keys, text)
    if own is None or own.kind is not Kind.TICKET:
        return ScanResult(Seen.NOT_OURS)
    with audit.verb(kiosk) as session:
        ticket = session.get(Ticket, own.id)
        result = _ticket(kiosk, session, ticket)
        if ticket is None or result.seen is not Seen.TICKET_RESUMES:
            return result
        case = session.scalar(
            sa.select(ReviewCase).where(
                ReviewCase.ticket_id == ticket.id, ReviewCase.state == CaseState.APPROVED
            )
        )
        visit = session.get_one(Visit, ticket.visit_id)
        if case is None or case.selfie_template is None or visit.step is not Step.TICKET:
            return ScanResult(Seen.TICKET_OLD, ticket.number, ticket.issued_at)
        template = cases.use(kiosk, case)
        ticket.state = follow(ticket.state, Happening.WENT_BACK)
        visit.resumed_at = kiosk.clock.now()
        visit.terminal = kiosk.settings.terminal
        visit.end = visit.refer_reason = None
        audit.record(kiosk, session, Action.TICKET_USED, visit.id, ticket=ticket.id)
        advance(kiosk, session, visit, Event.OFFICER_APPROVED)
        visit.face_template = template
    return visit
