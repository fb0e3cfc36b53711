"""The community satisfaction index (IKM), from one question with four answers.

Permen PANRB 14/2017 asks nine questions on a scale of 1 to 4, takes their mean, multiplies it by 25 and
grades the result. The kiosk asks one question of those who are done: by the same arithmetic that is a sign
of how the index stands, never a substitute for the office's own survey.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SCALE = range(1, 5)
"""Poor to very good."""

GRADES: tuple[tuple[float, str], ...] = ((88.31, "A"), (76.61, "B"), (65.0, "C"), (25.0, "D"))
"""Lower ends of the conversion interval and the grade (Permen PANRB 14/2017, table of values):
A very good 88.31-100, B good 76.61-88.30, C less good 65.00-76.60, D not good 25.00-64.99."""


@dataclass(frozen=True)
class Index:
    """The index (25 to 100, two decimals), its grade, and how many answered."""

    value: float
    grade: str
    answers: int


def index(ratings: Mapping[int, int]) -> Index | None:
    """Return the index of so many answers per rating; None when nobody has answered.

    | 1 | 2 | 3 | 4  | value | grade |
    |---|---|---|----|-------|-------|
    |   |   |   | 1  | 100   | A     |
    |   |   | 1 | 1  | 87.5  | B     |
    |   |   | 1 |    | 75    | C     |
    |   | 1 |   |    | 50    | D     |
    | 1 |   |   |    | 25    | D     |
    """
    answers = sum(ratings.get(rating, 0) for rating in SCALE)
    if answers == 0:
        return None
    value = round(25 * sum(rating * ratings.get(rating, 0) for rating in SCALE) / answers, 2)
    return Index(value, next(grade for least, grade in GRADES if value >= least), answers)
