"""At the counter: an officer activates for somebody whom the camera cannot help, beside a kiosk in use."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from kiosk.demonstration.residents import by_key
from kiosk.hardware.codes import read_codes
from tests.e2e.chromium import DESK, TABLET
from tests.e2e.conftest import AtDesk
from tests.e2e.inspection import Inspector
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import HAPPY, PHONE, AtKiosk, Officer, Panel, Phone

pytestmark = pytest.mark.usefixtures("portraits")

SERVED = by_key("lancar-2")
ADDRESS = "loket.contoh@gmail.com"


@pytest.fixture
def officer(at_desk: AtDesk) -> Officer:
    """An officer with a tablet beside the kiosk."""
    return at_desk(size=TABLET)


class Counter:
    """The counter's pages, walked with the keyboard and judged at each step."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.inspector = Inspector(DESK, TABLET)
        page.goto(f"{url}/petugas/loket")

    def press(self, label: str) -> None:
        """Press a button by the keyboard alone."""
        button = self.page.get_by_role("button", name=label)
        button.focus()
        self.page.keyboard.press("Enter")

    def fills(self, field: str, text: str) -> None:
        """Type into a field and send it."""
        self.page.locator(f"#{field}").fill(text)
        self.page.keyboard.press("Enter")

    def sees(self, heading: str) -> None:
        """Wait for a step; nothing on it may shut a screen reader out."""
        expect(self.page.locator("#step-title")).to_have_text(heading)
        self.inspector.page(heading, self.page)


def test_an_officer_activates_for_a_resident_while_the_kiosk_serves_another(
    resident: AtKiosk, panel: Panel, officer: Officer, phone: Phone, server: KioskServer
) -> None:
    panel.stand(HAPPY.key)
    resident.arrive()
    resident.starts()

    counter = Counter(officer.page, server.url)
    counter.press("Mulai melayani")
    counter.sees("Apa yang dibawa warga?")
    counter.press("HP dengan aplikasi IKD")
    counter.sees("Bacakan, lalu minta persetujuan")
    counter.page.locator("#agreed").check()
    counter.press("Catat persetujuan")
    counter.sees("NIK dari KTP-el warga")
    counter.fills("nik", SERVED.nik)
    counter.sees("Sama dengan yang tertulis di KTP-el?")
    counter.press("Sama, periksa data")
    counter.sees("Alamat email warga")
    expect(counter.page.locator(".person img")).to_have_js_property("complete", True)
    counter.fills("email", ADDRESS)
    counter.sees("Nomor HP warga")
    counter.fills("phone", PHONE)
    counter.sees("Pastikan orangnya, lalu jamin")
    counter.page.locator("#vouch-ktp_el").check()
    counter.fills("pin", officer.pin)
    counter.sees("Minta warga memindai kode ini")
    expect(counter.page.locator(".qr-code")).to_be_visible()
    [code] = read_codes(counter.page.screenshot())

    # The kiosk is in the middle of somebody else's visit, and stays there.
    resident.sees("nik")
    phone.finishes(code.text, server.code_for(ADDRESS))
    counter.sees("IKD sudah aktif")
    counter.press("Selesai")
    expect(counter.page.locator("h1")).to_have_text("Loket")
    assert SERVED.nik not in counter.page.content()
    resident.sees("nik")
    assert counter.inspector.findings == []


def test_a_qr_at_the_kiosk_is_revoked_and_its_screen_follows(
    resident: AtKiosk, panel: Panel, officer: Officer, server: KioskServer
) -> None:
    panel.stand(HAPPY.key)
    resident.goes_to_qr()
    page = officer.page
    page.goto(f"{server.url}/petugas/loket")
    page.locator("#number").fill(HAPPY.nik)
    page.keyboard.press("Enter")
    page.locator("h1").wait_for()
    running = page.locator("tbody tr").first.locator("a")
    if running.count():
        running.click()
    page.locator("summary", has_text="Batalkan kode QR").click()
    page.locator("#revoke-in_doubt").check()
    page.locator("#pin-revoke").fill(officer.pin)
    inspector = Inspector(DESK, TABLET)
    inspector.page("override", page)
    page.locator("#pin-revoke").press("Enter")
    expect(page.locator("h1")).to_have_text("Mendapat nomor antrean")
    resident.ticket_number()
    assert inspector.findings == []
