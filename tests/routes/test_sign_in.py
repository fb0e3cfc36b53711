"""The way into the panel, as a browser goes it and as somebody who means harm does."""

from __future__ import annotations

import re

import pytest

from kiosk.domain.roles import Role
from kiosk.models.officer import Officer
from kiosk.services.set_up import new_link
from tests.officers import NIK, PASSWORD, PIN, an_office, send, sign_in, token, well_formed

CODE, STEP_PASSWORD, STEP_CODES, STEP_PIN = (
    "/petugas/masuk/kode",
    "/petugas/siapkan/sandi",
    "/petugas/siapkan/kode",
    "/petugas/siapkan/pin",
)


@pytest.fixture
def office(tmp_path):
    office = an_office(tmp_path)
    office.officer()
    return office


@pytest.fixture
def client(office):
    return office.signed_in()


def _without_what_was_typed(page):
    return re.sub(r'value="[^"]*"', "", page)


def test_before_the_first_officer_the_page_says_where_his_link_is(tmp_path):
    office = an_office(tmp_path)
    assert "kiosk officer link" in well_formed(office.app.test_client().get("/petugas/masuk").text)
    office.officer()
    assert "kiosk officer link" not in office.app.test_client().get("/petugas/masuk").text


def test_a_wrong_password_and_an_unknown_officer_read_alike_also_when_locked(office):
    browser = office.app.test_client()
    for status in (422, 422, 422, 422, 422, 429):
        wrong, unknown = sign_in(browser, "rina", "salah sekali"), sign_in(browser, "siapa", "salah sekali")
        assert (wrong.status_code, unknown.status_code) == (status, status)
        assert _without_what_was_typed(well_formed(wrong.text)) == _without_what_was_typed(unknown.text)
    assert "09.00.30" in wrong.text  # 02:00 UTC is 09:00 in Jakarta
    office.clock.advance(30)
    assert sign_in(browser).status_code == 303


def test_the_password_alone_opens_nothing(office):
    browser = office.app.test_client()
    assert sign_in(browser).headers["Location"] == CODE
    well_formed(browser.get(CODE).text)
    for path in ("/petugas", "/petugas/papan", "/petugas/akun", "/petugas/orang", STEP_PIN, STEP_CODES):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, CODE), path
    polled = browser.get("/petugas/masih", headers={"HX-Request": "true"})
    assert (polled.status_code, polled.headers["HX-Redirect"]) == (401, CODE)


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.OFFICER, "/petugas/papan"),
        (Role.SUPERVISOR, "/petugas/papan"),
        (Role.TECHNICIAN, "/petugas/papan"),
        (Role.AUDITOR, "/petugas/angka"),
    ],
)
def test_nobody_is_led_to_a_page_that_is_not_for_him(office, role, first):
    office.officer("budi", role=role)
    arrived = office.signed_in("budi").get("/petugas", follow_redirects=True)
    assert (arrived.status_code, arrived.request.path) == (200, first)


def test_wrong_codes_are_said_and_lock(office):
    browser = office.app.test_client()
    sign_in(browser)
    for _ in range(5):
        answer = office.send_code(browser, "000000")
        assert answer.status_code == 422
        assert "Kode tidak cocok" in well_formed(answer.text)
    answer = office.send_code(browser)
    assert answer.status_code == 429
    assert "09.00.30" in answer.text
    assert browser.get("/petugas/akun").status_code == 303


def test_the_way_to_the_code_is_open_for_a_quarter_of_an_hour(office):
    browser = office.app.test_client()
    sign_in(browser)
    office.clock.advance(15 * 60)
    assert browser.get(CODE).headers["Location"].startswith("/petugas/masuk?")


def test_a_code_used_in_one_browser_opens_no_second_one(office):
    first, second = office.app.test_client(), office.app.test_client()
    for browser in (first, second):
        sign_in(browser)
    code = office.code()
    assert office.send_code(first, code).status_code == 303
    assert office.send_code(second, code).status_code == 422


def test_the_way_in_can_be_left(office):
    browser = office.app.test_client()
    sign_in(browser)
    assert send(browser, "/petugas/keluar", at=CODE).headers["Location"] == "/petugas/masuk"
    assert browser.get(CODE).headers["Location"].startswith("/petugas/masuk?")


def test_secrets_never_come_back_and_the_name_is_escaped(office):
    answer = sign_in(office.app.test_client(), '"><script>x', "rahasia-salah-ketik")
    assert "rahasia-salah-ketik" not in answer.text
    assert "<script>x" not in answer.text
    browser = office.app.test_client()
    sign_in(browser)
    assert "918273" not in office.send_code(browser, "918273").text


def test_after_the_sign_in_the_way_goes_where_it_was_meant_to(office):
    browser = office.app.test_client()
    asked = browser.get("/petugas/akun")
    assert asked.headers["Location"] == "/petugas/masuk?next=/petugas/akun"
    page = browser.get(asked.headers["Location"]).text
    wanted = re.search(r'name="next" value="([^"]*)"', page)[1]
    assert sign_in(browser, next=wanted).headers["Location"] == CODE
    assert office.send_code(browser).headers["Location"] == "/petugas/akun"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/petugas", "/petugas/../../x"])
def test_a_forged_next_is_dropped(office, wanted):
    browser = office.app.test_client()
    assert "evil" not in browser.get("/petugas/masuk", query_string={"next": wanted}).text
    sign_in(browser, next=wanted)
    assert office.send_code(browser).headers["Location"] == "/petugas"


def test_forms_posted_by_another_site_are_refused(office, client):
    """Without it, somebody could sign an officer in under his own account, or out, or change his secrets."""
    stranger = office.app.test_client()
    answer = stranger.post("/petugas/masuk", data={"username": "rina", "password": PASSWORD})
    assert answer.status_code == 400
    assert "Tidak ada yang disimpan" in well_formed(answer.text)
    for path in (
        "/petugas/keluar",
        "/petugas/akun/sandi",
        "/petugas/akun/lencana",
        "/petugas/akun/keluar-lain",
    ):
        assert client.post(path, data={"pin": PIN}).status_code == 400
    assert client.get("/petugas/keluar").status_code == 405
    assert client.get("/petugas/akun").status_code == 200


def test_a_token_of_another_sign_in_is_refused(office, client):
    office.officer("budi")
    foreign = token(office.signed_in("budi").get("/petugas/akun").text)
    assert client.post("/petugas/keluar", data={"csrf_token": foreign}).status_code == 400


def test_signing_out_ends_every_copy_of_the_cookie(office, client):
    copy = office.app.test_client()
    for name in ("anjungan_petugas", "petugas_device"):
        copy.set_cookie(name, client.get_cookie(name, path="/petugas").value, path="/petugas")
    assert copy.get("/petugas/akun").status_code == 200
    answer = send(client, "/petugas/keluar", at="/petugas/akun")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/petugas/masuk")
    assert client.get("/petugas/akun").status_code == 303
    assert copy.get("/petugas/akun").headers["Location"].endswith("ended=elsewhere")
    assert office.audited()[-1][0] == "officer.signed_out"


@pytest.mark.parametrize(
    ("ended", "says"),
    [
        ("idle", "lama tidak dipakai"),
        ("shift", "setelah 12 jam"),
        ("device", "Perangkat atau peramban ini berubah"),
        ("elsewhere", "sudah diakhiri"),
    ],
)
def test_why_a_sign_in_ended_is_said(office, ended, says):
    client = office.app.test_client()
    assert says in well_formed(client.get("/petugas/masuk", query_string={"ended": ended}).text)


def test_a_made_up_reason_says_nothing(office):
    page = office.app.test_client().get("/petugas/masuk?ended=<script>").text
    assert "<script>" not in page
    assert "Sesi" not in page


def test_a_megabyte_as_a_name_password_or_code_is_refused_before_it_is_read(office):
    browser = office.app.test_client()
    assert sign_in(browser, "rina", "a" * 1_000_000).status_code == 413
    sign_in(browser)
    assert office.send_code(browser, "1" * 1_000_000).status_code == 413


# The first time


def _own_code(office, page):
    from kiosk.services import totp

    secret = re.search(r'class="mono key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    return totp.code_now(secret, office.clock.now())


def test_a_newcomer_is_led_through_everything_and_sees_nothing_before(office):
    office.officer("sari", must_change_password=True, totp_secret=None, totp_confirmed_at=None, pin_hash=None)
    browser = office.app.test_client()
    assert sign_in(browser, "sari").headers["Location"] == STEP_PASSWORD
    assert browser.get("/petugas/akun").headers["Location"] == STEP_PASSWORD
    assert browser.get(CODE).headers["Location"] == STEP_PASSWORD
    well_formed(browser.get(STEP_PASSWORD).text)

    answer = send(browser, STEP_PASSWORD, password="pendek", again="pendek")
    assert answer.status_code == 422
    assert "terlalu pendek" in well_formed(answer.text)
    assert send(browser, STEP_PASSWORD, password="teh manis sore", again="teh manis sore").status_code == 303

    assert browser.get("/petugas").headers["Location"] == STEP_CODES
    page = well_formed(browser.get(STEP_CODES).text)
    assert 'class="qr-code"' in page
    answer = send(browser, STEP_CODES, code="000000")
    assert answer.status_code == 422
    assert "Kode tidak cocok" in well_formed(answer.text)
    assert _own_code(office, answer.text) == _own_code(office, page)
    shown = send(browser, STEP_CODES, code=_own_code(office, page))
    codes = re.findall(r"<li>([A-Z2-7]{5}-[A-Z2-7]{5})</li>", shown.text)
    assert (shown.status_code, len(codes)) == (200, 10)

    assert browser.get("/petugas").headers["Location"] == STEP_PIN
    answer = send(browser, STEP_PIN, new_pin="123456", again="123456", nik=NIK)
    assert answer.status_code == 422
    assert "berurutan" in well_formed(answer.text)
    assert NIK not in answer.text
    assert send(browser, STEP_PIN, new_pin=PIN, again=PIN, nik=NIK).status_code == 303
    assert browser.get("/petugas/akun").status_code == 200
    for step in (CODE, STEP_PASSWORD, STEP_CODES, STEP_PIN):
        assert browser.get(step).headers["Location"] == "/petugas"

    again = office.app.test_client()
    assert sign_in(again, "sari", "teh manis sore").headers["Location"] == CODE
    assert office.send_code(again, codes[0]).status_code == 303


def test_the_secret_of_an_earlier_sign_in_is_not_shown_again(office):
    """A supervisor knows the temporary password: what he could read with it must not be what is confirmed."""
    office.officer("sari", totp_secret=None, totp_confirmed_at=None)
    first, second = office.app.test_client(), office.app.test_client()
    sign_in(first, "sari")
    seen = _own_code(office, first.get(STEP_CODES).text)
    sign_in(second, "sari")
    assert _own_code(office, second.get(STEP_CODES).text) != seen


def test_the_first_supervisor_makes_himself_with_the_link_of_the_console(tmp_path):
    office = an_office(tmp_path)
    with office.app.app_context():
        link = new_link(office.kiosk)
    browser = office.app.test_client()
    well_formed(browser.get(link).text)
    form = {"username": "bagus", "name": "Bagus <b>P", "password": PASSWORD, "again": PASSWORD}
    answer = send(browser, link, **form | {"again": "lain"})
    assert answer.status_code == 422
    assert "tidak sama" in well_formed(answer.text)
    assert "<b>P" not in answer.text
    assert send(browser, link, **form).headers["Location"] == STEP_CODES
    assert office.kept(Officer, 1).role is Role.SUPERVISOR
    stranger = office.app.test_client()
    assert stranger.get(link).status_code == 404
    page = stranger.get("/petugas/masuk").text
    assert stranger.post(link, data={"csrf_token": token(page)} | form).status_code == 404
    assert stranger.get("/petugas/mulai/x").status_code == 404
