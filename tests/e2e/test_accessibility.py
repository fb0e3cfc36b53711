"""Every screen of the kiosk, both sizes: axe finds nothing, nothing scrolls, every target is large enough."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kiosk.demonstration.residents import by_key
from kiosk.domain.visit import Step
from tests.e2e.chromium import LANDSCAPE, PORTRAIT
from tests.e2e.conftest import Watch
from tests.e2e.inspection import Inspector
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import EMAIL, HAPPY, LOOKING_MS, PATIENCE_MS, PHONE, AtKiosk, Panel, Phone


class Tour:
    """A resident's way through the kiosk, judged at each screen."""

    def __init__(self, resident: AtKiosk) -> None:
        self.resident = resident
        self.inspector = Inspector(LANDSCAPE, PORTRAIT)

    def look(self, name: str) -> None:
        """Judge the screen that is shown now."""
        self.inspector.screen(name, self.resident.page)

    def step(self, step: Step, within_ms: float = PATIENCE_MS) -> None:
        """Wait for a step's screen and judge it."""
        self.resident.sees(step, within_ms)
        self.look(step)

    def found_nothing(self) -> None:
        """Nothing was wrong on the whole way."""
        assert self.inspector.findings == []


@pytest.fixture
def tour(resident: AtKiosk) -> Tour:
    """A resident who is followed from screen to screen."""
    return Tour(resident)


def test_screens_before_the_camera_are_accessible(tour: Tour, watch: Watch) -> None:
    resident = tour.resident
    resident.arrive()
    tour.look("attract")
    resident.touch("/visit/start")
    tour.step(Step.CHOICE)
    resident.touch("/visit/choose", "needs_app")
    tour.step(Step.GET_APP)
    resident.touch("/visit/choose", "cannot")
    tour.step(Step.WANTS_PERSON)
    resident.touch("/visit/back")
    resident.sees("choice")
    resident.touch("/visit/choose", "has_app")
    tour.step(Step.CONSENT)
    resident.touch("/visit/consent")
    tour.step(Step.NIK)
    resident.page.locator("button.person").tap()
    tour.look("person")
    resident.page.locator("#person button[popovertargetaction=hide]").tap()
    watch.expect("422")
    resident.types("nik", "3273", by_touch=False)
    resident.touch("/visit/nik")
    expect(resident.page.locator("#nik-error")).to_be_visible()
    tour.look("nik with a mistake")

    resident.types("nik", by_key("belum-17").nik, by_touch=False)
    resident.touch("/visit/nik")
    tour.step(Step.NIK_CHECK)
    resident.touch("/visit/nik/confirm")
    tour.step(Step.UNDERAGE)
    resident.touch("/visit/age")
    tour.step(Step.NOT_YET_17)
    resident.touch("/visit/finish")
    resident.sees("")

    resident.starts()
    resident.gives_nik(by_key("tidak-ditemukan").nik)
    tour.step(Step.REGISTER_REFUSED)
    resident.touch("/visit/refer")
    tour.step(Step.TICKET)
    tour.found_nothing()


@pytest.mark.usefixtures("portraits")
def test_screens_from_the_email_to_the_end_are_accessible(
    tour: Tour, panel: Panel, phone: Phone, server: KioskServer
) -> None:
    resident = tour.resident
    panel.stand("pergi")
    resident.arrive()
    resident.starts()
    resident.gives_nik(HAPPY.nik)
    tour.step(Step.EMAIL)
    resident.types("email", EMAIL, by_touch=False)
    resident.touch("/visit/email")
    tour.step(Step.PHONE)
    resident.types("phone", PHONE, by_touch=False)
    resident.touch("/visit/phone")
    tour.step(Step.CONTACT_CHECK)
    resident.touch("/visit/contact/confirm")
    tour.step(Step.FACE)
    panel.stand(HAPPY.key)
    tour.step(Step.QR, LOOKING_MS)
    resident.touch("/visit/email/wrong")
    tour.step(Step.EMAIL_FIX)
    resident.touch("/visit/back")
    resident.sees("qr")

    address = resident.reads_qr()
    phone.opens(address)
    on_phone = Inspector()
    on_phone.page("code", phone.page)
    phone.types(server.code_for(EMAIL))
    expect(phone.page.locator(".seal.good")).to_be_visible()
    on_phone.page("active", phone.page)
    assert on_phone.findings == []
    tour.step(Step.THANKS)
    expect(resident.page.locator("#screen .printing.good")).to_be_visible()
    sheet = panel.sheets()[0]
    resident.touch("/visit/finish")
    resident.sees("")
    panel.scans_sheet(sheet)
    expect(resident.screen).to_contain_text("IKD-")
    tour.look("scanned receipt")
    tour.found_nothing()


@pytest.mark.usefixtures("portraits")
def test_screens_of_a_face_that_does_not_lead_on_are_accessible(tour: Tour, panel: Panel) -> None:
    resident = tour.resident
    panel.stand("tidak-cocok")
    resident.goes_to_camera(by_key("tidak-cocok"))
    tour.step(Step.FACE_AGAIN, LOOKING_MS)
    resident.touch("/visit/leave")
    resident.sees("")
    panel.stand("sudah-aktif")
    resident.goes_to_camera(by_key("sudah-aktif"))
    tour.step(Step.ALREADY_ACTIVE, LOOKING_MS)
    tour.found_nothing()


def test_the_question_of_the_idle_clock_is_accessible(tour: Tour) -> None:
    tour.resident.page.clock.install()
    tour.resident.arrive()
    tour.resident.touch("/visit/start")
    tour.resident.sees("choice")
    tour.resident.page.clock.fast_forward(46_000)
    expect(tour.resident.page.locator("#idle")).to_be_visible()
    tour.look("idle question")
    tour.found_nothing()


def test_the_inspector_finds_what_is_wrong(tour: Tour) -> None:
    page = tour.resident.arrive().page
    page.locator("#screen").evaluate(
        """(screen) => screen.insertAdjacentHTML("beforeend", "<img src='data:,'><button>x</button><hr>")"""
    )
    page.locator("#screen hr").evaluate("(line) => line.style.width = '3000px'")
    tour.look("spoiled")
    found = " ".join(tour.inspector.findings)
    assert "image-alt" in found
    assert "too small: x" in found
    assert "1280x800: screen 3" in found
