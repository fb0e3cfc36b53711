"""Where officers have signed in: a row for each sign-in, so that ending it ends every copy of its cookie."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading, transaction
from kiosk.domain.audit import Action
from kiosk.domain.roles import May, Role, may
from kiosk.domain.sign_in import LONGEST_SIGN_IN, Ended, Proof, Step, expired, next_step
from kiosk.models.officer import Officer, OfficerSession
from kiosk.services import audit
from kiosk.services.kiosk import Kiosk
from kiosk.services.officer import subject_of
from kiosk.services.presence import WRITTEN_EVERY

KEPT = timedelta(days=30)
"""Ended sign-ins are listed on the account page so long, then erased with the next sign-in."""


@dataclass(frozen=True)
class SignedIn:
    """A sign-in that holds; `asked` is what its officer must do before anything else, None when he is in."""

    officer: Officer
    row: OfficerSession
    asked: Step | None


def begin(kiosk: Kiosk, officer: Officer, proof: Proof, device: str, instead_of: str | None = None) -> str:
    """Begin a sign-in on `device` and return its token; a former one (`instead_of`, a token) ends with it.

    Every new proof gets a new token: who knew the one before knows nothing.
    """
    token, now = secrets.token_urlsafe(32), kiosk.clock.now()
    with transaction() as session:
        session.execute(sa.delete(OfficerSession).where(OfficerSession.began_at < now - KEPT))
        if instead_of is not None:
            _end(session, now, OfficerSession.token_mac == _mac(kiosk, instead_of))
        session.add(
            OfficerSession(
                token_mac=_mac(kiosk, token),
                officer_id=officer.id,
                device_mac=_device_mac(kiosk, device),
                proof=proof,
                began_at=now,
                seen_at=now,
                counter="",
            )
        )
    return token


def find(kiosk: Kiosk, token: str, device: str) -> SignedIn | Ended | None:
    """Return the sign-in of a token, why it is over, or None when there never was one.

    Used from another device than it began on, it ends for both: one of the two has copied the cookie.
    """
    with reading() as session:
        row = session.get(OfficerSession, _mac(kiosk, token))
        officer = None if row is None else session.get(Officer, row.officer_id)
    if row is None or officer is None:
        return None
    if row.ended_at is not None or not officer.active:
        return Ended.ELSEWHERE
    asked = asked_of(officer, row.proof)
    ended = expired(
        began_at=row.began_at,
        seen_at=row.seen_at,
        is_in=asked is None,
        idle=timedelta(minutes=kiosk.settings.officer_idle_minutes),
        now=kiosk.clock.now(),
    )
    if ended is None and not secrets.compare_digest(row.device_mac, _device_mac(kiosk, device)):
        ended = Ended.DEVICE
    if ended is None:
        return SignedIn(officer, row, asked)
    with audit.verb(kiosk) as session:
        _end(session, kiosk.clock.now(), OfficerSession.token_mac == row.token_mac)
        audit.record(kiosk, session, Action.OFFICER_SIGNED_OUT, subject_of(officer), because=ended)
    return ended


def asked_of(officer: Officer, proof: Proof) -> Step | None:
    """What an officer must do before anything else, having shown `proof`; None when he is in."""
    return next_step(
        proof=proof,
        has_codes=officer.totp_confirmed_at is not None,
        must_change_password=officer.must_change_password,
        has_pin=officer.pin_hash is not None,
    )


def touch(kiosk: Kiosk, row: OfficerSession) -> None:
    """Keep that the officer has done something."""
    now = kiosk.clock.now()
    if abs(now - row.seen_at) < WRITTEN_EVERY:
        return
    with transaction() as session:
        session.execute(
            sa.update(OfficerSession).where(OfficerSession.token_mac == row.token_mac).values(seen_at=now)
        )


def sign_out(kiosk: Kiosk, signed_in: SignedIn) -> None:
    """End one sign-in, by its officer's own hand."""
    with audit.verb(kiosk) as session:
        _end(session, kiosk.clock.now(), OfficerSession.token_mac == signed_in.row.token_mac)
        audit.record(
            kiosk, session, Action.OFFICER_SIGNED_OUT, subject_of(signed_in.officer), because="asked"
        )


def end_all(kiosk: Kiosk, session: Session, officer_id: int, except_mac: str | None = None) -> int:
    """End every sign-in of an officer inside the caller's transaction, but the one of `except_mac`."""
    those = OfficerSession.officer_id == officer_id
    if except_mac is not None:
        those &= OfficerSession.token_mac != except_mac
    return _end(session, kiosk.clock.now(), those)


def open_of(kiosk: Kiosk, officer: Officer) -> list[OfficerSession]:
    """An officer's sign-ins that still hold, the newest first."""
    question = (
        sa.select(OfficerSession)
        .where(OfficerSession.officer_id == officer.id, holds(kiosk))
        .order_by(OfficerSession.began_at.desc())
    )
    with reading() as session:
        return list(session.scalars(question))


def at_work(kiosk: Kiosk, session: Session, part: May) -> frozenset[int]:
    """The ids of officers who may use this part of the panel and have a whole sign-in open."""
    roles = [role for role in Role if may(role, part)]
    return frozenset(
        session.scalars(
            sa.select(OfficerSession.officer_id)
            .join(Officer, Officer.id == OfficerSession.officer_id)
            .where(Officer.active, Officer.role.in_(roles), OfficerSession.proof == Proof.BOTH, holds(kiosk))
        )
    )


def holds(kiosk: Kiosk) -> sa.ColumnElement[bool]:
    """The condition that a sign-in's row still holds: not ended, not idle, no longer than a shift."""
    now = kiosk.clock.now()
    idle = timedelta(minutes=kiosk.settings.officer_idle_minutes)
    return sa.and_(
        OfficerSession.ended_at.is_(None),
        OfficerSession.seen_at > now - idle,
        OfficerSession.began_at > now - LONGEST_SIGN_IN,
    )


def _end(session: Session, now: datetime, those: sa.ColumnElement[bool]) -> int:
    ended = session.execute(
        sa.update(OfficerSession).where(those, OfficerSession.ended_at.is_(None)).values(ended_at=now)
    )
    return ended.rowcount  # type: ignore[attr-defined, no-any-return]


def _mac(kiosk: Kiosk, token: str) -> str:
    return kiosk.keys.mac("officer-session", token)


def _device_mac(kiosk: Kiosk, device: str) -> str:
    return kiosk.keys.mac("officer-device", device)
