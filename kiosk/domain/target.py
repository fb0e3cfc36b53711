"""The office's target: a percentage of a base in a year, how far it is, and the pace that it needs.

Only residents of the office's own regency or city count toward it; whoever comes from elsewhere is served
all the same and counted apart. Working days are Monday to Friday: public holidays are not known here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

PACE_DAYS = 20
"""Working days that the present pace is taken from: four weeks, so that one odd week does not decide."""

SATURDAY = 5


class Standing(StrEnum):
    """How the target stands, in a word."""

    NOT_SET = "not_set"
    REACHED = "reached"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    NO_PACE_YET = "no_pace_yet"
    MISSED = "missed"


@dataclass(frozen=True)
class Progress:
    """Where the target stood at the end of `on`.

    `needed` is how many it takes on each working day after `on`; None when there is nothing to reach or no
    working day left. `pace` is how many a working day there were lately, None while nothing has been counted.
    """

    standing: Standing
    year: int
    on: date
    goal: int
    done: int
    days_left: int
    needed: float | None
    pace: float | None

    @property
    def remaining(self) -> int:
        """How many are missing."""
        return max(self.goal - self.done, 0)

    @property
    def share(self) -> float:
        """How much of the goal is done, 0 to 1 and beyond."""
        return self.done / self.goal if self.goal else 0.0

    @property
    def expected(self) -> int:
        """How many there will be at the end of the year at this pace."""
        return self.done + round((self.pace or 0.0) * self.days_left)


def goal_of(base: int, percent: float) -> int:
    """How many activations are asked for; a started one counts whole. 0 means that no target is set.

    >>> goal_of(100_001, 25.0), goal_of(0, 25.0), goal_of(1000, 30.0)
    (25001, 0, 300)
    """
    return math.ceil(round(base * percent / 100, 6))


def is_working_day(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < SATURDAY


def working_days(first: date, last: date) -> int:
    """How many working days lie from `first` to `last`, both included; 0 when `last` comes before.

    >>> working_days(date(2026, 11, 20), date(2026, 11, 23))
    2
    """
    days = max((last - first).days + 1, 0)
    weeks, rest = divmod(days, 7)
    return weeks * 5 + sum(is_working_day(first + timedelta(days=n)) for n in range(rest))


def pace_from(on: date) -> date:
    """The first of the last `PACE_DAYS` working days up to `on`, which is one of them if it is one.

    >>> pace_from(date(2026, 11, 20))
    datetime.date(2026, 10, 26)
    """
    day, left = on, PACE_DAYS - is_working_day(on)
    while left:
        day -= timedelta(days=1)
        left -= is_working_day(day)
    return day


def pace(by_day: Mapping[date, int], on: date) -> float | None:
    """How many activations there were a working day lately; None while nothing has been counted.

    `by_day` holds local activations from `pace_from(on)` on. What was done on a Saturday counts, its day does
    not. An office that began less than four weeks ago is measured from its first day.
    """
    counted = [day for day, number in by_day.items() if number and pace_from(on) <= day <= on]
    if not counted:
        return None
    return sum(by_day[day] for day in counted) / max(working_days(min(counted), on), 1)


def progress(*, base: int, percent: float, year: int, on: date, done: int, lately: float | None) -> Progress:
    """Judge the target on the evening of `on`, a day of `year`, after `done` local activations in that year.

    `lately` is `pace`. Worked at base 100,000 and 25 % on Friday, 20 November 2026 (29 working days left):

    | done   | lately | standing    | remaining | needed a day |
    |--------|--------|-------------|-----------|--------------|
    | 25,000 | 10     | REACHED     | 0         |              |
    | 24,710 | 10     | ON_PACE     | 290       | 10           |
    | 24,709 | 10     | BEHIND      | 291       | 10.03        |
    | 0      | None   | NO_PACE_YET | 25,000    | 862.07       |

    On 31 December what is missing is MISSED; a base of 0 is NOT_SET.
    """
    goal = goal_of(base, percent)
    left = working_days(on + timedelta(days=1), date(year, 12, 31))
    missing = max(goal - done, 0)
    needed = missing / left if missing and left else None
    if not goal:
        standing = Standing.NOT_SET
    elif not missing:
        standing = Standing.REACHED
    elif needed is None:
        standing = Standing.MISSED
    elif lately is None:
        standing = Standing.NO_PACE_YET
    else:
        standing = Standing.ON_PACE if lately >= needed else Standing.BEHIND
    return Progress(standing, year, on, goal, done, left, needed, lately)
