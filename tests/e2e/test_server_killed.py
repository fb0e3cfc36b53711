"""kill -9 in the middle of a visit: the next start goes on where it was, and nothing is half-issued."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import ANSWER_MOMENT, Watch
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import EMAIL, HAPPY, AtKiosk, Panel, Phone

NOBODY_ANSWERS = (
    "ERR_CONNECTION",
    "ERR_EMPTY_RESPONSE",
    "ERR_INCOMPLETE",
    "htmx:sendError",
    "htmx:afterRequest",
)
"""What Chromium and htmx write into the console while the server is gone."""


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KioskServer]:
    """A kiosk for these tests alone; each of them kills it and starts it again."""
    folder = tmp_path_factory.mktemp("killed")
    server = KioskServer(prepared, folder, {"answer_moment_seconds": ANSWER_MOMENT})
    server.start()
    yield server
    server.stop()
    assert server.indiscretions() == []


def _states(server: KioskServer) -> list[str]:
    with sqlite3.connect(server.data / "kiosk.db") as database:
        states = [state for (state,) in database.execute("SELECT state FROM activation")]
    database.close()
    return states


@pytest.mark.usefixtures("portraits")
def test_the_phone_finishes_after_a_kill_at_the_qr(
    resident: AtKiosk, panel: Panel, phone: Phone, server: KioskServer, watch: Watch
) -> None:
    panel.stand(HAPPY.key)
    address = resident.goes_to_qr()
    code = server.code_for(EMAIL)
    phone.opens(address)
    watch.expect(*NOBODY_ANSWERS)
    server.kill()
    assert [state.lower() for state in _states(server)] == ["open"]
    # Polls fail in silence: the QR stays where it is for whoever is just scanning it.
    resident.page.wait_for_timeout(1500)
    expect(resident.page.locator("#trouble")).to_be_hidden()
    assert resident.reads_qr() == address
    server.start()
    phone.types(code)
    expect(phone.page.locator(".seal.good")).to_be_visible()
    resident.sees("thanks")
    assert [state.lower() for state in _states(server)] == ["active"]


def test_a_touch_while_nobody_answers_is_told_and_tried_again(
    resident: AtKiosk, server: KioskServer, watch: Watch
) -> None:
    resident.arrive()
    resident.starts()
    resident.types("nik", HAPPY.nik, by_touch=False)
    watch.expect(*NOBODY_ANSWERS)
    server.kill()
    resident.touch("/visit/nik")
    expect(resident.page.locator("#trouble")).to_be_visible()
    server.start()
    resident.page.locator("#trouble [data-retry]").tap()
    resident.sees("nik_check")
    resident.touch("/visit/nik/confirm")
    resident.sees("email")
