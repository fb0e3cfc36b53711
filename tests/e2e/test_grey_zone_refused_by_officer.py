"""The engine is in doubt, and so is the officer: the resident gets a number at once, and nothing resumes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.chromium import DESK
from tests.e2e.conftest import AtDesk, Open
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.one_time_code import next_code
from tests.e2e.people import AtKiosk, Panel
from tests.e2e.two_windows import SOON_MS, waits_at_kiosk

pytestmark = pytest.mark.usefixtures("portraits")

MOST_KEYS = 60
"""As often somebody presses Tab before he looks for a mouse."""


class Keyboard:
    """An officer whose mouse is broken."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def presses(self, key: str, until: Locator) -> None:
        """Press a key until the focus stands on something."""
        until.wait_for()
        for _ in range(MOST_KEYS):
            if until.evaluate("(one) => one === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{key} never leads to {until}")

    def writes(self, field: str, text: str) -> None:
        """Go to a field and type."""
        self.presses("Tab", self.page.locator(field))
        self.page.keyboard.type(text)

    def follows(self, target: str, key: str = "Enter") -> None:
        """Go to a link or a button and press it."""
        self.presses("Tab", self.page.locator(target))
        self.page.keyboard.press(key)


def _gets_a_number(resident: AtKiosk, panel: Panel, before: list[str]) -> None:
    """At once, on paper too; and the paper leads nowhere but to the queue."""
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


def test_who_is_asked_to_the_counter_gets_a_number(resident: AtKiosk, panel: Panel, at_desk: AtDesk) -> None:
    officer = at_desk()
    officer.watches_cases()
    before = panel.sheets()
    waits_at_kiosk(resident, panel)
    officer.opens_case("A1")
    officer.decides("counter")
    _gets_a_number(resident, panel, before)


def test_an_officer_without_a_mouse_signs_in_and_refuses(
    resident: AtKiosk, panel: Panel, open_context: Open, server: KioskServer
) -> None:
    before, who = panel.sheets(), server.officer("penyelia")
    page = open_context(DESK).new_page()
    keyboard = Keyboard(page)
    page.goto(f"{server.url}/petugas")
    keyboard.writes("#username", who.username)
    keyboard.writes("#password", who.password)
    page.keyboard.press("Enter")
    keyboard.writes("#code", next_code(server.url, who))
    page.keyboard.press("Enter")
    with page.expect_response("**/petugas/kasus/isi*"):
        keyboard.follows("nav.menu a[href='/petugas/kasus']")

    waits_at_kiosk(resident, panel)
    keyboard.follows("#case-A1")
    keyboard.presses("Tab", page.locator(".decisions input[name=reason]").first)
    keyboard.presses("ArrowDown", page.locator("#refuse input[name=reason]").first)
    expect(page.locator("#refuse input[name=reason]").first).to_be_checked()
    keyboard.writes("#pin", who.pin)
    keyboard.follows("form.card:has(#pin) button", key="Space")
    expect(page.locator("h1")).to_contain_text("ditolak")
    _gets_a_number(resident, panel, before)
    keyboard.follows("form[action='/petugas/keluar'] button")
    expect(page.locator("#username")).to_be_focused()
