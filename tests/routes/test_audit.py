"""The audit page: what is asked for is shown, in words; looking, exporting and checking are entries too."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import timedelta
from typing import Any

import pytest

from kiosk.domain.audit import Action
from kiosk.domain.roles import Role
from kiosk.models.officer import Officer
from kiosk.services import audit, audit_head, visit
from tests.officers import an_office, token
from tests.spreadsheet import lines, sheets

PATH = "/petugas/audit"


@pytest.fixture
def office(tmp_path):
    """An office with an auditor and an officer, and what a visit of yesterday and one of today have left."""
    office = an_office(tmp_path)
    for username, role in (("ayu", Role.AUDITOR), ("rina", Role.OFFICER)):
        officer = office.officer(username)
        office.change(Officer, officer.id, role=role)
    with office.app.app_context():
        first = visit.start(office.kiosk, "id")
        office.clock.advance(timedelta(days=1).total_seconds())
        second = visit.start(office.kiosk, "en")
        with audit.verb(office.kiosk) as session:
            audit.record(office.kiosk, session, Action.CASE_SEEN, second.id, officer=2, what="selfie")
    office.visits = (first.id, second.id)
    return office


@pytest.fixture
def auditor(office):
    """The auditor's browser."""
    return office.signed_in("ayu")


def _rows(page: str) -> list[str]:
    """The table's lines, as a reader hears them."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub("<[^>]*>", " ", row).split()) for row in body.split("<tr>")[1:]]


def test_the_log_tells_in_words_who_did_what_newest_first(office, auditor):
    rows = _rows(auditor.get(PATH).text)
    assert [re.search("Petugas masuk|Kasus dilihat|Kunjungan dimulai", row)[0] for row in rows] == [
        "Petugas masuk", "Kasus dilihat", "Kunjungan dimulai", "Kunjungan dimulai",
    ]  # fmt: skip
    assert "Ayu" in rows[0]
    assert "Rina" in rows[1]
    assert office.visits[1] in rows[1]
    assert "yang dilihat selfie" in rows[1]
    assert "Anjungan" in rows[2]


FOUND = {
    "tindakan=case": ["Kasus dilihat"],
    "petugas=2": ["Kasus dilihat"],
    "petugas=1&tindakan=officer": ["Petugas masuk"],
    "petugas=2&tindakan=visit": [],
    "dari=2026-11-03&tindakan=visit": ["Kunjungan dimulai"],
    "sampai=2026-11-02": ["Kunjungan dimulai"],
    "dari=2026-11-03&sampai=2026-11-03&tindakan=case&sumber=terminal:A1": ["Kasus dilihat"],
    "perihal={second}": ["Kasus dilihat", "Kunjungan dimulai"],
    "perihal={second}&petugas=2": ["Kasus dilihat"],
    "sumber=terminal:A1&tindakan=officer": ["Petugas masuk"],
}


def test_each_filter_finds_what_it_says(office, auditor):
    for asked, expected in FOUND.items():
        rows = _rows(auditor.get(f"{PATH}?{asked.format(second=office.visits[1])}").text)
        assert len(rows) == len(expected), asked
        assert all(words in row for words, row in zip(expected, rows, strict=True)), asked


REFUSED = {
    "dari=kemarin": "Tulis tanggal yang benar",
    "dari=0001-01-01": "Tulis tanggal yang benar",
    "sampai=9999-12-31": "Tulis tanggal yang benar",
    "dari=2026-11-03&sampai=2026-11-02": "Hari terakhir",
    "perihal=3273014101900001": "bukan NIK",
    "perihal=3273-0141-0190-0001": "bukan NIK",
    "perihal=Sari Wulandari": "bukan NIK",
    "petugas=99": "Pilih salah satu",
    "petugas=x": "Pilih salah satu",
    f"petugas=000000001{'9' * 20}": "Pilih salah satu",
    "tindakan=nothing": "Pilih salah satu",
    "sumber=terminal:Z9": "Pilih salah satu",
}


def test_what_cannot_be_asked_is_said_beside_its_field_and_written_down_nowhere(office, auditor):
    before = office.audited()
    for asked, sentence in REFUSED.items():
        answer = auditor.get(f"{PATH}?{asked}")
        assert answer.status_code == 422, asked
        assert sentence in answer.text
        assert "Sari" not in answer.text
        assert "32730141" not in answer.text.replace("-", "")
        assert auditor.get(f"{PATH}/ekspor.csv?{asked}").status_code == 400
    assert office.audited() == before


def test_the_next_page_begins_where_the_last_one_ended_also_within_one_moment(office, auditor, monkeypatch):
    monkeypatch.setattr("kiosk.services.audit_log.PAGE", 2)
    seen: list[str] = []
    page = auditor.get(f"{PATH}?sampai=2026-11-03").text
    assert "Entri terbaru" in page
    for _ in range(3):
        seen += _rows(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if not following:
            break
        page = auditor.get(following[1].replace("&amp;", "&")).text
        assert "Entri sebelumnya" in page
    numbers = [int(row.rsplit(" ", 1)[1]) for row in seen]
    # Looking at a page is an entry of its own, newer than the page and so never on the next one.
    assert numbers == [4, 3, 2, 1]


def test_a_made_up_mark_is_no_error(auditor):
    for mark in ("x", "~", "1~", "9" * 40 + "~2026", "-1~2026", "1~not a time", "1~'; DROP"):
        assert auditor.get(PATH, query_string={"setelah": mark}).status_code == 200


def test_looking_and_exporting_are_entries_and_name_what_was_asked_for(office, auditor):
    auditor.get(f"{PATH}?tindakan=case&petugas=2&dari=2026-11-01")
    auditor.get(f"{PATH}/ekspor.csv?sampai=2026-11-02").get_data()
    looked, exported = office.audited()[-2:]
    assert looked[:2] == ("audit.seen", "audit")
    assert json.loads(looked[2]) == {
        "officer": 1, "about_officer": 2, "since": "2026-11-01", "page": "newest",
        "actions": "case.decided,case.opened,case.over,case.seen",
    }  # fmt: skip
    assert exported[0] == "audit.exported"
    assert json.loads(exported[2]) == {"officer": 1, "until": "2026-11-02", "kind": "csv"}


def test_a_name_that_is_typed_as_a_reference_is_not_kept_in_the_chain_for_ever(office, auditor):
    assert auditor.get(f"{PATH}?perihal=Sari").status_code == 200
    auditor.get(f"{PATH}?perihal={office.visits[0]}")
    typed, real = (json.loads(entry[2])["about"] for entry in office.audited()[-2:])
    assert (typed, real) == ("unknown", office.visits[0])


def _csv(answer) -> list[list[str]]:
    assert answer.status_code == 200
    return lines(answer.get_data())


def _xlsx(answer) -> list[list[Any]]:
    assert answer.status_code == 200
    with answer:
        return sheets(answer.get_data())["Audit"]


def test_an_export_of_nothing_is_a_file_with_a_heading(auditor):
    asked = f"{PATH}/ekspor.%s?sampai=2020-01-01"
    assert len(_csv(auditor.get(asked % "csv"))) == 1
    assert len(_xlsx(auditor.get(asked % "xlsx"))) == 1


def test_an_export_of_a_year_is_whole_in_both_kinds(office, auditor, monkeypatch):
    monkeypatch.setattr("kiosk.services.audit_log.EXPORT_BATCH", 7)
    with office.app.app_context():
        for _ in range(30):
            with audit.verb(office.kiosk) as session:
                audit.record(office.kiosk, session, Action.PURGED, "A1", values=1)
    asked = f"{PATH}/ekspor.%s?dari=2026-01-01&sampai=2026-12-31&tindakan=retention"
    rows, cells = _csv(auditor.get(asked % "csv")), _xlsx(auditor.get(asked % "xlsx"))
    assert len(rows) == len(cells) == 31
    assert [int(row[8]) for row in rows[1:]] == [cell[8] for cell in cells[1:]]
    assert rows[0][0] == cells[0][0] == "Waktu (WIB)"
    local = office.clock.now().astimezone(office.kiosk.settings.zone).replace(tzinfo=None, microsecond=0)
    assert {row[0] for row in rows[1:]} == {str(local)}
    assert {cell[0] for cell in cells[1:]} == {local}
    assert len({row[9] for row in rows[1:]}) == 30


def test_a_reference_that_looks_like_a_formula_is_not_one_in_a_spreadsheet(office, auditor):
    with office.app.app_context(), audit.verb(office.kiosk) as session:
        audit.record(office.kiosk, session, Action.RATED, "-2+3", satisfaction=4)
    asked = f"{PATH}/ekspor.%s?tindakan=visit"
    assert _csv(auditor.get(asked % "csv"))[1][4] == "'-2+3"
    assert _xlsx(auditor.get(asked % "xlsx"))[1][4] == "-2+3"


def test_a_row_that_somebody_has_spoilt_is_shown_and_ends_nothing(office, auditor, tmp_path):
    for at in ("kemarin", "9999-12-31 23:59:59.000001", "0001-01-01 00:00:00.000001"):
        with sqlite3.connect(tmp_path / "kiosk.db") as connection:
            connection.execute("UPDATE audit_entry SET action='<b>x', at=?, detail='[1' WHERE seq = 3", (at,))
        connection.close()
        page = auditor.get(PATH).text
        assert "&lt;b&gt;x" in page
        assert "waktu rusak" in page
        for rows in (_csv(auditor.get(f"{PATH}/ekspor.csv")), _xlsx(auditor.get(f"{PATH}/ekspor.xlsx"))):
            assert [row[0] for row in rows if row[3] == "<b>x"] in ([""], [None])


def _post(client, path: str):
    return client.post(f"{PATH}/{path}", data={"csrf_token": token(client.get(PATH).text)})


def test_a_check_says_in_words_that_the_chain_is_whole_and_is_written_down(office, auditor):
    assert "Belum diperiksa" in auditor.get(PATH).text
    assert _post(auditor, "periksa").status_code == 303
    page = auditor.get(f"{PATH}/periksa").text
    assert "Catatan utuh" in page
    assert "hx-get" not in page
    outcomes = [
        json.loads(detail)["outcome"] for action, _, detail in office.audited() if "checked" in action
    ]
    assert outcomes == ["begun", "whole"]


def test_a_check_says_which_entry_is_wrong(office, auditor, tmp_path):
    with sqlite3.connect(tmp_path / "kiosk.db") as connection:
        connection.execute("UPDATE audit_entry SET subject='somebody' WHERE seq = 2")
    connection.close()
    _post(auditor, "periksa")
    page = " ".join(re.sub("<[^>]*>", " ", auditor.get(PATH).text).split())
    assert "Catatan tidak utuh" in page
    assert "terminal:A1 2 : Entri ini diubah" in page


def test_while_a_check_runs_a_second_one_does_not_begin_and_the_poll_tells_how_far_it_is(office, auditor):
    form = {"csrf_token": token(auditor.get(PATH).text)}
    check = office.kiosk.chain_check
    check.is_running, check.done, check.total = True, 1_200_000, 5_000_000
    before = office.audited()
    auditor.post(f"{PATH}/periksa", data=form)
    page = auditor.get(f"{PATH}/periksa").text
    assert "1.200.000 dari 5.000.000" in page
    seen = re.search(r'hx-get="[^"]*seen=([^"]+)"', page)
    assert seen
    assert auditor.get(f"{PATH}/periksa?seen={seen[1]}").status_code == 204
    assert office.audited() == before


def test_a_check_that_failed_says_so_and_can_be_asked_again(office, auditor, monkeypatch):
    def broken(*_):
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr("kiosk.services.audit_check.verify", broken)
        _post(auditor, "periksa")
    assert "Pemeriksaan gagal" in auditor.get(f"{PATH}/periksa").text
    _post(auditor, "periksa")
    assert "Catatan utuh" in auditor.get(f"{PATH}/periksa").text


def test_the_heads_are_printed_to_be_signed(office, auditor):
    with office.app.app_context():
        head = audit.newest_head(office.kiosk)
    office.kiosk.devices.printer.open()
    answer = _post(auditor, "kepala")
    assert "cetak=ok" in answer.location
    assert "Kepala rantai tercetak" in auditor.get(answer.location).text
    assert audit_head.newest(office.kiosk, head.source).seq > head.seq
    printed = [detail for action, _, detail in office.audited() if action == "paper.printed"]
    assert '"kind":"audit_head"' in printed[-1]


def test_an_officer_who_is_no_auditor_sees_nothing_and_starts_nothing(office):
    officer = office.signed_in("rina")
    for path in ("", "/ekspor.csv", "/ekspor.xlsx", "/periksa"):
        assert officer.get(f"{PATH}{path}").status_code == 403
    for path in ("periksa", "kepala"):
        assert officer.post(f"{PATH}/{path}").status_code in (400, 403)
    assert not [action for action, _, _ in office.audited() if action.startswith("audit.")]
