"""Terminals: which browser is one, how each is, and who calls for help there."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import Base, UtcDateTime, enum_column
from kiosk.domain.visit import Step


class Terminal(Base):
    """What one terminal last said of itself, and what the office said of it.

    `health` is JSON (device to `code` of health and whether it `works`), `step` where its visit stands; never
    whose visit it is. `sheets` counts those printed since the roll was changed.
    """

    __tablename__ = "terminal"

    name: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    step: Mapped[Step | None] = mapped_column(enum_column(Step))
    step_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    health: Mapped[str] = mapped_column(sa.Text, default="{}")
    closed_message: Mapped[str | None] = mapped_column(sa.String(200))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paper_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sheets: Mapped[int] = mapped_column(default=0)


class HelpCall(Base):
    """Somebody at a terminal asked for a person to come."""

    __tablename__ = "help_call"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    terminal: Mapped[str] = mapped_column(sa.String(32))
    visit_id: Mapped[str | None] = mapped_column(sa.ForeignKey("visit.id"), index=True)
    step: Mapped[Step | None] = mapped_column(enum_column(Step))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("officer.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class TerminalLink(Base):
    """A one-time link with which the terminal's own browser gets its credential at launch."""

    __tablename__ = "terminal_link"

    token_mac: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
