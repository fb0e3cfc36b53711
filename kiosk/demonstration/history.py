"""A made-up year of daily counts, so that the numbers page has something to show. Demonstration only.

The counts stand under a terminal of their own (`numbers_report.MADE_UP`): the page says that they are made
up, and they can be taken away without touching what was really counted.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

import sqlalchemy as sa

from kiosk.db import reading, transaction
from kiosk.domain import fairness
from kiosk.domain.fairness import AGES, SEXES
from kiosk.domain.numbers import Domicile, Measure, wait_of
from kiosk.domain.reasons import ReferReason
from kiosk.domain.target import SATURDAY, is_working_day
from kiosk.domain.terminal_state import Readiness
from kiosk.domain.visit import Channel, Step
from kiosk.models.numbers import DailyCount, MonthlyCount
from kiosk.models.visit import VisitEnd
from kiosk.services.kiosk import Kiosk
from kiosk.services.numbers import GIVING_UP
from kiosk.services.numbers_report import MADE_UP, today

_T = TypeVar("_T")

DAYS = 365
SEED = 2026

ON_A_WORKING_DAY, ON_A_SATURDAY = 46, 14
"""Visits: what a kiosk in a busy hall takes in, and in one that opens on some Saturdays."""

ENDS = {
    VisitEnd.ACTIVATED: 68,
    VisitEnd.TICKET: 18,
    VisitEnd.LEFT: 6,
    VisitEnd.IDLE: 6,
    VisitEnd.TOO_YOUNG: 2,
}

STEP_SECONDS = {
    Step.CHOICE: 9,
    Step.CONSENT: 26,
    Step.NIK: 24,
    Step.NIK_CHECK: 11,
    Step.EMAIL: 31,
    Step.PHONE: 16,
    Step.CONTACT_CHECK: 12,
    Step.FACE: 14,
    Step.QR: 58,
}
"""The steps of a whole visit and about how long each takes."""

REASONS = {
    ReferReason.FACE_UNCERTAIN: 20,
    ReferReason.NO_EMAIL: 15,
    ReferReason.FACE_NOT_MATCHED: 11,
    ReferReason.REGISTER_NOT_RECORDED: 10,
    ReferReason.ALREADY_ACTIVE: 9,
    ReferReason.EMAIL_NOT_ARRIVED: 9,
    ReferReason.PHONE_UNSUITABLE: 8,
    ReferReason.LIVENESS_NOT_SHOWN: 6,
    ReferReason.WANTS_PERSON: 5,
    ReferReason.LIVENESS_NOT_POSSIBLE: 4,
    ReferReason.REGISTER_UNREACHABLE: 3,
}

AGE_WEIGHTS = dict(zip(AGES, (1, 26, 27, 20, 14, 8, 4), strict=True))
OFTEN_HANDED_OVER = {"55-64": 0.12, "65+": 0.3}
"""Share of these whose activation becomes a ticket: so there is something for the fairness watch to find."""

GAVE_UP_AT = {Step.CHOICE: 20, Step.CONSENT: 18, Step.NIK: 14, Step.EMAIL: 30, Step.QR: 18}
RATINGS = {"4": 62, "3": 31, "2": 5, "1": 2}
COUNTERS = ("Loket 1", "Loket 2", "Loket 3")
FROM_ELSEWHERE, RATE = 0.17, 0.58
OPEN_SECONDS = 7.4 * 3600

BEFORE_THE_LOOK_UP = frozenset({ReferReason.NO_EMAIL, ReferReason.PHONE_UNSUITABLE, ReferReason.WANTS_PERSON})
"""Reasons of people whom the register has not been asked about."""

_FILLED = sa.select(sa.exists().where(MonthlyCount.terminal == MADE_UP))


@dataclass
class _Book:
    """What was counted on a day or in a month, by measure and label."""

    counts: Counter[tuple[Measure, str]] = field(default_factory=Counter)
    totals: Counter[tuple[Measure, str]] = field(default_factory=Counter)

    def add(self, measure: Measure, label: str, total: float = 0.0) -> None:
        self.counts[measure, label] += 1
        self.totals[measure, label] += round(total)

    def rows(self, day: date) -> Iterator[dict[str, object]]:
        for (measure, label), number in self.counts.items():
            yield {
                "day": day,
                "terminal": MADE_UP,
                "measure": measure,
                "label": label,
                "count": number,
                "total": float(self.totals[measure, label]),
            }


def fill(kiosk: Kiosk) -> bool:
    """Make up the year that ended yesterday; False when a history is there already."""
    yesterday = today(kiosk) - timedelta(days=1)
    chance = random.Random(SEED)  # noqa: S311
    daily: list[dict[str, object]] = []
    months: dict[date, _Book] = {}
    for day in (yesterday - timedelta(days=n) for n in reversed(range(DAYS))):
        book = _day(chance, _visits(chance, day))
        daily += book.rows(day)
        month = months.setdefault(day.replace(day=1), _Book())
        month.counts.update(book.counts)
        month.totals.update(book.totals)
    monthly = [row for first, book in months.items() for row in book.rows(first)]
    with transaction() as session:
        if session.scalar(_FILLED):
            return False
        session.connection().execute(sa.insert(DailyCount), daily)
        session.connection().execute(sa.insert(MonthlyCount), monthly)
    return True


def clear() -> None:
    """Take the made-up counts away; what was really counted stays."""
    with transaction() as session:
        for model in (DailyCount, MonthlyCount):
            session.execute(sa.delete(model).where(model.terminal == MADE_UP))


def is_filled() -> bool:
    """Whether a history stands there."""
    with reading() as session:
        return bool(session.scalar(_FILLED))


def _visits(chance: random.Random, day: date) -> int:
    """How many came: more in the second half of the year and on Mondays, few on the first two Saturdays."""
    if is_working_day(day):
        usual = ON_A_WORKING_DAY * (0.75 + 0.03 * day.month + 0.18 * (day.weekday() == 0))
        return max(round(chance.gauss(1.0, 0.16) * usual), 3)
    is_open = day.weekday() == SATURDAY and day.day <= 14
    return round(chance.uniform(0.6, 1.2) * ON_A_SATURDAY) if is_open else 0


def _day(chance: random.Random, visits: int) -> _Book:
    book = _Book()
    if visits:
        trouble = chance.uniform(0, 900)
        book.add(Measure.UPTIME, Readiness.READY, OPEN_SECONDS - trouble)
        book.add(Measure.UPTIME, Readiness.NOT_READY, trouble)
        book.add(Measure.UPTIME, Readiness.CLOSED, chance.uniform(0, 300))
    for _number in range(visits):
        _visit(chance, book)
    return book


def _visit(chance: random.Random, book: _Book) -> None:
    sex, age = chance.choice(SEXES), _one_of(chance, AGE_WEIGHTS)
    end = _one_of(chance, ENDS)
    if end is VisitEnd.ACTIVATED and chance.random() < OFTEN_HANDED_OVER.get(age, 0.0):
        end = VisitEnd.TICKET
    book.add(Measure.OUTCOME, end)
    reason = _one_of(chance, REASONS) if end is VisitEnd.TICKET else None
    if end is not VisitEnd.TOO_YOUNG and reason not in BEFORE_THE_LOOK_UP:
        for label in fairness.labels(f"{sex} {age}", end, reason):
            book.add(Measure.FAIRNESS, label)
    _steps(chance, book, end)
    if end is VisitEnd.ACTIVATED:
        book.add(Measure.DOMICILE, Domicile.ELSEWHERE if chance.random() < FROM_ELSEWHERE else Domicile.LOCAL)
        book.add(Measure.CHANNEL, Channel.KIOSK)
        if chance.random() < RATE:
            rating = _one_of(chance, RATINGS)
            book.add(Measure.SATISFACTION, rating, int(rating))
    if reason is not None:
        waited, served = chance.expovariate(1 / 520), chance.gauss(420, 120)
        book.add(Measure.REFERRED, reason)
        book.add(Measure.WAIT, wait_of(waited), waited)
        book.add(Measure.SERVED, chance.choice(COUNTERS), max(served, 60))


def _steps(chance: random.Random, book: _Book, end: VisitEnd) -> None:
    """The steps that this visit worked on, up to the one where it was given up."""
    gave_up = _one_of(chance, GAVE_UP_AT) if end in GIVING_UP else None
    whole = 0.0
    for step, usual in STEP_SECONDS.items():
        if step is gave_up and end is VisitEnd.IDLE:
            break
        seconds = usual * chance.uniform(0.5, 1.6)
        whole += seconds
        book.add(Measure.STEP_SECONDS, step, seconds)
        if step is gave_up or (end is not VisitEnd.ACTIVATED and gave_up is None and step is Step.FACE):
            break
    if gave_up is not None:
        book.add(Measure.GAVE_UP, gave_up)
    book.add(Measure.VISIT_SECONDS, end, whole)


def _one_of(chance: random.Random, weights: Mapping[_T, int]) -> _T:
    """Pick one by weights that are whole per cents, or nearly: what is missing goes to the first."""
    drawn = chance.random() * 100
    for one, weight in weights.items():
        drawn -= weight
        if drawn < 0:
            return one
    return next(iter(weights))
