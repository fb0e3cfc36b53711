"""The account page: an officer's own secrets, changed in a browser."""

from __future__ import annotations

import re

import pytest

from tests.officers import NIK, PASSWORD, PIN, an_office, send, sign_in, well_formed

AT = "/petugas/akun"
NEW = "teh manis sore hari"


@pytest.fixture
def office(tmp_path):
    office = an_office(tmp_path)
    office.officer()
    office.kiosk.devices.printer.open()
    return office


@pytest.fixture
def client(office):
    return office.signed_in()


def _followed(client, answer):
    assert answer.status_code == 303, answer.text
    return well_formed(client.get(answer.headers["Location"]).text)


def test_the_page_says_what_there_is_and_nothing_secret(office, client):
    page = well_formed(client.get(AT).text)
    for words in ("Rina", "Petugas · rina", "tersisa 0", "belum ada", "yang ini"):
        assert words in page
    assert "$argon2" not in page


def test_a_changed_password_keeps_this_browser_in_and_ends_the_others(office, client):
    other = office.signed_in()
    form = {"present": PASSWORD, "password": NEW, "again": NEW}
    wrong = send(client, f"{AT}/sandi", at=AT, **form | {"present": "salah sekali"})
    assert wrong.status_code == 422
    assert "Kata sandi sekarang tidak cocok" in well_formed(wrong.text)
    short = send(client, f"{AT}/sandi", at=AT, **form | {"password": "pendek"})
    assert "terlalu pendek" in well_formed(short.text)
    before = client.get_cookie("anjungan_petugas", path="/petugas").value
    assert "Kata sandi diganti" in _followed(client, send(client, f"{AT}/sandi", at=AT, **form))
    assert client.get_cookie("anjungan_petugas", path="/petugas").value != before
    assert other.get(AT).headers["Location"].endswith("ended=elsewhere")
    assert sign_in(office.app.test_client(), "rina", NEW).status_code == 303


def test_a_changed_pin_is_asked_for_from_then_on(office, client):
    form = {"present": PASSWORD, "new_pin": "123123", "again": "123123"}
    assert "mengulang" in well_formed(send(client, f"{AT}/pin", at=AT, **form).text)
    good = form | {"new_pin": "908172", "again": "908172"}
    assert "PIN diganti" in _followed(client, send(client, f"{AT}/pin", at=AT, **good))
    wrong = send(client, f"{AT}/kode-cadangan", at=AT, pin=PIN)
    assert wrong.status_code == 422
    assert "PIN tidak cocok" in well_formed(wrong.text)
    shown = send(client, f"{AT}/kode-cadangan", at=AT, pin="908172")
    assert len(re.findall(r"<li>[A-Z2-7]{5}-[A-Z2-7]{5}</li>", well_formed(shown.text))) == 10
    assert "tersisa 10" in client.get(AT).text


def test_five_wrong_pins_lock_and_the_time_is_said(client):
    for _ in range(5):
        assert send(client, f"{AT}/lencana", at=AT, pin="000000").status_code == 422
    locked = send(client, f"{AT}/lencana", at=AT, pin=PIN)
    assert locked.status_code == 429
    assert "09.00.30" in well_formed(locked.text)


def test_a_badge_is_printed_shown_once_and_revoked(office, client):
    printer = office.kiosk.devices.printer
    shown = send(client, f"{AT}/lencana", at=AT, pin=PIN)
    assert "Tercetak" in well_formed(shown.text)
    assert 'class="qr-code"' in shown.text
    assert len(printer.sheets) == 1
    page = client.get(AT).text
    assert "berlaku sejak 2 Nov 2026, 09.00" in page
    assert 'class="qr-code"' not in page
    assert "Lencana dicabut" in _followed(client, send(client, f"{AT}/lencana/cabut", at=AT))
    assert "belum ada" in client.get(AT).text


def test_a_badge_that_was_not_printed_is_said_to_be_so(office, client):
    office.kiosk.devices.printer.controls.paper_out = True
    assert "belum memastikan" in well_formed(send(client, f"{AT}/lencana", at=AT, pin=PIN).text)


def test_every_other_sign_in_can_be_ended(office, client):
    other = office.signed_in()
    assert client.get(AT).text.count("<td>lain</td>") == 1
    assert "telah diakhiri" in _followed(client, send(client, f"{AT}/keluar-lain", at=AT))
    assert other.get(AT).status_code == 303
    assert "Akhiri semua yang lain" not in client.get(AT).text


def test_the_own_nik_is_taken_once_and_never_shown(client):
    assert send(client, f"{AT}/nik", at=AT, nik="123").status_code == 422
    page = _followed(client, send(client, f"{AT}/nik", at=AT, nik=NIK))
    assert "Tercatat" in page
    assert NIK not in page
    assert 'name="nik"' not in page


@pytest.mark.parametrize("done", ["removed", "<script>", ""])
def test_a_made_up_success_says_nothing(client, done):
    page = client.get(AT, query_string={"done": done}).text
    assert 'class="notice good"' not in page
    assert "<script>" not in page
