"""The call for a person: made at a terminal, heard at the board, answered by one officer, ended in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.domain.help import CALL_LASTS, CallState, is_over
from kiosk.domain.visit import Step
from kiosk.models.officer import Officer
from kiosk.models.terminal import HelpCall
from kiosk.models.visit import Visit
from kiosk.services import audit, codes
from kiosk.services.kiosk import Kiosk


@dataclass(frozen=True)
class OpenCall:
    """A call that stands, as the board shows it; `answered_by` is the display name of whoever comes."""

    id: str
    terminal: str
    step: Step | None
    at: datetime
    answered_by: str | None


@dataclass(frozen=True)
class Answered:
    """Somebody comes: his display name, and whether it was this answer that counted."""

    by: str
    is_mine: bool


class NotAnswered(StrEnum):
    """Why a call could not be answered or ended; nothing has changed then."""

    UNKNOWN = "unknown"
    OVER = "over"


def call(kiosk: Kiosk, visit_id: str | None) -> None:
    """Call somebody to this terminal; while a call stands there, another one is the same."""
    with audit.verb(kiosk) as session:
        if _standing(kiosk, session):
            return
        visit = None if visit_id is None else session.get(Visit, visit_id)
        made = HelpCall(
            id=codes.new_id(12),
            terminal=kiosk.settings.terminal,
            visit_id=None if visit is None else visit.id,
            step=None if visit is None else visit.step,
            at=kiosk.clock.now(),
        )
        session.add(made)
        session.flush()
        audit.record(
            kiosk,
            session,
            Action.HELP_CALLED,
            made.visit_id or audit.terminal_subject(made.terminal),
            call=made.id,
        )


def state(kiosk: Kiosk) -> CallState | None:
    """What has become of this terminal's call; None while there is none."""
    with reading() as session:
        standing = _standing(kiosk, session)
    if not standing:
        return None
    return CallState.CALLED if standing[0].answered_by is None else CallState.COMING


def open_calls(kiosk: Kiosk) -> list[OpenCall]:
    """Return the calls of all terminals that stand, unanswered ones first, the longest waiting at the top."""
    now = kiosk.clock.now()
    question = (
        sa.select(HelpCall, Visit, Officer.display_name)
        .outerjoin(Visit, Visit.id == HelpCall.visit_id)
        .outerjoin(Officer, Officer.id == HelpCall.answered_by)
        .where(HelpCall.ended_at.is_(None))
        .order_by(HelpCall.answered_by.is_not(None), HelpCall.at)
    )
    with reading() as session:
        found = session.execute(question).all()
    return [
        OpenCall(
            # Where its visit stands now says more than where it was when somebody called.
            one.id,
            one.terminal,
            one.step if visit is None else visit.step,
            one.at,
            name,
        )
        for one, visit, name in found
        if _stands(one, visit, now)
    ]


def answer(kiosk: Kiosk, officer: Officer, call_id: str) -> Answered | NotAnswered:
    """«I am coming»: of several officers who answer at one moment, one is told to go."""
    with audit.verb(kiosk) as session:
        found = _find(kiosk, session, call_id)
        if isinstance(found, NotAnswered):
            return found
        if found.answered_by is not None:
            by = session.get_one(Officer, found.answered_by)
            return Answered(by.display_name, by.id == officer.id)
        found.answered_by, found.answered_at = officer.id, kiosk.clock.now()
        subject = found.visit_id or audit.terminal_subject(found.terminal)
        audit.record(kiosk, session, Action.HELP_ANSWERED, subject, call=found.id, officer=officer.id)
        return Answered(officer.display_name, True)


def finish(kiosk: Kiosk, officer: Officer, call_id: str) -> NotAnswered | None:
    """Say that somebody was there; None once the call is over because of it."""
    with audit.verb(kiosk) as session:
        found = _find(kiosk, session, call_id)
        if isinstance(found, NotAnswered):
            return found
        _end(kiosk, session, found, by=officer.id)
    return None


def finish_here(kiosk: Kiosk, session: Session, officer_id: int) -> None:
    """End this terminal's call inside the verb of the officer who stands there."""
    for one in _standing(kiosk, session):
        _end(kiosk, session, one, by=officer_id)


def end_over(kiosk: Kiosk) -> int:
    """End the calls whose visit is gone or that nobody has followed for long; return how many."""
    now = kiosk.clock.now()
    with reading() as session:
        rows = session.execute(
            sa.select(HelpCall, Visit)
            .outerjoin(Visit, Visit.id == HelpCall.visit_id)
            .where(HelpCall.ended_at.is_(None))
        ).all()
    over = [one.id for one, visit in rows if not _stands(one, visit, now)]
    if over:
        with audit.verb(kiosk) as session:
            for call_id in over:
                one = session.get_one(HelpCall, call_id)
                if one.ended_at is None:
                    _end(kiosk, session, one, by=None)
    return len(over)


def _end(kiosk: Kiosk, session: Session, call_: HelpCall, by: int | None) -> None:
    call_.ended_at = kiosk.clock.now()
    subject = call_.visit_id or audit.terminal_subject(call_.terminal)
    audit.record(kiosk, session, Action.HELP_CALL_ENDED, subject, call=call_.id, officer=by)


def _find(kiosk: Kiosk, session: Session, call_id: str) -> HelpCall | NotAnswered:
    found = session.get(HelpCall, call_id)
    if found is None:
        return NotAnswered.UNKNOWN
    visit = None if found.visit_id is None else session.get(Visit, found.visit_id)
    return found if _stands(found, visit, kiosk.clock.now()) else NotAnswered.OVER


def _standing(kiosk: Kiosk, session: Session) -> list[HelpCall]:
    """This terminal's calls that stand: none or one."""
    now = kiosk.clock.now()
    rows = session.execute(
        sa.select(HelpCall, Visit)
        .outerjoin(Visit, Visit.id == HelpCall.visit_id)
        .where(HelpCall.ended_at.is_(None), HelpCall.terminal == kiosk.settings.terminal)
    )
    return [one for one, visit in rows if _stands(one, visit, now)]


def _stands(call_: HelpCall, visit: Visit | None, now: datetime) -> bool:
    is_old = now - call_.at >= CALL_LASTS
    is_gone = visit is not None and is_over(visit.step, visit.last_activity_at, now)
    return call_.ended_at is None and not is_old and not is_gone
