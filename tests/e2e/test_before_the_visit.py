"""Entered on the phone, shown to the scanner: activated without a key pressed, with a pause on the way."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kiosk.hardware.codes import read_codes
from tests.e2e.chromium import LANDSCAPE, PORTRAIT
from tests.e2e.inspection import Inspector
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import EMAIL, HAPPY, LOOKING_MS, PHONE, AtKiosk, Panel, Phone

pytestmark = pytest.mark.usefixtures("portraits")


def test_what_the_phone_has_sent_leads_to_an_activation_without_a_key_and_a_pause_keeps_it(
    resident: AtKiosk, server: KioskServer, panel: Panel, phone: Phone
) -> None:
    phones, screens = Inspector(), Inspector(LANDSCAPE, PORTRAIT)
    code = _enters_on_the_phone(phone, server, phones)
    sheets = panel.sheets()

    resident.arrive()
    panel.scans(code)
    resident.sees("choice")
    resident.touch("/visit/choose", "has_app")
    resident.sees("consent")
    panel.scans("8991234567890")
    note = resident.page.locator("#scan-note")
    expect(note).to_contain_text("not from our kiosk")  # the phone's language has come along
    screens.screen("a note over the consent", resident.page)
    note.locator("button").tap()
    expect(note).to_be_hidden()
    resident.touch("/visit/consent")
    resident.sees("nik_check")
    resident.touch("/visit/nik/confirm")
    resident.sees("contact_check")
    resident.forgets(HAPPY.nik, EMAIL, "warga.contoh", PHONE)

    resident.page.locator("#screen .pause").tap()
    resident.touch("/visit/pause")
    resident.sees("paused")
    expect(resident.page.locator("#screen .printing.good")).to_be_visible()
    screens.screen("paused", resident.page)
    (ticket,) = [path for path in panel.sheets() if path not in sheets]
    assert len(read_codes(panel.sheet(ticket))) == 1
    resident.touch("/visit/finish")
    resident.sees("")
    panel.scans_sheet(ticket)
    resident.sees("nik_check")
    resident.touch("/visit/nik/confirm")
    resident.sees("contact_check")

    panel.stand(HAPPY.key)
    resident.touch("/visit/contact/confirm")
    resident.sees("qr", LOOKING_MS)
    phone.finishes(resident.reads_qr(), server.code_for(EMAIL))
    resident.sees("thanks")
    assert phones.findings + screens.findings == []


def _enters_on_the_phone(phone: Phone, server: KioskServer, inspector: Inspector) -> str:
    """Fill in the form as its resident does, and read the code from the phone's screen."""
    page = phone.page
    page.goto(f"{server.url}/daftar")
    inspector.page("the form", page)
    for field, text in (("nik", HAPPY.nik), ("email", EMAIL), ("phone", PHONE)):
        page.locator(f"#{field}").fill(text)
    page.locator("main form button[type=submit]").tap()
    expect(page.locator("button[value=simpan]")).to_be_visible()
    inspector.page("read back", page)
    page.locator("button[value=simpan]").tap()
    expect(page.locator(".own-code svg")).to_be_visible()
    inspector.page("the code", page)
    (found,) = read_codes(page.screenshot())
    return found.text
