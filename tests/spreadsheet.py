"""Reading an XLSX file with nothing but the standard library: what a spreadsheet would show."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree

_NAMES = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def sheets(content: bytes) -> dict[str, list[list[str]]]:
    """Return every sheet by its name: its rows, as text. Raises when the file holds a formula."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert book.testzip() is None
        shared = _shared(book)
        names = [str(one.get("name")) for one in _xml(book, "xl/workbook.xml").iterfind(".//m:sheet", _NAMES)]
        return {
            name: _rows(_xml(book, f"xl/worksheets/sheet{number}.xml"), shared)
            for number, name in enumerate(names, 1)
        }


def _xml(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(book.read(name))


def _shared(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    return [_text(one) for one in _xml(book, "xl/sharedStrings.xml").iterfind("m:si", _NAMES)]


def _text(element: ElementTree.Element) -> str:
    return "".join(one.text or "" for one in element.iterfind(".//m:t", _NAMES))


def _rows(sheet: ElementTree.Element, shared: list[str]) -> list[list[str]]:
    assert sheet.find(".//m:f", _NAMES) is None, "a formula"
    rows = []
    for row in sheet.iterfind(".//m:row", _NAMES):
        cells: dict[int, str] = {}
        for cell in row.iterfind("m:c", _NAMES):
            value = cell.find("m:v", _NAMES)
            text = _text(cell) if value is None else str(value.text)
            if cell.get("t") == "s":
                text = shared[int(text)]
            cells[_column(str(cell.get("r")))] = text
        rows.append([cells.get(number, "") for number in range(max(cells, default=-1) + 1)])
    return rows


def _column(reference: str) -> int:
    number = 0
    for letter in re.sub("[0-9]", "", reference):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
