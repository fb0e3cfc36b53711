"""Activation at the counter: the kiosk's own verbs and steps, with an officer's word for the camera's."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.adapters.authority import AuthorityDown
from kiosk.db import reading
from kiosk.domain import nik as niks
from kiosk.domain.audit import Action
from kiosk.domain.counter import Override
from kiosk.domain.reasons import ReferReason
from kiosk.domain.roles import May, may
from kiosk.domain.ticket import office_day
from kiosk.domain.visit import HOLDS_CONTACT, Channel, Event, Step
from kiosk.models.officer import Officer
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit, VisitEnd
from kiosk.services import activation, audit, nik
from kiosk.services import officer as officers
from kiosk.services import pin as pins
from kiosk.services import visit as visits
from kiosk.services.kiosk import Kiosk
from kiosk.services.override import NotDone, Problem, Word, form_problem, is_own, keep
from kiosk.services.review import has_vouched_before
from kiosk.services.visit import advance

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prefill:
    """What the visit of a ticket still holds, offered in the forms; empty where it holds nothing."""

    nik: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Served:
    """A visit at the counter for its officer's eyes; `needs_second`: his word stands for this NIK already."""

    visit: Visit
    ticket: Ticket | None
    prefill: Prefill
    needs_second: bool


@dataclass(frozen=True)
class Colleague:
    """The second of two who must agree: user name and PIN as typed in the same form."""

    username: str
    pin: str


def begin(kiosk: Kiosk, officer: Officer, language: str, ticket_id: str | None = None) -> Visit:
    """Begin a visit that `officer` makes for a resident; a ticket that is not of today is left out."""
    with reading() as session:
        ticket = None if ticket_id is None else session.get(Ticket, ticket_id)
    is_of_today = ticket is not None and ticket.day == _today(kiosk)
    return visits.start(kiosk, language, officer, ticket_id if is_of_today else None)


def find(kiosk: Kiosk, officer: Officer, visit_id: str) -> Visit | None:  # noqa: ARG001
    """Return a visit that this officer has opened at the counter, also one that is over; else None."""
    with reading() as session:
        visit = session.get(Visit, visit_id)
    is_his = visit is not None and visit.channel is Channel.COUNTER and visit.opened_by == officer.id
    return visit if is_his else None


def open_visits(kiosk: Kiosk, officer: Officer) -> list[Visit]:  # noqa: ARG001
    """Return the officer's visits that are not over, the newest first."""
    with reading() as session:
        return list(
            session.scalars(
                sa.select(Visit)
                .where(Visit.opened_by == officer.id, Visit.ended_at.is_(None))
                .order_by(Visit.started_at.desc())
            )
        )


def ticket_of(kiosk: Kiosk, ticket_id: str) -> Ticket | None:
    """Return a ticket of today, with which somebody comes to the counter."""
    with reading() as session:
        ticket = session.get(Ticket, ticket_id)
    return ticket if ticket is not None and ticket.day == _today(kiosk) else None


def see(kiosk: Kiosk, officer: Officer, visit_id: str) -> Served:
    """Return a visit with everything its step shows, and write down that personal data were looked at."""
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        ticket = None if visit.from_ticket is None else session.get(Ticket, visit.from_ticket)
        prefill = _prefill(session, visit, ticket)
        if visit.step in HOLDS_CONTACT or visit.nik or prefill != Prefill():
            audit.record(kiosk, session, Action.VISIT_SEEN, visit.id, officer=officer.id, what=visit.step)
        return Served(visit, ticket, prefill, has_vouched_before(session, officer.id, visit.nik_hash))


def _prefill(session: Session, visit: Visit, ticket: Ticket | None) -> Prefill:
    if ticket is None or visit.step not in (Step.NIK, Step.EMAIL, Step.PHONE):
        return Prefill()
    held = session.get_one(Visit, ticket.visit_id)
    if visit.step is Step.NIK:
        return Prefill(nik=held.nik or "")
    # Typed over with somebody else's NIK, the ticket's address must not get that person's code.
    if held.nik_hash != visit.nik_hash:
        return Prefill()
    return Prefill(email=held.email or "", phone=held.phone or "")


def photo(kiosk: Kiosk, officer: Officer, visit_id: str) -> bytes | None:
    """Return the register photo (JPEG) that the visit still holds, and write the look down; else None."""
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.register_photo is not None:
            audit.record(kiosk, session, Action.VISIT_SEEN, visit.id, officer=officer.id, what="photo")
        return visit.register_photo


def enter_nik(
    kiosk: Kiosk, officer: Officer, visit_id: str, came_from: Step, text: str
) -> Visit | nik.Refused | NotDone:
    """Keep the NIK for reading back; the officer's own is refused, because nobody serves himself."""
    if not niks.problems(text):
        nik_hash = kiosk.keys.nik_hash(niks.clean(text))
        with audit.verb(kiosk) as session:
            if is_own(session, officer.id, nik_hash):
                subject = officers.subject_of(officer)
                audit.record(kiosk, session, Action.OFFICER_REFUSED, subject, what="own_nik")
                return NotDone(Problem.OWN_NIK)
    return nik.enter(kiosk, visit_id, came_from, text)


def vouch(
    kiosk: Kiosk,
    officer: Officer,
    visit_id: str,
    came_from: Step,
    word: Word,
    colleague: Colleague | None = None,
) -> Visit | NotDone:
    """Let the officer's word stand for the face, and offer the activation; who is active elsewhere is told.

    An authority that does not answer changes nothing, so that it can be tried again at once.
    """
    problem = form_problem(Override.VOUCH, word)
    if problem is not None:
        return problem
    stands = _may_vouch(officer, visit_id, came_from)
    if isinstance(stands, NotDone):
        return stands
    refused = pins.confirm(kiosk, officer, word.pin)
    if refused is not None:
        return NotDone(Problem.PIN, refused)
    second = _second(kiosk, officer, stands, colleague) if stands.needs_second else None
    if isinstance(second, NotDone):
        return second
    try:
        is_active = kiosk.adapters.authority.is_active(stands.nik, kiosk.settings.adapter_deadline_seconds)
    except AuthorityDown:
        log.warning("authority did not answer to is_active")
        return NotDone(Problem.AUTHORITY_UNREACHABLE)
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        has_changed = visit.nik_hash != stands.nik_hash
        if has_changed or visit.step is not came_from or visit.step is not Step.CONTACT_CHECK:
            return NotDone(Problem.MOVED_ON)
        if second is None and has_vouched_before(session, officer.id, visit.nik_hash):
            return NotDone(Problem.SECOND_NEEDED)
        keep(kiosk, session, officer, visit, Override.VOUCH, word, second)
        advance(kiosk, session, visit, Event.OFFICER_VOUCHED)
        if is_active:
            visit.refer_reason = ReferReason.ALREADY_ACTIVE
            advance(kiosk, session, visit, Event.IS_ACTIVE_ELSEWHERE)
    return visit if is_active else activation.offer(kiosk, visit_id)


@dataclass(frozen=True)
class _Stands:
    nik: str
    nik_hash: str
    needs_second: bool


def _may_vouch(officer: Officer, visit_id: str, came_from: Step) -> _Stands | NotDone:
    with reading() as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is not came_from or visit.step is not Step.CONTACT_CHECK:
            return NotDone(Problem.MOVED_ON)
        if visit.opened_by != officer.id or visit.nik is None or visit.nik_hash is None:
            return NotDone(Problem.MOVED_ON)
        if is_own(session, officer.id, visit.nik_hash):
            return NotDone(Problem.OWN_NIK)
        needs_second = has_vouched_before(session, officer.id, visit.nik_hash)
        return _Stands(visit.nik, visit.nik_hash, needs_second)


def _second(
    kiosk: Kiosk, officer: Officer, stands: _Stands, colleague: Colleague | None
) -> Officer | NotDone:
    """The colleague who agrees: another one who may serve at a counter, with his PIN, not about himself."""
    if colleague is None or not colleague.username.strip():
        return NotDone(Problem.SECOND_NEEDED)
    with reading() as session:
        found = session.scalar(
            sa.select(Officer).where(
                Officer.username == colleague.username.strip().casefold(),
                Officer.active,
                Officer.id != officer.id,
            )
        )
    if found is None or not may(found.role, May.COUNTER):
        return NotDone(Problem.SECOND_UNKNOWN)
    if found.nik_hash == stands.nik_hash:
        return NotDone(Problem.SECOND_OWN_NIK)
    refused = pins.confirm(kiosk, found, colleague.pin)
    return found if refused is None else NotDone(Problem.SECOND_PIN, refused)


def end(kiosk: Kiosk, visit_id: str) -> Visit:
    """End a visit at the counter. Who has no phone was told what he can do, and is counted so."""
    with reading() as session:
        visit = session.get_one(Visit, visit_id)
    if visit.step is not Step.WANTS_PERSON:
        return visits.leave(kiosk, visit_id)
    return visits.leave(kiosk, visit_id, VisitEnd.INFORMED)


def _today(kiosk: Kiosk) -> date:
    return office_day(kiosk.clock.now(), kiosk.settings.zone)
