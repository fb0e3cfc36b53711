"""Tables that somebody takes away: the same cells in both kinds, and nothing that a spreadsheet obeys."""

from __future__ import annotations

import csv
import io

import pytest

from kiosk.papers import sheet
from kiosk.papers.sheet import Table, csv_of, xlsx_into
from tests.spreadsheet import sheets

NASTY = ("=1+1", "+1", "-1", "@x", "\tx", '=HYPERLINK("http://evil.example")', "{=1}", "http://a.example")


def _csv(table: Table) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(csv_of(table)).decode("utf-8-sig"), newline="")))


def _xlsx(table: Table) -> dict[str, list[list[str]]]:
    file = io.BytesIO()
    xlsx_into(table, file)
    return sheets(file.getvalue())


def test_both_kinds_hold_the_same_cells():
    table = Table("T", ("a", "b", "c"), [("x", 1, 2.5), ('é, "ü"; \n', None, -3)])
    assert _csv(table) == [["a", "b", "c"], ["x", "1", "2.5"], ['é, "ü"; \n', "", "-3"]]
    assert _xlsx(table)["T"] == [["a", "b", "c"], ["x", "1", "2.5"], ['é, "ü"; \n', "", "-3"]]


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_is_obeyed(text):
    (_, (cell,)) = _csv(Table("T", ("a",), [(text,)]))
    assert not cell.startswith(("=", "+", "-", "@", "\t"))
    assert _xlsx(Table("T", ("a",), [(text,)]))["T"][1] == [text]


def test_what_does_not_fit_on_a_sheet_goes_on_on_the_next(monkeypatch):
    monkeypatch.setattr(sheet, "ROWS_OF_A_SHEET", 3)
    found = _xlsx(Table("T", ("n",), [(str(number),) for number in range(7)]))
    assert [len(rows) for rows in found.values()] == [4, 4, 2]
    assert list(found) == ["T", "T 2", "T 3"]
    assert [row[0] for rows in found.values() for row in rows[1:]] == [str(number) for number in range(7)]


def test_a_csv_leaves_in_pieces_and_never_whole():
    seen = 0

    def rows():
        nonlocal seen
        for number in range(5000):
            seen = number
            yield ("x" * 100,)

    pieces = csv_of(Table("T", ("a",), rows()))
    assert len(next(pieces)) < 70_000
    assert seen < 1000
    assert sum(len(piece) for piece in pieces) > 400_000
