"""No paper, an open cover, no printer: the visit goes on and the screen says what to write down."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import EMAIL, HAPPY, AtKiosk, Panel, Phone


@pytest.mark.usefixtures("portraits")
def test_an_activation_is_completed_without_paper(
    resident: AtKiosk, panel: Panel, phone: Phone, server: KioskServer
) -> None:
    panel.stand(HAPPY.key)
    panel.breaks("printer", "paper_out")
    sheets = panel.sheets()
    address = resident.goes_to_qr()
    phone.finishes(address, server.code_for(EMAIL))
    resident.sees("thanks")
    expect(resident.page.locator("#screen .printing.care")).to_be_visible()
    expect(resident.page.locator(".reference strong")).to_contain_text("IKD-")
    assert panel.sheets() == sheets
    # Paper is never printed for later: whoever stands there next would get it.
    resident.touch("/visit/finish")
    resident.sees("")
    panel.breaks("printer", "normal")
    resident.page.wait_for_timeout(1500)
    assert panel.sheets() == sheets


@pytest.mark.parametrize("way", ["paper_out", "cover_open", "unplugged"])
def test_a_ticket_without_paper_stands_on_the_screen(resident: AtKiosk, panel: Panel, way: str) -> None:
    panel.breaks("printer", way)
    resident.arrive()
    resident.touch("/visit/start")
    resident.sees("choice")
    resident.touch("/visit/choose", "cannot")
    resident.sees("wants_person")
    resident.touch("/visit/refer", "wants_person")
    resident.ticket_number()
    expect(resident.page.locator("#screen .printing.care")).to_be_visible()
    expect(resident.page.locator("#device-bar .care")).to_be_visible()
