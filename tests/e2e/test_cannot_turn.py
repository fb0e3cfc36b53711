"""A resident who cannot turn the head, or does not want to: a person, with nothing said against him."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.people import AtKiosk, Panel

pytestmark = pytest.mark.usefixtures("portraits")


def test_who_cannot_turn_is_one_touch_from_a_person(resident: AtKiosk, panel: Panel) -> None:
    panel.stand("lancar")
    panel.acts("keeps_still")
    resident.goes_to_camera()
    expect(resident.page.locator("#guidance[data-cue]")).to_be_visible()
    resident.page.locator("[popovertarget=cannot-turn]").first.tap()
    resident.touch("/visit/face/cannot-turn")
    resident.sees("ticket")
    expect(resident.screen).to_contain_text("Tidak perlu menoleh")
