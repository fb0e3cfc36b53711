"""The numbers page over time: how visits ended and who was activated, as charts and one table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup

from kiosk.domain.numbers import Domicile
from kiosk.domain.period import Span
from kiosk.domain.target import Standing
from kiosk.models.visit import VisitEnd
from kiosk.routes import charts
from kiosk.routes.charts import Chart, Series
from kiosk.services.numbers_report import Figures, Slot
from kiosk.wording import numbers as words

ENDS: tuple[tuple[str, str, frozenset[VisitEnd]], ...] = (
    ("activated", "c-first", frozenset({VisitEnd.ACTIVATED})),
    ("ticket", "c-second", frozenset({VisitEnd.TICKET})),
    ("gave_up", "c-third", frozenset({VisitEnd.LEFT, VisitEnd.IDLE})),
    ("told", "c-fourth", frozenset({VisitEnd.TOO_YOUNG, VisitEnd.INFORMED})),
)
"""Ends as the chart stacks them: who left and who walked off have both given up; who is too young and who has
no phone were both told what is possible. A test looks that every end stands in one of them."""


@dataclass(frozen=True)
class TimeRow:
    """A row of the table beside the charts over time; `is_chosen` marks the day that the page is about."""

    name: str
    values: tuple[str, ...]
    is_chosen: bool


@dataclass(frozen=True)
class TimeTable:
    """Charts over time and the same numbers; `legends` are (name, class of its colour)."""

    outcomes: Markup
    outcome_legend: Sequence[tuple[str, str]]
    domiciles: Markup
    domicile_legend: Sequence[tuple[str, str]]
    heads: Sequence[str]
    rows: Sequence[TimeRow]


def table(figures: Figures) -> TimeTable:
    """Both charts with their table; a slot is a day, or a month of a year."""
    is_year = figures.period.span is Span.YEAR
    names = [_slot_name(slot, figures.period.span) for slot in figures.slots]
    ends = [
        Series(
            _end_name(key), css, [sum(slot.outcomes.get(end, 0) for end in which) for slot in figures.slots]
        )
        for key, css, which in ENDS
    ]
    # A line ends today: what has not come yet is not nothing.
    come = [slot for slot in figures.slots if slot.first <= figures.until]
    whose = [
        Series(str(words.DOMICILE[one]), css, [slot.domiciles.get(one, 0) for slot in come])
        for one, css in ((Domicile.LOCAL, "c-first"), (Domicile.ELSEWHERE, "c-fourth"))
    ]
    return TimeTable(
        outcomes=charts.columns(
            Chart("hasil", _("Kunjungan menurut hasil"), _said(names, ends), names, ends)
        ),
        outcome_legend=[(one.name, one.css) for one in ends],
        domiciles=charts.lines(
            Chart("asal", _("Aktivasi warga sendiri dan luar daerah"), _said(names, whose), names, whose)
        ),
        domicile_legend=[(one.name, one.css) for one in whose],
        heads=[_("Bulan") if is_year else _("Hari"), *(one.name for one in (*ends, *whose))],
        rows=[
            TimeRow(
                _full_name(slot, is_year),
                tuple(words.number(one.values[index]) for one in (*ends, *whose)),
                figures.period.span is Span.DAY and slot.first == figures.period.first,
            )
            for index, slot in enumerate(come)
        ],
    )


def course(figures: Figures) -> Markup | None:
    """A year's activations added up, beside the even way to the goal."""
    progress = figures.progress
    if progress is None or progress.standing is Standing.NOT_SET or figures.period.span is not Span.YEAR:
        return None
    names = [_slot_name(slot, Span.YEAR) for slot in figures.slots]
    so_far, added = 0, []
    for slot in figures.slots:
        if slot.first <= progress.on:
            so_far += slot.domiciles.get(Domicile.LOCAL, 0)
            added.append(so_far)
    even = [progress.goal * (index + 1) / len(names) for index in range(len(names))]
    done = Series(_("Tercapai"), "c-first", added)
    said = _(
        "Tercapai %(done)s dari %(goal)s.",
        done=words.number(progress.done),
        goal=words.number(progress.goal),
    )
    wanted = Series(_("Jalan rata ke target"), "c-goal", even)
    return charts.lines(Chart("jalan", _("Jalan ke target"), said, names, [wanted, done]))


def _said(names: Sequence[str], series: Iterable[Series]) -> str:
    """A chart in a sentence for each of its series: how many, and when most."""
    told = []
    for one in series:
        if not sum(one.values):
            continue
        most = max(range(len(one.values)), key=lambda index: one.values[index])
        told.append(
            _(
                "%(name)s: %(all)s, terbanyak %(most)s (%(when)s).",
                name=one.name,
                all=words.number(sum(one.values)),
                most=words.number(one.values[most]),
                when=names[most],
            )
        )
    return " ".join(told) or _("Belum ada angka.")


def _end_name(key: str) -> str:
    match key:
        case "gave_up":
            return str(_("Berhenti"))
        case "told":
            return str(_("Diberi penjelasan"))
        case end:
            return str(words.OUTCOME[VisitEnd(end)])


def _slot_name(slot: Slot, span: Span) -> str:
    return str(format_date(slot.first, {Span.DAY: "d MMM", Span.MONTH: "d", Span.YEAR: "MMM"}[span]))


def _full_name(slot: Slot, is_year: bool) -> str:
    return str(format_date(slot.first, "MMMM" if is_year else "EEE, d MMM"))
