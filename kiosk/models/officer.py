"""The people who work at the office: how they prove who they are, and where they have signed in."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import Base, EncryptedText, UtcDateTime, enum_column
from kiosk.domain.roles import Role
from kiosk.domain.sign_in import Proof


class Officer(Base):
    """One officer. Password and PIN stand as argon2id hashes; what was typed wrong stands in `Lockout`.
    `nik_hash` is his own NIK's keyed hash: nobody decides about himself."""

    __tablename__ = "officer"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(40), unique=True)
    display_name: Mapped[str] = mapped_column(sa.String(80))
    role: Mapped[Role] = mapped_column(enum_column(Role), default=Role.OFFICER)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    must_change_password: Mapped[bool] = mapped_column(default=False)
    pin_hash: Mapped[str | None] = mapped_column(sa.String(200))
    totp_secret: Mapped[str | None] = mapped_column(EncryptedText("officer.totp_secret"))
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_last_step: Mapped[int] = mapped_column(default=0)
    nik_hash: Mapped[str | None] = mapped_column(sa.String(64))


class Lockout(Base):
    """How often password, one-time code or PIN were wrong in a row for one user name, whether or not there is
    such an officer: a lock so tells nobody who exists. `typed_mac` is the name's keyed hash."""

    __tablename__ = "lockout"

    typed_mac: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_failure_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A code that stands in once for the phone with the one-time codes; only its keyed hash is kept."""

    __tablename__ = "recovery_code"

    code_mac: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    officer_id: Mapped[int] = mapped_column(sa.ForeignKey("officer.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Badge(Base):
    """A badge that was printed for an officer; `id` stands, signed, in its code, and can be revoked."""

    __tablename__ = "badge"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    officer_id: Mapped[int] = mapped_column(sa.ForeignKey("officer.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OfficerSession(Base):
    """One sign-in in one browser. The cookie holds a random token, here stands only its keyed hash.

    `proof` is what has been shown so far; what is still missing leads to its page and to no other. `seen_at`
    is the last thing the officer did, `board_seen_at` the last poll of a board that stands open: the first
    keeps him signed in, the second says that somebody can be asked.
    """

    __tablename__ = "officer_session"

    token_mac: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    officer_id: Mapped[int] = mapped_column(sa.ForeignKey("officer.id"), index=True)
    device_mac: Mapped[str] = mapped_column(sa.String(64))
    proof: Mapped[Proof] = mapped_column(enum_column(Proof))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    board_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    counter: Mapped[str] = mapped_column(sa.String(40), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SetupLink(Base):
    """The one-time link on the console with which an office without any officer makes its first one."""

    __tablename__ = "setup_link"

    token_mac: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
