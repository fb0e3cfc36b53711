"""The mail server is down: the mail is kept and tried again, and the screen says so."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import HAPPY, LOOKING_MS, AtKiosk, Panel, Phone


@pytest.mark.usefixtures("portraits")
def test_a_late_mail_is_told_and_still_completes_the_visit(
    resident: AtKiosk, panel: Panel, phone: Phone, server: KioskServer
) -> None:
    address = "warga.menunggu@gmail.com"
    panel.stand(HAPPY.key)
    panel.breaks("mail", "down")
    resident.arrive()
    resident.starts()
    resident.gives_nik(HAPPY.nik)
    resident.gives_contact(address)
    resident.sees("qr", LOOKING_MS)
    expect(resident.page.locator("#screen .notice.care")).to_be_visible()
    assert [one for one in server.mails() if address in one[0]] == []
    panel.breaks("mail", "normal")
    code = server.code_for(address, 40)
    expect(resident.page.locator("#screen .notice.care")).to_be_hidden()
    phone.finishes(resident.reads_qr(), code)
    resident.sees("thanks")
