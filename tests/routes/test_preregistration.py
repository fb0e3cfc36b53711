"""The page on the phone before the visit, and what its code does at the kiosk's screens."""

from __future__ import annotations

import re
from html import unescape

import pytest
import sqlalchemy as sa

from kiosk.domain.preregistration import FROM_ONE_SENDER
from kiosk.domain.visit import Step
from kiosk.models.preregistration import Preregistration
from kiosk.services import codes
from kiosk.services.codes import Kind, read
from tests.residents import SARI, YOUNG
from tests.routes.test_scan import hold
from tests.routes.walk import follow, visit_id, walk

FIELDS = {"nik": SARI.nik, "email": SARI.email, "phone": SARI.phone}


@pytest.fixture
def phone(stand):
    """A phone's browser without a script."""
    return stand.app.test_client()


class OnPhone:
    """An answer as the phone shows it. Its forms carry no token, so the kiosk's `Page` is too strict."""

    def __init__(self, answer):
        self.answer, self.status, self.html = answer, answer.status_code, answer.text
        words = re.sub(r"<[^>]+>", " ", self.html)
        self.text = " ".join(unescape(words).split())

    def field(self, name):
        """The attributes of an input, as its tag stands there."""
        return re.search(rf'<input[^>]* name="{name}"[^>]*>', self.html)[0]


def look(phone, path):
    """Open an address on the phone."""
    return OnPhone(phone.get(path))


def send(device, **changed):
    """Send the form."""
    return OnPhone(device.post("/daftar", data={**FIELDS, **changed}))


def get_code(device, **changed):
    """Enter everything, confirm it, and return the code that the phone then shows."""
    answer = send(device, langkah="simpan", **changed)
    assert answer.status == 303
    return answer.answer.headers["Location"].rpartition("/")[2]


def test_form_read_back_and_code_hold_the_right_words_and_no_more(stand, phone):
    form = look(phone, "/daftar")
    assert "paling lama 2 jam" in form.text
    check = send(phone)
    for shown in ("3273", SARI.email.partition("@")[0], "Sudah benar semuanya?"):
        assert shown in check.text
    assert stand.all(sa.select(Preregistration)) == [], "read back, not yet kept"
    code = get_code(phone)
    own = read(stand.kiosk.keys, code)
    assert own is not None
    assert own.kind is Kind.PREREGISTRATION
    page = look(phone, f"/daftar/{code}")
    assert "Berlaku 120 menit lagi" in page.text
    assert 'viewBox="0 0' in page.html
    assert not [secret for secret in SARI.secrets if secret in page.html]
    for answer in (form, check, page):
        assert answer.answer.headers["Cache-Control"] == "no-store"
        assert answer.answer.headers["Referrer-Policy"] == "no-referrer"


def test_slips_stand_beside_their_fields_and_what_was_typed_stays(phone):
    page = send(phone, nik="3273", phone="12")
    assert page.status == 422
    assert [name for name in FIELDS if "aria-invalid" in page.field(name)] == ["nik", "phone"]
    assert 'value="3273"' in page.field("nik")
    assert f'value="{SARI.email}"' in page.field("email")
    assert f'value="{SARI.nik}"' in send(phone, langkah="ubah").field("nik")


def test_no_answer_tells_whether_the_register_knows_a_nik(stand, phone):
    def shape(nik):
        answer = send(phone, nik=nik)
        return answer.status, re.sub(r"\d", "", answer.html)

    assert shape(SARI.nik) == shape("3273015507900009")


def test_english_goes_from_the_phone_to_the_kiosk(stand, phone, browser):
    page = look(phone, "/daftar?bahasa=en")
    assert "while you wait" in page.text
    hold(stand, get_code(phone, bahasa="en"))
    browser.poll("/scan?at=&mark=")
    assert "The details from your phone are ready" in browser.page.text


def test_a_stranger_who_sends_much_is_turned_away_kindly(phone):
    for _ in range(FROM_ONE_SENDER):
        get_code(phone)
    answer = send(phone, langkah="simpan")
    assert answer.status == 429
    assert "sangat ramai" in answer.text
    assert phone.post("/daftar", data={"nik": "3" * 5000}).status_code == 413


@pytest.mark.parametrize("code", ["x", "P.AAAAAAAAAAAA.BBBBBBBBBBBBBBBB", "é" * 60])
def test_an_unknown_code_has_no_page(phone, code):
    page = look(phone, f"/daftar/{code}")
    assert page.status == 404
    assert "tidak kami kenal" in page.text


def test_its_owner_erases_it_and_the_kiosk_says_so(stand, phone, browser):
    code = get_code(phone)
    assert "Tampilkan kode" in look(phone, "/daftar").text
    assert phone.post(f"/daftar/{code}/hapus").status_code == 303
    assert look(phone, f"/daftar/{code}").status == 410
    assert "Tampilkan kode" not in look(phone, "/daftar").text
    hold(stand, code)
    assert "sudah dipakai atau dihapus" in browser.poll("/scan?at=&mark=").text


def test_at_the_kiosk_nothing_is_typed_and_most_of_it_is_covered(stand, phone, browser):
    hold(stand, get_code(phone))
    assert browser.poll("/scan?at=&mark=").step == Step.CHOICE
    browser.press("/visit/choose", choice="has_app")
    assert "Data dari HP Anda sudah siap" in browser.page.text
    browser.press("/visit/consent")
    assert browser.step == Step.NIK_CHECK
    assert "3273 •••• •••• ••" in browser.page.text
    browser.press("/visit/nik/confirm")
    assert browser.step == Step.CONTACT_CHECK
    assert not [secret for secret in SARI.secrets if secret in browser.page.html]
    browser.press("/visit/back")
    assert browser.step == Step.EMAIL
    assert SARI.email not in browser.page.html
    browser.press("/visit/email", email="baru@contoh.example")
    browser.press("/visit/phone", phone=SARI.phone)
    assert "baru" in browser.page.text
    browser.press("/visit/contact/confirm")
    follow(browser, stand)
    assert browser.step == Step.QR


def test_at_the_nik_it_fills_in_and_later_it_is_only_a_note(stand, phone, browser):
    walk(browser, stand, Step.NIK)
    hold(stand, get_code(phone))
    assert browser.poll("/scan?at=nik").step == Step.NIK_CHECK
    stand.clock.advance(2)
    code = get_code(phone)
    hold(stand, code)
    note = browser.poll("/scan?at=nik_check")
    assert note.answer.headers["HX-Retarget"] == "#scan-note"
    assert "tetap berlaku" in note.text
    assert browser.step == Step.NIK_CHECK
    assert look(phone, f"/daftar/{code}").status == 200


@pytest.mark.parametrize("text", ["3273015507900001", "x" * 10_000, "\x1b[2J", "https://lain.example/?q=1"])
def test_in_the_middle_of_a_visit_a_foreign_code_changes_and_repeats_nothing(stand, browser, text):
    walk(browser, stand, Step.EMAIL)
    before = values_of(stand, browser)
    hold(stand, text)
    answer = browser.poll("/scan?at=email")
    if answer.status == 200:
        assert "bukan dari anjungan kami" in answer.text
        assert text not in answer.html
    assert (browser.step, values_of(stand, browser)) == (Step.EMAIL, before)


def values_of(stand, browser):
    """The visit's row, as values."""
    row = stand.row(visit_id(browser))
    return {key: value for key, value in vars(row).items() if not key.startswith("_")}


def test_the_kiosks_own_qr_is_said_to_be_for_the_phone(stand, browser):
    walk(browser, stand, Step.QR)
    hold(stand, f"{stand.kiosk.settings.public_url}/a/A.X.Y")
    assert "untuk kamera HP Anda" in browser.poll("/scan?at=qr").text
    assert browser.poll("/scan/note").text == ""


def test_a_paused_visit_comes_back_by_its_ticket_and_shows_nothing_in_clear(stand, browser):
    walk(browser, stand, Step.CONTACT_CHECK)
    browser.press("/visit/pause")
    assert browser.step == Step.PAUSED
    key = stand.row(visit_id(browser)).pause_key
    browser.press("/visit/finish")
    assert browser.step == ""
    hold(stand, codes.write(stand.kiosk.keys, Kind.PAUSE, key))
    assert browser.poll("/scan?at=&mark=").step == Step.NIK_CHECK
    browser.press("/visit/nik/confirm")
    assert browser.step == Step.CONTACT_CHECK
    assert not [secret for secret in SARI.secrets if secret in browser.page.html]


def test_a_resident_whose_ticket_was_not_printed_can_end_it_there_and_nothing_is_kept(stand, browser):
    stand.printer.controls.paper_out = True
    walk(browser, stand, Step.EMAIL)
    browser.press("/visit/pause")
    browser.open("/")
    assert "Akhiri, hapus data saya" in browser.page.text
    paused = visit_id(browser)
    browser.press("/visit/leave")
    assert (browser.step, stand.row(paused).step, stand.row(paused).nik) == ("", Step.ENDED, None)


def test_a_paused_screen_that_goes_while_its_ticket_is_read_keeps_the_visit_and_shows_it(stand, browser):
    walk(browser, stand, Step.EMAIL)
    browser.press("/visit/pause")
    stale = browser.page
    hold(stand, codes.write(stand.kiosk.keys, Kind.PAUSE, stand.row(visit_id(browser)).pause_key))
    browser.poll("/scan?at=paused")
    assert browser.press("/visit/leave", page=stale).step == Step.NIK_CHECK


def test_a_closed_terminal_begins_nothing_by_a_code(stand, phone, browser):
    from kiosk.services import technician

    code = get_code(phone)
    with stand.app.app_context():
        officer = stand.officer()
        technician.close(stand.kiosk, officer, stand.kiosk.settings.terminal, "Anjungan sedang diperbaiki.")
    browser.open("/")
    mark = re.search(r"mark=(\w+)", browser.page.html)
    hold(stand, code)
    assert "Kode Anda tetap berlaku" in browser.poll(f"/scan?at=&mark={mark[1]}").text


def test_another_site_cannot_put_its_own_code_on_a_phone(stand, phone):
    for site in ("cross-site", "same-site", "none"):
        answer = phone.post("/daftar", data={**FIELDS, "langkah": "simpan"}, headers={"Sec-Fetch-Site": site})
        assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (403, [])
        assert SARI.nik not in answer.text
    assert stand.all(sa.select(Preregistration)) == []
    own = {"Sec-Fetch-Site": "same-origin"}
    assert phone.post("/daftar", data={**FIELDS, "langkah": "simpan"}, headers=own).status_code == 303


def test_two_of_one_family_on_one_phone_keep_their_codes(phone):
    first = get_code(phone)
    second = get_code(phone, nik=YOUNG.nik)
    assert [phone.get(f"/daftar/{code}").status_code for code in (first, second)] == [200, 200]
    get_code(phone, nik=YOUNG.nik)
    assert [phone.get(f"/daftar/{code}").status_code for code in (first, second)] == [200, 410]
