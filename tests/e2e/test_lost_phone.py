"""A lost phone, with two windows: the kiosk says that the IKD is active elsewhere, an officer at the counter
takes it off the old phone, and its owner activates the new one."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kiosk.demonstration.residents import by_key
from tests.e2e.conftest import AtDesk
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import EMAIL, LOOKING_MS, AtKiosk, Officer, Panel, Phone

pytestmark = pytest.mark.usefixtures("portraits")

ACTIVE = by_key("sudah-aktif")


@pytest.fixture
def officer(at_desk: AtDesk) -> Officer:
    """An officer at a counter, on a PC of his own."""
    return at_desk()


def _is_told(resident: AtKiosk, panel: Panel) -> None:
    panel.stand(ACTIVE.key)
    resident.goes_to_camera(ACTIVE)
    resident.sees("already_active", LOOKING_MS)


def test_the_old_phone_is_taken_off_by_nik_and_the_resident_activates_again(
    resident: AtKiosk, panel: Panel, officer: Officer, phone: Phone, server: KioskServer
) -> None:
    _is_told(resident, panel)
    resident.touch("/visit/refer")
    resident.ticket_number()
    resident.touch("/visit/finish")
    resident.sees("")

    officer.page.goto(f"{server.url}/petugas/loket/hp-hilang")
    officer.page.locator("#nik").fill(ACTIVE.nik)
    officer.page.locator("#lost-stolen").check()
    officer.page.locator("#pin").fill(officer.pin)
    officer.page.keyboard.press("Enter")
    expect(officer.page.locator(".notice.good")).to_be_visible()
    assert ACTIVE.nik not in officer.page.content()

    panel.stand(ACTIVE.key)
    phone.finishes(resident.goes_to_qr(ACTIVE), server.code_for(EMAIL))
    resident.sees("thanks")


def test_who_still_stands_there_goes_on_by_himself_as_soon_as_the_officer_is_done(
    resident: AtKiosk, panel: Panel, officer: Officer, phone: Phone, server: KioskServer
) -> None:
    _is_told(resident, panel)
    page = officer.page
    page.goto(f"{server.url}/petugas/loket/kunjungan")
    page.locator("#number").fill(ACTIVE.nik)
    page.keyboard.press("Enter")
    running = page.locator("tbody tr").first.locator("a")
    page.locator("h1").wait_for()
    if running.count():
        running.click()
    expect(page.locator("dl.facts")).to_be_visible()
    assert ACTIVE.name not in page.content()
    page.locator("#deactivate-lost").check()
    page.locator("#pin-deactivate").fill(officer.pin)
    page.keyboard.press("Enter")
    expect(page.locator(".notice.good")).to_be_visible()

    resident.sees("qr", LOOKING_MS)
    phone.finishes(resident.reads_qr(), server.code_for(EMAIL))
    resident.sees("thanks")
    expect(page.locator("h1")).to_have_text("Aktivasi selesai")
