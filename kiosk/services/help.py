"""Help at the kiosk: an officer comes with badge and PIN, does what is needed, and leaves.

Whoever helped in a visit may not decide about it any more (`VisitHelp`): nobody approves his own work.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.domain.help import HELP_REASONS, HELP_SECONDS, HelpAct, is_over, may_act, may_help
from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import REFERABLE, Event, Step
from kiosk.models.officer import Officer
from kiosk.models.visit import Visit, VisitHelp
from kiosk.services import audit, badge, help_call, pin, ticket
from kiosk.services import visit as visits
from kiosk.services.codes import Kind
from kiosk.services.kiosk import Helper, Kiosk
from kiosk.services.officer import subject_of
from kiosk.services.pin import PinRefusal


class BadgeProblem(StrEnum):
    """Why a badge opens nothing here."""

    NOT_VALID = "not_valid"
    NOT_FOR_THIS = "not_for_this"


@dataclass(frozen=True)
class Helping:
    """An officer at this kiosk. `visit` is the one that he came to, while it stands there."""

    officer: Officer
    visit: Visit | None
    is_confirmed: bool

    def may(self, act: HelpAct) -> bool:
        """Whether he may do this here and now."""
        return self.is_confirmed and may_act(self.officer.role, act)


def is_badge(text: str) -> bool:
    """Whether a scanned text says that it is a badge; the start screen leaves those alone."""
    return text.startswith(f"{Kind.BADGE}.")


def arrive(kiosk: Kiosk, text: str, visit_id: str | None) -> str | BadgeProblem:
    """Read a badge and return the token under which its officer is known here; his PIN is still to come.

    From now on the visit is kept, so that nobody loses it while the officer types.
    """
    officer = badge.read(kiosk, text)
    if officer is None or not may_help(officer.role):
        problem = BadgeProblem.NOT_VALID if officer is None else BadgeProblem.NOT_FOR_THIS
        with audit.verb(kiosk) as session:
            subject = subject_of(officer)
            audit.record(kiosk, session, Action.OFFICER_REFUSED, subject, what="badge", reason=problem)
        return problem
    token = secrets.token_urlsafe(16)
    kiosk.helpers[token] = Helper(officer.id, visit_id, kiosk.clock.monotonic())
    if visit_id is not None:
        visits.stay(kiosk, visit_id)
    return token


def present(kiosk: Kiosk, token: str | None) -> Helping | None:
    """Return who is known under this token, or None when he has gone or was away for too long."""
    known = _known(kiosk, token)
    if known is None:
        return None
    helper, officer = known
    return Helping(officer, visits.find(kiosk, helper.visit_id), helper.is_confirmed)


def confirm(kiosk: Kiosk, token: str | None, typed: str) -> Helping | PinRefusal | None:
    """Check the PIN of the officer who stands there; None when he has gone meanwhile.

    A right one is written down with the visit: this officer has had his hands in it.
    """
    known = _known(kiosk, token)
    if known is None:
        return None
    helper, officer = known
    refusal = pin.confirm(kiosk, officer, typed)
    if refusal is not None:
        return refusal
    with audit.verb(kiosk) as session:
        visit = _visit(kiosk, session, helper)
        if visit is not None:
            visit.last_activity_at = kiosk.clock.now()
            session.merge(VisitHelp(visit_id=visit.id, officer_id=officer.id, at=kiosk.clock.now()))
        audit.record(kiosk, session, Action.HELP_BEGAN, _subject(kiosk, visit), officer=officer.id)
    helper.is_confirmed = True
    helper.touched_at = kiosk.clock.monotonic()
    return Helping(officer, visit, True)


def go_on(kiosk: Kiosk, token: str | None) -> None:
    """Hand the screen back to the resident: his call is answered, and his time begins anew."""
    helper = kiosk.helpers.pop(token or "", None)
    if helper is None or not helper.is_confirmed:
        return
    with audit.verb(kiosk) as session:
        visit = _visit(kiosk, session, helper)
        if visit is not None:
            visit.last_activity_at = kiosk.clock.now()
        help_call.finish_here(kiosk, session, helper.officer_id)
        _record_end(kiosk, session, helper, visit, why="done")


def leave(kiosk: Kiosk, token: str | None) -> None:
    """The officer goes without having finished: a call that stands goes on standing."""
    helper = kiosk.helpers.pop(token or "", None)
    if helper is not None and helper.is_confirmed:
        with audit.verb(kiosk) as session:
            _record_end(kiosk, session, helper, _visit(kiosk, session, helper), why="left")


def step_back(kiosk: Kiosk, token: str | None, came_from: Step) -> bool:
    """Take the visit one step back; False when this officer may not, or the visit has moved on meanwhile.

    Raises `NotPossible` where no way leads back.
    """
    known = _acting(kiosk, token, HelpAct.BACK)
    if known is None:
        return False
    with audit.verb(kiosk) as session:
        visit = _visit(kiosk, session, known[0])
        if visit is None or visit.step is not came_from:
            return False
        _record_act(kiosk, session, known[0], visit, HelpAct.BACK)
        visits.advance(kiosk, session, visit, Event.BACK)
    return True


def give_ticket(kiosk: Kiosk, token: str | None, came_from: Step, reason: ReferReason) -> bool:
    """Send the resident to a counter with a reason that an officer may give; False when it is none."""
    known = _acting(kiosk, token, HelpAct.TICKET)
    if known is None or reason not in HELP_REASONS:
        return False
    helper = known[0]
    with audit.verb(kiosk) as session:
        visit = _visit(kiosk, session, helper)
        if visit is None or visit.step is not came_from or came_from not in REFERABLE:
            return False
        _record_act(kiosk, session, helper, visit, HelpAct.TICKET, reason=reason)
        help_call.finish_here(kiosk, session, helper.officer_id)
        visit_id = visit.id
    kiosk.helpers.pop(token or "", None)
    ticket.refer(kiosk, visit_id, came_from, reason)
    return True


def end_visit(kiosk: Kiosk, token: str | None) -> bool:
    """End the visit for its resident, who may have gone; its call goes with it."""
    known = _acting(kiosk, token, HelpAct.END_VISIT)
    if known is None:
        return False
    helper = known[0]
    with audit.verb(kiosk) as session:
        visit = _visit(kiosk, session, helper)
        if visit is None:
            return False
        _record_act(kiosk, session, helper, visit, HelpAct.END_VISIT)
        visit_id = visit.id
    kiosk.helpers.pop(token or "", None)
    visits.leave(kiosk, visit_id)
    return True


def acting_officer(kiosk: Kiosk, token: str | None, wanted: HelpAct) -> Officer | None:
    """Return the officer when he may do `wanted` to this machine now, and count it as a touch."""
    known = _acting(kiosk, token, wanted)
    return None if known is None else known[1]


def watch_over(kiosk: Kiosk) -> None:
    """Keep the visits in which an officer is helping, and see off whoever has left without a word."""
    now = kiosk.clock.monotonic()
    for token, helper in list(kiosk.helpers.items()):
        if now - helper.touched_at <= HELP_SECONDS:
            if helper.visit_id is not None and visits.find(kiosk, helper.visit_id) is not None:
                visits.stay(kiosk, helper.visit_id)
            continue
        kiosk.helpers.pop(token, None)
        if helper.is_confirmed:
            with audit.verb(kiosk) as session:
                _record_end(kiosk, session, helper, _visit(kiosk, session, helper), why="silent")


def _known(kiosk: Kiosk, token: str | None) -> tuple[Helper, Officer] | None:
    """Who is known under this token; a removed officer is out with his next touch."""
    helper = kiosk.helpers.get(token or "")
    if helper is None or kiosk.clock.monotonic() - helper.touched_at > HELP_SECONDS:
        return None
    with reading() as session:
        officer = session.get_one(Officer, helper.officer_id)
    return (helper, officer) if officer.active else None


def _acting(kiosk: Kiosk, token: str | None, wanted: HelpAct) -> tuple[Helper, Officer] | None:
    known = _known(kiosk, token)
    if known is None or not known[0].is_confirmed or not may_act(known[1].role, wanted):
        return None
    known[0].touched_at = kiosk.clock.monotonic()
    return known


def _visit(kiosk: Kiosk, session: Session, helper: Helper) -> Visit | None:
    visit = None if helper.visit_id is None else session.get(Visit, helper.visit_id)
    if visit is None or is_over(visit.step, visit.last_activity_at, kiosk.clock.now()):
        return None
    return visit


def _subject(kiosk: Kiosk, visit: Visit | None) -> str:
    return audit.terminal_subject(kiosk.settings.terminal) if visit is None else visit.id


def _record_act(
    kiosk: Kiosk, session: Session, helper: Helper, visit: Visit, act_: HelpAct, reason: str | None = None
) -> None:
    audit.record(
        kiosk, session, Action.HELP_ACTED, visit.id, officer=helper.officer_id, act=act_, reason=reason
    )


def _record_end(kiosk: Kiosk, session: Session, helper: Helper, visit: Visit | None, why: str) -> None:
    audit.record(
        kiosk, session, Action.HELP_ENDED, _subject(kiosk, visit), officer=helper.officer_id, why=why
    )
