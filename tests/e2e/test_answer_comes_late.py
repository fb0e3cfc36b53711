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
    _starts(resident)
    _finishes_with_a_ticket(resident)
    expect(page.locator(".printing.good")).to_be_visible()
    held[0].continue_()
    resident.sees("")


def test_a_late_sign_of_life_of_the_last_visit_does_not_end_the_next(
    resident: AtKiosk,
    panel: Panel,  # everything normal
) -> None:
    held: list[Route] = []
    page = resident.page
    page.route("**/visit/stay", lambda route: held.append(route))
    _starts(resident)
    old = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    page.evaluate("htmx.trigger(document.querySelector(\"#screen form[action='/visit/stay']\"), 'submit')")
    _finishes_with_a_ticket(resident)
    resident.sees("")
    resident.touch("/visit/start")
    resident.sees("choice")
    with page.expect_response("**/visit/stay"):
        held[0].fulfill(response=held[0].fetch(headers={**held[0].request.headers, "cookie": old}))
    resident.touch("/visit/choose", "has_app")
    resident.sees("consent")


def _starts(resident: AtKiosk) -> None:
    resident.arrive()
    resident.touch("/visit/start")
    resident.sees("choice")


def _finishes_with_a_ticket(resident: AtKiosk) -> None:
    resident.touch("/visit/choose", "cannot")
    resident.sees("wants_person")
    resident.touch("/visit/refer", "wants_person")
    resident.sees("ticket")
    resident.touch("/visit/finish")
