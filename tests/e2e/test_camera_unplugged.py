"""The camera goes: a person takes over within ten seconds, and nobody has to ask for him."""

from __future__ import annotations

import time

import pytest

from tests.e2e.people import HAPPY, AtKiosk, Panel

TICKET_SECONDS = 10.0


@pytest.mark.usefixtures("portraits")
@pytest.mark.parametrize("way", ["unplugged", "hang"])
def test_a_camera_that_is_gone_leads_to_a_ticket(resident: AtKiosk, panel: Panel, way: str) -> None:
    panel.stand("pergi")
    panel.breaks("camera", way)
    resident.goes_to_camera(HAPPY)
    began = time.monotonic()
    resident.ticket_number()
    assert time.monotonic() - began <= TICKET_SECONDS


@pytest.mark.usefixtures("portraits")
def test_a_camera_pulled_out_in_the_middle_leads_to_a_ticket(resident: AtKiosk, panel: Panel) -> None:
    panel.stand("pergi")
    resident.goes_to_camera(HAPPY)
    resident.sees("face")
    panel.breaks("camera", "unplugged")
    resident.ticket_number()
