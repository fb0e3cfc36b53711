"""The call and the officer's help at the kiosk, with htmx and without, and by people who mean harm."""

from __future__ import annotations

import logging

import pytest

from kiosk.domain.help import HELP_REASONS
from kiosk.domain.roles import Role
from kiosk.domain.visit import Step
from kiosk.services import badge, help_call, technician, terminal_state
from kiosk.services import help as helps
from tests.officers import PIN, Office
from tests.residents import SARI
from tests.routes.client import Browser
from tests.routes.test_scan import hold
from tests.routes.walk import visit_id, walk

CALLED = "Petugas dipanggil. Silakan tunggu, Anda boleh melanjutkan."
COMING = "Petugas sedang menuju ke sini."


@pytest.fixture
def rina(stand):
    return Office(stand.app, stand.clock).officer("rina")


@pytest.fixture
def htmx(stand):
    return Browser(stand.app, htmx=True)


def _show_badge(stand, officer):
    with stand.app.app_context():
        hold(stand, badge.make(stand.kiosk, officer))


def _arrive(stand, browser, officer):
    _show_badge(stand, officer)
    return browser.poll("/help/badge")


def _open_desk(stand, browser, officer):
    _arrive(stand, browser, officer)
    return browser.press("/help/pin", pin=PIN)


def _answer(stand, officer):
    with stand.app.app_context():
        (call,) = help_call.open_calls(stand.kiosk)
        help_call.answer(stand.kiosk, officer, call.id)


# The call


@pytest.mark.parametrize("step", ["", Step.CHOICE, Step.NIK, Step.FACE, Step.THANKS])
def test_every_screen_has_the_one_way_to_call_somebody(stand, browser, step):
    walk(browser, stand, step)
    assert browser.page.form("/help/call").text == "Panggil petugas"


def test_calling_keeps_what_is_typed_and_says_that_somebody_was_called(stand, htmx, rina):
    walk(htmx, stand, Step.NIK)
    part = htmx.press("/help/call")
    assert (part.step, part.text) == ("", CALLED)
    assert "HX-Retarget" not in part.answer.headers
    assert htmx.poll("/help/state?shown=called").status == 204
    _answer(stand, rina)
    assert htmx.poll("/help/state?shown=called").text == COMING
    assert htmx.poll("/help/state?shown=coming").status == 204


def test_without_a_script_the_screen_says_it_and_stays_where_it_is(stand, plain):
    walk(plain, stand, Step.NIK)
    page = plain.press("/help/call")
    assert page.step == Step.NIK
    assert CALLED in page.text


def test_the_next_resident_does_not_see_the_last_ones_call(stand, browser):
    walk(browser, stand, Step.NIK)
    browser.press("/help/call")
    browser.press("/visit/leave")
    assert CALLED not in browser.page.text
    assert browser.page.form("/help/call")


def test_a_call_posted_by_another_site_is_no_call(stand, plain):
    plain.post("/help/call")
    with stand.app.app_context():
        assert help_call.open_calls(stand.kiosk) == []


def test_the_sentences_speak_the_residents_language(stand, browser):
    walk(browser, stand, Step.CHOICE)
    browser.press("/visit/language", language="en")
    assert browser.page.form("/help/call").text == "Call an officer"


# The badge


def test_a_badge_asks_for_the_pin_at_any_step_and_shows_no_resident(stand, htmx, rina):
    walk(htmx, stand, Step.CONTACT_CHECK)
    page = _arrive(stand, htmx, rina)
    assert page.form("/help/pin")
    assert "Rina" in page.text
    assert [secret for secret in SARI.secrets if secret in page.html] == []
    desk = htmx.press("/help/pin", pin=PIN)
    assert "Memeriksa email dan nomor HP" in desk.text
    assert [secret for secret in SARI.secrets if secret in desk.html] == []
    assert htmx.press("/help/go-on").step == Step.CONTACT_CHECK


def test_the_start_screen_does_not_take_a_badge_for_a_foreign_code(stand, htmx, rina):
    _show_badge(stand, rina)
    assert htmx.poll("/scan?mark=").status == 204
    assert htmx.poll("/help/badge").form("/help/pin")


def test_a_ticket_is_left_to_the_start_screen(stand, htmx):
    hold(stand, "T.AAAAAAAAAAAA.BBBBBBBBBBBBBBBB")
    assert htmx.poll("/help/badge").status == 204
    assert "bukan dari anjungan kami" in htmx.poll("/scan?mark=").text


def test_a_badge_that_does_not_count_is_said_in_the_bar_and_disturbs_nobody(stand, htmx):
    walk(htmx, stand, Step.NIK)
    hold(stand, "B.AAAAAAAAAAAA.BBBBBBBBBBBBBBBB")
    part = htmx.poll("/help/badge")
    assert part.answer.headers["HX-Retarget"] == "#help"
    assert part.text == "Lencana ini tidak berlaku."
    assert htmx.poll("/help/state").text == "Panggil petugas"


def test_a_badge_that_was_held_long_ago_is_dropped(stand, htmx, rina):
    _show_badge(stand, rina)
    stand.clock.advance(5)
    assert htmx.poll("/help/badge").status == 204


def test_a_wrong_pin_is_said_beside_the_field_and_the_sixth_is_told_to_wait(stand, htmx, rina):
    _arrive(stand, htmx, rina)
    for _ in range(5):
        page = htmx.press("/help/pin", pin="000000")
        assert (page.status, "PIN belum cocok" in page.text) == (422, True)
    locked = htmx.press("/help/pin", pin=PIN)
    assert locked.status == 422
    assert "Coba lagi setelah pukul 09.00.30" in locked.text
    assert "000000" not in locked.html


def test_without_a_badge_no_form_does_anything(stand, htmx):
    walk(htmx, stand, Step.NIK)
    for action in ("go-on", "leave", "back", "ticket", "end", "print", "close", "open", "pin"):
        fields = {"pin": PIN, "from": "nik", "reason": "sent_by_officer", "message": "x"}
        assert htmx.post(f"/help/{action}", csrf_token=htmx.token, **fields).step == Step.NIK
    with stand.app.app_context():
        assert terminal_state.closed_message(stand.kiosk) is None
    assert stand.tickets() == []
    assert not stand.printer.sheets


def test_another_browser_does_not_get_the_officers_desk(stand, htmx, rina):
    _open_desk(stand, htmx, rina)
    other = Browser(stand.app, htmx=True)
    other.post("/help/print", csrf_token=other.token)
    assert not stand.printer.sheets


# The desk


def test_one_step_back_stays_at_the_desk_until_the_officer_hands_over(stand, htmx, rina):
    walk(htmx, stand, Step.NIK)
    _open_desk(stand, htmx, rina)
    desk = htmx.press("/help/back")
    assert "Membaca persetujuan" in desk.text
    assert htmx.press("/help/go-on").step == Step.CONSENT


def test_a_ticket_with_the_officers_reason(stand, htmx, rina):
    walk(htmx, stand, Step.EMAIL)
    _open_desk(stand, htmx, rina)
    assert len(list(htmx.page.form("/help/ticket").all("button"))) == len(HELP_REASONS)
    page = htmx.press("/help/ticket", reason="no_email")
    assert page.step == Step.TICKET
    assert stand.tickets()[0].reason == "no_email"


@pytest.mark.parametrize("reason", ["face_not_matched", "", "made up"])
def test_a_forged_reason_gives_no_ticket(stand, htmx, rina, reason):
    walk(htmx, stand, Step.EMAIL)
    _open_desk(stand, htmx, rina)
    htmx.post("/help/ticket", csrf_token=htmx.token, **{"from": "email"}, reason=reason)
    assert stand.tickets() == []


def test_ending_the_visit_leaves_nothing_in_the_browser(stand, htmx, rina):
    walk(htmx, stand, Step.EMAIL)
    ended = visit_id(htmx)
    _open_desk(stand, htmx, rina)
    page = htmx.press("/help/end")
    assert page.form("/visit/start")
    assert stand.row(ended).step is Step.ENDED
    with htmx.client.session_transaction() as session:
        assert set(session) <= {"csrf_token"}


def test_the_test_page_and_what_became_of_it(stand, htmx, rina):
    stand.printer.open()
    _open_desk(stand, htmx, rina)
    assert "Tercetak." in htmx.press("/help/print").text
    stand.printer.controls.paper_out = True
    assert "Tidak tercetak. Kertas habis; pasang gulungan baru." in htmx.press("/help/print").text


def test_a_technician_sees_the_machine_and_no_button_for_the_visit(stand, htmx):
    tono = Office(stand.app, stand.clock).officer("tono", Role.TECHNICIAN)
    walk(htmx, stand, Step.NIK)
    desk = _open_desk(stand, htmx, tono)
    actions = {form.get("action") for form in desk.root.all("form")}
    assert actions & {"/help/back", "/help/ticket", "/help/end"} == set()
    assert {"/help/print", "/help/close", "/help/go-on"} <= actions


def test_the_desk_closes_itself_and_the_visit_comes_back(stand, htmx, rina):
    walk(htmx, stand, Step.NIK)
    _open_desk(stand, htmx, rina)
    with stand.app.app_context():
        for _ in range(31):
            stand.clock.advance(2)
            helps.watch_over(stand.kiosk)
    assert htmx.poll("/help/badge").step == Step.NIK
    assert htmx.poll("/help/badge").status == 204


def test_the_desk_speaks_the_offices_language_whatever_the_resident_chose(stand, htmx, rina):
    walk(htmx, stand, Step.NIK)
    htmx.press("/visit/language", language="en")
    desk = _open_desk(stand, htmx, rina)
    assert "Lanjutkan bersama warga" in desk.text
    closed = htmx.press("/help/close", message="Printer sedang diperbaiki.")
    assert "Buka kembali anjungan" in closed.text
    assert [main.get("lang") for main in htmx.press("/help/go-on").root.all("main")] == ["en"]


# Out of service


def _close(stand, message):
    with stand.app.app_context():
        terminal_state.beat(stand.kiosk)
        officer = Office(stand.app, stand.clock).officer("budi", pin_hash=None)
        assert technician.close(stand.kiosk, officer, "A1", message) is None


def test_a_closed_terminal_says_why_and_where_to_go_and_begins_nothing(stand, browser):
    start = browser.page
    _close(stand, "100 % <script>alert(1)</script> {{ 7*7 }}")
    page = browser.press("/visit/start", page=start)
    assert page.step == ""
    assert "100 % <script>alert(1)</script> {{ 7*7 }}" in page.text
    assert "<script>alert" not in page.html
    assert "Silakan ke Loket 2" in page.text
    assert "/visit/start" not in page.html
    assert page.form("/help/call")


def test_one_of_our_own_sentences_is_said_in_the_residents_language(stand, browser):
    _close(stand, "Anjungan sedang diperbaiki.")
    assert "This kiosk is being repaired." in browser.press("/visit/language", language="en").text


def test_the_start_screen_notices_by_itself_that_it_was_closed_and_opened(stand, htmx):
    assert htmx.poll("/scan?mark=").status == 204
    _close(stand, "Sebentar")
    closed = htmx.poll("/scan?mark=")
    assert "Sebentar" in closed.text
    (poll,) = [node.get("hx-get") for node in closed.root.all() if node.get("hx-get").startswith("/scan")]
    assert htmx.poll(poll).status == 204
    with stand.app.app_context():
        rina = Office(stand.app, stand.clock).officer("rina", pin_hash=None)
        technician.reopen(stand.kiosk, rina, "A1")
    assert htmx.poll(poll).form("/visit/start")


def test_a_visit_that_runs_may_finish(stand, browser):
    walk(browser, stand, Step.NIK)
    _close(stand, "Sebentar")
    assert walk(browser, stand, Step.THANKS)
    assert "Sebentar" in browser.press("/visit/finish").text


def test_nothing_personal_and_no_secret_reaches_the_log(stand, htmx, rina, caplog):
    caplog.set_level(logging.DEBUG)
    walk(htmx, stand, Step.EMAIL)
    htmx.press("/help/call")
    _open_desk(stand, htmx, rina)
    htmx.press("/help/go-on")
    assert [word for word in (*SARI.secrets, PIN, "Rina") if word in caplog.text] == []
