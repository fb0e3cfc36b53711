"""The fairness watch: does the kiosk hand some groups of people over more often than others?

Counts of few people tell about each of them, so small ones are hidden, and with them as many others as it
takes that no total gives them away (primary and complementary cell suppression, as offices of statistics do).
What remains possible: whoever writes the page down every day sees what a day has added. So it is shown for
months and years only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.numbers import BANDS, OLDEST_BAND

OUTCOME, REASON = "outcome", "reason"

SMALL = 10
"""Counts from 1 to 9 are hidden."""

LEAST_TO_JUDGE = 30
"""Visits below which a share says too little to compare it: the usual least for a proportion."""

TOLERATED = 1.25
"""The four-fifths rule (29 CFR 1607.4(D)): a group that gets the good outcome less than 4/5 as often as
others deserves a look. Being handed over is the bad outcome, so the fraction is turned round.
A flag proves nothing."""

SEXES = ("f", "m")
AGES = (*(band for _, band in BANDS), OLDEST_BAND)


class Hidden(StrEnum):
    """Why a number is not shown: it is below `SMALL`, or it would give away one that is."""

    SMALL = "small"
    COVERED = "covered"


Cell = int | Hidden


@dataclass(frozen=True)
class Group:
    """One group of people: visits, how many were handed over or refused, and how that compares with all.

    `share` is 0 to 1, `ratio` the share divided by that of all; both None when hidden or of too few visits.
    """

    name: str
    visits: Cell
    handed_over: Cell
    share: float | None
    ratio: float | None

    @property
    def is_flagged(self) -> bool:
        """Whether this group is handed over clearly more often than all together."""
        return self.ratio is not None and self.ratio > TOLERATED


@dataclass(frozen=True)
class ByReason:
    """How often one reason was met, by sex in the order of `SEXES`.

    Hidden numbers are all `COVERED`: the sum of both is known, so even «below ten» could give them away.
    """

    reason: str
    counts: tuple[Cell, ...]


@dataclass(frozen=True)
class Watch:
    """Everything that may be shown of a period. `everybody` is the group of all."""

    everybody: Group
    by_sex: tuple[Group, ...]
    by_age: tuple[Group, ...]
    by_reason: tuple[ByReason, ...]


def labels(group: str, end: str, reason: str | None) -> tuple[str, ...]:
    """The labels under which a visit of `group` («f 25-34») is counted: its outcome, and why it was handed
    over or refused if it was. So heads that the camera could not follow, and residents who chose not to turn
    theirs, stand in rows of their own, and no figure takes them for faces that did not match. Tries after
    which the visit went on by itself are in no figure.

    >>> labels("f 25-34", "ticket", "face_uncertain")
    ('f 25-34/outcome/ticket', 'f 25-34/reason/face_uncertain')
    """
    outcome = f"{group}/{OUTCOME}/{end}"
    return (outcome,) if reason is None else (outcome, f"{group}/{REASON}/{reason}")


def watch(counts: Mapping[str, int]) -> Watch:
    """Make the figures of counts under `labels`; whatever is small is hidden in them already."""
    visits: dict[str, int] = {}
    handed: dict[str, int] = {}
    reasons: dict[str, list[int]] = {}
    for label, number in counts.items():
        group, kind, what = label.split("/")
        sex, age = group.split(" ")
        into = visits if kind == OUTCOME else handed
        for name in (sex, age):
            into[name] = into.get(name, 0) + number
        if kind == REASON:
            reasons.setdefault(what, [0] * len(SEXES))[SEXES.index(sex)] += number
    everybody = _everybody(_added(visits, SEXES), _added(handed, SEXES), visits, handed)
    hidden = hidden_rows(reasons)
    return Watch(
        everybody=everybody,
        by_sex=_groups(SEXES, visits, handed, everybody),
        by_age=_groups(AGES, visits, handed, everybody),
        by_reason=tuple(
            ByReason(reason, (Hidden.COVERED,) * len(counts) if reason in hidden else tuple(counts))
            for reason, counts in sorted(reasons.items(), key=lambda row: -sum(row[1]))
        ),
    )


def hidden_rows(rows: Mapping[str, Sequence[int]]) -> frozenset[str]:
    """The rows of a table that must not be shown when the sums of its columns and rows are known.

    A row with a small number is hidden, then the smallest others, until at least two are and what they hide
    in a column is not itself small. A zero tells of nobody and is not small.

    | rows                             | hidden        |
    |----------------------------------|---------------|
    | a 40, b 50                       | none          |
    | a 4, b 50, c 60                  | a, b          |
    | a 4, b 5, c 60                   | a, b, c       |
    | a 4, b 7, c 60                   | a, b          |
    | a 0, b 50                        | none          |
    """
    hidden = {name for name, cells in rows.items() if any(_is_small(number) for number in cells)}
    others = sorted(
        (name for name in rows if name not in hidden and any(rows[name])), key=lambda n: sum(rows[n])
    )
    while hidden and others and not _is_safe(rows, hidden):
        hidden.add(others.pop(0))
    return frozenset(hidden)


def _is_safe(rows: Mapping[str, Sequence[int]], hidden: set[str] | frozenset[str]) -> bool:
    sums = [sum(column) for column in zip(*(rows[name] for name in hidden), strict=True)]
    return not hidden or (len(hidden) > 1 and not any(_is_small(number) for number in sums))


def _is_small(number: int) -> bool:
    return 0 < number < SMALL


def _cell(number: int, is_hidden: bool) -> Cell:
    if not is_hidden:
        return number
    return Hidden.SMALL if _is_small(number) else Hidden.COVERED


def _added(counts: Mapping[str, int], names: Iterable[str]) -> int:
    return sum(counts.get(name, 0) for name in names)


def _split(
    names: Iterable[str], visits: Mapping[str, int], handed: Mapping[str, int]
) -> dict[str, list[int]]:
    """Who was handed over and who was not: each of the two can be small."""
    found = {}
    for name in names:
        number, over = visits.get(name, 0), handed.get(name, 0)
        found[name] = [over, number - over]
    return found


def _everybody(number: int, over: int, visits: Mapping[str, int], handed: Mapping[str, int]) -> Group:
    """All together, hidden itself where a table has not enough rows to hide a small one among."""
    covered_visits = _is_small(number)
    covered_over = _is_small(over) or _is_small(number - over)
    for names in (SEXES, AGES):
        alone = {name: [visits.get(name, 0)] for name in names}
        split = _split(names, visits, handed)
        covered_visits |= not _is_safe(alone, hidden_rows(alone))
        covered_over |= not _is_safe(split, hidden_rows(split))
    is_judged = not covered_visits and not covered_over and number >= LEAST_TO_JUDGE
    share = over / number if is_judged else None
    return Group("", _cell(number, covered_visits), _cell(over, covered_over), share, None)


def _groups(
    names: Sequence[str], visits: Mapping[str, int], handed: Mapping[str, int], everybody: Group
) -> tuple[Group, ...]:
    hidden_visits = hidden_rows({name: [visits.get(name, 0)] for name in names})
    hidden_over = hidden_rows(_split(names, visits, handed)) | hidden_visits
    groups = []
    for name in names:
        number, over = visits.get(name, 0), handed.get(name, 0)
        share = over / number if name not in hidden_over and number >= LEAST_TO_JUDGE else None
        ratio = share / everybody.share if share is not None and everybody.share else None
        groups.append(
            Group(name, _cell(number, name in hidden_visits), _cell(over, name in hidden_over), share, ratio)
        )
    return tuple(groups)
