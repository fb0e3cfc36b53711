"""Cases: opened where the kiosk may not decide, listed for the officers, closed together with their visit.

What officers do with them stands in `review.py`, what the resident sees meanwhile in `waiting.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session, load_only

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.domain.queue import Happening, follow
from kiosk.domain.reasons import NEEDS_REVIEW, RESUMABLE, ReferReason
from kiosk.domain.review import is_held, seconds_left
from kiosk.domain.ticket import TicketState, office_day
from kiosk.domain.visit import Step
from kiosk.models.case import CaseState, ReviewCase
from kiosk.models.officer import Officer
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit
from kiosk.services import audit, codes
from kiosk.services.kiosk import Kiosk

UNDECIDED: frozenset[CaseState] = frozenset({CaseState.OPEN, CaseState.SECOND, CaseState.APPROVING})

IN_THE_HALL: frozenset[TicketState] = frozenset(
    {TicketState.WAITING, TicketState.CALLED, TicketState.SKIPPED}
)
"""Tickets whose holders are still to be served."""


NOT_PERSONAL = (
    ReviewCase.visit_id,
    ReviewCase.ticket_id,
    ReviewCase.reason,
    ReviewCase.opened_at,
    ReviewCase.state,
    ReviewCase.held_by,
    ReviewCase.held_at,
    ReviewCase.first_by,
    ReviewCase.decided_by,
    ReviewCase.decided_at,
    ReviewCase.used_at,
)
"""Columns that a list or a poll may load."""


@dataclass(frozen=True)
class Evidence:
    """What an officer needs to decide about a face: the selfie (JPEG), its template, and the distance."""

    selfie: bytes
    template: bytes
    distance: float
    attempts: int


def open_case(
    kiosk: Kiosk,
    session: Session,
    visit: Visit,
    reason: ReferReason,
    evidence: Evidence | None = None,
    ticket: Ticket | None = None,
) -> ReviewCase | None:
    """Open a case for `visit`, before it leaves the step that holds its photos; None without a NIK.

    Without `evidence` no face was in doubt, or none was seen yet: who goes on later is then known by the
    template that the visit was compared with. Without a `ticket` the resident waits at the kiosk.
    """
    if visit.nik is None:
        return None
    template = visit.face_template if evidence is None else evidence.template
    case = ReviewCase(
        id=codes.new_id(12),
        visit_id=visit.id,
        ticket_id=None if ticket is None else ticket.id,
        reason=reason,
        distance=None if evidence is None else evidence.distance,
        attempts=0 if evidence is None else evidence.attempts,
        nik=visit.nik,
        nik_hash=visit.nik_hash,
        name=visit.name,
        nik_warnings=visit.nik_warnings,
        selfie=None if evidence is None else evidence.selfie,
        register_photo=visit.register_photo,
        selfie_template=template if reason in RESUMABLE else None,
        opened_at=kiosk.clock.now(),
        state=CaseState.OPEN,
    )
    session.add(case)
    session.flush()
    audit.record(kiosk, session, Action.CASE_OPENED, visit.id, case=case.id, reason=reason)
    return case


def current(session: Session, visit_id: str) -> ReviewCase | None:
    """Return the visit's case that may still lead somewhere: undecided, or decided and not gone on with.

    What is personal in it is loaded only when it is asked for: a poll needs none of it.
    """
    return session.scalar(
        sa.select(ReviewCase)
        .where(
            ReviewCase.visit_id == visit_id,
            ReviewCase.used_at.is_(None),
            ReviewCase.state != CaseState.OVER,
        )
        .order_by(ReviewCase.opened_at.desc())
        .options(load_only(*NOT_PERSONAL))
        .limit(1)
    )


def give_ticket(
    kiosk: Kiosk, session: Session, visit: Visit, ticket: Ticket, evidence: Evidence | None
) -> None:
    """Tie a new ticket to the case that its resident has waited for, or open one if its reason needs it."""
    case = current(session, visit.id)
    if case is None:
        if ticket.reason in NEEDS_REVIEW:
            open_case(kiosk, session, visit, ticket.reason, evidence, ticket)
        return
    case.ticket_id = ticket.id
    tell_ticket(case, ticket)


def tell_ticket(case: ReviewCase, ticket: Ticket) -> None:
    """Let a ticket show what was decided, by the queue's own rules."""
    if case.state not in UNDECIDED | {CaseState.OVER} and ticket.state in IN_THE_HALL:
        is_yes = case.state is CaseState.APPROVED
        ticket.state = follow(ticket.state, Happening.CASE_APPROVED if is_yes else Happening.CASE_REFUSED)


def use(kiosk: Kiosk, case: ReviewCase) -> bytes | None:
    """Let its resident go on with an approved case, once; return the face that he is known by."""
    template, case.selfie_template = case.selfie_template, None
    case.used_at = kiosk.clock.now()
    return template


def close(kiosk: Kiosk, session: Session, visit: Visit) -> None:
    """End what is left of the cases of a visit that has ended: nobody decides about it, nothing is kept."""
    for case in session.scalars(
        sa.select(ReviewCase)
        .where(ReviewCase.visit_id == visit.id, ReviewCase.used_at.is_(None))
        .options(load_only(ReviewCase.state))
    ):
        case.selfie_template = None
        if case.state in UNDECIDED:
            case.state = CaseState.OVER
            case.selfie = case.register_photo = case.nik = case.name = None
            audit.record(kiosk, session, Action.CASE_OVER, visit.id, case=case.id)


@dataclass(frozen=True)
class Listed:
    """A line of the list, which is asked for every few seconds: of the case only what is not personal is
    loaded. Without a `ticket` its resident waits at `terminal`, for `seconds_left` more; `held_by` is the
    display name of whoever has it open."""

    case: ReviewCase
    ticket: Ticket | None
    terminal: str
    seconds_left: int | None
    held_by: str | None

    @property
    def number(self) -> str:
        """What officers call it: the ticket's number, or the terminal where its resident stands."""
        return self.terminal if self.ticket is None else self.ticket.number


def open_cases(kiosk: Kiosk) -> list[Listed]:
    """Return today's undecided cases: first those at a kiosk, then the longest waiting."""
    question = (
        sa.select(ReviewCase, Ticket, Visit.terminal, Officer.display_name)
        .join(Visit, Visit.id == ReviewCase.visit_id)
        .outerjoin(Ticket, Ticket.id == ReviewCase.ticket_id)
        .outerjoin(Officer, Officer.id == ReviewCase.held_by)
        .where(
            ReviewCase.opened_at >= _day_began(kiosk),
            ReviewCase.state.in_(UNDECIDED),
            Visit.step.in_((Step.WAITING_FOR_OFFICER, Step.TICKET)),
            sa.or_(ReviewCase.ticket_id.is_(None), Ticket.state.in_(IN_THE_HALL)),
        )
        .order_by(ReviewCase.ticket_id.is_not(None), ReviewCase.opened_at, Ticket.serial)
        .options(load_only(*NOT_PERSONAL, raiseload=True))
    )
    now = kiosk.clock.now()
    with reading() as session:
        return [
            Listed(
                case,
                ticket,
                terminal,
                None
                if ticket is not None
                else seconds_left(case.opened_at, now, kiosk.settings.officer_wait_seconds),
                holder if is_held(case.held_at, now) else None,
            )
            for case, ticket, terminal, holder in session.execute(question)
        ]


def _today(kiosk: Kiosk) -> date:
    return office_day(kiosk.clock.now(), kiosk.settings.zone)


def _day_began(kiosk: Kiosk) -> datetime:
    return datetime.combine(_today(kiosk), time.min, kiosk.settings.zone).astimezone(UTC)
