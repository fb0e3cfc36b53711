"""Secrets of officers, checked under one lock-out: password, one-time code and PIN count together.

The failure is counted before the secret is looked at and taken back when it was right: a hundred tries sent
at one moment so share the five that the rule allows, and a crash gives none away. Unknown names are counted
as known ones are, so that a lock does not tell who exists.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy.orm import Session

from kiosk.domain.audit import Action
from kiosk.domain.lockout import is_locked, locked_until
from kiosk.models.officer import Lockout
from kiosk.services import audit
from kiosk.services.kiosk import Kiosk

LONGEST_SECRET = 200
"""Long enough for any sentence; what is longer is no password but a load."""

FORGOTTEN_AFTER = timedelta(days=1)
"""So long after its last failure a name is no longer remembered: the longest lock lasts 15 minutes."""

COST = RFC_9106_LOW_MEMORY
"""argon2id, 64 MiB, 3 passes, 4 lanes (RFC 9106, section 4, second choice): some 150 ms here."""

_HASHER = PasswordHasher.from_parameters(COST)

NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$qtg279GbhKfYK74MyPxASA$1Oy5TRabHeKg4f/wkUUBAhVtQLB7sXplzd9ynMGoRPQ"
)
"""Checked when there is no such officer, so that the time of the answer does not tell who exists.
A test holds its parameters against `COST`; no password leads to it."""

_AT_ONCE = threading.BoundedSemaphore(2)
"""Checks that run together: each takes 64 MiB, and whoever can reach the page can ask for one."""

_WAIT_SECONDS = 3.0


@dataclass(frozen=True)
class Counted:
    """A try that was let through and stands as a failure until `settle` knows better."""

    typed_mac: str
    at: datetime
    before: datetime | None


@dataclass(frozen=True)
class Locked:
    """No try is looked at before `until` (aware, UTC)."""

    until: datetime


def count(kiosk: Kiosk, username: str, subject: str, what: str) -> Counted | Locked:
    """Count a try for the folded `username` as failed, or refuse it.

    A refused one leaves an audit entry on `subject`; `what` names the secret in it: password, code or pin.
    """
    now, mac = kiosk.clock.now(), _mac(kiosk, username)
    with audit.verb(kiosk) as session:
        session.execute(sa.delete(Lockout).where(Lockout.last_failure_at < now - FORGOTTEN_AFTER))
        row = session.get(Lockout, mac)
        if row is None:
            row = Lockout(typed_mac=mac, failures=0)
            session.add(row)
        until = locked_until(row.failures, row.last_failure_at)
        if until is not None and is_locked(row.failures, row.last_failure_at, now):
            audit.record(kiosk, session, Action.OFFICER_REFUSED, subject, what=what, reason="locked")
            return Locked(until)
        counted = Counted(mac, now, row.last_failure_at)
        row.failures += 1
        row.last_failure_at = now
    return counted


def take_back(session: Session, counted: Counted) -> None:
    """Undo one count, inside the caller's transaction: the try was right, or nobody has looked at it."""
    row = session.get(Lockout, counted.typed_mac)
    if row is None:
        return
    row.failures = max(row.failures - 1, 0)
    if row.last_failure_at == counted.at:
        row.last_failure_at = counted.before


def forgive(session: Session, counted: Counted) -> None:
    """Forget every failure of this name, inside the caller's transaction: he has proved who he is."""
    session.execute(sa.delete(Lockout).where(Lockout.typed_mac == counted.typed_mac))


def hashed(secret: str) -> str:
    """Return the argon2id hash that is kept; takes some 150 ms and 64 MiB. Never inside a transaction."""
    return _HASHER.hash(secret)


def matches(secret_hash: str, secret: str) -> bool | None:
    """Whether `secret` belongs to the hash; None when too many others are being checked."""
    if not _AT_ONCE.acquire(timeout=_WAIT_SECONDS):
        return None
    try:
        # Cut before hashing: an over-long one is wrong anyway, and costs no more than any other.
        return _HASHER.verify(secret_hash, secret[: LONGEST_SECRET + 1])
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _AT_ONCE.release()


def _mac(kiosk: Kiosk, username: str) -> str:
    return kiosk.keys.mac("lockout", username)
