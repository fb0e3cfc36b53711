"""Figures of a period, and the counts behind them: read from the counts alone, never from visits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain import fairness, rating, target
from kiosk.domain.audit import Action
from kiosk.domain.fairness import Watch
from kiosk.domain.numbers import Domicile, Measure
from kiosk.domain.period import Period, Span, period_of
from kiosk.domain.rating import Index
from kiosk.domain.target import Progress
from kiosk.domain.ticket import TicketState, office_day
from kiosk.models.numbers import DailyCount, MonthlyCount
from kiosk.models.officer import Officer
from kiosk.models.terminal import Terminal
from kiosk.models.ticket import Ticket
from kiosk.models.visit import VisitEnd
from kiosk.services import audit
from kiosk.services.kiosk import Kiosk

LEAD_DAYS = 14
"""How many days the picture of a single day shows, so that it can be compared: two weeks."""

MADE_UP = "contoh"
"""The terminal under which a demonstration's made-up history is counted (`demonstration/history.py`)."""


@dataclass(frozen=True)
class Sum:
    """How often something was counted, and its sum (seconds, stars)."""

    count: int = 0
    total: float = 0.0

    @property
    def mean(self) -> float | None:
        """The average, None of nothing."""
        return self.total / self.count if self.count else None


@dataclass(frozen=True)
class Slot:
    """One day or month of the picture: how many visits ended how, and whose residents were activated."""

    first: date
    outcomes: Mapping[str, int]
    domiciles: Mapping[str, int]


@dataclass(frozen=True)
class Figures:
    """Everything that the page shows of a period.

    `until` is its last day that has come; `sums` by measure and label; `uptime` by terminal and label;
    `since` is the first day ever counted, None in a new office. `progress` stands at the end of `until`, None
    in a year without target.
    """

    period: Period
    until: date
    sums: Mapping[Measure, Mapping[str, Sum]]
    uptime: Mapping[str, Mapping[str, Sum]]
    slots: tuple[Slot, ...]
    index: Index | None
    watch: Watch
    progress: Progress | None
    since: date | None

    def of(self, measure: Measure, label: str) -> Sum:
        """The sum of one label; zero when it never occurred."""
        return self.sums.get(measure, {}).get(label, Sum())

    def all_of(self, measure: Measure) -> Sum:
        """The sum over every label of a measure."""
        found = self.sums.get(measure, {}).values()
        return Sum(sum(one.count for one in found), sum(one.total for one in found))

    @property
    def visits(self) -> int:
        """How many visits ended."""
        return self.all_of(Measure.OUTCOME).count

    @property
    def activations(self) -> int:
        """How many of them with an active IKD."""
        return self.of(Measure.OUTCOME, VisitEnd.ACTIVATED).count

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was counted."""
        return not self.sums


@dataclass(frozen=True)
class Closing:
    """What the report at the end of a day adds: tickets that nobody has finished, sheets since the roll."""

    open_tickets: int
    sheets: int


@dataclass(frozen=True)
class Row:
    """One daily count, as it is exported."""

    day: date
    terminal: str
    measure: Measure
    label: str
    count: int
    total: float


def today(kiosk: Kiosk) -> date:
    """The office's day."""
    return office_day(kiosk.clock.now(), kiosk.settings.zone)


def figures(kiosk: Kiosk, period: Period) -> Figures:
    """Add the counts of a period up. A year is read from months, anything shorter from days."""
    until = min(period.last, today(kiosk))
    with reading() as session:
        sums, uptime = _sums(session, period)
        return Figures(
            period=period,
            until=until,
            sums=sums,
            uptime=uptime,
            slots=_slots(session, period),
            index=rating.index(
                {int(label): one.count for label, one in sums.get(Measure.SATISFACTION, {}).items()}
            ),
            watch=fairness.watch({label: one.count for label, one in sums.get(Measure.FAIRNESS, {}).items()}),
            progress=_progress(kiosk, session, until),
            since=session.scalar(
                sa.select(sa.func.min(DailyCount.day)).where(DailyCount.measure == Measure.OUTCOME)
            ),
        )


def is_made_up(kiosk: Kiosk, period: Period) -> bool:
    """Whether some of a period's counts are a demonstration's history; never outside a demonstration."""
    if not kiosk.settings.is_demo:
        return False
    first = period.first.replace(day=1)
    question = sa.select(
        sa.exists().where(
            MonthlyCount.measure == Measure.OUTCOME,
            MonthlyCount.day.between(first, period.last),
            MonthlyCount.terminal == MADE_UP,
        )
    )
    with reading() as session:
        return bool(session.scalar(question))


def closing(kiosk: Kiosk, day: date) -> Closing:
    """What is still open at the end of `day`."""
    with reading() as session:
        open_tickets = session.scalar(
            sa.select(sa.func.count()).where(
                Ticket.day == day, Ticket.state.not_in((TicketState.DONE, TicketState.VOID))
            )
        )
        terminal = session.get(Terminal, kiosk.settings.terminal)
    return Closing(open_tickets or 0, terminal.sheets if terminal else 0)


def export(kiosk: Kiosk, officer: Officer, period: Period, form: str) -> Iterator[Row]:
    """Write down who takes a period's daily counts as `form` (a file's ending), then return them in order.

    Without the fairness watch: day by day its counts are of single people. Needs the app's context until the
    last row is read.
    """
    with audit.verb(kiosk) as session:
        audit.record(
            kiosk,
            session,
            Action.NUMBERS_EXPORTED,
            audit.terminal_subject(kiosk.settings.terminal),
            officer=officer.id,
            first=period.first.isoformat(),
            last=period.last.isoformat(),
            form=form,
        )
    return _rows(period)


def _rows(period: Period) -> Iterator[Row]:
    """Month by month, so that nothing waits for somebody's download and a year takes no more memory."""
    counts = DailyCount
    wanted: list[Measure] = [one for one in Measure if one is not Measure.FAIRNESS]
    for first in period.months:
        month = period_of(Span.MONTH, first)
        part = Period(Span.MONTH, max(month.first, period.first), min(month.last, period.last))
        question = (
            sa.select(counts.day, counts.terminal, counts.measure, counts.label, counts.count, counts.total)
            .where(*_in(counts, part, wanted))
            .order_by(counts.day, counts.terminal, counts.measure, counts.label)
        )
        with reading() as session:
            rows = [Row(*row) for row in session.execute(question)]
        yield from rows


_Counts = type[DailyCount] | type[MonthlyCount]


def _in(counts: _Counts, period: Period, measures: list[Measure]) -> tuple[sa.ColumnElement[bool], ...]:
    """Both together are the beginning of the table's key: nothing else is read."""
    return counts.measure.in_(measures), counts.day.between(period.first, period.last)


def _sums(
    session: Session, period: Period
) -> tuple[dict[Measure, dict[str, Sum]], dict[str, dict[str, Sum]]]:
    counts: _Counts = MonthlyCount if period.span is Span.YEAR else DailyCount
    where = sa.case((counts.measure == Measure.UPTIME, counts.terminal), else_="")
    question = (
        sa.select(counts.measure, counts.label, where, sa.func.sum(counts.count), sa.func.sum(counts.total))
        .where(*_in(counts, period, list(Measure)))
        .group_by(counts.measure, counts.label, where)
    )
    sums: dict[Measure, dict[str, Sum]] = {}
    uptime: dict[str, dict[str, Sum]] = {}
    for measure, label, terminal, number, total in session.execute(question):
        if measure is Measure.UPTIME:
            uptime.setdefault(terminal, {})[label] = Sum(number, total)
        else:
            sums.setdefault(measure, {})[label] = Sum(number, total)
    return sums, uptime


def _slots(session: Session, period: Period) -> tuple[Slot, ...]:
    shown = period
    if period.span is Span.DAY:
        shown = Period(Span.DAY, period.last - timedelta(days=LEAD_DAYS - 1), period.last)
    counts: _Counts = MonthlyCount if period.span is Span.YEAR else DailyCount
    question = (
        sa.select(counts.day, counts.measure, counts.label, sa.func.sum(counts.count))
        .where(*_in(counts, shown, [Measure.OUTCOME, Measure.DOMICILE]))
        .group_by(counts.day, counts.measure, counts.label)
    )
    found: dict[tuple[date, Measure], dict[str, int]] = {}
    for day, measure, label, number in session.execute(question):
        found.setdefault((day, measure), {})[label] = number
    return tuple(
        Slot(first, found.get((first, Measure.OUTCOME), {}), found.get((first, Measure.DOMICILE), {}))
        for first in (shown.months if period.span is Span.YEAR else shown.days)
    )


def _progress(kiosk: Kiosk, session: Session, on: date) -> Progress | None:
    settings = kiosk.settings
    year = settings.target_year or today(kiosk).year
    if on.year != year:
        return None
    month = period_of(Span.MONTH, on)
    before = Period(Span.YEAR, date(year, 1, 1), month.first - timedelta(days=1))
    done = sum(_local(session, MonthlyCount, before).values())
    done += sum(_local(session, DailyCount, Period(Span.MONTH, month.first, on)).values())
    lately = _local(session, DailyCount, Period(Span.MONTH, target.pace_from(on), on))
    return target.progress(
        base=settings.target_base,
        percent=settings.target_percent,
        year=year,
        on=on,
        done=done,
        lately=target.pace(lately, on),
    )


def _local(session: Session, counts: _Counts, period: Period) -> dict[date, int]:
    """Activations of the office's own residents by day or month."""
    question = (
        sa.select(counts.day, sa.func.sum(counts.count))
        .where(*_in(counts, period, [Measure.DOMICILE]), counts.label == Domicile.LOCAL)
        .group_by(counts.day)
    )
    return {row.day: row[1] for row in session.execute(question)}
