"""The camera goes: within ten seconds the visit is paused, and a person is one touch away."""

from __future__ import annotations

import time

import pytest

from tests.e2e.people import LOOKING_MS, AtKiosk, Panel

PAUSE_SECONDS = 10.0

pytestmark = pytest.mark.usefixtures("portraits")


def test_a_camera_that_hangs_pauses_the_visit(resident: AtKiosk, panel: Panel) -> None:
    panel.stand("pergi")
    panel.breaks("camera", "hang")
    resident.goes_to_camera()
    began = time.monotonic()
    resident.sees("paused", LOOKING_MS)
    assert time.monotonic() - began <= PAUSE_SECONDS


def test_a_camera_pulled_out_in_the_middle_pauses_the_visit(resident: AtKiosk, panel: Panel) -> None:
    panel.stand("pergi")
    resident.goes_to_camera()
    resident.sees("face")
    panel.breaks("camera", "unplugged")
    began = time.monotonic()
    resident.sees("paused", LOOKING_MS)
    assert time.monotonic() - began <= PAUSE_SECONDS
    resident.touch("/visit/refer")
    resident.ticket_number()
