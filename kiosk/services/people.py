"""Who works here: made, changed and removed by a supervisor, each time with his PIN."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.domain.roles import May, Role, may
from kiosk.models.officer import Badge, Officer, OfficerSession, RecoveryCode
from kiosk.services import audit, badge, lockout, pin
from kiosk.services import officer as officers
from kiosk.services import session as sessions
from kiosk.services.kiosk import Kiosk
from kiosk.services.officer import AddRefusal, by_username, folded, subject_of
from kiosk.services.pin import PinRefusal

NO_PASSWORD = "removed"  # noqa: S105
"""Stands where a removed officer's hash stood; no password leads to it."""


class NotChanged(StrEnum):
    """Why somebody was left as he is."""

    UNKNOWN = "unknown"
    HIMSELF = "himself"
    LAST_SUPERVISOR = "last_supervisor"
    NO_LONGER_SUPERVISOR = "no_longer_supervisor"


@dataclass(frozen=True)
class Person:
    """One who works here. `last_seen` is the last thing he did at the panel (aware, UTC)."""

    officer: Officer
    has_badge: bool
    last_seen: datetime | None

    @property
    def is_set_up(self) -> bool:
        """Whether he has been through everything that is asked of a newcomer."""
        one = self.officer
        return not one.must_change_password and one.totp_confirmed_at is not None and one.pin_hash is not None


@dataclass(frozen=True)
class Temporary:
    """Somebody has a temporary password now; it is shown once, and he must choose his own."""

    officer: Officer
    password: str


def everybody(kiosk: Kiosk) -> list[Person]:  # noqa: ARG001
    """Return everybody who works here, by name."""
    seen = (
        sa.select(OfficerSession.officer_id, sa.func.max(OfficerSession.seen_at).label("at"))
        .group_by(OfficerSession.officer_id)
        .subquery()
    )
    has_badge = sa.exists().where(Badge.officer_id == Officer.id, Badge.revoked_at.is_(None))
    question = (
        sa.select(Officer, has_badge, seen.c.at)
        .outerjoin(seen, seen.c.officer_id == Officer.id)
        .where(Officer.active)
        .order_by(Officer.display_name, Officer.id)
    )
    with reading() as session:
        return [Person(*row) for row in session.execute(question)]


def find(kiosk: Kiosk, officer_id: int) -> Person | None:
    """Return one who works here, or None."""
    return next((one for one in everybody(kiosk) if one.officer.id == officer_id), None)


def add(
    kiosk: Kiosk, by: Officer, typed_pin: str, username: str, display_name: str, role: Role
) -> Temporary | AddRefusal | PinRefusal | NotChanged:
    """Make somebody with a temporary password, if `by` still is a supervisor once it has been hashed."""
    username, display_name = folded(username), display_name.strip()
    refusal = officers.refusal_of(username, display_name) or pin.confirm(kiosk, by, typed_pin)
    if refusal is not None:
        return refusal
    password = _temporary_password()
    password_hash = lockout.hashed(password)
    with audit.verb(kiosk) as session:
        if not _may_still(session, by):
            return NotChanged.NO_LONGER_SUPERVISOR
        made = officers.insert(
            kiosk, session, username, display_name, role, password_hash, by=by, must_change_password=True
        )
    return Temporary(made, password) if isinstance(made, Officer) else made


def change_role(
    kiosk: Kiosk, by: Officer, typed_pin: str, officer_id: int, role: Role
) -> NotChanged | PinRefusal | None:
    """Give somebody another role; he is signed out, so that no page of the old one stays open."""

    def change(session: Session, one: Officer) -> None:
        before, one.role = one.role, role
        sessions.end_all(kiosk, session, one.id)
        audit.record(
            kiosk,
            session,
            Action.OFFICER_CHANGED,
            subject_of(one),
            what="role",
            before=before,
            after=role,
            officer=by.id,
        )

    return _change(kiosk, by, typed_pin, officer_id, change)


def reset_codes(kiosk: Kiosk, by: Officer, typed_pin: str, officer_id: int) -> NotChanged | PinRefusal | None:
    """Take away one-time and recovery codes, because the phone is lost; he sets up new ones."""

    def change(session: Session, one: Officer) -> None:
        _take_codes(session, one)
        sessions.end_all(kiosk, session, one.id)
        audit.record(
            kiosk,
            session,
            Action.OFFICER_CHANGED,
            subject_of(one),
            what="one_time_codes_reset",
            officer=by.id,
        )

    return _change(kiosk, by, typed_pin, officer_id, change)


def reset_password(
    kiosk: Kiosk, by: Officer, typed_pin: str, officer_id: int
) -> Temporary | NotChanged | PinRefusal:
    """Give somebody who has forgotten his password a temporary one; his phone's codes stay his."""
    password = _temporary_password()
    password_hash = lockout.hashed(password)
    changed: list[Officer] = []

    def change(session: Session, one: Officer) -> None:
        one.password_hash, one.must_change_password = password_hash, True
        sessions.end_all(kiosk, session, one.id)
        audit.record(
            kiosk, session, Action.OFFICER_CHANGED, subject_of(one), what="password_reset", officer=by.id
        )
        changed.append(one)

    refusal = _change(kiosk, by, typed_pin, officer_id, change)
    return Temporary(changed[0], password) if refusal is None else refusal


def forget_nik(kiosk: Kiosk, by: Officer, typed_pin: str, officer_id: int) -> NotChanged | PinRefusal | None:
    """Drop the hash of somebody's own NIK, because he has mistyped it."""

    def change(session: Session, one: Officer) -> None:
        one.nik_hash = None
        audit.record(
            kiosk, session, Action.OFFICER_CHANGED, subject_of(one), what="own_nik_forgotten", officer=by.id
        )

    return _change(kiosk, by, typed_pin, officer_id, change)


def remove(kiosk: Kiosk, by: Officer, typed_pin: str, officer_id: int) -> NotChanged | PinRefusal | None:
    """Remove somebody: out with his next request, and nothing of his opens anything any more."""
    return _change(kiosk, by, typed_pin, officer_id, lambda session, one: _remove(kiosk, session, one, by))


def remove_by_name(kiosk: Kiosk, username: str) -> NotChanged | None:
    """The same from the command line, where whoever may run it needs no PIN."""
    with audit.verb(kiosk) as session:
        one = by_username(session, folded(username))
        if one is None or not one.active:
            return NotChanged.UNKNOWN
        if _is_last(session, one):
            return NotChanged.LAST_SUPERVISOR
        _remove(kiosk, session, one, None)
    return None


def _change(
    kiosk: Kiosk,
    by: Officer,
    typed_pin: str,
    officer_id: int,
    change: Callable[[Session, Officer], None],
) -> NotChanged | PinRefusal | None:
    """Check the PIN, then do `change` to somebody else while `by` is still a supervisor.

    So there is always one left: nobody changes himself, and who changes others stays what he is.
    """
    if by.id == officer_id:
        return NotChanged.HIMSELF
    if find(kiosk, officer_id) is None:
        # Nobody types a PIN for nothing; and a number of thirty digits never reaches the database.
        return NotChanged.UNKNOWN
    refusal = pin.confirm(kiosk, by, typed_pin)
    if refusal is not None:
        return refusal
    with audit.verb(kiosk) as session:
        # Read again: of two supervisors who remove each other at one moment, one is no supervisor any more.
        if not _may_still(session, by):
            return NotChanged.NO_LONGER_SUPERVISOR
        one = session.get(Officer, officer_id)
        if one is None or not one.active:
            return NotChanged.UNKNOWN
        change(session, one)
    return None


def _may_still(session: Session, by: Officer) -> bool:
    me = session.get_one(Officer, by.id)
    return me.active and may(me.role, May.PEOPLE)


def _is_last(session: Session, one: Officer) -> bool:
    """Whether nobody but `one` could look after the officers."""
    looks_after = [role for role in Role if may(role, May.PEOPLE)]
    others = sa.exists().where(Officer.active, Officer.role.in_(looks_after), Officer.id != one.id)
    return one.role in looks_after and session.scalar(sa.select(others)) is not True


def _remove(kiosk: Kiosk, session: Session, one: Officer, by: Officer | None) -> None:
    one.active, one.removed_at = False, kiosk.clock.now()
    one.password_hash, one.pin_hash, one.nik_hash = NO_PASSWORD, None, None
    _take_codes(session, one)
    sessions.end_all(kiosk, session, one.id)
    badge.take_away(kiosk, session, one.id)
    detail = {} if by is None else {"officer": by.id}
    audit.record(kiosk, session, Action.OFFICER_REMOVED, subject_of(one), **detail)


def _take_codes(session: Session, one: Officer) -> None:
    one.totp_secret, one.totp_confirmed_at = None, None
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.officer_id == one.id))


def _temporary_password() -> str:
    """60 bits in three groups that can be read aloud."""
    text = base64.b32encode(secrets.token_bytes(8)).decode().lower()[:12]
    return "-".join((text[:4], text[4:8], text[8:]))
