"""How the terminal's own browser proves in production that it is the terminal: a link that works once.

An address would prove nothing: behind a proxy everybody is 127.0.0.1 (docs/architecture.md, surfaces).
"""

from __future__ import annotations

import secrets
from datetime import timedelta

import sqlalchemy as sa

from kiosk.domain.audit import Action
from kiosk.models.terminal import TerminalLink
from kiosk.services import audit
from kiosk.services.kiosk import Kiosk

PATH = "/terminal/"
"""Where the link leads; `routes/terminal.py` answers there."""

LINK_LIFETIME = timedelta(minutes=10)
"""Longer than a slow machine needs from making the link to its browser's first request."""


def new_link(kiosk: Kiosk) -> str:
    """Make a link for the browser that is about to be started and return its path, `/terminal/<token>`.

    Only a keyed hash is kept: whoever reads the database cannot use the link.
    """
    token = secrets.token_urlsafe(24)
    now = kiosk.clock.now()
    with audit.verb(kiosk) as session:
        session.execute(sa.delete(TerminalLink).where(TerminalLink.made_at < now - LINK_LIFETIME))
        session.add(TerminalLink(token_mac=_mac(kiosk, token), made_at=now))
    return PATH + token


def admit(kiosk: Kiosk, token: str) -> bool:
    """Use a link up; False when it is unknown, too old or used already, by however many at once."""
    now = kiosk.clock.now()
    with audit.verb(kiosk) as session:
        link = session.get(TerminalLink, _mac(kiosk, token))
        if link is None or link.used_at is not None or now - link.made_at >= LINK_LIFETIME:
            return False
        link.used_at = now
        audit.record(kiosk, session, Action.TERMINAL_ADMITTED, kiosk.settings.terminal)
    return True


def _mac(kiosk: Kiosk, token: str) -> str:
    return kiosk.keys.mac("terminal-link", token)
