"""What the screen says when a visit does not simply go on: refusals, corrections, late mails, no paper."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa

from kiosk.domain.eligibility import RecordState
from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import HOLDS_CONTACT, Step
from kiosk.models.visit import Visit
from kiosk.services import outbox
from tests.residents import SARI, YOUNG
from tests.routes.client import Browser
from tests.routes.walk import WAY, visit_id, walk
from tests.services.scripted import MATCH, NO_MATCH

REFUSALS = {
    ReferReason.REGISTER_NOT_RECORDED: {"recorded": False, "photo": None},
    ReferReason.REGISTER_DECEASED: {"state": RecordState.DECEASED},
    ReferReason.REGISTER_INACTIVE: {"state": RecordState.INACTIVE},
    ReferReason.REGISTER_TOO_YOUNG: {"born": date(2012, 7, 15)},
    ReferReason.REGISTER_PHOTO_UNUSABLE: {"photo": None},
}


def _without_token(html: str) -> str:
    return re.sub(r'(name="csrf_token" value=")[^"]+', r"\1", html)


def test_every_refusal_of_the_register_is_the_same_answer_byte_for_byte(stand, browser):
    """Not found comes first, because the record that `enrol` has made is then only changed."""
    from kiosk.models.register import RegisterPerson
    from kiosk.services import audit

    with stand.app.app_context(), audit.verb(stand.kiosk) as session:
        session.execute(sa.delete(RegisterPerson))
    bodies, heads, tickets = set(), set(), set()
    for reason in (ReferReason.REGISTER_NOT_FOUND, *REFUSALS):
        if reason in REFUSALS:
            stand.enrol(**REFUSALS[reason])
        walk(browser, stand, Step.NIK_CHECK)
        page = browser.press("/visit/nik/confirm")
        assert page.step == Step.REGISTER_REFUSED
        bodies.add(_without_token(page.html))
        heads.add(str(sorted((k, v) for k, v in page.answer.headers if k not in ("Set-Cookie", "Date"))))
        page = browser.press("/visit/refer")
        tickets.add(re.sub(r"A-\d{3}", "A-", _without_token(page.html)))
        assert stand.tickets()[-1].reason is reason
        browser.press("/visit/finish")
    assert len(bodies) == len(heads) == len(tickets) == 1
    assert len(set(stand.clock.waited_until)) == 6


def test_the_paper_of_every_refusal_is_the_same_but_for_number_and_code(stand, plain):
    sizes = set()
    for record in REFUSALS.values():
        stand.enrol(**record)
        walk(plain, stand, Step.NIK_CHECK)
        plain.press("/visit/nik/confirm")
        plain.press("/visit/refer")
        plain.press("/visit/finish")
        from io import BytesIO

        from PIL import Image

        sizes.add(Image.open(BytesIO(stand.printer.sheets[-1].png)).size)
    assert len(sizes) == 1


def test_a_refused_nik_can_be_corrected(stand, browser):
    stand.enrol(state=RecordState.INACTIVE)
    walk(browser, stand, Step.NIK_CHECK)
    browser.press("/visit/nik/confirm")
    assert browser.press("/visit/back").step == Step.NIK
    stand.enrol()
    browser.press("/visit/nik", nik=SARI.nik)
    assert browser.press("/visit/nik/confirm").step == Step.EMAIL


@pytest.mark.parametrize(
    ("action", "given", "step", "reason"),
    [
        ("/visit/age", {"answer": "too_young"}, Step.NOT_YET_17, None),
        ("/visit/refer", {"reason": "nik_date_wrong"}, Step.TICKET, ReferReason.NIK_DATE_WRONG),
        ("/visit/refer", {"reason": "married_under_17"}, Step.TICKET, ReferReason.MARRIED_UNDER_17),
    ],
)
def test_under_17_by_the_date_is_asked_and_has_three_answers(stand, browser, action, given, step, reason):
    walk(browser, stand, Step.UNDERAGE, YOUNG)
    assert browser.press(action, **given).step == step
    assert [one.reason for one in stand.tickets()] == ([reason] if reason else [])


def test_nothing_of_the_register_is_shown_before_the_match(stand, browser):
    for step in WAY[: WAY.index(Step.QR)]:
        page = walk(browser, stand, step)
        for word in SARI.name.split():
            assert word not in page.html
            assert word[:2] + "•" not in page.html


def test_already_active_is_said_only_after_the_match(stand, browser):
    stand.make_active_elsewhere()
    stand.face.compared = NO_MATCH
    walk(browser, stand, Step.FACE_AGAIN)
    assert "HP lain" not in browser.page.text
    stand.face.compared = MATCH
    stand.clock.advance(20)
    browser.press("/visit/face/again")
    page = walk(browser, stand, Step.ALREADY_ACTIVE)
    assert "IKD Anda sudah aktif di HP lain" in page.text
    browser.press("/visit/refer")
    assert [one.reason for one in stand.tickets()] == [ReferReason.ALREADY_ACTIVE]


@pytest.mark.parametrize("typed", ["", "12", "9773015507900001", "32730155O7900001", "3" * 500])
def test_a_wrong_nik_is_said_beside_its_field_and_stays_typed(stand, browser, typed):
    walk(browser, stand, Step.NIK)
    page = browser.press("/visit/nik", nik=typed)
    assert (page.status, page.step) == (422, Step.NIK)
    (field,) = [node for node in page.root.all("input") if node.get("name") == "nik"]
    assert field.get("aria-invalid") == "true"
    assert field.get("value") == typed[:40]
    assert next(n.text for n in page.root.all("p") if n.get("id") == "nik-error")


def test_the_keypad_request_says_what_is_wrong_while_it_is_typed(stand, browser):
    walk(browser, stand, Step.NIK)
    token = browser.token
    for typed, said in (
        ("3273", "3273"),
        ("99", "rovinsi"),
        ("3273019907", ""),
        (SARI.nik, "Sudah 16 angka"),
    ):
        answer = browser.post("/visit/nik/check", holds_nik=True, csrf_token=token, step="nik", nik=typed)
        assert answer.status == 200
        assert said in answer.text
        assert answer.text
    assert stand.one(sa.select(Visit)).nik is None


def test_a_likely_slip_in_the_address_is_offered(stand, browser):
    walk(browser, stand, Step.EMAIL)
    answer = browser.post("/visit/email/check", csrf_token=browser.token, step="email", email="a@gmial.com")
    assert "a@gmail.com" in answer.text


def test_the_address_can_be_corrected_once_from_the_qr(stand, browser):
    walk(browser, stand, Step.QR)
    assert browser.press("/visit/email/wrong").step == Step.EMAIL_FIX
    page = browser.press("/visit/email/correct", email="benar@contoh")
    assert (page.status, page.step) == (422, Step.EMAIL_FIX)
    stand.clock.advance(1)
    assert browser.press("/visit/email/correct", email="benar@contoh.example").step == Step.QR
    assert "b•••@contoh.example" in browser.page.text
    assert not [form for form in browser.page.root.all("form") if form.get("action") == "/visit/email/wrong"]
    assert walk(browser, stand, Step.THANKS)


def test_an_expired_qr_is_said_and_renewed_until_a_person_helps(stand, browser):
    walk(browser, stand, Step.QR)
    for _ in range(3):
        stand.clock.advance(stand.kiosk.settings.qr_seconds)
        browser.poll("/visit/qr/state")
        assert "Waktu kode ini sudah habis" in browser.page.text
        browser.press("/visit/qr/renew")
        assert "Berlaku" in browser.page.text
    stand.clock.advance(stand.kiosk.settings.qr_seconds)
    browser.poll("/visit/qr/state")
    assert browser.press("/visit/refer").step == Step.TICKET


def test_a_mail_that_is_late_is_said_and_then_not_any_more(stand, browser):
    stand.mail.down = True
    page = walk(browser, stand, Step.QR)
    assert "tersendat" in page.text
    stand.mail.down = False
    stand.clock.advance(outbox.BACK_OFF_SECONDS[0])
    with stand.app.app_context():
        outbox.deliver_due(stand.kiosk)
    browser.poll("/visit/qr/state?shown=something-else")
    assert "tersendat" not in browser.page.text
    assert walk(browser, stand, Step.THANKS)


def test_a_poll_that_knows_what_is_shown_is_told_nothing(stand, browser):
    walk(browser, stand, Step.QR)
    polls = re.findall(r'hx-get="(/visit/qr/state[^"]*)"', browser.page.html)
    assert browser.poll(polls[-1].replace("&amp;", "&")).status == 204


@pytest.mark.parametrize("trouble", ["paper_out", "unplugged"])
def test_a_printer_out_of_paper_is_said_and_the_visit_goes_on(stand, browser, trouble):
    setattr(stand.printer.controls, trouble, True)
    walk(browser, stand, Step.THANKS)
    browser.poll("/visit/paper?shown=printing")
    assert "Kertas tidak tercetak" in browser.page.text
    browser.press("/visit/finish")
    walk(browser, stand, Step.EMAIL)
    page = browser.press("/visit/refer", reason="no_email")
    assert 'hx-get="/visit/paper?shown=printing"' in page.html, "the screen asks what became of the sheet"
    browser.poll("/visit/paper?shown=printing")
    assert "Kertas tidak tercetak" in browser.page.text
    assert "A-001" in browser.page.text
    assert browser.poll("/visit/paper?shown=failed").status == 204


def test_an_unproven_sheet_is_said_to_be_one(stand, browser):
    walk(browser, stand, Step.THANKS)
    with stand.app.app_context():
        from kiosk.services import audit

        with audit.verb(stand.kiosk) as session:
            session.get_one(Visit, visit_id(browser)).paper = "unproven"
    browser.poll("/visit/paper")
    assert "Bila tidak keluar, silakan foto layar ini" in browser.page.text


@pytest.mark.parametrize("satisfaction", ["0", "5", "-1", "4.0", "", "x", "４"])
def test_a_rating_that_is_none_is_ignored(stand, plain, satisfaction):
    walk(plain, stand, Step.THANKS)
    page = plain.post("/visit/thanks/rate", csrf_token=plain.token, step="thanks", satisfaction=satisfaction)
    assert page.step == Step.THANKS
    assert stand.one(sa.select(Visit)).satisfaction is None


def test_the_logs_of_a_whole_visit_name_nobody(stand, browser, caplog):
    caplog.set_level("DEBUG")
    stand.mail.down = True
    stand.printer.controls.paper_out = True
    walk(browser, stand, Step.QR)
    stand.mail.down = False
    stand.clock.advance(5)
    with stand.app.app_context():
        outbox.deliver_due(stand.kiosk)
    walk(browser, stand, Step.THANKS)
    browser.press("/visit/finish")
    lines = [record.getMessage() for record in caplog.records if not record.name.startswith("PIL")]
    assert lines
    assert not [line for line in lines if any(secret in line for secret in SARI.secrets)]


def test_no_address_of_the_whole_way_holds_anything_personal(stand, browser):
    for step in WAY:
        page = walk(browser, stand, step)
        for node in page.root.all():
            for name in ("href", "src", "action", "hx-get", "hx-post"):
                assert not [secret for secret in SARI.secrets if secret in node.get(name)]
    assert HOLDS_CONTACT


def test_the_cookie_holds_an_id_and_nothing_personal(stand, browser):
    walk(browser, stand, Step.QR)
    with browser.client.session_transaction() as session:
        assert set(session) <= {"visit", "language", "csrf_token"}
    row = stand.one(sa.select(Visit))
    assert len(row.id) >= 20


def test_a_cookie_that_was_tampered_with_is_no_visit(stand):
    browser = Browser(stand.app, htmx=False)
    walk(browser, stand, Step.EMAIL)
    browser.client.set_cookie("anjungan", "eyJ2aXNpdCI6IngifQ.aaaa.bbbb")
    assert browser.open("/").step == ""
