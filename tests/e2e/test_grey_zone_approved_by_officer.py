"""The engine is in doubt: an officer looks and approves, while the resident waits or when he comes back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.chromium import DESK, LANDSCAPE, PORTRAIT, TABLET
from tests.e2e.conftest import AtDesk
from tests.e2e.inspection import Inspector
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import EMAIL, LOOKING_MS, AtKiosk, Panel, Phone
from tests.e2e.two_windows import DOUBTFUL, SOON_MS, waits_at_kiosk

pytestmark = pytest.mark.usefixtures("portraits")


def test_who_waits_at_the_kiosk_goes_on_by_himself(
    resident: AtKiosk, panel: Panel, at_desk: AtDesk, phone: Phone, server: KioskServer
) -> None:
    officer = at_desk()
    officer.watches_cases()
    waits_at_kiosk(resident, panel)
    assert DOUBTFUL.name not in resident.page.content()
    at_kiosk, at_screen = Inspector(LANDSCAPE, PORTRAIT), Inspector(DESK, TABLET)
    at_kiosk.screen("waiting", resident.page)
    at_screen.page("cases", officer.page)
    officer.opens_case("A1")
    expect(resident.screen).to_contain_text("Petugas sedang melihat")
    expect(officer.page.locator("#facts-title")).to_have_text(DOUBTFUL.name)
    at_screen.page("case", officer.page)
    officer.decides("approve")
    resident.sees("qr", SOON_MS)
    expect(officer.page.locator("h1")).to_have_text("Kasus di anjungan A1: disetujui")
    at_screen.page("decided", officer.page)
    phone.finishes(resident.reads_qr(), server.code_for(EMAIL))
    resident.sees("thanks")
    assert at_kiosk.findings + at_screen.findings == []


def test_who_does_not_wait_goes_on_with_his_ticket(
    resident: AtKiosk, panel: Panel, at_desk: AtDesk, phone: Phone, server: KioskServer
) -> None:
    # Another officer than above: whoever has approved a NIK before needs a second one.
    officer = at_desk("penyelia")
    officer.watches_cases()
    before = panel.sheets()
    waits_at_kiosk(resident, panel)
    resident.touch("/visit/refer")
    number = resident.ticket_number()
    expect(resident.page.locator("#screen .printing.good")).to_be_visible()
    [sheet] = [path for path in panel.sheets() if path not in before]
    resident.touch("/visit/finish")
    resident.sees("")

    officer.opens_case(number)
    officer.decides("approve")
    expect(officer.page.locator("h1")).to_have_text(f"Kasus {number}: disetujui")

    panel.scans_sheet(sheet)
    expect(resident.submit("/scan/resume")).to_be_visible()
    assert DOUBTFUL.name not in resident.page.content()
    resident.touch("/scan/resume")
    resident.sees("qr", LOOKING_MS)
    phone.finishes(resident.reads_qr(), server.code_for(EMAIL))
    resident.sees("thanks")
