"""The NIK: what its sixteen digits say, what is wrong with them, and how little of them is shown.

Layout `PPKKCC DDMMYY SSSS` (docs/facts.md; UU 23/2006 as amended): province, regency or city, district of
first registration; birth date with 40 added to the day for women; serial from 0001. Always a string.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LENGTH = 16
ADULT_AGE = 17
"""An identity card, and so IKD, is for people of 17 or married (UU 24/2013, article 63)."""

PROVINCES: frozenset[str] = frozenset(
    str(code)
    for island in (
        (*range(11, 20), 21),
        range(31, 37),
        range(51, 54),
        range(61, 66),
        (*range(71, 77), 81, 82),
        range(91, 97),
    )
    for code in island
)
"""The 38 provinces of Kemendagri's decree of 2025 (docs/facts.md). There is no 97."""

RETIRED_PROVINCES: frozenset[str] = frozenset({"54"})
"""East Timor's former code: still in the numbers of people first registered there."""


class NikProblem(StrEnum):
    """What makes sixteen digits no NIK. Sentences stand in `wording.py`."""

    EMPTY = "empty"
    NOT_DIGITS = "not_digits"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    PROVINCE = "province"
    DAY = "day"
    MONTH = "month"
    DATE = "date"
    SERIAL = "serial"


class NikWarning(StrEnum):
    """Contradictions that an officer should see; never a rejection (the number stays when data change)."""

    BIRTH_DATE = "birth_date"
    SEX = "sex"
    DISTRICT_UNKNOWN = "district_unknown"


class Sex(StrEnum):
    """As the register writes it."""

    MALE = "L"
    FEMALE = "P"


@dataclass(frozen=True)
class Nik:
    """A NIK without a problem. `born_young` is the later of the two dates its two-digit year allows."""

    text: str
    sex: Sex
    born_young: date

    @property
    def district(self) -> str:
        """Six digits: province, regency, district of first registration."""
        return self.text[:6]


def clean(text: str) -> str:
    """Drop what people and keypads put between digits: spaces, dots, hyphens. Nothing else is dropped."""
    return "".join(character for character in text if character not in " .-\u00a0\u2009\t")


def problems(text: str) -> tuple[NikProblem, ...]:
    """Say what is wrong with what has been typed so far, in reading order; empty means it is a NIK.

    A prefix is judged as far as it goes, so that a mistake is told while the rest is still being typed;
    `TOO_SHORT` is then always the last.

    >>> problems("3273")
    (<NikProblem.TOO_SHORT: 'too_short'>,)
    >>> problems("9773014101900001")
    (<NikProblem.PROVINCE: 'province'>,)
    """
    digits = clean(text)
    if not digits:
        return (NikProblem.EMPTY,)
    if not (digits.isascii() and digits.isdigit()):
        return (NikProblem.NOT_DIGITS,)
    if len(digits) > LENGTH:
        return (NikProblem.TOO_LONG,)
    found: list[NikProblem] = []
    if len(digits) >= 2 and digits[:2] not in PROVINCES | RETIRED_PROVINCES:
        found.append(NikProblem.PROVINCE)
    found += _date_problems(digits)
    if len(digits) == LENGTH and digits[12:] == "0000":
        found.append(NikProblem.SERIAL)
    if len(digits) < LENGTH:
        found.append(NikProblem.TOO_SHORT)
    return tuple(found)


def _date_problems(digits: str) -> list[NikProblem]:
    found: list[NikProblem] = []
    if len(digits) >= 8 and not _day_is_possible(int(digits[6:8])):
        found.append(NikProblem.DAY)
    if len(digits) >= 10 and not 1 <= int(digits[8:10]) <= 12:
        found.append(NikProblem.MONTH)
    if len(digits) >= 12 and not found:
        day, month, year = int(digits[6:8]) % 40, int(digits[8:10]), int(digits[10:12])
        # A 29 February is possible when either century has it; 1900 had none, 2000 had.
        if all(day > monthrange(century + year, month)[1] for century in (1900, 2000)):
            found.append(NikProblem.DATE)
    return found


def _day_is_possible(day: int) -> bool:
    return 1 <= day <= 31 or 41 <= day <= 71


def parse(text: str, today: date) -> Nik:
    """Return the NIK in `text`; raise `ValueError` when `problems` is not empty.

    >>> parse("3273014101900001", date(2026, 11, 22))
    Nik(text='3273014101900001', sex=<Sex.FEMALE: 'P'>, born_young=datetime.date(1990, 1, 1))
    """
    digits = clean(text)
    if problems(digits):
        raise ValueError("not a NIK")
    day = int(digits[6:8])
    month, year = int(digits[8:10]), int(digits[10:12])
    born = _existing(2000 + year, month, day % 40)
    if born is None or born > today:
        born = _existing(1900 + year, month, day % 40) or born
    assert born is not None  # `problems` has found a century in which the date exists
    return Nik(digits, Sex.FEMALE if day > 40 else Sex.MALE, born)


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def age(born: date, today: date) -> int:
    """Completed years. Someone born on 29 February has the birthday on 1 March in a common year."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def warnings(
    nik: Nik, *, born: date | None, sex: Sex | None, district_is_known: bool
) -> tuple[NikWarning, ...]:
    """Compare what the number says with what the register says. Two-digit years are compared as such."""
    found: list[NikWarning] = []
    if born is not None and (born.day, born.month, born.year % 100) != (
        nik.born_young.day,
        nik.born_young.month,
        nik.born_young.year % 100,
    ):
        found.append(NikWarning.BIRTH_DATE)
    if sex is not None and sex is not nik.sex:
        found.append(NikWarning.SEX)
    if not district_is_known:
        found.append(NikWarning.DISTRICT_UNKNOWN)
    return tuple(found)


def grouped(text: str) -> str:
    """Digits in fours, as people read them aloud: `3273 0141 0190 0001`."""
    digits = clean(text)
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def masked(text: str) -> str:
    """What may stand on paper and on a shared screen: the first four and the last two digits.

    >>> masked("3273014101900001")
    '3273 •••• •••• ••01'
    """
    digits = clean(text)
    return grouped(digits[:4] + "•" * 10 + digits[-2:])


def masked_name(name: str) -> str:
    """A name in which its owner knows himself and a stranger does not: two letters of each word.

    >>> masked_name("Sari Wulandari")
    'Sa•• Wu•••••••'
    """
    return " ".join(word[:2] + "•" * max(len(word) - 2, 0) for word in name.split())
