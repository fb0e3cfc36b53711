"""Queue tickets, numbered per office and day."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import Base, UtcDateTime, enum_column
from kiosk.domain.reasons import ReferReason
from kiosk.domain.ticket import TicketState, number


class Ticket(Base):
    """One ticket. `id` is random and stands, signed, in the code printed on it.

    `counter` is empty until somebody calls it or hands it on; `calls` counts how often it was called out.
    """

    __tablename__ = "ticket"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    visit_id: Mapped[str] = mapped_column(sa.ForeignKey("visit.id"), index=True)
    day: Mapped[date]
    serial: Mapped[int]
    reason: Mapped[ReferReason] = mapped_column(enum_column(ReferReason))
    state: Mapped[TicketState] = mapped_column(enum_column(TicketState))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counter: Mapped[str] = mapped_column(sa.String(40), default="")
    calls: Mapped[int] = mapped_column(default=0)
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    called_by: Mapped[int | None] = mapped_column(sa.ForeignKey("officer.id"))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (sa.UniqueConstraint("day", "serial"),)

    @property
    def number(self) -> str:
        """What is called out: `A-012`."""
        return number(self.serial)
