"""The population register does not answer: a ticket when its deadline of eight seconds is over."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import HAPPY, AtKiosk, Panel

DEADLINE_SECONDS = 8.0
GRACE_SECONDS = 1.5


@pytest.mark.parametrize(("way", "within"), [("down", 2.0), ("hang", DEADLINE_SECONDS)])
def test_a_register_that_is_gone_leads_to_a_ticket(
    resident: AtKiosk, panel: Panel, way: str, within: float
) -> None:
    panel.breaks("register", way)
    resident.arrive()
    resident.starts()
    resident.gives_nik(HAPPY.nik)
    asked = time.monotonic()
    if way == "hang":
        expect(resident.page.locator("form[action='/visit/nik/confirm'] .busy")).to_be_visible()
    resident.sees("ticket", 15_000)
    assert time.monotonic() - asked <= within + GRACE_SECONDS
    resident.ticket_number()


def test_a_slow_register_is_waited_for(resident: AtKiosk, panel: Panel, server: KioskServer) -> None:
    panel.breaks("register", "slow")
    resident.arrive()
    resident.starts()
    resident.gives_nik(HAPPY.nik)
    resident.sees("email", 10_000)
