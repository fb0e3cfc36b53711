"""The camera goes: a person takes over within ten seconds, and nobody has to ask for him."""

from __future__ import annotations

import time

import pytest

from tests.e2e.people import AtKiosk, Panel

TICKET_SECONDS = 10.0

pytestmark = pytest.mark.usefixtures("portraits")


def test_a_camera_that_hangs_leads_to_a_ticket(resident: AtKiosk, panel: Panel) -> None:
    panel.stand("pergi")
    panel.breaks("camera", "hang")
    resident.goes_to_camera()
    began = time.monotonic()
    resident.ticket_number()
    assert time.monotonic() - began <= TICKET_SECONDS


def test_a_camera_pulled_out_in_the_middle_leads_to_a_ticket(resident: AtKiosk, panel: Panel) -> None:
    panel.stand("pergi")
    resident.goes_to_camera()
    resident.sees("face")
    panel.breaks("camera", "unplugged")
    began = time.monotonic()
    resident.ticket_number()
    assert time.monotonic() - began <= TICKET_SECONDS
