"""Every screen, both sizes: no violation that axe finds, nothing to scroll, every target large enough."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from kiosk.demonstration.residents import by_key
from kiosk.domain.visit import Step
from tests.e2e.chromium import LANDSCAPE, PORTRAIT
from tests.e2e.conftest import Open
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import EMAIL, HAPPY, LOOKING_MS, PHONE, AtKiosk, Officer, Panel, Phone

LEAST_TARGET = 44
"""CSS pixels (WCAG 2.2, 2.5.5 Target Size, Enhanced)."""

TOO_SMALL = """(least) => [...document.querySelectorAll("button, a[href], input:not([type=hidden]), summary")]
    .filter((one) => one.checkVisibility({visibilityProperty: true}))
    .map((one) => [one.textContent.trim() || one.id, one.getBoundingClientRect()])
    .filter(([, box]) => box.width < least || box.height < least)
    .map(([name, box]) => `${name}: ${Math.round(box.width)}x${Math.round(box.height)}`)"""

OVERFLOWS = """() => {
    const root = document.documentElement, screen = document.getElementById("screen");
    const found = [];
    if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth)
        found.push(`page ${root.scrollWidth}x${root.scrollHeight}`);
    if (screen && (screen.scrollHeight > screen.clientHeight + 1
            || screen.scrollWidth > screen.clientWidth + 1))
        found.push(`screen ${screen.scrollWidth}x${screen.scrollHeight}`);
    for (const one of document.querySelectorAll("#screen h1, #screen button, #screen p, #screen .qr")) {
        const box = one.getBoundingClientRect();
        if (one.checkVisibility() && box.width && !one.closest(".spoken")
            && (box.bottom > innerHeight + 1 || box.right > innerWidth + 1 || box.top < -1 || box.left < -1))
            found.push(`outside: ${one.tagName} ${one.textContent.trim().slice(0, 30)}`);
    }
    return found;
}"""


class Inspector:
    """Looks at screens and notes what is wrong, so that one run names everything."""

    def __init__(self, resident: AtKiosk) -> None:
        self.resident = resident
        self.page = resident.page
        self.findings: list[str] = []
        self.seen: set[str] = set()

    def look(self, name: str) -> None:
        """Inspect the screen that is shown now, in both sizes: one walk serves for two kiosks."""
        self.seen.add(name)
        for size in (LANDSCAPE, PORTRAIT):
            self.page.set_viewport_size({"width": size[0], "height": size[1]})
            self._look(f"{name} {size[0]}x{size[1]}")

    def _look(self, name: str) -> None:
        self.page.wait_for_timeout(100)  # a screen fades in; axe would measure faded colours
        results: dict[str, Any] = Axe().run(self.page).response
        for violation in results["violations"]:
            targets = [node["target"][0] for node in violation["nodes"]][:3]
            self.findings.append(f"{name}: {violation['id']} {targets}")
        self.findings += [f"{name}: too small: {one}" for one in self.page.evaluate(TOO_SMALL, LEAST_TARGET)]
        self.findings += [f"{name}: {one}" for one in self.page.evaluate(OVERFLOWS)]

    def step(self, step: Step, within_ms: float = 10_000) -> None:
        """Wait for a step's screen and inspect it."""
        self.resident.sees(step, within_ms)
        self.look(step)


@pytest.fixture
def inspector(open_context: Open, server: KioskServer, panel: Panel) -> Inspector:
    """An inspector before a kiosk."""
    context = open_context(LANDSCAPE)
    return Inspector(AtKiosk(context.new_page(), server.url))


def test_screens_before_the_camera_are_accessible(inspector: Inspector, watch: Any) -> None:
    resident = inspector.resident
    resident.arrive()
    inspector.look("attract")
    resident.touch("/visit/start")
    inspector.step(Step.CHOICE)
    resident.touch("/visit/choose", "needs_app")
    inspector.step(Step.GET_APP)
    resident.touch("/visit/choose", "cannot")
    inspector.step(Step.WANTS_PERSON)
    resident.touch("/visit/back")
    resident.sees("choice")
    resident.touch("/visit/choose", "has_app")
    inspector.step(Step.CONSENT)
    resident.touch("/visit/consent")
    inspector.step(Step.NIK)
    resident.page.locator("button.person").tap()
    inspector.look("person")
    resident.page.locator("#person button[popovertargetaction=hide]").tap()
    watch.expect("422")
    resident.types("nik", "3273", by_touch=False)
    resident.touch("/visit/nik")
    expect(resident.page.locator("#nik-error")).to_be_visible()
    inspector.look("nik with a mistake")

    resident.types("nik", by_key("belum-17").nik, by_touch=False)
    resident.touch("/visit/nik")
    inspector.step(Step.NIK_CHECK)
    resident.touch("/visit/nik/confirm")
    inspector.step(Step.UNDERAGE)
    resident.touch("/visit/age")
    inspector.step(Step.NOT_YET_17)
    resident.touch("/visit/finish")
    resident.sees("")

    resident.starts()
    resident.gives_nik(by_key("tidak-ditemukan").nik)
    inspector.step(Step.REGISTER_REFUSED)
    resident.touch("/visit/refer")
    inspector.step(Step.TICKET)
    assert inspector.findings == []


@pytest.mark.usefixtures("portraits")
def test_screens_from_the_email_to_the_end_are_accessible(
    inspector: Inspector, panel: Panel, phone: Phone, server: KioskServer
) -> None:
    resident = inspector.resident
    panel.stand("pergi")
    resident.arrive()
    resident.starts()
    resident.gives_nik(HAPPY.nik)
    inspector.step(Step.EMAIL)
    resident.types("email", EMAIL, by_touch=False)
    resident.touch("/visit/email")
    inspector.step(Step.PHONE)
    resident.types("phone", PHONE, by_touch=False)
    resident.touch("/visit/phone")
    inspector.step(Step.CONTACT_CHECK)
    resident.touch("/visit/contact/confirm")
    inspector.step(Step.FACE)
    panel.stand(HAPPY.key)
    inspector.step(Step.QR, LOOKING_MS)
    resident.touch("/visit/email/wrong")
    inspector.step(Step.EMAIL_FIX)
    resident.touch("/visit/back")
    resident.sees("qr")

    address = resident.reads_qr()
    phone.opens(address)
    on_phone = Axe().run(phone.page).response["violations"]
    phone.types(server.code_for(EMAIL))
    expect(phone.page.locator(".seal.good")).to_be_visible()
    on_phone += Axe().run(phone.page).response["violations"]
    assert [one["id"] for one in on_phone] == []
    inspector.step(Step.THANKS)
    expect(resident.page.locator("#screen .printing.good")).to_be_visible()
    sheet = panel.sheets()[0]
    resident.touch("/visit/finish")
    resident.sees("")
    panel.scans_sheet(sheet)
    expect(resident.screen).to_contain_text("IKD-")
    inspector.look("scanned receipt")
    assert inspector.findings == []


@pytest.mark.usefixtures("portraits")
def test_screens_of_a_face_that_does_not_lead_on_are_accessible(inspector: Inspector, panel: Panel) -> None:
    resident = inspector.resident
    panel.stand("tidak-cocok")
    resident.goes_to_camera(by_key("tidak-cocok"))
    inspector.step(Step.FACE_AGAIN, LOOKING_MS)
    resident.touch("/visit/leave")
    resident.sees("")
    panel.stand("sudah-aktif")
    resident.starts()
    resident.gives_nik(by_key("sudah-aktif").nik)
    resident.gives_contact()
    inspector.step(Step.ALREADY_ACTIVE, LOOKING_MS)
    assert inspector.findings == []


def test_the_question_of_the_idle_clock_is_accessible(inspector: Inspector) -> None:
    inspector.page.clock.install()
    inspector.resident.arrive()
    inspector.resident.touch("/visit/start")
    inspector.resident.sees("choice")
    inspector.page.clock.fast_forward(46_000)
    expect(inspector.page.locator("#idle")).to_be_visible()
    inspector.look("idle question")
    assert inspector.findings == []


def test_pages_beside_the_kiosk_are_accessible(open_context: Open, server: KioskServer, panel: Panel) -> None:
    officer = Officer(open_context((1366, 768)).new_page(), server.url)
    found: list[str] = []
    officer.page.goto(f"{server.url}/petugas")
    found += [f"sign-in: {one['id']}" for one in Axe().run(officer.page).response["violations"]]
    officer.signs_in(server.officer())
    found += [f"queue: {one['id']}" for one in Axe().run(officer.page).response["violations"]]
    officer.page.goto(f"{server.url}/simulator")
    found += [f"simulator: {one['id']}" for one in Axe().run(officer.page).response["violations"]]
    assert found == []
