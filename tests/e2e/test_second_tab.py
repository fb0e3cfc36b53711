"""Two tabs of one browser show one visit; the one that is behind shows where the visit is, not an error."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Watch
from tests.e2e.people import HAPPY, AtKiosk


def test_the_tab_that_is_behind_catches_up(resident: AtKiosk, page: Page) -> None:
    resident.arrive()
    resident.starts()
    other = AtKiosk(page.context.new_page(), resident.url)
    other.page.goto(other.url)
    other.sees("nik")

    page.bring_to_front()  # Chromium hardly draws a tab that nobody sees
    resident.types("nik", HAPPY.nik, by_touch=False)
    resident.touch("/visit/nik")
    resident.sees("nik_check")
    other.page.bring_to_front()
    other.types("nik", "1111", by_touch=False)
    other.touch("/visit/nik")
    other.sees("nik_check")
    expect(other.page.locator(".readback")).to_contain_text(HAPPY.nik[:4])


def test_a_tab_left_open_after_the_end_shows_the_start_screen(
    resident: AtKiosk, page: Page, watch: Watch
) -> None:
    resident.arrive()
    resident.touch("/visit/start")
    resident.sees("choice")
    other = AtKiosk(page.context.new_page(), resident.url)
    other.page.goto(other.url)
    other.sees("choice")
    page.bring_to_front()
    resident.touch("/visit/leave")
    resident.sees("")
    watch.expect("400")
    other.page.bring_to_front()
    other.touch("/visit/choose", "has_app")
    other.sees("")
    expect(other.submit("/visit/start")).to_be_visible()
    other.touch("/visit/start")
    other.sees("choice")
