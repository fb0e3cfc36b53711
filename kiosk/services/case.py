"""Cases on the officer page: two photos, one look at a time written down, one decision that counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, load_only

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.domain.review import APPROVING, NOTE_MAX, DecisionReason
from kiosk.domain.ticket import TicketState, office_day
from kiosk.domain.visit import Step
from kiosk.models.case import CaseState, ReviewCase
from kiosk.models.officer import Officer
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit
from kiosk.services import audit
from kiosk.services.kiosk import Kiosk


class Which(StrEnum):
    """The two photos of a case."""

    SELFIE = "selfie"
    REGISTER = "register"


@dataclass(frozen=True)
class Listed:
    """A line of the list, which is asked for every 5 s: of the case only what is not personal is loaded."""

    case: ReviewCase
    ticket: Ticket


@dataclass(frozen=True)
class Seen:
    """A case that an officer looks at. `is_open` is False once it is decided or its visit is over;
    `decided_by` is the display name of whoever decided."""

    case: ReviewCase
    ticket: Ticket
    is_open: bool
    decided_by: str | None


@dataclass(frozen=True)
class Decided:
    """This decision counts."""

    state: CaseState


@dataclass(frozen=True)
class AlreadyDecided:
    """Somebody was faster: his name, and what he decided."""

    by: str
    state: CaseState


class NotDecided(StrEnum):
    """Why a decision was not taken; nothing has changed then."""

    UNKNOWN_CASE = "unknown_case"
    VISIT_OVER = "visit_over"
    NOT_THIS_REASON = "not_this_reason"
    NOTE_TOO_LONG = "note_too_long"


def open_cases(kiosk: Kiosk) -> list[Listed]:
    """Return today's cases that wait for a decision, the longest waiting first."""
    question = (
        sa.select(ReviewCase, Ticket)
        .join(Ticket, Ticket.id == ReviewCase.ticket_id)
        .join(Visit, Visit.id == ReviewCase.visit_id)
        .where(ReviewCase.state == CaseState.OPEN, *_still_waits(_today(kiosk)))
        .order_by(ReviewCase.opened_at, Ticket.serial)
        .options(load_only(ReviewCase.reason, ReviewCase.opened_at, ReviewCase.state, raiseload=True))
    )
    with reading() as session:
        return [Listed(case, ticket) for case, ticket in session.execute(question)]


def waiting_tickets(kiosk: Kiosk) -> list[Ticket]:
    """Return today's waiting tickets without a case, lowest number first: the counter serves them."""
    question = (
        sa.select(Ticket)
        .join(Visit, Visit.id == Ticket.visit_id)
        .where(*_still_waits(_today(kiosk)))
        .where(~sa.exists().where(ReviewCase.ticket_id == Ticket.id))
        .order_by(Ticket.serial)
    )
    with reading() as session:
        return list(session.scalars(question))


def see(kiosk: Kiosk, officer: Officer, case_id: str) -> Seen | None:
    """Return a case with everything an officer needs, and write down that he has looked at it."""
    with audit.verb(kiosk) as session:
        case = session.get(ReviewCase, case_id)
        if case is None:
            return None
        ticket = session.get_one(Ticket, case.ticket_id)
        audit.record(
            kiosk, session, Action.CASE_SEEN, case.visit_id, case=case.id, officer=officer.id, what="case"
        )
        return Seen(case, ticket, _is_open(session, case, ticket), _decider(session, case))


def photo(kiosk: Kiosk, officer: Officer, case_id: str, which: Which) -> bytes | None:
    """Return one photo (JPEG) of a case that is open, and write down who has looked at it; else None."""
    with audit.verb(kiosk) as session:
        case = session.get(ReviewCase, case_id)
        if case is None or not _is_open(session, case, session.get_one(Ticket, case.ticket_id)):
            return None
        picture = case.selfie if which is Which.SELFIE else case.register_photo
        if picture is not None:
            audit.record(
                kiosk, session, Action.CASE_SEEN, case.visit_id, case=case.id, officer=officer.id, what=which
            )
        return picture


def decide(
    kiosk: Kiosk, officer: Officer, case_id: str, approve: bool, reason: DecisionReason, note: str
) -> Decided | AlreadyDecided | NotDecided:
    """Approve or refuse a case; of several decisions at one moment exactly one counts.

    Both photos are erased at once. After an approval the selfie's template stays until the ticket is used:
    the paper alone proves nothing, so whoever comes back is compared with it. After a refusal it goes too.
    """
    note = note.replace("\r\n", "\n").strip()
    if len(note) > NOTE_MAX:
        return NotDecided.NOTE_TOO_LONG
    if approve is not (reason in APPROVING):
        return NotDecided.NOT_THIS_REASON
    with audit.verb(kiosk) as session:
        case = session.get(ReviewCase, case_id)
        if case is None:
            return NotDecided.UNKNOWN_CASE
        decider = _decider(session, case)
        if decider is not None:
            return AlreadyDecided(decider, case.state)
        ticket = session.get_one(Ticket, case.ticket_id)
        if not _is_open(session, case, ticket):
            return NotDecided.VISIT_OVER
        case.state = CaseState.APPROVED if approve else CaseState.REFUSED
        case.decided_at = kiosk.clock.now()
        case.decided_by = officer.id
        case.decision_reason = reason
        case.note = note or None
        case.selfie = case.register_photo = None
        if not approve:
            case.selfie_template = None
        ticket.state = TicketState.APPROVED if approve else TicketState.REFUSED
        audit.record(
            kiosk,
            session,
            Action.CASE_DECIDED,
            case.visit_id,
            case=case.id,
            officer=officer.id,
            decision=case.state,
            reason=reason,
        )
        return Decided(case.state)


def _today(kiosk: Kiosk) -> date:
    return office_day(kiosk.clock.now(), kiosk.settings.zone)


def _still_waits(today: date) -> tuple[sa.ColumnElement[bool], ...]:
    return Ticket.day == today, Ticket.state == TicketState.WAITING, Visit.step == Step.TICKET


def _is_open(session: Session, case: ReviewCase, ticket: Ticket) -> bool:
    visit = session.get_one(Visit, case.visit_id)
    return case.state is CaseState.OPEN and ticket.state is TicketState.WAITING and visit.step is Step.TICKET


def _decider(session: Session, case: ReviewCase) -> str | None:
    return None if case.decided_by is None else session.get_one(Officer, case.decided_by).display_name
