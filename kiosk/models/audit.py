"""The audit chain's rows; `domain/audit.py` says how they are tied together."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import Base, UtcDateTime, enum_column
from kiosk.domain.audit import Action

_OFFICER = "CASE WHEN json_valid(detail) THEN json_extract(detail, '$.officer') END"


class AuditEntry(Base):
    """One entry. `subject` is a reference (visit, officer number), `detail` JSON; never personal data.

    `officer` is read out of `detail` by the database and kept nowhere: it is there to be searched for. Each
    index ends with the time: a page of the log is the newest of something.
    """

    __tablename__ = "audit_entry"

    source: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    action: Mapped[Action] = mapped_column(enum_column(Action))
    subject: Mapped[str] = mapped_column(sa.String(40))
    detail: Mapped[str] = mapped_column(sa.Text)
    hash: Mapped[str] = mapped_column(sa.String(64))
    officer: Mapped[int | None] = mapped_column(sa.Integer, sa.Computed(_OFFICER, persisted=False))

    __table_args__ = (
        sa.Index("ix_audit_entry_action", "action", "at"),
        sa.Index("ix_audit_entry_subject", "subject", "at"),
        sa.Index("ix_audit_entry_source", "source", "at"),
        sa.Index("ix_audit_entry_officer", "officer", "at", sqlite_where=sa.text("officer IS NOT NULL")),
    )
