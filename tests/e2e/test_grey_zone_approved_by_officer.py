"""The engine is in doubt: an officer looks, approves, and the resident goes on with the ticket."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kiosk.demonstration.residents import by_key
from tests.e2e.conftest import Open
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import EMAIL, LOOKING_MS, AtKiosk, Officer, Panel, Phone

pytestmark = pytest.mark.usefixtures("portraits")

DOUBTFUL = by_key("ragu")


def _gets_a_ticket(resident: AtKiosk, panel: Panel) -> tuple[str, str]:
    before = panel.sheets()
    panel.stand(DOUBTFUL.key)
    resident.goes_to_camera(DOUBTFUL)
    number = resident.ticket_number()
    expect(resident.page.locator("#screen .printing.good")).to_be_visible()
    [sheet] = [path for path in panel.sheets() if path not in before]
    resident.touch("/visit/finish")
    resident.sees("")
    return number, sheet


@pytest.fixture
def officer(open_context: Open, server: KioskServer) -> Officer:
    """The demonstration's officer at his own screen."""
    officer = Officer(open_context((1366, 768)).new_page(), server.url)
    officer.signs_in(*server.officer())
    return officer


def test_an_approved_ticket_goes_on_to_the_qr(
    resident: AtKiosk, panel: Panel, officer: Officer, phone: Phone, server: KioskServer
) -> None:
    number, sheet = _gets_a_ticket(resident, panel)
    officer.opens_case(number)
    expect(officer.page.locator(".facts")).to_contain_text(DOUBTFUL.name)
    officer.decides("approve")
    expect(officer.page.locator("h1")).to_contain_text(number)

    panel.scans_sheet(sheet)
    expect(resident.submit("/scan/resume")).to_be_visible()
    assert DOUBTFUL.name not in resident.page.content()
    resident.touch("/scan/resume")
    resident.sees("qr", LOOKING_MS)
    phone.finishes(resident.reads_qr(), server.code_for(EMAIL))
    resident.sees("thanks")


def test_a_refused_ticket_is_sent_to_the_counter(resident: AtKiosk, panel: Panel, officer: Officer) -> None:
    number, sheet = _gets_a_ticket(resident, panel)
    officer.opens_case(number)
    officer.decides("refuse")
    expect(officer.page.locator("h1")).to_contain_text(number)
    panel.scans_sheet(sheet)
    expect(resident.screen).to_contain_text(number)
    expect(resident.page.locator("form[action='/scan/resume']")).to_have_count(0)
