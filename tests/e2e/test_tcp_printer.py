"""KIOSK_PRINTER=tcp://...: the receipt arrives at a printer in the network, and its code can be read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from kiosk.hardware.codes import read_codes
from kiosk.hardware.raster import render
from tests.e2e.conftest import Serve
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import EMAIL, HAPPY, AtKiosk, Panel, Phone
from tests.hardware.fake_printer import FakePrinter


@pytest.fixture(scope="module")
def printer() -> Iterator[FakePrinter]:
    """A network printer on this machine."""
    with FakePrinter() as started:
        yield started


@pytest.fixture
def server(serve: Serve, printer: FakePrinter) -> KioskServer:
    """A kiosk that prints there."""
    return serve(printer=f"tcp://127.0.0.1:{printer.port}")


@pytest.mark.usefixtures("portraits")
def test_the_receipt_comes_out_of_a_network_printer(
    resident: AtKiosk, panel: Panel, phone: Phone, server: KioskServer, printer: FakePrinter
) -> None:
    panel.stand(HAPPY.key)
    address = resident.goes_to_qr()
    printer.job.clear()
    phone.finishes(address, server.code_for(EMAIL))
    resident.sees("thanks")
    expect(resident.page.locator("#screen .printing.good")).to_be_visible()
    reference = resident.page.locator(".reference strong").inner_text()
    drawn = render(bytes(printer.job))
    assert drawn.unknown == ()
    assert drawn.cuts == 1
    assert any(reference in line for line in drawn.text)
    assert HAPPY.nik not in "".join(drawn.text).replace(" ", "")
    [code] = read_codes(drawn.png)
    assert code.symbology == "qr"


def test_a_ticket_for_a_printer_without_paper_stands_on_the_screen(
    resident: AtKiosk, panel: Panel, printer: FakePrinter
) -> None:
    printer.job.clear()
    fine, printer.status = printer.status, {1: 0x1A, 2: 0x32, 3: 0x12, 4: 0x72}
    try:
        resident.arrive()
        resident.touch("/visit/start")
        resident.sees("choice")
        resident.touch("/visit/choose", "cannot")
        resident.sees("wants_person")
        resident.touch("/visit/refer", "no_phone")
        resident.ticket_number()
        expect(resident.page.locator("#screen .printing.care")).to_be_visible()
    finally:
        printer.status = fine
