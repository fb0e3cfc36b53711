"""The engine is in doubt, and so is the officer: the resident gets a number at once, and nothing resumes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import AtDesk
from tests.e2e.people import AtKiosk, Panel
from tests.e2e.two_windows import SOON_MS, waits_at_kiosk

pytestmark = pytest.mark.usefixtures("portraits")


@pytest.mark.parametrize("decision", ["refuse", "counter"])
def test_a_no_is_a_ticket_at_once(resident: AtKiosk, panel: Panel, at_desk: AtDesk, decision: str) -> None:
    officer = at_desk()
    officer.watches_cases()
    before = panel.sheets()
    waits_at_kiosk(resident, panel)
    officer.opens_case("A1")
    officer.decides(decision)
    resident.sees("ticket", SOON_MS)
    number = resident.ticket_number()
    expect(resident.screen).not_to_contain_text("pindai tiket ini")
    expect(resident.page.locator("#screen .printing.good")).to_be_visible()
    [sheet] = [path for path in panel.sheets() if path not in before]
    resident.touch("/visit/finish")
    resident.sees("")
    panel.scans_sheet(sheet)
    expect(resident.screen).to_contain_text(number)
    expect(resident.page.locator("form[action='/scan/resume']")).to_have_count(0)
