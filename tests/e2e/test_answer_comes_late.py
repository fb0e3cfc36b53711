"""A form's answer comes after a poll has replaced the screen it was sent from: it is shown all the same."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from tests.e2e.people import AtKiosk, Panel


def test_finishing_is_not_lost_when_the_printed_sheet_is_noticed_first(
    resident: AtKiosk,
    panel: Panel,  # everything normal
) -> None:
    held: list[Route] = []
    page = resident.page
    page.route("**/visit/finish", lambda route: held.append(route))
    resident.arrive()
    resident.touch("/visit/start")
    resident.sees("choice")
    resident.touch("/visit/choose", "cannot")
    resident.sees("wants_person")
    resident.touch("/visit/refer", "wants_person")
    resident.sees("ticket")
    resident.touch("/visit/finish")
    expect(page.locator(".printing.good")).to_be_visible()
    held[0].continue_()
    resident.sees("")
