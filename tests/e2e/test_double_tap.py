"""An impatient finger: two taps do what one does."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.people import HAPPY, AtKiosk, Panel


def _taps_twice(resident: AtKiosk, action: str, value: str = "") -> None:
    button = resident.submit(action, value)
    button.wait_for()
    # Both in one go: the second must not wait for the first one's answer.
    button.evaluate("(button) => { button.click(); button.click(); }")


def test_two_taps_on_every_button_lead_one_step_on(resident: AtKiosk) -> None:
    resident.arrive()
    _taps_twice(resident, "/visit/start")
    resident.sees("choice")
    _taps_twice(resident, "/visit/choose", "has_app")
    resident.sees("consent")
    _taps_twice(resident, "/visit/consent")
    resident.sees("nik")
    resident.keys(HAPPY.nik)
    _taps_twice(resident, "/visit/nik")
    resident.sees("nik_check")
    _taps_twice(resident, "/visit/nik/confirm")
    resident.sees("email")


def test_two_taps_for_a_ticket_give_one_ticket(resident: AtKiosk, panel: Panel) -> None:
    before = set(panel.sheets())
    resident.arrive()
    resident.touch("/visit/start")
    resident.sees("choice")
    resident.touch("/visit/choose", "cannot")
    resident.sees("wants_person")
    _taps_twice(resident, "/visit/refer", "wants_person")
    resident.sees("ticket")
    expect(resident.page.locator("#screen .printing.good")).to_be_visible()
    assert len(set(panel.sheets()) - before) == 1
