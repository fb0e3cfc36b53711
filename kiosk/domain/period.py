"""The stretch of time that figures are shown for: a day, a month, or a year of the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Span(StrEnum):
    """How long a period is; the value stands in the page's address."""

    DAY = "hari"
    MONTH = "bulan"
    YEAR = "tahun"


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both included. Made by `period_of`, so that it always is a whole one."""

    span: Span
    first: date
    last: date

    @property
    def earlier(self) -> Period:
        """The one that ends the day before."""
        return period_of(self.span, self.first - timedelta(days=1))

    @property
    def later(self) -> Period:
        """The one that begins the day after."""
        return period_of(self.span, self.last + timedelta(days=1))

    @property
    def days(self) -> list[date]:
        """Every day of it, in order."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def months(self) -> list[date]:
        """The first of every month that it touches, in order."""
        return sorted({day.replace(day=1) for day in self.days})


def period_of(span: Span, day: date) -> Period:
    """The day, month or year that `day` lies in.

    | span  | day        | from       | to         |
    |-------|------------|------------|------------|
    | DAY   | 2026-11-22 | 2026-11-22 | 2026-11-22 |
    | MONTH | 2028-02-10 | 2028-02-01 | 2028-02-29 |
    | MONTH | 2026-12-31 | 2026-12-01 | 2026-12-31 |
    | YEAR  | 2026-11-22 | 2026-01-01 | 2026-12-31 |
    """
    match span:
        case Span.DAY:
            return Period(span, day, day)
        case Span.MONTH:
            next_month = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
            return Period(span, day.replace(day=1), next_month - timedelta(days=1))
        case Span.YEAR:
            return Period(span, date(day.year, 1, 1), date(day.year, 12, 31))
