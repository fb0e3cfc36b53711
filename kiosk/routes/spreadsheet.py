"""Daily counts as files for a spreadsheet: CSV as Excel in Indonesia opens it, and XLSX.

A text that a spreadsheet would take for a formula (it begins with = + - @, tab or return) is data here too:
in XLSX it is written as a string, in CSV an apostrophe stands before it (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import xlsxwriter
from flask_babel import gettext as _

from kiosk import wording_numbers as words
from kiosk.domain.numbers import Measure
from kiosk.services.numbers_report import Row

FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")

WIDTHS = (12, 12, 30, 34, 10, 12, 16, 26)
"""Of the columns in XLSX, in letters."""

Cell = str | int | float | date


def heads() -> tuple[str, ...]:
    """What stands over the columns. The last two hold the words of the program, which no wording changes."""
    return (
        _("Tanggal"),
        _("Anjungan"),
        _("Ukuran"),
        _("Butir"),
        _("Jumlah"),
        _("Total"),
        _("Kode ukuran"),
        _("Kode butir"),
    )


def as_csv(rows: Iterable[Row]) -> bytes:
    """UTF-8 with byte order mark, semicolons, decimal comma, days as yyyy-mm-dd.

    Where the comma parts decimals, Excel splits columns at the semicolon; without the mark it reads UTF-8 as
    something else.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(heads())
    for cells in _cells(rows):
        writer.writerow([_in_csv(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Row], about: Sequence[tuple[str, str]]) -> bytes:
    """A workbook of two sheets: the counts, and `about` (what they are: pairs of label and text)."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        as_day = book.add_format({"num_format": "yyyy-mm-dd"})
        as_sum = book.add_format({"num_format": "#,##0.0"})
        sheet = book.add_worksheet(_("Angka harian"))
        sheet.write_row(0, 0, heads(), bold)
        sheet.freeze_panes(1, 0)
        last = 0
        for last, cells in enumerate(_cells(rows), start=1):
            for column, cell in enumerate(cells):
                match cell:
                    case date():
                        sheet.write_datetime(last, column, cell, as_day)
                    case str():
                        sheet.write_string(last, column, cell)
                    case float():
                        sheet.write_number(last, column, cell, as_sum)
                    case _:
                        sheet.write_number(last, column, cell)
        sheet.autofilter(0, 0, last, len(WIDTHS) - 1)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        notes = book.add_worksheet(_("Keterangan"))
        notes.set_column(0, 0, 18)
        notes.set_column(1, 1, 90)
        for line, (label, said) in enumerate(about):
            notes.write_string(line, 0, label, bold)
            notes.write_string(line, 1, said)
    return file.getvalue()


def _cells(rows: Iterable[Row]) -> Iterator[tuple[Cell, ...]]:
    """The cells of each row. A year has ten thousand rows but a hundred labels: each is worded once."""
    known: dict[tuple[Measure, str], tuple[str, str]] = {}
    for row in rows:
        key = row.measure, row.label
        if key not in known:
            known[key] = str(words.MEASURE[row.measure]), words.label(row.measure, row.label)
        measure, label = known[key]
        yield row.day, row.terminal, measure, label, row.count, row.total, row.measure.value, row.label


def _in_csv(cell: Cell) -> str:
    match cell:
        case float():
            return f"{cell:.1f}".replace(".", ",")
        case str() if cell.startswith(FORMULA_BEGINS):
            return f"'{cell}"
        case _:
            return str(cell)
