"""An office without any officer: the one-time link with which the first supervisor makes himself."""

from __future__ import annotations

import secrets
from datetime import timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain import password as passwords
from kiosk.domain.audit import Action
from kiosk.domain.password import PasswordFault
from kiosk.domain.roles import Role
from kiosk.models.officer import Officer, SetupLink
from kiosk.services import audit, lockout
from kiosk.services import officer as officers
from kiosk.services.kiosk import Kiosk
from kiosk.services.officer import AddRefusal, folded

PATH = "/petugas/mulai/"
"""Where the link leads; `routes/set_up.py` answers there."""

LINK_LIFETIME = timedelta(minutes=30)
"""From the console to a browser, with somebody reading the line aloud."""


class LinkDead(StrEnum):
    """The link is unknown, too old or used, or somebody works here already."""

    LINK_DEAD = "link_dead"


def new_link(kiosk: Kiosk) -> str | None:
    """Make a link and return its path; None when there is an officer already. Earlier links end.

    Only a keyed hash is kept: whoever reads the database cannot use the link.
    """
    token = secrets.token_urlsafe(24)
    with audit.verb(kiosk) as session:
        if _anybody(session):
            return None
        session.execute(sa.delete(SetupLink))
        session.add(SetupLink(token_mac=_mac(kiosk, token), made_at=kiosk.clock.now()))
        audit.record(kiosk, session, Action.OFFICER_LINK_MADE, kiosk.settings.terminal)
    return PATH + token


def is_open(kiosk: Kiosk, token: str) -> bool:
    """Whether a link can still be used."""
    with reading() as session:
        return _open_link(kiosk, session, token) is not None


def make_first(
    kiosk: Kiosk, token: str, username: str, display_name: str, password: str, again: str
) -> Officer | AddRefusal | PasswordFault | LinkDead:
    """Use the link up and make the first supervisor; of two at once one is made."""
    if not is_open(kiosk, token):
        return LinkDead.LINK_DEAD
    username, display_name = folded(username), display_name.strip()
    refusal = officers.refusal_of(username, display_name) or passwords.fault_of(username, password)
    if refusal is None and password != again:
        refusal = PasswordFault.NOT_THE_SAME_TWICE
    if refusal is not None:
        return refusal
    password_hash = lockout.hashed(password)
    with audit.verb(kiosk) as session:
        link = _open_link(kiosk, session, token)
        if link is None:
            return LinkDead.LINK_DEAD
        made = officers.insert(kiosk, session, username, display_name, Role.SUPERVISOR, password_hash)
        if isinstance(made, Officer):
            link.used_at = kiosk.clock.now()
        return made


def _open_link(kiosk: Kiosk, session: Session, token: str) -> SetupLink | None:
    link = session.get(SetupLink, _mac(kiosk, token))
    if link is None or link.used_at is not None or _anybody(session):
        return None
    return link if abs(kiosk.clock.now() - link.made_at) < LINK_LIFETIME else None


def _anybody(session: Session) -> bool:
    return session.scalar(sa.select(sa.exists().where(Officer.active))) is True


def _mac(kiosk: Kiosk, token: str) -> str:
    return kiosk.keys.mac("setup-link", token)
