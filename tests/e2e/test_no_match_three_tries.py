"""Another person before the camera: three tries, then an officer; coming back gives no fourth."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kiosk.demonstration.residents import by_key
from tests.e2e.people import LOOKING_MS, AtKiosk, Panel

STRANGER = by_key("tidak-cocok")


@pytest.mark.usefixtures("portraits")
def test_three_tries_then_a_person_and_no_fourth_try_today(resident: AtKiosk, panel: Panel) -> None:
    panel.stand(STRANGER.key)
    resident.goes_to_camera(STRANGER)
    for left in ("2", "1"):
        resident.sees("face_again", LOOKING_MS)
        expect(resident.screen).to_contain_text(f"Tersisa {left}")
        assert STRANGER.name not in resident.page.content(), "no name before the match"
        resident.touch("/visit/face/again")
        resident.sees("face")
    resident.ticket_number()
    resident.touch("/visit/finish")
    resident.sees("")

    resident.starts()
    resident.gives_nik(STRANGER.nik)
    resident.gives_contact()
    resident.sees("ticket")
