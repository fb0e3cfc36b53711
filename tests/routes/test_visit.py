"""The visit on the screen: the whole way with htmx and without, and forms that come at the wrong moment."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from kiosk.domain.nik import masked_name
from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import Step, allowed_idle
from kiosk.models.visit import Visit
from kiosk.services import visit as visits
from tests.residents import SARI, YOUNG
from tests.routes.walk import WAY, finish_on_the_phone, visit_id, walk


def test_a_whole_visit_from_start_to_thanks(stand, browser):
    seen = [walk(browser, stand, step).step for step in WAY]
    assert tuple(seen) == WAY
    assert "Selamat, IKD Anda aktif" in browser.page.text
    assert masked_name(SARI.name) in browser.page.text
    browser.poll("/visit/paper?shown=printing")
    assert "Silakan ambil kertas Anda" in browser.page.text
    browser.press("/visit/thanks/rate", satisfaction="4")
    assert "Terima kasih atas penilaian Anda" in browser.page.text
    browser.press("/visit/finish")
    assert "Sentuh untuk mulai" in browser.page.text
    row = stand.one(sa.select(Visit))
    assert (row.step, row.end, row.satisfaction) == (Step.ENDED, "activated", 4)
    assert stand.personal() == {}


def test_what_is_asked_for_a_visit_that_has_ended_sets_no_cookie_back(stand, browser):
    walk(browser, stand, Step.CONSENT)
    sign_of_life = browser.fields("/visit/stay")
    cookie = browser.client.get_cookie("anjungan").value
    browser.press("/visit/leave")
    late = browser.client.application.test_client()
    late.set_cookie("anjungan", cookie)
    answers = (late.get("/scan?at=consent"), late.post("/visit/stay", data=sign_of_life))
    assert [answer.headers.get("Set-Cookie") for answer in answers] == [None, None]


def test_the_kiosk_notices_the_activation_at_the_next_poll(stand, browser):
    walk(browser, stand, Step.QR)
    shown = re.search(r'hx-get="(/visit/qr/state[^"]*)" hx-trigger="every', browser.page.html)
    assert shown, "the QR screen does not ask"
    finish_on_the_phone(browser, stand)
    assert browser.step == Step.THANKS


def test_english_by_one_touch_in_the_middle_and_indonesian_for_the_next(stand, browser):
    walk(browser, stand, Step.EMAIL)
    page = browser.press("/visit/language", language="en")
    assert page.step == Step.EMAIL
    assert all(main.get("lang") == "en" for main in page.root.all("main"))
    walk(browser, stand, Step.THANKS)
    assert stand.one(sa.select(Visit)).language == "en"
    assert all(main.get("lang") == "en" for main in browser.page.root.all("main"))
    page = browser.press("/visit/finish")
    assert [main.get("lang") for main in page.root.all("main")] == ["id"]
    assert "Sentuh untuk mulai" in page.text


@pytest.mark.parametrize("language", ["", "fr", "../../etc", "id\x00", "<b>"])
def test_a_language_that_nobody_offered_changes_nothing(stand, plain, language):
    walk(plain, stand, Step.CONSENT)
    page = plain.post("/visit/language", csrf_token=plain.token, language=language)
    assert page.step == Step.CONSENT
    assert stand.one(sa.select(Visit)).language == "id"


def test_the_way_over_the_store_and_back(stand, browser):
    walk(browser, stand, Step.CHOICE)
    assert browser.press("/visit/choose", choice="needs_app").step == Step.GET_APP
    assert browser.press("/visit/back").step == Step.CHOICE
    assert browser.press("/visit/choose", choice="needs_app").step == Step.GET_APP
    assert browser.press("/visit/choose", choice="has_app").step == Step.CONSENT


@pytest.mark.parametrize("reason", ["wants_person", "phone_unsuitable", "no_phone", "no_email"])
def test_who_cannot_or_will_not_gets_a_ticket_with_the_reason(stand, browser, reason):
    walk(browser, stand, Step.CHOICE)
    assert browser.press("/visit/choose", choice="cannot").step == Step.WANTS_PERSON
    page = browser.press("/visit/refer", reason=reason)
    assert page.step == Step.TICKET
    assert "A-001" in page.text
    assert "Loket 2" in page.text
    assert [one.reason for one in stand.tickets()] == [reason]


def test_declining_the_consent_is_no_dead_end(stand, browser):
    walk(browser, stand, Step.CONSENT)
    page = browser.press("/visit/refer", reason="no_consent")
    assert page.step == Step.TICKET
    assert stand.one(sa.select(Visit)).consent_at is None


def test_a_form_may_not_name_a_reason_that_only_the_server_knows(stand, plain):
    walk(plain, stand, Step.EMAIL)
    token = plain.token
    plain.post("/visit/refer", csrf_token=token, step="email", reason="register_deceased")
    assert [one.reason for one in stand.tickets()] == [ReferReason.WANTS_PERSON]


FORMS = ("back", "choose", "consent", "nik", "nik/confirm", "email", "phone", "contact/confirm", "refer",
         "qr/renew", "email/correct", "age", "face/again", "thanks/rate", "stay", "email/wrong")  # fmt: skip


@pytest.mark.parametrize("at", [Step.NIK, Step.QR])
def test_a_stale_form_shows_where_the_visit_is(stand, browser, at):
    """Forms from the consent screen, sent again from a second tab or after Back."""
    walk(browser, stand, at)
    fields = {"choice": "has_app", "nik": YOUNG.nik, "email": "x@y.example", "phone": "081299998888"}
    for path in FORMS:
        page = browser.post(
            f"/visit/{path}", csrf_token=browser.token, step="consent", reason="no_email", **fields
        )
        assert page.status == 204 or (page.status, page.step) == (200, at), path
        assert stand.one(sa.select(Visit)).step is at, path
    assert stand.tickets() == []


@pytest.mark.parametrize("step", ["", "nonsense", "QR", "ended", "\x00", "é" * 300])
def test_a_form_that_says_a_nonsense_step_changes_nothing(stand, browser, step):
    walk(browser, stand, Step.EMAIL)
    page = browser.post("/visit/email", csrf_token=browser.token, step=step, email="x@y.example")
    assert (page.status, page.step) == (200, Step.EMAIL)


def test_a_second_tab_shows_the_same_visit_and_its_old_form_does_no_harm(stand, plain):
    old = walk(plain, stand, Step.NIK)
    walk(plain, stand, Step.EMAIL)
    second = plain.open("/")
    assert second.step == Step.EMAIL
    assert plain.press("/visit/nik", page=old, nik=YOUNG.nik).step == Step.EMAIL
    assert stand.one(sa.select(Visit)).nik == SARI.nik


def test_back_in_the_browser_shows_where_the_visit_is(stand, browser):
    walk(browser, stand, Step.CONTACT_CHECK)
    page = browser.open("/")
    assert page.step == Step.CONTACT_CHECK
    assert page.answer.headers["Cache-Control"] == "no-store"


def test_a_double_tap_on_start_begins_one_visit(stand, browser):
    page = browser.page
    browser.press("/visit/start")
    browser.press("/visit/start", page=page)
    assert len(stand.all(sa.select(Visit))) == 1


def test_a_form_of_a_visit_that_is_over_shows_the_start(stand, browser):
    page = walk(browser, stand, Step.EMAIL)
    with stand.app.app_context():
        visits.leave(stand.kiosk, visit_id(browser))
    answer = browser.press("/visit/email", page=page, email=SARI.email)
    assert "Sentuh untuk mulai" in answer.text


def test_leaving_forgets_the_visit_and_the_cookie(stand, browser):
    walk(browser, stand, Step.CONTACT_CHECK)
    browser.press("/visit/leave")
    with browser.client.session_transaction() as session:
        assert "visit" not in session
    assert browser.open("/").step == ""
    assert browser.press("/visit/start").step == Step.CHOICE


def test_a_ticket_that_was_left_does_not_come_back_to_the_screen(stand, browser):
    walk(browser, stand, Step.EMAIL)
    browser.press("/visit/refer", reason="no_email")
    page = browser.press("/visit/finish")
    assert "Sentuh untuk mulai" in page.text
    assert browser.open("/").step == ""
    assert stand.one(sa.select(Visit)).step is Step.TICKET
    assert browser.press("/visit/start").step == Step.CHOICE
    assert len(stand.all(sa.select(Visit))) == 2


def test_a_ticket_whose_screen_was_never_left_gives_way_after_its_time(stand, browser):
    """The page ends it by itself; a browser that died and came back must not show a stranger's ticket."""
    walk(browser, stand, Step.EMAIL)
    browser.press("/visit/refer", reason="no_email")
    stand.clock.advance(allowed_idle(Step.TICKET).total_seconds() + 1)
    assert browser.open("/").step == ""
    assert stand.one(sa.select(Visit)).step is Step.TICKET


@pytest.mark.parametrize("at", [step for step in WAY if step is not Step.THANKS])
def test_an_idle_visit_is_off_the_screen_and_printed_nothing(stand, browser, at):
    walk(browser, stand, at)
    stand.clock.advance(allowed_idle(at).total_seconds() + 1)
    page = browser.open("/")
    assert page.step == ""
    assert not [secret for secret in SARI.secrets if secret in page.html]
    with stand.app.app_context():
        visits.end_abandoned(stand.kiosk)
    assert stand.personal() == {}
    assert stand.printer.sheets == ()


def test_polls_never_count_as_activity(stand, browser):
    walk(browser, stand, Step.QR)
    before = stand.row(visit_id(browser)).last_activity_at
    for path in ("/visit/qr/state", "/devices/bar", "/visit/paper", "/scan", "/camera/guidance"):
        stand.clock.advance(10)
        browser.poll(path)
    assert stand.row(visit_id(browser)).last_activity_at == before


def test_a_touch_keeps_the_visit_and_what_is_typed(stand, browser):
    walk(browser, stand, Step.EMAIL)
    stand.clock.advance(100)
    answer = browser.press("/visit/stay")
    assert answer.status == (204 if browser.htmx else 200)
    stand.clock.advance(100)
    assert browser.open("/").step == Step.EMAIL
