"""A face beyond the grey zone: one yes is not enough, and both windows and the kiosk say so at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import AtDesk, Serve
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import AtKiosk, Panel
from tests.e2e.two_windows import SOON_MS, waits_at_kiosk

pytestmark = pytest.mark.usefixtures("portraits")


@pytest.fixture
def server(serve: Serve) -> KioskServer:
    """A kiosk that is stricter: who is in doubt elsewhere is beyond its band at the first try."""
    return serve(face_accept="0.4", face_review="0.45", face_tries="1")


def test_the_second_officer_lets_the_resident_go_on(
    resident: AtKiosk, panel: Panel, at_desk: AtDesk, server: KioskServer
) -> None:
    first, second = at_desk(), at_desk("penyelia", (820, 1180))
    first.watches_cases()
    waits_at_kiosk(resident, panel)
    first.opens_case("A1")
    second.opens_case("A1")
    expect(second.page.locator("#case-news")).to_contain_text(server.officer().name)
    first.decides("approve")
    expect(first.page.locator("#approve")).to_have_count(0)
    expect(second.page.locator("#case-news")).to_contain_text("sudah menyetujui")
    expect(resident.screen).to_contain_text("Satu petugas lagi")
    second.decides("approve")
    resident.sees("qr", SOON_MS)
    expect(first.page.locator("#case-news")).to_contain_text(server.officer("penyelia").name)
