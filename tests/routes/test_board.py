"""The board: calls first, terminals in words, nothing personal, quiet until something changes."""

from __future__ import annotations

import re

import pytest

from kiosk.domain.reasons import ReferReason
from kiosk.domain.roles import Role
from kiosk.services import help_call, technician, terminal_state
from tests.officers import NAME, NIK, an_office, token, well_formed

NEVER = (NIK, "3273 0141 0190 0001", NAME, "Sari")


@pytest.fixture
def office(tmp_path):
    office = an_office(tmp_path)
    office.officer()
    return office


@pytest.fixture
def client(office):
    return office.signed_in()


def _beat(office):
    with office.app.app_context():
        terminal_state.beat(office.kiosk)


def _call(office):
    with office.app.app_context():
        help_call.call(office.kiosk, None)
        return help_call.open_calls(office.kiosk)[0].id


def _polled(client, page):
    return client.get(re.search(r'hx-get="(/petugas/papan/isi[^"]*)"', page)[1].replace("&amp;", "&"))


def _post(client, path, htmx=False):
    headers = {"HX-Request": "true"} if htmx else {}
    form = {"csrf_token": token(client.get("/petugas/papan").text)}
    return client.post(f"/petugas/papan/panggilan/{path}", data=form, headers=headers)


def test_an_empty_board_is_friendly_and_not_blank(client):
    page = well_formed(client.get("/petugas/papan").text)
    for sentence in (
        "Tidak ada yang memanggil.",
        "Tidak ada kasus.",
        "Belum ada anjungan yang memberi kabar.",
    ):
        assert sentence in page


def test_a_call_stands_first_with_terminal_step_and_a_sound(office, client):
    _beat(office)
    _call(office)
    office.clock.advance(125)
    page = well_formed(client.get("/petugas/papan").text)
    assert page.index("Anjungan A1 memanggil petugas") < page.index("Perlu keputusan")
    assert "Layar awal · 2 menit" in page
    sound = re.search(r'<audio id="call-sound" src="([^"]+)"', page)[1]
    with client.get(sound) as answer:
        assert answer.mimetype in ("audio/x-wav", "audio/wav")


def test_answering_shows_everybody_who_goes_and_the_second_is_told(office, client):
    call_id = _call(office)
    office.officer("budi")
    budi = office.signed_in("budi")
    assert _post(client, f"{call_id}/jawab").status_code == 303
    assert "Rina menuju anjungan A1" in budi.get("/petugas/papan").text
    late = _post(budi, f"{call_id}/jawab")
    assert late.status_code == 409
    assert "Rina sudah menuju ke sana." in late.text
    assert _post(client, f"{call_id}/jawab").status_code == 303  # once more by himself is no race
    assert _post(budi, f"{call_id}/selesai").status_code == 303
    assert "Tidak ada yang memanggil." in budi.get("/petugas/papan").text
    over = _post(budi, f"{call_id}/jawab", htmx=True)
    assert (over.status_code, "Panggilan itu sudah selesai." in over.text) == (409, True)
    assert over.text.lstrip().startswith('<div id="board"')


def test_a_call_that_never_was_is_not_found(client):
    assert _post(client, "AAAAAAAAAAAA/jawab").status_code == 404
    assert _post(client, "x/selesai").status_code == 404


def test_an_answer_posted_by_another_site_is_refused(office, client):
    call_id = _call(office)
    assert client.post(f"/petugas/papan/panggilan/{call_id}/jawab").status_code == 400
    assert "Saya datang" in client.get("/petugas/papan").text


def test_cases_show_number_wait_and_true_reason_and_nothing_personal(office, client):
    office.case()
    office.ticket(ReferReason.REGISTER_DECEASED)
    office.clock.advance(5 * 60 + 59)
    page = well_formed(client.get("/petugas/papan").text)
    assert re.search(r"A-001</strong> · 5 menit", page)
    assert "Kemiripan wajah meragukan" in page
    assert "2 tiket menunggu loket" in page
    assert [word for word in NEVER if word in page] == []


def test_who_may_not_decide_is_shown_no_cases(office):
    office.officer("tono", Role.TECHNICIAN)
    office.case()
    page = office.signed_in("tono").get("/petugas/papan").text
    assert "A-001" not in page
    assert "Perlu keputusan" not in page
    assert "/petugas/kasus" not in page


def test_the_poll_says_nothing_until_something_changes(office, client):
    _beat(office)
    page = client.get("/petugas/papan").text
    assert _polled(client, page).status_code == 204
    office.case()
    renewed = _polled(client, page)
    assert renewed.status_code == 200
    assert renewed.text.lstrip().startswith('<div id="board"')
    assert _polled(client, renewed.text).status_code == 204
    call_id = _call(office)
    called = _polled(client, renewed.text)
    assert f'data-call="{call_id}"' in called.text
    office.clock.advance(60)
    assert "1 menit" in _polled(client, called.text).text


def test_a_terminal_that_falls_silent_is_said_with_since_when(office, client):
    _beat(office)
    page = client.get("/petugas/papan").text
    assert "Siap, belum ada warga" in page
    office.clock.advance(16)
    silent = _polled(client, page).text
    assert "Tidak ada kabar sejak 09.00." in silent
    assert "is-silent" in silent
    assert "Siap." not in silent  # what it last said of its devices is not how they are
    office.clock.advance(24 * 3600)
    assert "Tidak ada kabar sejak 2 Nov 2026, 09.00." in office.signed_in().get("/petugas/papan").text


def test_a_device_out_of_order_is_said_with_what_to_do_and_wakes_the_poll(office, client):
    printer = office.kiosk.devices.printer
    printer.open()
    _beat(office)
    page = client.get("/petugas/papan").text
    printer.controls.paper_out = True
    printer.status()
    _beat(office)
    news = _polled(client, page)
    assert "Kertas habis; pasang gulungan baru." in news.text
    assert "Kertas habis" not in page


def test_a_closed_terminal_shows_its_message_escaped(office, client):
    _beat(office)
    with office.app.app_context():
        technician.close(office.kiosk, office.officer("budi"), "A1", "<b>Libur</b>")
    page = client.get("/petugas/papan").text
    assert "&lt;b&gt;Libur&lt;/b&gt;" in page
    assert "<b>Libur" not in page


def test_the_poll_does_not_keep_anybody_signed_in(office, client):
    page = client.get("/petugas/papan").text
    for _ in range(21):
        office.clock.advance(60)
        answer = _polled(client, page)
    assert answer.status_code == 303
