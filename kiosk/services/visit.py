"""The resident's run: started, moved from step to step, ended, and erased on the way."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, load_only

from kiosk.db import reading
from kiosk.domain.activation import ActivationState
from kiosk.domain.audit import Action
from kiosk.domain.paper import FAILED
from kiosk.domain.visit import (
    CLOSED,
    HOLDS_CONTACT,
    HOLDS_FACE_IMAGE,
    WAITS_ELSEWHERE,
    Channel,
    Event,
    Step,
    allowed_idle,
    follow,
    is_abandoned,
    pause_is_over,
    waits_elsewhere,
)
from kiosk.models.activation import Activation
from kiosk.models.officer import Officer
from kiosk.models.visit import Visit, VisitEnd
from kiosk.services import audit, numbers
from kiosk.services import case as cases
from kiosk.services.kiosk import Kiosk
from kiosk.services.watch import Watch

OFFERING: frozenset[Step] = frozenset({Step.QR, Step.EMAIL_FIX})
"""Steps during which an activation may be open; leaving them makes it void."""


def start(
    kiosk: Kiosk, language: str, officer: Officer | None = None, from_ticket: str | None = None
) -> Visit:
    """Begin a visit at the first step and return it; at a counter when an `officer` opens it."""
    with audit.verb(kiosk) as session:
        return start_in(kiosk, session, language, officer, from_ticket)


def start_in(
    kiosk: Kiosk,
    session: Session,
    language: str,
    officer: Officer | None = None,
    from_ticket: str | None = None,
) -> Visit:
    """The same inside a verb."""
    now = kiosk.clock.now()
    visit = Visit(
        id=secrets.token_urlsafe(16),
        terminal=kiosk.settings.terminal,
        channel=Channel.KIOSK if officer is None else Channel.COUNTER,
        opened_by=None if officer is None else officer.id,
        from_ticket=from_ticket,
        language=language,
        step=Step.CHOICE,
        started_at=now,
        last_activity_at=now,
    )
    session.add(visit)
    opened = {} if officer is None else {"officer": officer.id, "ticket": from_ticket}
    audit.record(kiosk, session, Action.VISIT_STARTED, visit.id, language=language, **opened)
    return visit


def find(kiosk: Kiosk, visit_id: str | None) -> Visit | None:
    """Return the visit that a screen may show, or None when it is unknown, ended or its time is up.

    A visit that waits at a counter lives on, but no screen shows it longer than its idle time: a browser that
    was away must not come back with a stranger's ticket.
    """
    if not visit_id:
        return None
    with reading() as session:
        visit = session.get(Visit, visit_id)
    if visit is None or visit.step in CLOSED:
        return None
    is_over = kiosk.clock.now() - visit.last_activity_at > allowed_idle(visit.step, visit.channel)
    return None if is_over else visit


def move(kiosk: Kiosk, visit_id: str, came_from: Step, event: Event) -> Visit:
    """Follow `event` when the visit still is where the form came from; else leave it where it is."""
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is came_from:
            advance(kiosk, session, visit, event)
    return visit


def speak(kiosk: Kiosk, visit_id: str, language: str) -> Visit:
    """Go on in another language."""
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        visit.language = language
        visit.last_activity_at = kiosk.clock.now()
    return visit


def stay(kiosk: Kiosk, visit_id: str) -> Visit:
    """The resident is still there."""
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        visit.last_activity_at = kiosk.clock.now()
    return visit


def leave(kiosk: Kiosk, visit_id: str, end: VisitEnd = VisitEnd.LEFT, came_from: Step | None = None) -> Visit:
    """End the visit and erase what is personal; a visit that waits elsewhere is only let go of.

    A screen that only lets go of it (`came_from`) has no say once its ticket has been held up: it leaves by
    itself, perhaps in the very second of the scan.
    """
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is came_from or came_from not in WAITS_ELSEWHERE:
            leave_in(kiosk, session, visit, end)
    return visit


def leave_in(kiosk: Kiosk, session: Session, visit: Visit, end: VisitEnd = VisitEnd.LEFT) -> None:
    """The same inside a verb."""
    if not _waits_elsewhere(visit):
        _end(kiosk, session, visit, end)


_WHEN = (
    Visit.step,
    Visit.channel,
    Visit.last_activity_at,
    Visit.started_at,
    Visit.step_since,
    Visit.paper,
)
"""All that is asked of every open visit every few seconds: nobody's name and photo are decrypted for it."""


def end_abandoned(kiosk: Kiosk) -> int:
    """End every visit whose idle time has passed, also where the browser has died; return how many."""
    now, watched = kiosk.clock.now(), dict(kiosk.watches)
    with reading() as session:
        open_visits = session.scalars(
            sa.select(Visit).where(Visit.ended_at.is_(None)).options(load_only(*_WHEN, raiseload=True))
        ).all()
    _forget(kiosk, watched, {visit.id for visit in open_visits if visit.step is Step.FACE})
    abandoned = [visit.id for visit in open_visits if _is_abandoned(visit, now)]
    for visit_id in abandoned:
        with audit.verb(kiosk) as session:
            visit = session.get_one(Visit, visit_id)
            if _is_abandoned(visit, now):
                _end(kiosk, session, visit, VisitEnd.IDLE)
    return len(abandoned)


def _forget(kiosk: Kiosk, watched: dict[str, Watch], before_the_camera: set[str]) -> None:
    """Drop what was `watched` of visits that had left the camera, which a late poll may have begun."""
    for visit_id in watched.keys() - before_the_camera:
        if kiosk.watches.get(visit_id) is watched[visit_id]:
            kiosk.watches.pop(visit_id, None)


def _waits_elsewhere(visit: Visit) -> bool:
    return waits_elsewhere(visit.step, is_without_paper=visit.paper == FAILED)


def _is_abandoned(visit: Visit, now: datetime) -> bool:
    if _waits_elsewhere(visit):
        return visit.step is Step.PAUSED and pause_is_over(visit.stands_since, now)
    return is_abandoned(visit.step, visit.last_activity_at, now, visit.channel)


def _end(kiosk: Kiosk, session: Session, visit: Visit, end: VisitEnd) -> None:
    if visit.step in CLOSED:
        return
    if visit.end is None:
        visit.end = VisitEnd.TOO_YOUNG if visit.step is Step.NOT_YET_17 else end
    advance(kiosk, session, visit, Event.LEFT)


def advance(kiosk: Kiosk, session: Session, visit: Visit, event: Event) -> None:
    """Move `visit` inside a verb: the step, the activity, what is erased by it, the audit entry, the counts.

    Raises `NotPossible` when the table has no such way; a route turns that into the present screen.
    """
    origin = visit.step
    visit.step = follow(origin, event)
    numbers.clock_step(kiosk, visit, origin)
    visit.last_activity_at = kiosk.clock.now()
    if Step.FACE in (origin, visit.step):
        # On the way in too: a poll that was late may have begun to watch behind the last stay.
        kiosk.watches.pop(visit.id, None)
    if origin in OFFERING and visit.step not in OFFERING:
        void_offers(kiosk, session, visit)
    _erase(kiosk, visit)
    audit.record(kiosk, session, Action.VISIT_MOVED, visit.id, origin=origin, to=visit.step, event=event)
    if visit.step in CLOSED:
        cases.close(kiosk, session, visit)
        audit.record(kiosk, session, Action.VISIT_ENDED, visit.id, end=visit.end)
        numbers.count_end(kiosk, session, visit)


def _erase(kiosk: Kiosk, visit: Visit) -> None:
    if visit.step not in HOLDS_FACE_IMAGE:
        visit.register_photo = visit.face_template = None
        # It was said about one face: whoever comes before the camera with the next one turns his head.
        visit.liveness_waived = False
    if visit.step not in HOLDS_CONTACT | {Step.NIK, Step.NIK_CHECK, Step.UNDERAGE, Step.REGISTER_REFUSED}:
        visit.nik = visit.email = visit.phone = None
        visit.brought = False
        if visit.step is not Step.THANKS:
            visit.name = visit.masked_nik = None
    if visit.step is not Step.PAUSED:
        visit.pause_key = None
    if visit.step in CLOSED:
        visit.preregistered = None
        visit.ended_at = kiosk.clock.now()


def void_offers(kiosk: Kiosk, session: Session, visit: Visit) -> None:
    """Make what is on offer void; an activation that is just being redeemed is left to its answer."""
    offers = session.scalars(
        sa.select(Activation).where(
            Activation.visit_id == visit.id,
            Activation.state.in_((ActivationState.ISSUING, ActivationState.OPEN)),
        )
    )
    for offer in offers:
        offer.state = ActivationState.VOID
        audit.record(kiosk, session, Action.ACTIVATION_VOID, visit.id)
