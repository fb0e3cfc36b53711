"""Codes held before the start screen's scanner."""

from __future__ import annotations

import pytest

from kiosk.domain.visit import Step
from kiosk.models.officer import Officer
from kiosk.services import audit, codes, queue, scan_test
from kiosk.services.codes import Kind
from tests.residents import SARI
from tests.routes.walk import walk


def hold(stand, text):
    """Hold a code before the reader."""
    stand.kiosk.devices.scanner._feed.take(text, "qr")


def ticket_code(stand):
    return codes.write(stand.kiosk.keys, Kind.TICKET, stand.tickets()[-1].id)


def test_a_ticket_shows_its_state_and_nothing_about_whose_it_is(stand, browser):
    walk(browser, stand, Step.EMAIL)
    browser.press("/visit/refer", reason="no_email")
    browser.press("/visit/finish")
    hold(stand, ticket_code(stand))
    page = browser.poll("/scan")
    assert "Tiket A-001 masih menunggu" in page.text
    assert not [secret for secret in SARI.secrets if secret in page.html]
    assert "email" not in page.text.lower()


def test_a_ticket_says_how_many_are_ahead_and_where_it_is_called(stand, browser):
    for _ in range(2):
        browser.press("/visit/start")
        browser.press("/visit/choose", choice="cannot")
        browser.press("/visit/refer", reason="wants_person")
        browser.press("/visit/finish")

    def scanned():
        hold(stand, ticket_code(stand))
        stand.clock.advance(2)
        return browser.poll("/scan").text

    assert "Masih 1 orang di depan Anda" in scanned()
    officer = Officer(username="rina", display_name="Rina", password_hash="-", created_at=stand.clock.now())
    with stand.app.app_context():
        with audit.verb(stand.kiosk) as session:
            session.add(officer)
        first = queue.call_next(stand.kiosk, officer, "Loket 3")
        assert "Anda berikutnya" in scanned()
        queue.finish(stand.kiosk, officer, first.id)
        second = queue.call_next(stand.kiosk, officer, "Loket 3")
        shown = scanned()
        assert "Nomor A-002 sedang dipanggil" in shown
        assert "Silakan ke Loket 3 sekarang." in shown
        queue.skip(stand.kiosk, officer, second.id)
        assert "Nomor A-002 tadi sudah dipanggil" in scanned()


def test_a_receipt_shows_that_the_activation_is_done(stand, browser):
    walk(browser, stand, Step.THANKS)
    from kiosk.models.visit import Visit

    import sqlalchemy as sa  # isort: skip

    reference = stand.one(sa.select(Visit)).reference
    browser.press("/visit/finish")
    hold(stand, codes.write(stand.kiosk.keys, Kind.RECEIPT, reference))
    page = browser.poll("/scan")
    assert reference in page.text
    assert not [secret for secret in SARI.secrets if secret in page.html]


@pytest.mark.parametrize(
    "text",
    [
        "8991234567890",
        "3273990000000000",
        SARI.nik,
        "<script>alert(1)</script>",
        "T.A.B",
        "https://x.example",
    ],
)
def test_a_foreign_code_is_said_to_be_one_and_not_repeated(stand, browser, text):
    hold(stand, text)
    page = browser.poll("/scan")
    assert "bukan dari anjungan kami" in page.text
    assert text not in page.html


def test_without_a_scan_the_start_screen_is_told_nothing(stand, browser):
    assert browser.poll("/scan").status == 204


def test_a_scan_that_was_meant_for_an_earlier_screen_is_dropped(stand, browser):
    hold(stand, "too old")
    stand.clock.advance(5)
    assert browser.poll("/scan").status == 204


@pytest.mark.parametrize("code", ["", "x", "T.AAAAAAAAAAAA.BBBBBBBBBBBBBBBB", "é" * 500])
def test_resuming_with_a_made_up_code_is_refused(stand, browser, code):
    page = browser.post("/scan/resume", csrf_token=browser.token, code=code)
    assert "bukan dari anjungan kami" in page.text


def test_an_approved_ticket_resumes_by_one_touch_in_the_visits_language(stand, browser):
    from kiosk.domain.review import DecisionReason
    from kiosk.services import review_decision
    from tests.officers import PIN
    from tests.services.scripted import UNCERTAIN

    walk(browser, stand, Step.FACE)
    browser.press("/visit/language", language="en")
    stand.face.compared = UNCERTAIN
    walk(browser, stand, Step.TICKET)
    browser.press("/visit/finish")
    rina = stand.officer()
    with stand.app.app_context():
        review_decision.decide(stand.kiosk, rina, stand.cases()[0].id, DecisionReason.SAME_PERSON, "", PIN)
    stand.clock.advance(20)
    hold(stand, ticket_code(stand))
    browser.poll("/scan")
    page = browser.press("/scan/resume")
    assert page.step == Step.FACE
    assert [main.get("lang") for main in page.root.all("main")] == ["en"]
    stand.face.compared = 0.3
    assert walk(browser, stand, Step.THANKS)


def test_during_a_visit_a_scan_does_not_disturb(stand, browser):
    walk(browser, stand, Step.EMAIL)
    hold(stand, "8991234567890")
    browser.poll("/scan")
    assert browser.step == Step.EMAIL


def test_a_test_of_the_scanner_that_nobody_looks_at_swallows_no_code_of_a_resident(stand, browser):
    with stand.app.app_context():
        scan_test.begin(stand.kiosk, stand.officer())
    hold(stand, "8991234567890")
    assert browser.poll("/scan").status == 204
    walk(browser, stand, Step.NIK)
    hold(stand, "8990000000001")
    assert "bukan dari anjungan kami" in browser.poll("/scan?at=nik").text
