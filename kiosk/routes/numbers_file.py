"""The daily counts as a table to take away: its columns, the words in them, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask_babel import gettext as _

from kiosk.domain.numbers import Measure
from kiosk.domain.period import Period
from kiosk.papers.sheet import Cell, Notes, Table
from kiosk.services.numbers_report import Row
from kiosk.wording import numbers as words


def table(rows: Iterable[Row], period: Period, office_name: str) -> Table:
    """The counts of a period. The last two columns hold the program's own words, which no wording changes."""
    head = (
        _("Tanggal"), _("Anjungan"), _("Ukuran"), _("Butir"), _("Jumlah"), _("Total"), _("Kode ukuran"),
        _("Kode butir"),
    )  # fmt: skip
    notes = (
        (_("Kantor"), office_name),
        (_("Periode"), words.period(period)),
        (_("Isi"), _("Jumlah per hari, per anjungan. Tidak memuat data pribadi.")),
        (_("Total"), _("Jumlah detik, atau jumlah nilai untuk penilaian warga.")),
        (_("Tidak termasuk"), _("Kelompok warga: per hari jumlahnya menyangkut orang per orang.")),
    )
    widths = (12, 12, 30, 34, 10, 12, 16, 26)
    return Table(_("Angka harian"), head, _cells(rows), widths, Notes(_("Keterangan"), notes))


def _cells(rows: Iterable[Row]) -> Iterator[tuple[Cell, ...]]:
    """The cells of each row. A year has ten thousand rows but a hundred labels: each is worded once."""
    known: dict[tuple[Measure, str], tuple[str, str]] = {}
    for row in rows:
        key = row.measure, row.label
        if key not in known:
            known[key] = str(words.MEASURE[row.measure]), words.label(row.measure, row.label)
        measure, label = known[key]
        yield row.day, row.terminal, measure, label, row.count, row.total, row.measure.value, row.label
