"""How often may somebody ask about a NIK? It is soon guessed, so each question counts where it is asked."""

from __future__ import annotations

import logging
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.domain.audit import Action
from kiosk.domain.limits import lookup_allowed
from kiosk.domain.visit import Channel
from kiosk.models.officer import Officer
from kiosk.models.visit import LookUp, Visit
from kiosk.services import audit
from kiosk.services.kiosk import Kiosk

log = logging.getLogger(__name__)


def visit_may_ask(kiosk: Kiosk, session: Session, visit: Visit) -> bool:
    """Count the question that a visit asks; False when its place may ask no more for now.

    A terminal's residents share one limit. A counter's visits count for the officer who opened them, so that
    neither uses up what the other needs.
    """
    place = visit.terminal if visit.channel is Channel.KIOSK else _place(visit.opened_by)
    return _count(kiosk, session, place, visit.id, visit.id, visit.nik_hash)


def officer_may_ask(kiosk: Kiosk, session: Session, officer: Officer, nik_hash: str) -> bool:
    """Count the question that an officer asks without any visit; False when he may ask no more for now."""
    place = _place(officer.id)
    return _count(kiosk, session, place, None, place, nik_hash)


def _place(officer_id: int | None) -> str:
    return f"officer:{officer_id}"


def _count(
    kiosk: Kiosk, session: Session, place: str, visit_id: str | None, subject: str, nik_hash: str | None
) -> bool:
    now = kiosk.clock.now()
    window = timedelta(seconds=kiosk.settings.lookup_window_seconds)
    earlier = session.scalars(
        sa.select(LookUp.at).where(LookUp.terminal == place, LookUp.at > now - window)
    ).all()
    if not lookup_allowed(earlier, now, limit=kiosk.settings.lookups_per_terminal, window=window):
        log.warning("look-up limit reached at terminal %s", place)
        audit.record(kiosk, session, Action.LOOKUP_LIMITED, subject)
        return False
    session.add(LookUp(visit_id=visit_id, terminal=place, at=now))
    audit.record(kiosk, session, Action.LOOKUP, subject, nik=nik_hash)
    return True
