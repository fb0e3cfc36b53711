"""Somebody needs a person: the call with its sound, «I am coming», badge and PIN at the kiosk, and on."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.chromium import DESK, LANDSCAPE, PORTRAIT, TABLET
from tests.e2e.conftest import AtDesk, Watch
from tests.e2e.inspection import Inspector
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import HAPPY, AtKiosk, Officer, Panel

LISTEN = """() => {
    const sound = document.getElementById("call-sound");
    sound.addEventListener("playing", () => { document.body.dataset.heard = "1"; });
}"""


def _makes_a_badge(officer: Officer, panel: Panel) -> str:
    """By his own page and the kiosk's printer; returns the sheet."""
    before = panel.sheets()
    officer.page.goto(f"{officer.url}/petugas/akun")
    officer.page.locator("#pin-badge").fill(officer.pin)
    officer.page.locator("form", has=officer.page.locator("#pin-badge")).locator("button").click()
    expect(officer.page.locator("h1")).to_contain_text("encana")
    [sheet] = [path for path in panel.sheets() if path not in before]
    return sheet


@pytest.fixture
def officer(at_desk: AtDesk) -> Officer:
    """The demonstration's officer at his own screen."""
    return at_desk()


def test_an_officer_is_called_comes_helps_and_leaves(
    resident: AtKiosk, server: KioskServer, panel: Panel, officer: Officer, watch: Watch
) -> None:
    watch.expect("422")  # the mistyped PIN below
    at_kiosk, at_screen = Inspector(LANDSCAPE, PORTRAIT), Inspector(DESK, TABLET)
    sheet = _makes_a_badge(officer, panel)
    board = officer.page
    board.goto(f"{server.url}/petugas/papan")
    board.locator("#sound").click()
    board.evaluate(LISTEN)

    resident.arrive()
    resident.starts()
    resident.types("nik", HAPPY.nik[:6], by_touch=True)
    resident.page.locator("#help button").tap()
    bar = resident.page.locator("#help")
    expect(bar).to_contain_text("Petugas dipanggil")
    expect(resident.page.locator("#nik")).to_have_value(HAPPY.nik[:6])
    at_kiosk.screen("called", resident.page)

    call = board.locator("[data-call]")
    expect(call).to_contain_text("Mengetik NIK")
    expect(board.locator("body")).to_have_attribute("data-heard", "1")
    at_screen.page("board with a call", board)
    call.get_by_role("button").click()
    expect(board.locator(".call.answered")).to_contain_text(server.officer().name)
    expect(bar).to_contain_text("Petugas sedang menuju ke sini")

    panel.scans_sheet(sheet)
    expect(resident.page.locator("#pin")).to_be_visible()
    resident.keys("000000")
    resident.touch("/help/pin")
    expect(resident.page.locator("#pin-error")).to_be_visible()
    at_kiosk.screen("mistyped PIN", resident.page)
    resident.keys(officer.pin)
    resident.touch("/help/pin")
    expect(resident.screen).to_contain_text("Bantuan di anjungan A1")
    assert HAPPY.nik[:6] not in resident.page.content()
    at_kiosk.screen("help at the kiosk", resident.page)
    resident.touch("/help/go-on")
    resident.sees("nik")
    expect(bar.get_by_role("button")).to_be_visible()
    expect(board.locator(".call")).to_have_count(0)
    resident.touch("/visit/back")
    resident.sees("consent")
    assert at_kiosk.findings + at_screen.findings == []


def test_a_closed_kiosk_says_so_and_opens_again_without_a_touch(
    resident: AtKiosk, officer: Officer, server: KioskServer
) -> None:
    at_kiosk, at_screen = Inspector(LANDSCAPE, PORTRAIT), Inspector(DESK, TABLET)
    resident.arrive()
    page = officer.page
    page.goto(f"{server.url}/petugas/perangkat")
    page.locator("#message-A1").fill("Printer sedang diperbaiki.")
    page.get_by_role("button", name="Tutup anjungan").click()
    expect(page.get_by_role("button", name="Buka kembali")).to_be_visible()
    at_screen.page("devices, closed", page)
    expect(resident.screen).to_contain_text("Printer sedang diperbaiki.")
    expect(resident.submit("/visit/start")).to_have_count(0)
    at_kiosk.screen("closed", resident.page)
    page.get_by_role("button", name="Buka kembali").click()
    expect(resident.submit("/visit/start")).to_be_visible()
    assert at_kiosk.findings + at_screen.findings == []


def test_the_camera_is_looked_through_and_shuts_when_somebody_stands_there(
    resident: AtKiosk, officer: Officer, panel: Panel, server: KioskServer, watch: Watch
) -> None:
    watch.expect("410")
    at_screen = Inspector(DESK, TABLET)
    page = officer.page
    page.goto(f"{server.url}/petugas/perangkat")
    page.get_by_role("button", name="Lihat kamera").click()
    expect(page.locator(".sight img")).to_be_visible()
    at_screen.page("camera", page)
    resident.goes_to_camera()
    resident.sees("face")
    expect(page.locator("main")).to_contain_text("Warga sedang di depan kamera")
    resident.page.locator("#screen .person").tap()
    resident.touch("/visit/refer")
    resident.sees("ticket")
    assert at_screen.findings == []
