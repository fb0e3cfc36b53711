"""The demonstration register and authority: what `adapters/*/local.py` know. Made-up people only."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import Base, EncryptedBytes, EncryptedText, UtcDateTime, enum_column
from kiosk.domain.eligibility import RecordState
from kiosk.domain.nik import Sex


class RegisterPerson(Base):
    """One record of the demonstration register; `enrolled_at` marks a newcomer who tried his own face."""

    __tablename__ = "register_person"

    nik_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    nik: Mapped[str] = mapped_column(EncryptedText("register_person.nik"))
    name: Mapped[str] = mapped_column(EncryptedText("register_person.name"))
    born: Mapped[date]
    sex: Mapped[Sex] = mapped_column(enum_column(Sex))
    married: Mapped[bool]
    recorded: Mapped[bool]
    state: Mapped[RecordState] = mapped_column(enum_column(RecordState))
    region: Mapped[str] = mapped_column(sa.String(4))
    photo: Mapped[bytes | None] = mapped_column(EncryptedBytes("register_person.photo"))
    enrolled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuthorityRecord(Base):
    """What the demonstration authority remembers of one key: issued, active or deactivated."""

    __tablename__ = "authority_record"

    key: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    nik_hash: Mapped[str] = mapped_column(sa.String(64), index=True)
    state: Mapped[str] = mapped_column(sa.String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
