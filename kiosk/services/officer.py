"""Officers: made at the command line, signed in with a password, locked out by a rule."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.domain.lockout import is_locked, locked_until
from kiosk.models.officer import Officer
from kiosk.services import audit
from kiosk.services.kiosk import Kiosk

PASSWORD_MIN = 10
PASSWORD_MAX = 200
"""Long enough for any sentence; what is longer is no password but a load."""

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}", re.ASCII)
_NAME_MAX = 80

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
"""argon2id, 64 MiB, 3 passes, 4 lanes (RFC 9106, section 4, second choice): some 150 ms here."""

NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$qtg279GbhKfYK74MyPxASA$1Oy5TRabHeKg4f/wkUUBAhVtQLB7sXplzd9ynMGoRPQ"
)
"""Checked when there is no such officer, so that the time of the answer does not tell who exists.
A test holds its parameters against those of `_HASHER`; no password leads to it."""

_AT_ONCE = threading.BoundedSemaphore(2)
"""Checks that run together: each takes 64 MiB, and whoever can reach the page can ask for one."""

_WAIT_SECONDS = 3.0


class AddRefusal(StrEnum):
    """Why an officer was not made."""

    USERNAME_NOT_POSSIBLE = "username_not_possible"
    USERNAME_TAKEN = "username_taken"
    NAME_NOT_POSSIBLE = "name_not_possible"
    PASSWORD_TOO_SHORT = "password_too_short"  # noqa: S105
    PASSWORD_TOO_LONG = "password_too_long"  # noqa: S105
    PASSWORD_IS_USERNAME = "password_is_username"  # noqa: S105


class Refused(StrEnum):
    """Why somebody was not signed in. Unknown and wrong are one word, here and on the screen."""

    UNKNOWN_OR_WRONG = "unknown_or_wrong"
    LOCKED = "locked"
    BUSY = "busy"


@dataclass(frozen=True)
class SignInRefusal:
    """A refused sign-in; `until` says when a locked one may be tried again (aware, UTC)."""

    reason: Refused
    until: datetime | None = None


def add(kiosk: Kiosk, username: str, display_name: str, password: str) -> Officer | AddRefusal:
    """Make an officer. The name is folded to lower case: nobody remembers how he once wrote it."""
    username, display_name = _folded(username), display_name.strip()
    refusal = _refusal(username, display_name, password)
    if refusal is not None:
        return refusal
    password_hash = _HASHER.hash(password)
    with audit.verb(kiosk) as session:
        if _by_username(session, username) is not None:
            return AddRefusal.USERNAME_TAKEN
        officer = Officer(
            username=username,
            display_name=display_name,
            password_hash=password_hash,
            active=True,
            failures=0,
            created_at=kiosk.clock.now(),
        )
        session.add(officer)
        session.flush()
        audit.record(kiosk, session, Action.OFFICER_ADDED, _subject(officer))
    return officer


def _refusal(username: str, display_name: str, password: str) -> AddRefusal | None:
    if not _USERNAME.fullmatch(username):
        return AddRefusal.USERNAME_NOT_POSSIBLE
    if not 0 < len(display_name) <= _NAME_MAX or not display_name.isprintable():
        return AddRefusal.NAME_NOT_POSSIBLE
    if len(password) < PASSWORD_MIN:
        return AddRefusal.PASSWORD_TOO_SHORT
    if len(password) > PASSWORD_MAX:
        return AddRefusal.PASSWORD_TOO_LONG
    if username in password.casefold():
        return AddRefusal.PASSWORD_IS_USERNAME
    return None


def sign_in(kiosk: Kiosk, username: str, password: str) -> Officer | SignInRefusal:
    """Check a password and return its officer, or why not.

    The failure is counted before the password is looked at and taken back when it was right: a hundred tries
    sent at one moment so share the five that the rule allows, and a crash gives none away.
    """
    admitted = _count(kiosk, _folded(username))
    if isinstance(admitted, SignInRefusal):
        return admitted
    is_right = _matches(NOBODYS_HASH if admitted is None else admitted.password_hash, password)
    return _settle(kiosk, admitted, is_right)


def _count(kiosk: Kiosk, username: str) -> Officer | SignInRefusal | None:
    now = kiosk.clock.now()
    with audit.verb(kiosk) as session:
        officer = _by_username(session, username)
        if officer is None or not officer.active:
            return None
        if is_locked(officer.failures, officer.last_failure_at, now):
            until = locked_until(officer.failures, officer.last_failure_at)
            audit.record(kiosk, session, Action.OFFICER_REFUSED, _subject(officer), reason=Refused.LOCKED)
            return SignInRefusal(Refused.LOCKED, until)
        officer.failures += 1
        officer.last_failure_at = now
    return officer


def _matches(password_hash: str, password: str) -> bool | None:
    """Whether the password belongs to the hash; None when too many others are being checked."""
    if not _AT_ONCE.acquire(timeout=_WAIT_SECONDS):
        return None
    try:
        # Cut before hashing: an over-long one is wrong anyway, and costs no more than any other.
        return _HASHER.verify(password_hash, password[: PASSWORD_MAX + 1])
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _AT_ONCE.release()


def _settle(kiosk: Kiosk, admitted: Officer | None, is_right: bool | None) -> Officer | SignInRefusal:
    with audit.verb(kiosk) as session:
        officer = None if admitted is None else _by_username(session, admitted.username)
        if officer is not None and is_right and officer.active:
            officer.failures, officer.last_failure_at = 0, None
            audit.record(kiosk, session, Action.OFFICER_SIGNED_IN, _subject(officer))
            return officer
        refused = Refused.UNKNOWN_OR_WRONG if is_right is not None else Refused.BUSY
        if officer is not None and refused is Refused.BUSY:
            # Nobody has looked at the password: it must not count against the officer.
            officer.failures = max(officer.failures - 1, 0)
        audit.record(kiosk, session, Action.OFFICER_REFUSED, _subject(officer), reason=refused)
        return SignInRefusal(refused)


def sign_out(kiosk: Kiosk, officer: Officer) -> None:
    """Write down that an officer has left."""
    with audit.verb(kiosk) as session:
        audit.record(kiosk, session, Action.OFFICER_SIGNED_OUT, _subject(officer))


def find_active(kiosk: Kiosk, officer_id: int) -> Officer | None:  # noqa: ARG001
    """Return the officer while he is one: a removed officer is out with his next request."""
    with reading() as session:
        return session.scalar(sa.select(Officer).where(Officer.id == officer_id, Officer.active))


def is_anybody_there(kiosk: Kiosk) -> bool:  # noqa: ARG001
    """Whether there is an active officer at all; before the first one the page says how to make him."""
    with reading() as session:
        return session.scalar(sa.select(sa.exists().where(Officer.active))) is True


def _by_username(session: Session, username: str) -> Officer | None:
    return session.scalar(sa.select(Officer).where(Officer.username == username))


def _folded(username: str) -> str:
    return username.strip().casefold()


def _subject(officer: Officer | None) -> str:
    return "officer:unknown" if officer is None else f"officer:{officer.id}"
