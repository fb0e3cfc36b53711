"""The browser's own Back and Reload lead to where the visit is, never to an error and never to old words."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.people import HAPPY, AtKiosk


def test_back_in_the_middle_shows_where_the_visit_is(resident: AtKiosk) -> None:
    resident.page.goto("about:blank")
    resident.arrive()
    resident.starts()
    resident.keys(HAPPY.nik)
    resident.touch("/visit/nik")
    resident.sees("nik_check")
    resident.page.go_back()
    resident.page.go_forward()
    resident.sees("nik_check")
    resident.page.reload()
    resident.sees("nik_check")
    expect(resident.page.locator(".readback")).to_contain_text(HAPPY.nik[:4])


def test_back_after_the_end_shows_the_start_screen(resident: AtKiosk) -> None:
    resident.page.goto("about:blank")
    resident.arrive()
    resident.starts()
    resident.keys(HAPPY.nik)
    resident.touch("/visit/nik")
    resident.sees("nik_check")
    resident.page.locator("#screen form[action='/visit/leave']").first.evaluate(
        "(form) => form.requestSubmit()"
    )
    resident.sees("")
    resident.page.go_back()
    resident.page.go_forward()
    resident.sees("")
    resident.forgets(HAPPY.nik[:4])


def test_the_way_back_on_the_screen_keeps_the_number(resident: AtKiosk) -> None:
    resident.arrive()
    resident.starts()
    resident.keys(HAPPY.nik)
    resident.touch("/visit/nik")
    resident.sees("nik_check")
    resident.touch("/visit/back")
    resident.sees("nik")
    expect(resident.page.locator("#nik")).to_have_value(HAPPY.nik)
