"""The sections of the numbers page: figures turned into rows that a table can show, and into charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from kiosk.config import Settings
from kiosk.domain.fairness import ByReason, Cell, Group, Hidden
from kiosk.domain.numbers import Domicile, Measure, Wait
from kiosk.domain.rating import Index
from kiosk.domain.terminal_state import Readiness
from kiosk.domain.visit import Channel, Step
from kiosk.models.visit import VisitEnd
from kiosk.routes import charts
from kiosk.routes import numbers_over_time as over_time
from kiosk.services.numbers_report import Figures, Sum
from kiosk.wording import numbers as words

NOTHING = "–"
"""Where nothing was measured."""


@dataclass(frozen=True)
class Line:
    """A row of a table: what it is, its numbers as text, and a bar; `css` colours the row's bar."""

    name: str
    values: tuple[str, ...]
    bar: Markup


@dataclass(frozen=True)
class GroupLine:
    """A group of the fairness watch, as it may be shown."""

    name: str
    visits: str
    handed_over: str
    share: str
    ratio: str
    is_flagged: bool


@dataclass(frozen=True)
class Uptime:
    """How ready one terminal was: shares of the time that it told of itself, and for how long that was."""

    name: str
    lines: Sequence[Line]
    hours: str


@dataclass(frozen=True)
class Page:
    """Everything below the headline figures."""

    over_time: over_time.TimeTable
    course: Markup | None
    steps: Sequence[Line]
    gave_up: Sequence[Line]
    reasons: Sequence[Line]
    ratings: Sequence[Line]
    waits: Sequence[Line]
    counters: Sequence[Line]
    uptime: Sequence[Uptime]
    everybody: GroupLine
    by_sex: Sequence[GroupLine]
    by_age: Sequence[GroupLine]
    by_reason: Sequence[Line]
    tiles: Sequence[tuple[str, str, str]]
    target_bar: Markup


def page(figures: Figures, settings: Settings) -> Page:
    """Turn figures into what the template shows."""
    watch = figures.watch
    return Page(
        over_time=over_time.table(figures),
        course=over_time.course(figures),
        steps=_steps(figures),
        gave_up=_ranked(figures, Measure.GAVE_UP),
        reasons=_ranked(figures, Measure.REFERRED),
        ratings=_in_order(figures, Measure.SATISFACTION, words.RATING),
        waits=_in_order(figures, Measure.WAIT, Wait),
        counters=_counters(figures),
        uptime=[_uptime(name, sums) for name, sums in sorted(figures.uptime.items())],
        everybody=_group(watch.everybody, _("Semua")),
        by_sex=[_group(one, str(words.SEX[one.name])) for one in watch.by_sex],
        by_age=[_group(one, str(words.AGE[one.name])) for one in watch.by_age if one.visits != 0],
        by_reason=[_by_reason(one) for one in watch.by_reason],
        tiles=_tiles(figures, settings),
        target_bar=charts.bar(figures.progress.share if figures.progress else 0.0),
    )


def _tiles(figures: Figures, settings: Settings) -> list[tuple[str, str, str]]:
    """The figures in large: label, value, and what it rests on."""
    # Only visits at the kiosk have a measured length: so their number is how many of them there were.
    by_itself = figures.of(Measure.VISIT_SECONDS, VisitEnd.ACTIVATED)
    at_kiosk = figures.all_of(Measure.VISIT_SECONDS).count
    waited = figures.all_of(Measure.WAIT)
    index = figures.index
    return [
        (_("Aktivasi"), words.number(figures.activations), _whose(figures, settings)),
        (
            _("Selesai di anjungan"),
            words.share(by_itself.count / at_kiosk) if at_kiosk else NOTHING,
            _(
                "%(done)s dari %(visits)s kunjungan",
                done=words.number(by_itself.count),
                visits=words.number(at_kiosk),
            ),
        ),
        (
            _("Lama aktivasi"),
            words.duration(by_itself.mean) if by_itself.mean is not None else NOTHING,
            _("rata-rata di anjungan"),
        ),
        (
            _("Kepuasan (IKM)"),
            words.number(index.value, 2) if index else NOTHING,
            _rated(index),
        ),
        (
            _("Menunggu loket"),
            words.duration(waited.mean) if waited.mean is not None else NOTHING,
            _("rata-rata %(number)s nomor", number=words.number(waited.count))
            if waited.count
            else _("belum ada panggilan"),
        ),
    ]


def _whose(figures: Figures, settings: Settings) -> str:
    if not settings.office_region:
        return str(_("Asal warga belum dapat dibedakan: atur KIOSK_OFFICE_REGION."))
    told = [
        _("%(local)s warga sendiri", local=words.number(figures.of(Measure.DOMICILE, Domicile.LOCAL).count)),
        _(
            "%(other)s luar daerah",
            other=words.number(figures.of(Measure.DOMICILE, Domicile.ELSEWHERE).count),
        ),
    ]
    if at_counter := figures.of(Measure.CHANNEL, Channel.COUNTER).count:
        told.append(_("%(number)s di loket", number=words.number(at_counter)))
    return " · ".join(told)


def _rated(index: Index | None) -> str:
    if index is None:
        return str(_("belum ada penilaian"))
    told = _(
        "mutu %(grade)s (%(words)s) · %(answers)s penilaian",
        grade=index.grade,
        words=words.GRADE[index.grade],
        answers=words.number(index.answers),
    )
    return str(told)


def _steps(figures: Figures) -> list[Line]:
    """Steps in the order in which a visit goes through them, with their average time."""
    sums = figures.sums.get(Measure.STEP_SECONDS, {})
    longest = max((one.mean or 0.0 for one in sums.values()), default=0.0) or 1.0
    return [
        Line(
            str(words.STEP[step]),
            (words.duration(sums[step].mean or 0.0), words.number(sums[step].count)),
            charts.bar((sums[step].mean or 0.0) / longest),
        )
        for step in Step
        if step in sums
    ]


def _ranked(figures: Figures, measure: Measure) -> list[Line]:
    """The labels of a measure, the most frequent first, with their share of all."""
    sums = sorted(figures.sums.get(measure, {}).items(), key=lambda one: (-one[1].count, one[0]))
    return _lines(measure, sums)


def _in_order(figures: Figures, measure: Measure, order: Iterable[str]) -> list[Line]:
    """Every label of a measure in a given order, those that never occurred too; nothing when none did."""
    sums = figures.sums.get(measure)
    return _lines(measure, [(name, sums.get(name, Sum())) for name in order]) if sums else []


def _lines(measure: Measure, sums: Sequence[tuple[str, Sum]]) -> list[Line]:
    everything = sum(one.count for _name, one in sums) or 1
    highest = max((one.count for _name, one in sums), default=0) or 1
    return [
        Line(
            words.label(measure, name),
            (words.number(one.count), words.share(one.count / everything)),
            charts.bar(one.count / highest),
        )
        for name, one in sums
    ]


def _counters(figures: Figures) -> list[Line]:
    sums = figures.sums.get(Measure.SERVED, {})
    highest = max((one.count for one in sums.values()), default=0) or 1
    return [
        Line(
            name,
            (words.number(one.count), words.duration(one.mean or 0.0)),
            charts.bar(one.count / highest),
        )
        for name, one in sorted(sums.items())
    ]


def _uptime(terminal: str, sums: Mapping[str, Sum]) -> Uptime:
    told = sum(one.total for one in sums.values()) or 1.0
    colours = {Readiness.READY: "c-good", Readiness.NOT_READY: "c-second", Readiness.CLOSED: "c-third"}
    return Uptime(
        terminal,
        [
            Line(
                str(words.READINESS[readiness]),
                (
                    words.duration(sums.get(readiness, Sum()).total),
                    words.share(sums.get(readiness, Sum()).total / told),
                ),
                charts.bar(sums.get(readiness, Sum()).total / told, css),
            )
            for readiness, css in colours.items()
        ],
        words.duration(told),
    )


def _group(group: Group, name: str) -> GroupLine:
    return GroupLine(
        name,
        _cell(group.visits),
        _cell(group.handed_over),
        NOTHING if group.share is None else words.share(group.share),
        NOTHING if group.ratio is None else words.number(group.ratio, 2),
        group.is_flagged,
    )


def _by_reason(one: ByReason) -> Line:
    return Line(words.reason(one.reason), tuple(_cell(cell) for cell in one.counts), Markup(""))


def _cell(cell: Cell) -> str:
    match cell:
        case Hidden.SMALL:
            return "<10"
        case Hidden.COVERED:
            return "•"
        case _:
            return words.number(cell)
