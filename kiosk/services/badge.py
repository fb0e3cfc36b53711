"""Badges: a signed code that says who stands at the kiosk. It opens nothing without the PIN."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.models.officer import Badge, Officer
from kiosk.services import audit, codes
from kiosk.services.codes import Kind
from kiosk.services.kiosk import Kiosk
from kiosk.services.officer import subject_of

ID_CHARACTERS = 12


def make(kiosk: Kiosk, officer: Officer) -> str:
    """Make a badge and return its code (`B.<id>.<mac>`, ASCII, 31 bytes); an earlier one is revoked."""
    now = kiosk.clock.now()
    with audit.verb(kiosk) as session:
        take_away(kiosk, session, officer.id)
        badge = Badge(id=codes.new_id(ID_CHARACTERS), officer_id=officer.id, made_at=now)
        session.add(badge)
        audit.record(kiosk, session, Action.BADGE_MADE, subject_of(officer), badge=badge.id)
    return codes.write(kiosk.keys, Kind.BADGE, badge.id)


def revoke(kiosk: Kiosk, officer: Officer, by: Officer) -> bool:
    """Revoke an officer's badge; False when he had none that counted."""
    with audit.verb(kiosk) as session:
        taken = take_away(kiosk, session, officer.id)
        if taken:
            audit.record(kiosk, session, Action.BADGE_REVOKED, subject_of(officer), officer=by.id)
    return taken


def read(kiosk: Kiosk, text: str) -> Officer | None:
    """Return whose badge `text` (any text) is, or None: not ours, revoked, or no longer an officer's."""
    own = codes.read(kiosk.keys, text)
    if own is None or own.kind is not Kind.BADGE:
        return None
    with reading() as session:
        badge = session.get(Badge, own.id)
        if badge is None or badge.revoked_at is not None:
            return None
        officer = session.get_one(Officer, badge.officer_id)
    return officer if officer.active else None


def of(kiosk: Kiosk, officer: Officer) -> Badge | None:  # noqa: ARG001
    """The badge of an officer that counts now."""
    with reading() as session:
        return session.scalar(
            sa.select(Badge).where(Badge.officer_id == officer.id, Badge.revoked_at.is_(None))
        )


def take_away(kiosk: Kiosk, session: Session, officer_id: int) -> bool:
    """Revoke whatever badge an officer has, inside the caller's transaction."""
    taken = session.execute(
        sa.update(Badge)
        .where(Badge.officer_id == officer_id, Badge.revoked_at.is_(None))
        .values(revoked_at=kiosk.clock.now())
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]
