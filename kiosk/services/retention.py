"""Erasing what is due: the purge that makes `domain/retention.py` true."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import db, overwrite_log
from kiosk.domain.audit import Action
from kiosk.domain.queue import STILL_OPEN
from kiosk.domain.retention import RETENTION, Keep
from kiosk.domain.ticket import TicketState
from kiosk.domain.visit import Event, Step
from kiosk.models.preregistration import Preregistration
from kiosk.models.register import RegisterPerson
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit, VisitEnd
from kiosk.services import audit
from kiosk.services import visit as visits
from kiosk.services.kiosk import Kiosk

_WORTHLESS_WITHOUT = frozenset({RegisterPerson.__tablename__, Preregistration.__tablename__})
"""A newcomer's register record, or what came from a phone: without its NIK it is none, and the row goes."""


def purge(kiosk: Kiosk) -> int:
    """Empty every personal column whose time has passed (`domain/retention.py`); return how many values.

    Visits that still wait at a counter by then are closed first, so that nothing waits for ever.
    """
    now = kiosk.clock.now()
    emptied = 0
    with audit.verb(kiosk) as session:
        for keep in RETENTION:
            if keep.column.startswith("visit."):
                _close_overdue(kiosk, session, now - keep.longest)
            emptied += _empty(session, keep, now)
        if emptied:
            audit.record(kiosk, session, Action.PURGED, kiosk.settings.terminal, values=emptied)
    overwrite_log()
    return emptied


def _empty(session: Session, keep: Keep, now: datetime) -> int:
    table_name, _, column_name = keep.column.partition(".")
    table = db.metadata.tables[table_name]
    overdue = table.c[keep.anchor] < now - keep.longest
    if table_name in _WORTHLESS_WITHOUT:
        return session.execute(sa.delete(table).where(overdue)).rowcount  # type: ignore[attr-defined, no-any-return]
    column = table.c[column_name]
    statement = sa.update(table).where(overdue, column.is_not(None)).values({column_name: None})
    return session.execute(statement).rowcount  # type: ignore[attr-defined, no-any-return]


def _close_overdue(kiosk: Kiosk, session: Session, before: datetime) -> None:
    overdue = session.scalars(
        sa.select(Visit).where(Visit.ended_at.is_(None), Visit.started_at < before)
    ).all()
    for visit in overdue:
        is_waiting = visit.step is Step.TICKET
        visit.end = visit.end or VisitEnd.IDLE
        visits.advance(kiosk, session, visit, Event.FINISHED if is_waiting else Event.LEFT)
        session.execute(
            sa.update(Ticket)
            .where(Ticket.visit_id == visit.id, Ticket.state.in_(STILL_OPEN))
            .values(state=TicketState.VOID)
        )
