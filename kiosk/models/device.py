"""What happened to the devices: changes only, so that a week reads in a minute."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import Base, UtcDateTime


class DeviceEvent(Base):
    """A device of a terminal became something else: its new state and code of health, and when.

    `state` and `code` are our own words (`kiosk/hardware/health.py`); nothing here is what a device sent.
    """

    __tablename__ = "device_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    terminal: Mapped[str] = mapped_column(sa.String(32))
    device: Mapped[str] = mapped_column(sa.String(32))
    driver: Mapped[str] = mapped_column(sa.String(32))
    state: Mapped[str] = mapped_column(sa.String(16))
    code: Mapped[str] = mapped_column(sa.String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (sa.Index("ix_device_event_terminal", "terminal", "at"),)
