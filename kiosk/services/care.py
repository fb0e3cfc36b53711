"""Care for an activation that is under way or done: found again, and put right with an officer's own word."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import force_locale
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.activation import ActivationState
from kiosk.domain.audit import Action
from kiosk.domain.counter import By, LostReason, LostRefusal, Override, Sought, possible
from kiosk.domain.reasons import ReferReason
from kiosk.domain.ticket import TicketState, office_day
from kiosk.domain.visit import CLOSED, Channel, Step
from kiosk.hardware.printer import Outcome
from kiosk.models.activation import Activation
from kiosk.models.officer import Officer
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit, VisitHelp
from kiosk.services import activation, audit, lost_phone, printing
from kiosk.services import officer as officers
from kiosk.services import pin as pins
from kiosk.services import ticket as tickets
from kiosk.services import visit as visits
from kiosk.services.contact import Refused, email_problem
from kiosk.services.kiosk import Kiosk
from kiosk.services.lost_phone import NotDeactivated
from kiosk.services.override import NotDone, Problem, Word, form_problem, is_own, keep
from kiosk.services.review import has_vouched_before

SHOWN_AT_MOST = 10
"""Visits of one NIK that are listed, the newest first; whoever was here more often is known by name."""


@dataclass(frozen=True)
class Found:
    """One line of what was found: when, where it stands; nothing personal."""

    visit: Visit
    ticket: Ticket | None


@dataclass(frozen=True)
class Cared:
    """A visit as the officer sees it: where it stands, its newest ticket, its offer, and what can be done."""

    visit: Visit
    ticket: Ticket | None
    activation: Activation | None
    possible: tuple[Override, ...]


def find(kiosk: Kiosk, officer: Officer, what: Sought) -> list[Found]:
    """Return the visits that a number stands for, and write down who has looked for them.

    A ticket's number counts today only; by NIK the newest come first.
    """
    question = sa.select(Visit, Ticket).outerjoin(Ticket, Ticket.visit_id == Visit.id)
    match what.by:
        case By.TICKET:
            today = office_day(kiosk.clock.now(), kiosk.settings.zone)
            question = question.where(Ticket.day == today, Ticket.serial == int(what.value))
        case By.REFERENCE:
            question = question.where(Visit.reference == what.value)
        case By.NIK:
            question = question.where(Visit.nik_hash == kiosk.keys.nik_hash(what.value))
    question = question.order_by(Visit.started_at.desc(), Ticket.issued_at.desc()).limit(SHOWN_AT_MOST * 2)
    with audit.verb(kiosk) as session:
        found: dict[str, Found] = {}
        for visit, ticket in session.execute(question):
            found.setdefault(visit.id, Found(visit, ticket))
        lines = list(found.values())[:SHOWN_AT_MOST]
        subject = officers.subject_of(officer)
        audit.record(kiosk, session, Action.VISIT_SOUGHT, subject, by=what.by, found=len(lines))
    return lines


def see(kiosk: Kiosk, officer: Officer, visit_id: str) -> Cared | None:
    """Return a visit for its page, and write down that an officer has looked at it."""
    with audit.verb(kiosk) as session:
        cared = _cared(kiosk, session, visit_id)
        if cared is not None:
            step = cared.visit.step
            audit.record(kiosk, session, Action.VISIT_SEEN, visit_id, officer=officer.id, what=step)
        return cared


def standing(kiosk: Kiosk, visit_id: str) -> Cared | None:
    """The same for a poll, which shows nobody anything new about a person."""
    with reading() as session:
        return _cared(kiosk, session, visit_id)


def _cared(kiosk: Kiosk, session: Session, visit_id: str) -> Cared | None:
    visit = session.get(Visit, visit_id)
    if visit is None:
        return None
    ticket = tickets.newest_in(session, visit_id)
    offered = activation.current_in(session, visit_id)
    can = possible(
        visit.step,
        is_in_use=activation.is_being_used(session, visit_id),
        has_receipt=visit.reference is not None,
        has_ticket=ticket is not None and _is_valid(kiosk, ticket),
        has_nik=visit.nik is not None,
        is_active_elsewhere=visit.refer_reason is ReferReason.ALREADY_ACTIVE and visit.step not in CLOSED,
    )
    return Cared(visit, ticket, offered, can)


def _is_valid(kiosk: Kiosk, ticket: Ticket) -> bool:
    is_of_today = ticket.day == office_day(kiosk.clock.now(), kiosk.settings.zone)
    return is_of_today and ticket.state not in (TicketState.DONE, TicketState.VOID)


def renew(kiosk: Kiosk, officer: Officer, visit_id: str, word: Word) -> Visit | NotDone:
    """Offer a new QR with a new code, also when the resident's own renewals are used up."""
    step = _given(kiosk, officer, visit_id, Override.RENEW, word)
    if isinstance(step, NotDone):
        return step
    return _offered(kiosk, activation.renew(kiosk, visit_id, step, by_officer=True))


def revoke(kiosk: Kiosk, officer: Officer, visit_id: str, word: Word) -> Visit | NotDone:
    """Make what is offered void. The kiosk's resident gets a ticket; a visit at a counter ends."""
    step = _given(kiosk, officer, visit_id, Override.REVOKE, word)
    if isinstance(step, NotDone):
        return step
    with reading() as session:
        is_at_counter = session.get_one(Visit, visit_id).channel is Channel.COUNTER
    if is_at_counter:
        return visits.leave(kiosk, visit_id)
    return tickets.refer(kiosk, visit_id, step, ReferReason.SENT_BY_OFFICER)


def correct_email(
    kiosk: Kiosk, officer: Officer, visit_id: str, text: str, word: Word
) -> Visit | NotDone | Refused:
    """Send a new code to another address; what reaches the old one is void."""
    problem = email_problem(text)
    if problem is not None:
        with reading() as session:
            return Refused(session.get_one(Visit, visit_id), problem)
    step = _given(kiosk, officer, visit_id, Override.CORRECT_EMAIL, word)
    if isinstance(step, NotDone):
        return step
    answer = activation.correct_email(kiosk, visit_id, step, text, by_officer=True)
    return answer if isinstance(answer, Refused) else _offered(kiosk, answer)


def _offered(kiosk: Kiosk, visit: Visit) -> Visit | NotDone:
    """The visit if there is a new code now; nobody may be told so while the authority has not agreed."""
    offer = activation.current(kiosk, visit.id)
    is_open = offer is not None and offer.state is ActivationState.OPEN
    return visit if is_open else NotDone(Problem.NOT_OFFERED)


def reprint(kiosk: Kiosk, officer: Officer, visit_id: str, word: Word) -> Outcome | NotDone:
    """Print the visit's own paper once more, marked as a copy, while the officer waits.

    Of a visit that was activated it is the receipt, else the ticket that is still worth something.
    """
    step = _given(kiosk, officer, visit_id, Override.REPRINT, word)
    if isinstance(step, NotDone):
        return step
    with reading() as session:
        cared = _cared(kiosk, session, visit_id)
    assert cared is not None  # `_given` has found it
    visit, offered = cared.visit, cared.activation
    done_at = None if offered is None else offered.activated_at
    with force_locale(visit.language):
        paper = printing.receipt_of(kiosk, visit, done_at or visit.last_activity_at, is_copy=True)
        if paper is None:
            assert cared.ticket is not None  # without a receipt `possible` asks for one
            paper = printing.ticket_of(kiosk, cared.ticket, is_copy=True)
    return printing.print_sheet(kiosk, officer, paper, "copy", visit_id)


def deactivate(kiosk: Kiosk, officer: Officer, visit_id: str, word: Word) -> Visit | NotDeactivated | NotDone:
    """Take the IKD off the phone that the visit's resident has lost; a visit that stood before it goes on.

    Going on is a yes. So whoever has said yes to this NIK before, or has helped in this visit with his badge,
    leaves it to another officer, as in a case; at a counter that was asked when he vouched.
    """
    with reading() as session:
        visit = session.get_one(Visit, visit_id)
        nik = visit.nik
        had_a_part = has_vouched_before(session, officer.id, visit.nik_hash) or (
            session.get(VisitHelp, (visit_id, officer.id)) is not None
        )
    if visit.channel is Channel.KIOSK and had_a_part:
        return NotDone(Problem.OTHER_OFFICER)
    allowed = _allowed(kiosk, officer, visit_id, Override.DEACTIVATE, word)
    if isinstance(allowed, NotDone):
        return allowed
    answer = lost_phone.deactivate(kiosk, officer, nik or "", LostReason(word.reason))
    if isinstance(answer, NotDeactivated) and answer.reason is not LostRefusal.NOT_ACTIVE:
        return answer
    # Active nowhere any more is what was wanted, whoever has done it.
    return lost_phone.go_on(kiosk, visit_id)


def _allowed(kiosk: Kiosk, officer: Officer, visit_id: str, kind: Override, word: Word) -> Step | NotDone:
    """Whether the officer may, by form, visit and PIN; the step at which the visit then stands."""
    problem = form_problem(kind, word)
    if problem is not None:
        return problem
    with reading() as session:
        refused = _barred(kiosk, session, officer, visit_id, kind)
    if isinstance(refused, NotDone):
        return refused
    wrong = pins.confirm(kiosk, officer, word.pin)
    return refused if wrong is None else NotDone(Problem.PIN, wrong)


def _given(kiosk: Kiosk, officer: Officer, visit_id: str, kind: Override, word: Word) -> Step | NotDone:
    """Take an officer's word and write it down, before it takes effect at the step that is returned."""
    allowed = _allowed(kiosk, officer, visit_id, kind, word)
    if isinstance(allowed, NotDone):
        return allowed
    with audit.verb(kiosk) as session:
        still = _barred(kiosk, session, officer, visit_id, kind)
        if isinstance(still, NotDone):
            return still
        keep(kiosk, session, officer, session.get_one(Visit, visit_id), kind, word)
        return still


def _barred(
    kiosk: Kiosk, session: Session, officer: Officer, visit_id: str, kind: Override
) -> Step | NotDone:
    cared = _cared(kiosk, session, visit_id)
    if cared is None or kind not in cared.possible:
        return NotDone(Problem.MOVED_ON)
    if is_own(session, officer.id, cared.visit.nik_hash):
        return NotDone(Problem.OWN_NIK)
    return cared.visit.step
