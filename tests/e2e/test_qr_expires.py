"""The QR runs out: the screen says so, the old link is dead, and a new one completes the visit."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Serve, Watch
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import EMAIL, HAPPY, AtKiosk, Panel, Phone

pytestmark = pytest.mark.usefixtures("portraits")

SECONDS = 8


@pytest.fixture
def server(serve: Serve) -> KioskServer:
    """A kiosk whose QR lives for eight seconds."""
    return serve(qr_seconds=str(SECONDS))


def test_an_expired_qr_is_renewed(
    resident: AtKiosk, panel: Panel, phone: Phone, server: KioskServer, watch: Watch
) -> None:
    panel.stand(HAPPY.key)
    old = resident.goes_to_qr()
    phone.opens(old)
    expect(phone.page.locator("#kode")).to_be_visible()
    expect(resident.page.locator("#screen .qr-card.gone")).to_be_visible()
    watch.expect("410")
    phone.types(server.code_for(EMAIL))
    expect(phone.page.locator(".seal.care")).to_be_visible()
    resident.sees("qr")

    resident.touch("/visit/qr/renew")
    new = resident.reads_qr()
    assert new != old
    phone.opens(old)
    expect(phone.page.locator(".seal.care")).to_be_visible()
    resident.page.wait_for_timeout(300)
    phone.finishes(new, server.code_for(EMAIL))
    resident.sees("thanks")


def test_after_three_new_codes_a_person_helps(resident: AtKiosk, panel: Panel) -> None:
    panel.stand(HAPPY.key)
    seen = {resident.goes_to_qr()}
    for _ in range(3):
        drawn = resident.page.locator("#screen .qr").inner_html()
        resident.touch("/visit/qr/renew")
        expect(resident.page.locator("#screen .qr")).not_to_have_js_property("innerHTML", drawn)
        seen.add(resident.reads_qr())
    assert len(seen) == 4
    expect(resident.page.locator("form[action='/visit/qr/renew']")).to_have_count(0)
