"""The audit chain's rows; `domain/audit.py` says how they are tied together."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import Base, UtcDateTime, enum_column
from kiosk.domain.audit import Action


class AuditEntry(Base):
    """One entry. `subject` is a reference (visit, officer number), `detail` JSON; never personal data."""

    __tablename__ = "audit_entry"

    source: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    action: Mapped[Action] = mapped_column(enum_column(Action))
    subject: Mapped[str] = mapped_column(sa.String(40), index=True)
    detail: Mapped[str] = mapped_column(sa.Text)
    hash: Mapped[str] = mapped_column(sa.String(64))
