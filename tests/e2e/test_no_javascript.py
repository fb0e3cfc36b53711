"""Without JavaScript everything that is typed works, and the camera's step leads to a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open, Watch
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import EMAIL, HAPPY, PHONE, AtKiosk, Panel


@pytest.fixture
def plain(open_context: Open, server: KioskServer, panel: Panel) -> Iterator[AtKiosk]:
    """A resident whose browser runs no script."""
    resident = AtKiosk(open_context(java_script_enabled=False).new_page(), server.url)
    yield resident
    resident.walks_away()


def test_the_typing_part_works_and_the_camera_step_leads_to_a_person(plain: AtKiosk) -> None:
    page = plain.page
    plain.arrive()
    plain.starts()
    page.locator("#nik").fill(HAPPY.nik)
    plain.touch("/visit/nik")
    plain.sees("nik_check")
    plain.touch("/visit/nik/confirm")
    plain.sees("email")
    page.locator("#email").fill(EMAIL)
    plain.touch("/visit/email")
    plain.sees("phone")
    page.locator("#phone").fill(PHONE)
    plain.touch("/visit/phone")
    plain.sees("contact_check")
    plain.touch("/visit/contact/confirm")
    plain.sees("face")
    page.locator("button.person").tap()
    page.locator("#person form[action='/visit/refer'] button").tap()
    assert re.fullmatch(r"[A-Z]-\d{3}", plain.ticket_number())
    plain.touch("/visit/finish")
    plain.sees("")
    assert HAPPY.nik not in page.content()


def test_a_mistake_is_said_beside_the_field(plain: AtKiosk, watch: Watch) -> None:
    watch.expect("422")
    plain.arrive()
    plain.starts()
    plain.page.locator("#nik").fill("123")
    plain.touch("/visit/nik")
    plain.sees("nik")
    expect(plain.page.locator("#nik-error")).to_be_visible()
    expect(plain.page.locator("#nik")).to_have_value("123")


def test_the_phones_page_needs_no_script(
    plain: AtKiosk, open_context: Open, server: KioskServer, watch: Watch
) -> None:
    watch.expect("404")
    page = open_context((390, 844), java_script_enabled=False).new_page()
    page.goto(f"{server.url}/a/nobody-signed-this")
    expect(page.locator("h1")).to_be_visible()
