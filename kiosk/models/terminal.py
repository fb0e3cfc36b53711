"""Terminals that may open the resident's screens in production."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import Base, UtcDateTime


class TerminalLink(Base):
    """A one-time link with which the terminal's own browser gets its credential at launch."""

    __tablename__ = "terminal_link"

    token_mac: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
