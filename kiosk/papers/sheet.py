"""A table that somebody takes away, to be opened in a spreadsheet: as CSV or as XLSX.

Both are made row by row: a year of entries is no larger in memory than a day. Both say the same; XLSX keeps
days, times and numbers as such, CSV is written as Excel expects it where the comma parts decimals, as in
Indonesia: columns parted by semicolons, lines by CR LF, in UTF-8 with the mark without which Excel takes it
for something else.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

Cell = str | int | float | date | datetime | None
"""A time is shown as the clock of its own zone reads, to the second; None is an empty cell."""

DECIMALS = 1
"""Of a float. Seconds and ratings are the only ones, and nothing here is measured finer."""

ROWS_OF_A_SHEET = 1_048_575
"""Under its heading: Excel's limit is 1,048,576 rows (Microsoft, «Excel specifications and limits»)."""

LONGEST_CELL = 32_767
"""Characters; Excel's limit (same page)."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""A cell that begins so is obeyed by spreadsheets (OWASP, «CSV Injection»; ASVS 5.0, 1.2.10)."""

_CHUNK = 64 * 1024

_FORMATS = {datetime: "yyyy-mm-dd hh:mm:ss", date: "yyyy-mm-dd", float: f"#,##0.{'0' * DECIMALS}"}


@dataclass(frozen=True)
class Notes:
    """What a table is, as pairs of label and text on a sheet behind it; CSV has no room for them."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """`title` names the sheet (at most 31 characters), `widths` are columns in characters."""

    title: str
    head: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]]
    widths: tuple[int, ...] = ()
    notes: Notes | None = None


def csv_of(table: Table) -> Iterator[bytes]:
    """Return the table piece by piece."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    text.write("\ufeff")
    writer.writerow(table.head)
    for row in table.rows:
        writer.writerow([_in_csv(cell) for cell in row])
        if text.tell() > _CHUNK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def xlsx_into(table: Table, file: IO[bytes]) -> None:
    """Write the table into `file`; what does not fit on a sheet goes on on the next."""
    # 60 ms that the start of the kiosk should not wait for.
    from xlsxwriter import Workbook

    book = Workbook(file, {"constant_memory": True})
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {kind: book.add_format({"num_format": shape}) for kind, shape in _FORMATS.items()}
    sheet, line = _sheet(book, table, bold), 0
    for row in table.rows:
        if line == ROWS_OF_A_SHEET:
            _end(sheet, table, line)
            sheet, line = _sheet(book, table, bold), 0
        line += 1
        for column, cell in enumerate(row):
            match cell:
                case None:
                    pass
                case str():
                    # Never as a formula, a number or a link, whatever it looks like.
                    sheet.write_string(line, column, cell[:LONGEST_CELL])
                case datetime():
                    sheet.write_datetime(line, column, _by_its_clock(cell), formats[datetime])
                case date():
                    sheet.write_datetime(line, column, cell, formats[date])
                case _:
                    sheet.write_number(line, column, cell, formats.get(type(cell)))
    _end(sheet, table, line)
    if table.notes:
        _write_notes(book, table.notes, bold)
    book.close()


def _sheet(book: Any, table: Table, bold: Any) -> Any:
    before = len(book.worksheets())
    sheet = book.add_worksheet(table.title if not before else f"{table.title[:27]} {before + 1}")
    for column, width in enumerate(table.widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, table.head, bold)
    return sheet


def _end(sheet: Any, table: Table, last: int) -> None:
    sheet.autofilter(0, 0, last, len(table.head) - 1)


def _write_notes(book: Any, notes: Notes, bold: Any) -> None:
    sheet = book.add_worksheet(notes.title)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    for line, (label, said) in enumerate(notes.lines):
        sheet.write_string(line, 0, label, bold)
        sheet.write_string(line, 1, said)


def _in_csv(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return f"'{cell}" if cell.startswith(_FORMULA) else cell
        case float():
            return f"{cell:.{DECIMALS}f}".replace(".", ",")
        case datetime():
            return str(_by_its_clock(cell))
        case _:
            return str(cell)


def _by_its_clock(time: datetime) -> datetime:
    return time.replace(tzinfo=None, microsecond=0)
