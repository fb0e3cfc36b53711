"""Recovery codes: each stands in once for the phone that is lost, and is shown once, when it is made."""

from __future__ import annotations

import base64
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.models.officer import Officer, RecoveryCode
from kiosk.services.kiosk import Kiosk

HOW_MANY = 10

CHARACTERS = 10
"""50 bits in base 32: under the lock-out of five tries nobody guesses one."""


def make(kiosk: Kiosk, session: Session, officer: Officer) -> list[str]:
    """Replace an officer's codes inside the caller's transaction; returns them as they are written down."""
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.officer_id == officer.id))
    codes = [_new() for _ in range(HOW_MANY)]
    for code in codes:
        session.add(
            RecoveryCode(
                code_mac=_mac(kiosk, officer.id, code), officer_id=officer.id, made_at=kiosk.clock.now()
            )
        )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def use(kiosk: Kiosk, session: Session, officer: Officer, typed: str) -> bool:
    """Use a code up inside the caller's transaction; False when it is unknown or used. Any text may come."""
    row = session.get(RecoveryCode, _mac(kiosk, officer.id, typed))
    if row is None or row.used_at is not None:
        return False
    row.used_at = kiosk.clock.now()
    return True


def left(kiosk: Kiosk, officer: Officer) -> int:  # noqa: ARG001
    """How many codes can still be used."""
    with reading() as session:
        return (
            session.scalar(
                sa.select(sa.func.count()).where(
                    RecoveryCode.officer_id == officer.id, RecoveryCode.used_at.is_(None)
                )
            )
            or 0
        )


def _new() -> str:
    return base64.b32encode(secrets.token_bytes(CHARACTERS)).decode()[:CHARACTERS]


def _mac(kiosk: Kiosk, officer_id: int, code: str) -> str:
    return kiosk.keys.mac("recovery-code", f"{officer_id}\n{code}")
