"""Waiting at the kiosk for an officer's decision: asked, waited for, and gone on from.

Everything that happens is decided by the screen's poll out of what is committed, so that a crash at any
point loses nothing: the next poll goes on. The case stays open when its resident takes a ticket instead.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum

from kiosk.adapters.authority import AuthorityDown
from kiosk.db import reading
from kiosk.domain.reasons import ReferReason
from kiosk.domain.review import is_held, seconds_left
from kiosk.domain.visit import Event, Step
from kiosk.models.case import CaseState, ReviewCase
from kiosk.models.visit import Visit
from kiosk.services import activation, audit, presence, ticket
from kiosk.services import case as cases
from kiosk.services.case import Evidence
from kiosk.services.kiosk import Kiosk
from kiosk.services.visit import advance

log = logging.getLogger(__name__)


class Asked(StrEnum):
    """How far it is, in what a resident may know."""

    ASKED = "asked"
    LOOKING = "looking"
    SECOND = "second"


@dataclass(frozen=True)
class Standing:
    """What the screen says: how far it is, why, and how many of `wait_seconds` are left."""

    asked: Asked
    reason: ReferReason
    seconds_left: int
    wait_seconds: int


def hand_over(
    kiosk: Kiosk, visit_id: str, came_from: Step, reason: ReferReason, evidence: Evidence | None = None
) -> Visit:
    """Ask the officers while the resident waits here; give a ticket when nobody could answer him.

    Nobody could when no officer has the board open, or when an approval would lead nowhere because no face
    is kept by which the resident is known.
    """
    if presence.on_board(kiosk) > 0:
        with audit.verb(kiosk) as session:
            visit = session.get_one(Visit, visit_id)
            if visit.step is not came_from:
                return visit
            if evidence is not None or visit.face_template is not None:
                visit.refer_reason = reason
                cases.open_case(kiosk, session, visit, reason, evidence)
                advance(kiosk, session, visit, Event.OFFICER_ASKED)
                return visit
    return ticket.refer(kiosk, visit_id, came_from, reason, evidence)


def can_be_asked(kiosk: Kiosk, visit: Visit) -> bool:
    """Whether an officer is there now whose yes would let this resident go on here."""
    return visit.face_template is not None and presence.on_board(kiosk) > 0


def ask(kiosk: Kiosk, visit_id: str, came_from: Step) -> Visit:
    """The IKD is active on a phone that is lost or gone: let an officer look, if one is there."""
    with reading() as session:
        visit = session.get_one(Visit, visit_id)
    if visit.step is not came_from or visit.step is not Step.ALREADY_ACTIVE:
        return visit
    return hand_over(kiosk, visit_id, Step.ALREADY_ACTIVE, ReferReason.ALREADY_ACTIVE)


def standing(kiosk: Kiosk, visit_id: str) -> Standing | None:
    """Return what a waiting resident is told, or None when his visit waits for nobody."""
    with reading() as session:
        case = cases.current(session, visit_id)
    if case is None:
        return None
    now, wait_seconds = kiosk.clock.now(), kiosk.settings.officer_wait_seconds
    asked = Asked.LOOKING if is_held(case.held_at, now) else Asked.ASKED
    return Standing(
        Asked.SECOND if case.state is CaseState.SECOND else asked,
        case.reason,
        seconds_left(case.opened_at, now, wait_seconds),
        wait_seconds,
    )


def go_on(kiosk: Kiosk, visit_id: str) -> Visit:
    """Do what has become due for a waiting visit: the QR, a ticket, or nothing yet."""
    with reading() as session:
        visit = session.get_one(Visit, visit_id)
        case = cases.current(session, visit_id)
    if visit.step is not Step.WAITING_FOR_OFFICER or visit.nik is None:
        return visit
    match case:
        case ReviewCase(state=CaseState.APPROVED):
            return _approved(kiosk, visit_id, visit.nik)
        case ReviewCase(state=CaseState.OPEN | CaseState.SECOND | CaseState.APPROVING):
            if seconds_left(case.opened_at, kiosk.clock.now(), kiosk.settings.officer_wait_seconds) > 0:
                return visit
            return ticket.refer(kiosk, visit_id, Step.WAITING_FOR_OFFICER, case.reason)
    return ticket.refer(kiosk, visit_id, Step.WAITING_FOR_OFFICER, ReferReason.SENT_BY_OFFICER)


def _approved(kiosk: Kiosk, visit_id: str, nik: str) -> Visit:
    """The right person stands there, an officer says: as after a match, ask the authority, then offer."""
    try:
        is_active = kiosk.adapters.authority.is_active(nik, kiosk.settings.adapter_deadline_seconds)
    except AuthorityDown:
        log.warning("authority did not answer to is_active")
        return ticket.refer(kiosk, visit_id, Step.WAITING_FOR_OFFICER, ReferReason.AUTHORITY_UNREACHABLE)
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        case = cases.current(session, visit_id)
        if visit.step is not Step.WAITING_FOR_OFFICER or case is None or case.state is not CaseState.APPROVED:
            return visit
        template = cases.use(kiosk, case)
        visit.refer_reason = ReferReason.ALREADY_ACTIVE if is_active else None
        advance(kiosk, session, visit, Event.IS_ACTIVE_ELSEWHERE if is_active else Event.OFFICER_APPROVED)
        if is_active:
            # So that whoever comes back with the next case's ticket is known again.
            visit.face_template = template
    return visit if is_active else activation.offer(kiosk, visit_id)
