"""A person who walks away is asked, waited for and wiped; the browser's clock is wound on by the test."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kiosk.domain.visit import IDLE_SECONDS, QUESTION_SECONDS, Step
from tests.e2e.people import EMAIL, HAPPY, AtKiosk, Panel


@pytest.fixture
def idler(resident: AtKiosk) -> AtKiosk:
    """A resident whose browser's clock can be wound on."""
    resident.page.clock.install()
    return resident.arrive()


def _waits(resident: AtKiosk, seconds: float) -> None:
    resident.page.clock.fast_forward(int(seconds * 1000))


def test_who_does_not_answer_is_wiped_and_gets_no_paper(idler: AtKiosk, panel: Panel) -> None:
    papers = panel.sheets()
    idler.starts()
    idler.keys(HAPPY.nik[:10])
    question = idler.page.locator("#idle")
    expect(question).to_be_hidden()
    _waits(idler, IDLE_SECONDS[Step.NIK] + 1)
    expect(question).to_be_visible()
    left = idler.page.locator("[data-question-left]")
    shown = int(left.inner_text())
    assert QUESTION_SECONDS - 3 <= shown <= QUESTION_SECONDS
    _waits(idler, 10)
    expect(left).not_to_have_text(str(shown))
    assert int(left.inner_text()) <= shown - 9
    _waits(idler, QUESTION_SECONDS)
    idler.sees("")
    idler.forgets(HAPPY.nik[:10])
    assert panel.sheets() == papers, "a visit that ends by idleness prints nothing"
    idler.page.reload()
    idler.sees("")


def test_who_answers_goes_on_with_what_is_typed(idler: AtKiosk) -> None:
    idler.starts()
    idler.keys(HAPPY.nik[:6])
    _waits(idler, IDLE_SECONDS[Step.NIK] + 1)
    idler.page.locator("#idle form[action='/visit/stay'] button").tap()
    expect(idler.page.locator("#idle")).to_be_hidden()
    expect(idler.page.locator("#nik")).to_have_value(HAPPY.nik[:6])
    _waits(idler, IDLE_SECONDS[Step.NIK] - 5)
    expect(idler.page.locator("#idle")).to_be_hidden()
    idler.sees("nik")


def test_a_touch_beside_the_question_is_an_answer_too(idler: AtKiosk) -> None:
    idler.starts()
    _waits(idler, IDLE_SECONDS[Step.NIK] + 1)
    expect(idler.page.locator("#idle")).to_be_visible()
    idler.page.touchscreen.tap(5, 400)
    expect(idler.page.locator("#idle")).to_be_hidden()
    idler.sees("nik")


def test_a_ticket_nobody_looks_at_leaves_the_screen_by_itself(idler: AtKiosk) -> None:
    idler.touch("/visit/start")
    idler.sees("choice")
    idler.touch("/visit/choose", "cannot")
    idler.sees("wants_person")
    idler.touch("/visit/refer", "wants_person")
    number = idler.ticket_number()
    _waits(idler, IDLE_SECONDS[Step.TICKET] + 1)
    idler.sees("")
    idler.forgets(number)


def test_an_address_that_was_suggested_is_not_left_behind(idler: AtKiosk) -> None:
    idler.starts()
    idler.gives_nik(HAPPY.nik)
    idler.sees("email")
    idler.keys("warga.contoh@gmial.com")
    idler.page.clock.run_for(700)
    suggestion = idler.page.locator("#email-advice .suggestion")
    expect(suggestion).to_contain_text(EMAIL)
    suggestion.tap()
    expect(idler.page.locator("#email")).to_have_value(EMAIL)
    _waits(idler, IDLE_SECONDS[Step.EMAIL] + 1)
    _waits(idler, QUESTION_SECONDS + 1)
    idler.sees("")
    idler.forgets("warga.contoh")
