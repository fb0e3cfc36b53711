"""What is called out: a number digit by digit, a counter by its word. Nothing else, and nobody's name.

Digits one by one, as at Indonesian stations and hospitals: «nol satu dua» survives a loud hall, «dua belas»
and «dua puluh» do not. Indonesian only, because the hall hears one announcement, whatever a screen speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.domain.ticket import SERIES

DIGITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")

_NUMBER, _PLEASE = "nomor antrean", "silakan ke"
_PART = re.compile(r"[0-9]+|[^\W\d_]+")


@dataclass(frozen=True)
class Announcement:
    """A sentence to speak, and the same as clips, which are file names without their ending."""

    sentence: str
    clips: tuple[str, ...]


def announcement(number: str, counter: str) -> Announcement:
    """Return what is called out for a ticket's `number` (`A-012`) at a `counter` (`Loket 2`).

    >>> announcement("A-012", "Loket 2").sentence
    'Nomor antrean A nol satu dua, silakan ke loket dua.'
    >>> announcement("A-012", "Loket 2").clips
    ('nomor-antrean', 'a', 'nol', 'satu', 'dua', 'silakan-ke', 'loket', 'dua')
    """
    called, place = _spelled(number), _spoken(counter)
    return Announcement(
        sentence=f"{_NUMBER.capitalize()} {' '.join(called)}, {_PLEASE} {' '.join(place)}.",
        clips=tuple(_clip(words) for words in (_NUMBER, *called, _PLEASE, *place)),
    )


def clips_needed(counters: Iterable[str]) -> frozenset[str]:
    """Every clip that an office with these counters must record."""
    places = {_clip(word) for counter in counters for word in _spoken(counter)}
    return frozenset({_clip(_NUMBER), _clip(_PLEASE), _clip(SERIES), *DIGITS, *places})


def in_words(number: int) -> tuple[str, ...]:
    """Say a number from 0 to 999; a larger one digit by digit.

    >>> [" ".join(in_words(number)) for number in (0, 7, 10, 11, 12, 20, 45, 100, 111, 219)]
    ... # doctest: +NORMALIZE_WHITESPACE
    ['nol', 'tujuh', 'sepuluh', 'sebelas', 'dua belas', 'dua puluh', 'empat puluh lima', 'seratus',
     'seratus sebelas', 'dua ratus sembilan belas']
    """
    if number > 999:
        return tuple(DIGITS[int(digit)] for digit in str(number))
    hundreds, rest = divmod(number, 100)
    head: tuple[str, ...] = ()
    if hundreds:
        head = ("seratus",) if hundreds == 1 else (DIGITS[hundreds], "ratus")
        if not rest:
            return head
    return head + _below_hundred(rest)


def _below_hundred(number: int) -> tuple[str, ...]:
    tens, ones = divmod(number, 10)
    if number < 10:
        return (DIGITS[number],)
    if number < 12:
        return ("sepuluh" if number == 10 else "sebelas",)
    if number < 20:
        return (DIGITS[ones], "belas")
    return (DIGITS[tens], "puluh") + ((DIGITS[ones],) if ones else ())


def _spelled(number: str) -> tuple[str, ...]:
    """Each letter and digit of a ticket's number by itself."""
    return tuple(DIGITS[int(one)] if one.isdecimal() else one for one in number if one.isalnum())


def _spoken(counter: str) -> tuple[str, ...]:
    """A counter's name as words, numbers in it as words; single letters stay capital, to be spelled."""
    words: list[str] = []
    for part in _PART.findall(counter):
        if part.isdecimal():
            words += in_words(int(part))
        else:
            words.append(part.upper() if len(part) == 1 else part.lower())
    return tuple(words)


def _clip(words: str) -> str:
    return words.lower().replace(" ", "-")
