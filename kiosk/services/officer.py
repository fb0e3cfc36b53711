"""Officers: how they are made and found; what they do with it stands in sign_in, account and people."""

from __future__ import annotations

import re
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain import password as passwords
from kiosk.domain.audit import Action
from kiosk.domain.password import PasswordFault
from kiosk.domain.roles import Role
from kiosk.models.officer import Officer
from kiosk.services import audit, lockout
from kiosk.services.kiosk import Kiosk

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}", re.ASCII)
_NAME_MAX = 80


class AddRefusal(StrEnum):
    """Why an officer was not made; a password that may not be chosen is a `PasswordFault`."""

    USERNAME_NOT_POSSIBLE = "username_not_possible"
    USERNAME_TAKEN = "username_taken"
    NAME_NOT_POSSIBLE = "name_not_possible"


def add(
    kiosk: Kiosk,
    username: str,
    display_name: str,
    password: str,
    role: Role = Role.OFFICER,
    *,
    by: Officer | None = None,
    must_change_password: bool = False,
) -> Officer | AddRefusal | PasswordFault:
    """Make an officer; `by` is the supervisor who does, None at the command line.

    The name is folded to lower case: nobody remembers how he once wrote it.
    """
    username, display_name = folded(username), display_name.strip()
    refusal = refusal_of(username, display_name) or passwords.fault_of(username, password)
    if refusal is not None:
        return refusal
    password_hash = lockout.hashed(password)
    with audit.verb(kiosk) as session:
        return insert(
            kiosk,
            session,
            username,
            display_name,
            role,
            password_hash,
            by=by,
            must_change_password=must_change_password,
        )


def insert(
    kiosk: Kiosk,
    session: Session,
    username: str,
    display_name: str,
    role: Role,
    password_hash: str,
    *,
    by: Officer | None = None,
    must_change_password: bool = False,
) -> Officer | AddRefusal:
    """Write a checked officer, inside the caller's transaction."""
    if by_username(session, username) is not None:
        return AddRefusal.USERNAME_TAKEN
    officer = Officer(
        username=username,
        display_name=display_name,
        role=role,
        password_hash=password_hash,
        must_change_password=must_change_password,
        active=True,
        created_at=kiosk.clock.now(),
    )
    session.add(officer)
    session.flush()
    detail = {} if by is None else {"officer": by.id}
    audit.record(kiosk, session, Action.OFFICER_ADDED, subject_of(officer), role=role, **detail)
    return officer


def refusal_of(username: str, display_name: str) -> AddRefusal | None:
    """Why nobody can be made with these names (folded and stripped), or None."""
    if not _USERNAME.fullmatch(username):
        return AddRefusal.USERNAME_NOT_POSSIBLE
    if not 0 < len(display_name) <= _NAME_MAX or not display_name.isprintable():
        return AddRefusal.NAME_NOT_POSSIBLE
    return None


def is_anybody_there(kiosk: Kiosk) -> bool:  # noqa: ARG001
    """Whether there is an active officer at all; before the first one the console shows a set-up link."""
    with reading() as session:
        return session.scalar(sa.select(sa.exists().where(Officer.active))) is True


def by_username(session: Session, username: str) -> Officer | None:
    """The officer of a folded name, removed or not."""
    return session.scalar(sa.select(Officer).where(Officer.username == username))


def folded(username: str) -> str:
    """A user name as it is kept."""
    return username.strip().casefold()


def subject_of(officer: Officer | None) -> str:
    """What an audit entry about an officer refers to."""
    return "officer:unknown" if officer is None else audit.officer_subject(officer.id)
