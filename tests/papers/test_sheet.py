"""Tables that somebody takes away: the same cells in both kinds, and nothing that a spreadsheet obeys."""

from __future__ import annotations

import io
import tracemalloc
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from kiosk.papers import sheet
from kiosk.papers.sheet import Notes, Table, csv_of, xlsx_into
from tests.spreadsheet import lines, sheets

NASTY = (
    "=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", '=HYPERLINK("http://evil.example")', "{=1}",
    "http://a.example", "2026-11-22", "007",
)  # fmt: skip


def _csv(table: Table) -> list[list[str]]:
    return lines(b"".join(csv_of(table)))


def _xlsx(table: Table) -> dict[str, list[list[object]]]:
    file = io.BytesIO()
    xlsx_into(table, file)
    return sheets(file.getvalue())


def test_both_kinds_hold_the_same_cells():
    table = Table("T", ("a", "b", "c"), [("x", 1, 2.5), ('é, "ü"; \n', None, -3), ("", 1_234_567, 1e6)])
    assert _csv(table)[1:] == [["x", "1", "2,5"], ['é, "ü"; \n', "", "-3"], ["", "1234567", "1000000,0"]]
    assert _xlsx(table)["T"] == [
        ["a", "b", "c"], ["x", 1, 2.5], ['é, "ü"; \n', None, -3], ["", 1_234_567, 1_000_000],
    ]  # fmt: skip


def test_days_and_times_can_be_reckoned_with_and_read_as_the_clock_on_the_wall_did():
    night = datetime(2026, 11, 22, 23, 59, 58, 999_999, tzinfo=timezone(timedelta(hours=9)))
    table = Table("T", ("a", "b", "c"), [(date(2026, 11, 22), night, datetime(2028, 2, 29, tzinfo=UTC))])
    assert _csv(table)[1] == ["2026-11-22", "2026-11-22 23:59:58", "2028-02-29 00:00:00"]
    days = ["2026-11-22 00:00:00", "2026-11-22 23:59:58", "2028-02-29 00:00:00"]
    assert _xlsx(table)["T"][1] == [datetime.fromisoformat(day) for day in days]


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_is_obeyed(text):
    (_, (cell,)) = _csv(Table("T", ("a",), [(text,)]))
    assert cell.removeprefix("'") == text
    assert cell[0] not in "=+-@\t\r\n＝"
    assert _xlsx(Table("T", ("a",), [(text,)]))["T"][1] == [text]


def test_what_a_table_is_stands_on_a_sheet_of_its_own_behind_it():
    table = Table("T", ("a",), [(1,)], notes=Notes("N", (("=Isi", "=1"), ("Kantor", "Garut"))))
    found = _xlsx(table)
    assert list(found) == ["T", "N"]
    assert found["N"] == [["=Isi", "=1"], ["Kantor", "Garut"]]
    assert _csv(table) == [["a"], ["1"]]


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


def test_a_long_xlsx_takes_no_more_memory_than_a_short_one(tmp_path):
    def peak(rows: int) -> int:
        table = Table("T", ("a", "b"), ((f"text {number}", float(number)) for number in range(rows)))
        with (tmp_path / "t.xlsx").open("wb") as file:
            tracemalloc.start()
            xlsx_into(table, file)
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return most

    peak(1)  # what is made once
    assert peak(2000) < peak(100) * 1.5
