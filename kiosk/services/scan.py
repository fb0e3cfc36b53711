"""What a scanned code does: tells where a ticket stands, fills in what the phone has sent, takes up a pause.

Nothing here says whose a code is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.domain.preregistration import State
from kiosk.domain.queue import Happening, follow
from kiosk.domain.reasons import OF_LIVENESS
from kiosk.domain.scan import Happens, happens
from kiosk.domain.ticket import TicketState, office_day
from kiosk.domain.visit import Event, Step
from kiosk.models.case import CaseState, ReviewCase
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit
from kiosk.services import audit, codes, pause, preregistration, queue, terminal_state
from kiosk.services import case as cases
from kiosk.services import visit as visits
from kiosk.services.codes import Kind
from kiosk.services.kiosk import Kiosk


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
    FOR_PHONE = "for_phone"
    REGISTRATION_USED = "registration_used"
    REGISTRATION_EXPIRED = "registration_expired"
    REGISTRATION_NOT_NOW = "registration_not_now"
    PAUSE_OVER = "pause_over"
    PAUSE_NOT_NOW = "pause_not_now"
    CLOSED = "closed"


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


@dataclass(frozen=True)
class Told:
    """Something to be said; over the screen (`is_note`) while somebody's visit stands there."""

    result: ScanResult
    is_note: bool


def take(kiosk: Kiosk, visit_id: str | None, text: str) -> Visit | Told | None:
    """Do what `text` (any text at all) calls for where the screen stands: `domain/scan.py` has the table.

    Returns the visit that goes on here with it, what is to be said, or None for a badge, which `help.py`
    hears. A visit that holds anything of somebody is never left for it.
    """
    own = codes.read(kiosk.keys, text)
    if text.startswith(f"{Kind.BADGE}."):
        return None
    with reading() as session:
        visit = None if visit_id is None else session.get(Visit, visit_id)
    happening = happens(_step(visit), None if own is None else own.kind)
    if own is None or happening in (Happens.TELL, Happens.NOTE, Happens.HELP):
        return Told(read(kiosk, text), is_note=visit is not None)
    if happening in (Happens.BEGIN, Happens.RESUME) and terminal_state.closed_message(kiosk) is not None:
        return Told(ScanResult(Seen.CLOSED), is_note=visit is not None)
    with audit.verb(kiosk) as session:
        # Between the look and the lock the visit may have moved on: the table is asked again.
        present = None if visit is None else session.get_one(Visit, visit.id)
        if happens(_step(present), own.kind) is not happening:
            return present
        answer = _do(kiosk, session, happening, own.id, present)
    return Told(answer, is_note=visit is not None) if isinstance(answer, ScanResult) else answer


def _step(visit: Visit | None) -> Step | None:
    return None if visit is None else visit.step


def _do(
    kiosk: Kiosk, session: Session, happening: Happens, id_: str, present: Visit | None
) -> Visit | ScanResult:
    if happening is Happens.RESUME:
        return _take_up(kiosk, session, id_, present)
    row = preregistration.find_open(kiosk, session, id_)
    if isinstance(row, State):
        return ScanResult(Seen.REGISTRATION_USED if row is State.USED else Seen.REGISTRATION_EXPIRED)
    if present is None or happening is Happens.BEGIN:
        present = visits.start_in(kiosk, session, row.language)
    present.preregistered = row.id
    present.last_activity_at = kiosk.clock.now()
    if happening is Happens.FILL and preregistration.take_over(kiosk, session, present):
        visits.advance(kiosk, session, present, Event.NIK_KNOWN)
    return present


def _take_up(kiosk: Kiosk, session: Session, key: str, present: Visit | None) -> Visit | ScanResult:
    paused = session.scalar(sa.select(Visit).where(Visit.pause_key == key))
    if paused is None or pause.is_over(kiosk, paused):
        return ScanResult(Seen.PAUSE_OVER)
    if present is not None and present.id != paused.id:
        visits.leave_in(kiosk, session, present)
    pause.resume_in(kiosk, session, paused)
    return paused


def read(kiosk: Kiosk, text: str) -> ScanResult:
    """Say what `text` (any text at all) stands for."""
    own = codes.read(kiosk.keys, text)
    match own:
        case None if text.startswith(f"{kiosk.settings.public_url}/"):
            return ScanResult(Seen.FOR_PHONE)
        case codes.OwnCode(Kind.PREREGISTRATION):
            return ScanResult(Seen.REGISTRATION_NOT_NOW)
        case codes.OwnCode(Kind.PAUSE):
            return ScanResult(Seen.PAUSE_NOT_NOW)
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

    The paper alone proves nothing, so the new selfie is compared with the one that the officer approved. He
    who has met the person has seen that he lives: no turns are asked for then.
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
        visits.advance(kiosk, session, visit, Event.OFFICER_APPROVED)
        visit.face_template = template
        visit.liveness_waived = case.reason in OF_LIVENESS
    return visit
