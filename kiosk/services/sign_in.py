"""Signing in: a password, then a one-time code of the officer's phone or a recovery code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.models.officer import Officer
from kiosk.services import audit, lockout, recovery, totp
from kiosk.services.kiosk import Kiosk
from kiosk.services.lockout import Counted, Locked
from kiosk.services.officer import by_username, folded, subject_of

LONGEST_CODE = 40

_ONLY_LETTERS_AND_DIGITS = re.compile(r"[^0-9A-Z]")


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


def check_password(kiosk: Kiosk, username: str, password: str) -> Officer | SignInRefusal:
    """Check a password and return its officer, or why not. He is in only after `check_code`."""
    username = folded(username)
    with reading() as session:
        officer = by_username(session, username)
    if officer is not None and not officer.active:
        officer = None
    counted = lockout.count(kiosk, username, subject_of(officer), "password")
    if isinstance(counted, Locked):
        return SignInRefusal(Refused.LOCKED, counted.until)
    is_right = lockout.matches(lockout.NOBODYS_HASH if officer is None else officer.password_hash, password)
    with audit.verb(kiosk) as session:
        officer = None if officer is None else by_username(session, username)
        if officer is not None and is_right and officer.active:
            # Not forgiven before the code: whoever knows the password alone must not get new tries by it.
            lockout.take_back(session, counted)
            if officer.totp_confirmed_at is None:
                officer.totp_secret = None  # see `account.secret_to_show`
            return officer
        return _refused(kiosk, session, officer, "password", is_right, counted)


def confirm_password(kiosk: Kiosk, officer: Officer, typed: str) -> SignInRefusal | None:
    """Ask somebody who is in for his password again; None when it is right."""
    counted = lockout.count(kiosk, officer.username, subject_of(officer), "password")
    if isinstance(counted, Locked):
        return SignInRefusal(Refused.LOCKED, counted.until)
    is_right = lockout.matches(officer.password_hash, typed)
    with audit.verb(kiosk) as session:
        if is_right:
            lockout.take_back(session, counted)
            return None
        return _refused(kiosk, session, officer, "password", is_right, counted)


def check_code(kiosk: Kiosk, officer_id: int, typed: str) -> Officer | SignInRefusal:
    """Check the second factor of whoever has shown his password: six digits of the app, or a recovery code.

    A code is good once: of two who send it at one moment, one is in.
    """
    code = _ONLY_LETTERS_AND_DIGITS.sub("", typed[:LONGEST_CODE].upper())
    with reading() as session:
        username = session.get_one(Officer, officer_id).username
    counted = lockout.count(kiosk, username, audit.officer_subject(officer_id), "code")
    if isinstance(counted, Locked):
        return SignInRefusal(Refused.LOCKED, counted.until)
    with audit.verb(kiosk) as session:
        officer = session.get_one(Officer, officer_id)
        means = _means(kiosk, session, officer, code) if officer.active else None
        if means is None:
            return _refused(kiosk, session, officer, "code", False, counted)
        lockout.forgive(session, counted)
        audit.record(kiosk, session, Action.OFFICER_SIGNED_IN, subject_of(officer), means=means)
    return officer


def _means(kiosk: Kiosk, session: Session, officer: Officer, code: str) -> str | None:
    """With what the officer has proved himself: his phone or a recovery code; None when with neither."""
    if officer.totp_secret is not None and officer.totp_confirmed_at is not None:
        step = totp.accepted_step(officer.totp_secret, code, kiosk.clock.now(), officer.totp_last_step)
        if step is not None:
            officer.totp_last_step = step
            return "phone"
    return "recovery" if recovery.use(kiosk, session, officer, code) else None


def _refused(
    kiosk: Kiosk,
    session: Session,
    officer: Officer | None,
    what: str,
    is_right: bool | None,
    counted: Counted,
) -> SignInRefusal:
    refused = Refused.UNKNOWN_OR_WRONG if is_right is not None else Refused.BUSY
    if refused is Refused.BUSY:
        # Nobody has looked at it: it must not count against the officer.
        lockout.take_back(session, counted)
    audit.record(kiosk, session, Action.OFFICER_REFUSED, subject_of(officer), what=what, reason=refused)
    return SignInRefusal(refused)
