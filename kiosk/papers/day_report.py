"""The report at the end of a day: what the kiosk did, where the target stands, and a line to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from kiosk.domain.numbers import Domicile
from kiosk.domain.paper import Align, Banner, Element, Headline, Letterhead, Paper, Row, Rule, Space, Text
from kiosk.domain.rating import Index
from kiosk.domain.reasons import ReferReason
from kiosk.domain.target import Progress, Standing
from kiosk.papers.heading import footer, heading, moment
from kiosk.wording import numbers as words

SIGNATURE_DOTS = 120
"""Space to sign in: 15 mm."""


@dataclass(frozen=True)
class DayTotals:
    """The numbers of one day.

    Seconds are averages, None where nothing was measured. `told` were too young or had no phone. `reasons`
    are (reason, how many), most first; `sheets` is what the present roll has given.
    """

    activated: int
    local: int
    elsewhere: int
    visits: int
    to_officer: int
    gave_up: int
    told: int
    visit_seconds: float | None
    wait_seconds: float | None
    served: int
    reasons: Sequence[tuple[ReferReason, int]]
    index: Index | None
    progress: Progress | None
    open_tickets: int
    sheets: int


def day_report(*, day: date, at: datetime, letterhead: Letterhead, terminal: str, totals: DayTotals) -> Paper:
    """Build the report of `day`, printed `at` (the office's local time). It names nobody."""
    elements: tuple[Element, ...] = (
        *heading(letterhead),
        Text(_("Laporan harian"), Align.CENTER, bold=True),
        Space(4),
        Text(words.day(day), Align.CENTER),
        Space(22),
        Headline(words.number(totals.activated), height=112),
        Space(14),
        Text(_("IKD diaktifkan"), Align.CENTER, bold=True),
        Space(20),
        Row(str(words.DOMICILE[Domicile.LOCAL]), words.number(totals.local), bold=True),
        Row(_("Luar daerah (di luar target)"), words.number(totals.elsewhere)),
        *_part(_("Kunjungan")),
        Row(_("Selesai dihitung"), words.number(totals.visits), bold=True),
        Row(_("Diarahkan ke petugas"), words.number(totals.to_officer)),
        Row(_("Berhenti di tengah jalan"), words.number(totals.gave_up)),
        Row(_("Diberi penjelasan"), words.number(totals.told)),
        Row(_("Lama aktivasi"), _seconds(totals.visit_seconds)),
        *_reasons(totals.reasons),
        *_part(_("Antrean loket")),
        Row(_("Selesai dilayani"), words.number(totals.served)),
        Row(_("Lama menunggu"), _seconds(totals.wait_seconds)),
        Row(_("Nomor belum selesai"), words.number(totals.open_tickets), bold=totals.open_tickets > 0),
        *_part(_("Kepuasan (IKM)")),
        *_satisfaction(totals.index),
        *_target(totals.progress),
        *_part(_("Anjungan %(name)s", name=terminal)),
        Row(_("Lembar sejak ganti kertas"), words.number(totals.sheets)),
        Row(_("Dicetak"), moment(at)),
        Space(26),
        *_signatures(),
        *footer(_("Terima kasih atas pelayanan hari ini.")),
    )
    return Paper(title=f"day report {day.isoformat()}", elements=elements)


def _part(title: str) -> tuple[Element, ...]:
    return (Space(12), Rule(), Space(16), Text(title, bold=True), Space(4))


def _seconds(value: float | None) -> str:
    return "-" if value is None else words.duration(value)


def _reasons(reasons: Sequence[tuple[ReferReason, int]]) -> tuple[Element, ...]:
    if not reasons:
        return ()
    return (
        *_part(_("Alasan ke petugas")),
        *(Row(words.reason(name), words.number(number)) for name, number in reasons),
    )


def _satisfaction(index: Index | None) -> tuple[Element, ...]:
    if index is None:
        return (Text(_("Belum ada penilaian hari ini.")),)
    grade = f"{words.number(index.value, 2)} ({index.grade}, {words.GRADE[index.grade]})"
    return (
        Row(_("Nilai"), grade, bold=True),
        Row(_("Jumlah penilaian"), words.number(index.answers)),
    )


def _target(progress: Progress | None) -> tuple[Element, ...]:
    if progress is None or progress.standing is Standing.NOT_SET:
        return ()
    found: list[Element] = [
        *_part(_("Target %(year)s", year=progress.year)),
        Row(_("Tercapai"), f"{words.number(progress.done)} ({words.share(progress.share)})", bold=True),
        Row(_("Target"), words.number(progress.goal)),
    ]
    if progress.standing is Standing.REACHED:
        return (*found, Space(10), Banner(_("Target tercapai")))
    found.append(Row(_("Kurang"), words.number(progress.remaining)))
    if progress.needed is not None:
        found.append(Row(_("Perlu tiap hari kerja"), words.number(progress.needed, 1)))
    if progress.pace is not None:
        found.append(Row(_("Laju 20 hari kerja"), words.number(progress.pace, 1)))
    return tuple(found)


def _signatures() -> tuple[Element, ...]:
    """Two of them side by side, on the narrow roll too."""
    line = "." * 13
    return (Row(_("Petugas"), _("Mengetahui")), Space(SIGNATURE_DOTS), Row(line, line))
