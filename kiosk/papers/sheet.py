"""A table that somebody takes away: as CSV for programs, as XLSX for people with a spreadsheet.

Both are made row by row: a year of entries is no larger in memory than a day.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

Cell = str | int | float | None

ROWS_OF_A_SHEET = 1_048_575
"""Under its heading: Excel's limit is 1,048,576 rows (Microsoft, «Excel specifications and limits»)."""

LONGEST_CELL = 32_767
"""Characters; Excel's limit (same page)."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is obeyed by spreadsheets (OWASP, «CSV Injection»)."""

_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Table:
    """`title` names the sheet (at most 31 characters), `widths` are columns in characters."""

    title: str
    head: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]]
    widths: tuple[int, ...] = ()


def csv_of(table: Table) -> Iterator[bytes]:
    """Return the table piece by piece: RFC 4180 in UTF-8, with the mark by which Excel knows it."""
    text = io.StringIO()
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow(table.head)
    for row in table.rows:
        writer.writerow([_harmless(cell) for cell in row])
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
    sheet, line = _sheet(book, table), 0
    for row in table.rows:
        if line == ROWS_OF_A_SHEET:
            sheet, line = _sheet(book, table), 0
        line += 1
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                # Never as a formula, a number or a link, whatever it looks like.
                sheet.write_string(line, column, cell[:LONGEST_CELL])
            elif cell is not None:
                sheet.write_number(line, column, cell)
    book.close()


def _sheet(book: Any, table: Table) -> Any:
    before = len(book.worksheets())
    sheet = book.add_worksheet(table.title if not before else f"{table.title[:27]} {before + 1}")
    for column, width in enumerate(table.widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, table.head, book.add_format({"bold": True, "bottom": 1}))
    return sheet


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
