"""Reading files for a spreadsheet as one in Indonesia does, with nothing but the standard library."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import datetime, timedelta
from xml.etree import ElementTree

Cell = str | float | datetime | None
"""What a cell of XLSX is to a spreadsheet; a day is a time at midnight."""

_NAMES = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
_MAIN = "{" + _NAMES["m"] + "}"

_DAY_ZERO = datetime.fromisoformat("1899-12-30")
"""From which a spreadsheet counts days, since it takes 1900 for a leap year (ECMA-376, 18.17.4.1)."""


def lines(content: bytes) -> list[list[str]]:
    """Return the lines of a CSV file. Raises when it is not one that Excel opens there by a double click."""
    text = content.decode("utf-8")
    assert text.startswith("\ufeff")
    assert text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";", strict=True))


def sheets(content: bytes) -> dict[str, list[list[Cell]]]:
    """Return every sheet of an XLSX file by its name: its rows. Raises when it holds a formula or a link."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert book.testzip() is None
        shared = _shared(book)
        times = _times(book)
        names = [str(one.get("name")) for one in _xml(book, "xl/workbook.xml").iterfind(".//m:sheet", _NAMES)]
        return {
            name: _rows(_xml(book, f"xl/worksheets/sheet{number}.xml"), shared, times)
            for number, name in enumerate(names, 1)
        }


def _xml(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(book.read(name))


def _shared(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    return [_text(one) for one in _xml(book, "xl/sharedStrings.xml").iterfind("m:si", _NAMES)]


def _times(book: zipfile.ZipFile) -> set[str]:
    """The cell formats that show a number as a day or time."""
    styles = _xml(book, "xl/styles.xml")
    shown = {
        one.get("numFmtId")
        for one in styles.iterfind(".//m:numFmt", _NAMES)
        if "yyyy" in str(one.get("formatCode"))
    }
    formats = styles.iterfind("m:cellXfs/m:xf", _NAMES)
    return {str(number) for number, one in enumerate(formats) if one.get("numFmtId") in shown}


def _text(element: ElementTree.Element) -> str:
    written = "".join(one.text or "" for one in element.iter(f"{_MAIN}t"))
    if "_x" not in written:
        return written
    # What XML cannot hold (ECMA-376, 22.9.2.19).
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), written)


def _rows(sheet: ElementTree.Element, shared: list[str], times: set[str]) -> list[list[Cell]]:
    for name in ("f", "hyperlink"):
        assert sheet.find(f".//m:{name}", _NAMES) is None, name
    rows = []
    for row in sheet.iterfind(".//m:row", _NAMES):
        cells = {_column(str(cell.get("r"))): _cell(cell, shared, times) for cell in row}
        rows.append([cells.get(number) for number in range(max(cells, default=-1) + 1)])
    return rows


def _cell(cell: ElementTree.Element, shared: list[str], times: set[str]) -> Cell:
    kind = cell.get("t")
    if kind == "inlineStr":
        return _text(cell)
    value = str(cell.findtext(f"{_MAIN}v"))
    if kind == "s":
        return shared[int(value)]
    if cell.get("s") in times:
        return _DAY_ZERO + timedelta(seconds=round(float(value) * 86400))
    return float(value)


def _column(reference: str) -> int:
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
