"""Daily counts: what remains of a visit once its personal data are gone."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import Base, enum_column
from kiosk.domain.numbers import Measure


class DailyCount(Base):
    """How often `label` of a `measure` occurred on an office day at a terminal, and its sum (seconds, stars).

    Holds no reference to a visit or a person, so it is never purged. The measure stands first in the key:
    every question is about some measures and a range of days.
    """

    __tablename__ = "daily_count"

    measure: Mapped[Measure] = mapped_column(enum_column(Measure), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    terminal: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    label: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    total: Mapped[float] = mapped_column(default=0.0)


class MonthlyCount(Base):
    """The same for a whole month, `day` being its first; written with the daily count.

    A year's figures are twelve of these instead of some ten thousand daily counts.
    """

    __tablename__ = "monthly_count"

    measure: Mapped[Measure] = mapped_column(enum_column(Measure), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    terminal: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    label: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    total: Mapped[float] = mapped_column(default=0.0)
