"""Somebody guesses the emailed code: five tries, then this QR is dead and the resident makes a new one."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Watch
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import HAPPY, LOOKING_MS, AtKiosk, Panel, Phone

TRIES = 5


@pytest.mark.usefixtures("portraits")
def test_five_wrong_codes_end_this_qr_and_a_new_one_works(
    resident: AtKiosk, panel: Panel, phone: Phone, server: KioskServer, watch: Watch
) -> None:
    address = "warga.keliru@gmail.com"
    panel.stand(HAPPY.key)
    resident.goes_to_camera(email=address)
    resident.sees("qr", LOOKING_MS)
    link = resident.reads_qr()
    right = server.code_for(address)
    watch.expect("422", "410")
    phone.opens(link)
    for number in range(1, TRIES):
        phone.types(f"{(int(right) + number) % 10**6:06}")
        expect(phone.page.locator(".error")).to_contain_text(str(TRIES - number))
    phone.types(f"{(int(right) + TRIES) % 10**6:06}")
    expect(phone.page.locator(".seal.care")).to_be_visible()
    phone.opens(link)
    expect(phone.page.locator("#kode")).to_have_count(0)

    expect(resident.page.locator("#screen .qr-card.gone")).to_be_visible()
    resident.touch("/visit/qr/renew")
    new = resident.reads_qr()
    while (code := server.code_for(address)) == right:
        resident.page.wait_for_timeout(50)
    phone.finishes(new, code)
    resident.sees("thanks")
