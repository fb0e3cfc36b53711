"""How officers look at a case: held open for who came first, every look written down, nothing decided yet."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, load_only

from kiosk.adapters.regions import district_name, regency_name
from kiosk.adapters.register import RegisterDown
from kiosk.domain import review as rules
from kiosk.domain.audit import Action
from kiosk.domain.counter import Override
from kiosk.domain.eligibility import Person
from kiosk.domain.reasons import RESUMABLE
from kiosk.domain.review import Bar, Decision
from kiosk.domain.ticket import office_day
from kiosk.domain.visit import Step
from kiosk.models.case import CaseState, ReviewCase
from kiosk.models.counter import OfficerOverride
from kiosk.models.officer import Officer
from kiosk.models.ticket import Ticket
from kiosk.models.visit import FaceAttempt, Visit, VisitHelp
from kiosk.services import audit
from kiosk.services.case import IN_THE_HALL, NOT_PERSONAL, UNDECIDED
from kiosk.services.kiosk import Kiosk
from kiosk.services.redemption import SETTLE_AFTER

log = logging.getLogger(__name__)

REGISTER_SECONDS = 2.0
"""How long a page waits for the register: the officer can decide by the photos without it."""


@dataclass(frozen=True)
class News:
    """How a case stands, without anything personal: what an open page asks for every few seconds.

    `is_open` is False once it is decided or its visit is over. Names are display names: of who decided, of
    the first of two who must agree, of somebody else who has it open. `seconds_left` is how long its resident
    still waits at `terminal`; None when he has a ticket (or has left). `resumes`: a yes leads on at a kiosk.
    """

    case_id: str
    state: CaseState
    is_open: bool
    terminal: str
    ticket: Ticket | None
    seconds_left: int | None
    resumes: bool
    decided_by: str | None
    first_by: str | None
    held_by: str | None

    @property
    def number(self) -> str:
        """What officers call it: the ticket's number, or the terminal where its resident stands."""
        return self.terminal if self.ticket is None else self.ticket.number


@dataclass(frozen=True)
class Seen:
    """A case that an officer looks at; `bar` is why he may not decide about it at all.

    `attempts` are today's for this NIK, the oldest first. `person` is what the register says now; None also
    when it did not answer, which `is_register_silent` tells. `district` is the name of the one in the NIK,
    `domicile` that of the regency in the register; None for a code that is not known (any more).
    """

    case: ReviewCase
    news: News
    bar: Bar | None
    is_first: bool
    attempts: tuple[FaceAttempt, ...] = ()
    person: Person | None = None
    is_register_silent: bool = False
    district: str | None = None
    domicile: str | None = None


class Which(StrEnum):
    """The two photos of a case."""

    SELFIE = "selfie"
    REGISTER = "register"


def see(kiosk: Kiosk, officer: Officer, case_id: str) -> Seen | None:
    """Return a case with everything an officer needs, hold it for him, and write down that he has looked.

    The register is asked only while there is something to decide, and outside the transaction.
    """
    with audit.verb(kiosk) as session:
        case = session.get(ReviewCase, case_id)
        if case is None:
            return None
        visit = session.get_one(Visit, case.visit_id)
        _hold(kiosk, officer, case)
        audit.record(
            kiosk, session, Action.CASE_SEEN, case.visit_id, case=case.id, officer=officer.id, what="case"
        )
        seen = Seen(
            case,
            _news(kiosk, session, officer, case, visit),
            bar_of(session, officer, case, visit),
            case.first_by == officer.id,
            _attempts(kiosk, session, case),
        )
        asks = seen.news.is_open and case.nik is not None
        if asks:
            audit.record(kiosk, session, Action.LOOKUP, case.visit_id, nik=case.nik_hash, officer=officer.id)
    if not asks or case.nik is None:
        return seen
    seen = replace(seen, district=district_name(case.nik[:6]))
    try:
        person = kiosk.adapters.register.look_up(case.nik, REGISTER_SECONDS)
    except RegisterDown as error:
        log.warning("register at a case: %s", type(error).__name__)
        return replace(seen, is_register_silent=True)
    return replace(seen, person=person, domicile=None if person is None else regency_name(person.region))


def still(kiosk: Kiosk, officer: Officer, case_id: str) -> News | None:
    """Say how a case stands for a page that has it open, and hold it on; nothing personal is loaded."""
    with audit.verb(kiosk) as session:
        case = session.get(ReviewCase, case_id, options=[load_only(*NOT_PERSONAL, raiseload=True)])
        if case is None:
            return None
        _hold(kiosk, officer, case)
        return _news(kiosk, session, officer, case, session.get_one(Visit, case.visit_id))


def photo(kiosk: Kiosk, officer: Officer, case_id: str, which: Which) -> bytes | None:
    """Return one photo (JPEG) of a case that is open, and write down who has looked at it; else None.

    A register photo that the visit could not use, or keeps no longer, is asked for again.
    """
    with audit.verb(kiosk) as session:
        case = session.get(ReviewCase, case_id)
        if case is None or not is_open(kiosk, session, case):
            return None
        picture = case.selfie if which is Which.SELFIE else case.register_photo
        asks = picture is None and which is Which.REGISTER and case.nik is not None
        if picture is not None or asks:
            audit.record(
                kiosk, session, Action.CASE_SEEN, case.visit_id, case=case.id, officer=officer.id, what=which
            )
    if not asks or case.nik is None:
        return picture
    try:
        person = kiosk.adapters.register.look_up(case.nik, REGISTER_SECONDS)
    except RegisterDown as error:
        log.warning("register at a case: %s", type(error).__name__)
        return None
    return None if person is None else person.photo


def _hold(kiosk: Kiosk, officer: Officer, case: ReviewCase) -> None:
    """Hold an undecided case for whoever has come first, for as long as his page is heard of."""
    now = kiosk.clock.now()
    if case.state in UNDECIDED and (case.held_by == officer.id or not rules.is_held(case.held_at, now)):
        case.held_by, case.held_at = officer.id, now


def _news(kiosk: Kiosk, session: Session, officer: Officer, case: ReviewCase, visit: Visit) -> News:
    now = kiosk.clock.now()
    can_be_decided = is_open(kiosk, session, case)
    is_held = can_be_decided and case.held_by != officer.id and rules.is_held(case.held_at, now)
    waits_here = case.used_at is None and visit.step is Step.WAITING_FOR_OFFICER
    return News(
        case_id=case.id,
        state=case.state,
        is_open=can_be_decided,
        terminal=visit.terminal,
        ticket=None if case.ticket_id is None else session.get_one(Ticket, case.ticket_id),
        seconds_left=rules.seconds_left(case.opened_at, now, kiosk.settings.officer_wait_seconds)
        if waits_here
        else None,
        resumes=case.reason in RESUMABLE,
        decided_by=name_of(session, case.decided_by),
        first_by=name_of(session, case.first_by),
        held_by=name_of(session, case.held_by) if is_held else None,
    )


def _attempts(kiosk: Kiosk, session: Session, case: ReviewCase) -> tuple[FaceAttempt, ...]:
    if case.nik_hash is None:
        return ()
    today = office_day(kiosk.clock.now(), kiosk.settings.zone)
    return tuple(
        session.scalars(
            sa.select(FaceAttempt)
            .where(FaceAttempt.nik_hash == case.nik_hash, FaceAttempt.day == today)
            .order_by(FaceAttempt.id)
        )
    )


def is_open(kiosk: Kiosk, session: Session, case: ReviewCase) -> bool:
    """Whether anybody can decide. A deactivation whose answer never came is asked for again by deciding."""
    if case.state not in UNDECIDED:
        return False
    if case.state is CaseState.APPROVING and not _is_stuck(case.decided_at, kiosk.clock.now()):
        return False
    visit = session.get_one(Visit, case.visit_id)
    if case.ticket_id is None:
        return visit.step is Step.WAITING_FOR_OFFICER
    ticket = session.get_one(Ticket, case.ticket_id)
    return visit.step is Step.TICKET and ticket.state in IN_THE_HALL


def _is_stuck(decided_at: datetime | None, now: datetime) -> bool:
    return decided_at is None or not timedelta(0) <= now - decided_at < SETTLE_AFTER


def bar_of(
    session: Session, officer: Officer, case: ReviewCase, visit: Visit, decision: Decision | None = None
) -> Bar | None:
    """Why an officer may not take `decision`, or any at all; the rule is `domain.review.bar`."""
    own = session.get_one(Officer, officer.id).nik_hash
    return rules.bar(
        is_own_nik=own is not None and own == case.nik_hash,
        has_opened_visit=visit.opened_by == officer.id,
        has_helped=session.get(VisitHelp, (visit.id, officer.id)) is not None,
        is_first=case.first_by == officer.id,
        decision=decision,
    )


def has_vouched_before(
    session: Session, officer_id: int, nik_hash: str | None, but_not: str | None = None
) -> bool:
    """Whether this officer has said yes to this NIK already: in a case other than `but_not`, or at a counter.

    Then a second one must agree (issue 3, «Review»): otherwise one officer alone could move somebody's IKD
    from phone to phone. A yes counts whatever came of it: as one of two, and where no activation followed.
    Without a hash nobody knows whose case it was.
    """
    if nik_hash is None:
        return False
    to_a_case = sa.exists().where(
        ReviewCase.nik_hash == nik_hash,
        ReviewCase.id != (but_not or ""),
        sa.or_(
            ReviewCase.first_by == officer_id,
            sa.and_(
                ReviewCase.decided_by == officer_id,
                ReviewCase.state.in_((CaseState.APPROVING, CaseState.APPROVED)),
            ),
        ),
    )
    at_a_counter = sa.exists().where(
        OfficerOverride.visit_id == Visit.id,
        Visit.nik_hash == nik_hash,
        OfficerOverride.kind == Override.VOUCH,
        sa.or_(OfficerOverride.officer_id == officer_id, OfficerOverride.second_id == officer_id),
    )
    return session.scalar(sa.select(sa.or_(to_a_case, at_a_counter))) is True


def name_of(session: Session, officer_id: int | None) -> str | None:
    """An officer's display name."""
    return None if officer_id is None else session.get_one(Officer, officer_id).display_name
