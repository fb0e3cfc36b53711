"""Whether somebody who may decide sits before the panel now: the kiosk asks him only then."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from kiosk.db import reading, transaction
from kiosk.domain.roles import May, Role, may
from kiosk.domain.sign_in import LONGEST_SIGN_IN, Proof
from kiosk.models.officer import Officer, OfficerSession
from kiosk.services.kiosk import Kiosk

ON_BOARD = timedelta(seconds=15)
"""A page that stands open polls every 5 s: two may be lost before its officer counts as gone."""

WRITTEN_EVERY = timedelta(seconds=5)
"""A sign of life is kept at most so often: a write for each poll would wear the disk for nothing."""

_DECIDES = [role for role in Role if may(role, May.REVIEW)]


def on_board(kiosk: Kiosk, except_officer: int | None = None) -> int:
    """Return how many people may decide a case and have their board, review or queue page open just now.

    One person counts once, however many windows; `except_officer` is left out (he asks for another one).
    """
    now = kiosk.clock.now()
    idle = timedelta(minutes=kiosk.settings.officer_idle_minutes)
    question = (
        sa.select(sa.func.count(OfficerSession.officer_id.distinct()))
        .join(Officer, Officer.id == OfficerSession.officer_id)
        .where(
            Officer.active,
            Officer.role.in_(_DECIDES),
            OfficerSession.proof == Proof.BOTH,
            OfficerSession.ended_at.is_(None),
            OfficerSession.board_seen_at > now - ON_BOARD,
            OfficerSession.seen_at > now - idle,
            OfficerSession.began_at > now - LONGEST_SIGN_IN,
        )
    )
    if except_officer is not None:
        question = question.where(OfficerSession.officer_id != except_officer)
    with reading() as session:
        return session.scalar(question) or 0


def seen(kiosk: Kiosk, sign_in: OfficerSession) -> None:
    """Keep that a page with cases is open in this sign-in; it does not make the sign-in last longer."""
    now = kiosk.clock.now()
    if sign_in.board_seen_at is not None and abs(now - sign_in.board_seen_at) < WRITTEN_EVERY:
        return
    with transaction() as session:
        session.execute(
            sa.update(OfficerSession)
            .where(OfficerSession.token_mac == sign_in.token_mac)
            .values(board_seen_at=now)
        )
