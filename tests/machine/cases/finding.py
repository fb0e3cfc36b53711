"""What `kiosk doctor` finds with a real kernel and the real udev, and that its lines work as they stand."""

from __future__ import annotations

from kiosk.config import Settings
from kiosk.hardware.finding import Kind, Missing, find, missing
from tests.hardware.fake_printer import FakePrinter
from tests.hardware.patience import seconds_until
from tests.machine.cases import camera, scanner
from tests.machine.far_end import FarEnd
from tests.machine.gadgets import appeared, keyboard, printer_port, serial_line
from tests.machine.supervised import Case, Figures, comes_up, kiosk_with


def what_is_plugged_in_is_found_and_its_lines_work_as_they_stand(figures: Figures) -> None:
    appeared(camera.PLACE)
    with (
        keyboard(),
        serial_line() as line,
        FakePrinter() as far,
        printer_port() as port,
        FarEnd(port, port.far, far),
    ):
        for node in (scanner.NODE, line.near, port.near):
            appeared(node)
        found = {one.value: one for one in find()}
        serial = f"serial:{line.near}?baud="
        wanted = {
            "v4l2:/dev/video0": Kind.CAMERA,
            f"lp:{port.near}": Kind.PRINTER,
            f"{serial}115200": Kind.PRINTER,
            f"{serial}9600": Kind.SCANNER,
            scanner.EVDEV: Kind.SCANNER,
        }
        assert {value: one.kind for value, one in found.items()} == wanted
        assert found[f"lp:{port.near}"].says == "Anjungan Printer"
        figures["found"] = len(found)

        scanners = f"{scanner.EVDEV};{serial}9600"
        settings = Settings(camera="v4l2:/dev/video0", printer=f"lp:{port.near}", scanner=scanners)
        assert missing(settings) == ()
        with kiosk_with(
            camera=settings.camera, printer=settings.printer, scanner=settings.scanner
        ) as devices:
            for device in devices:
                comes_up(device)
            line.unplug()
            gone = (Missing(Kind.SCANNER, f"{serial}9600"),)
            seconds_until(lambda: missing(settings) == gone, 2.0)


CASES: tuple[Case, ...] = (what_is_plugged_in_is_found_and_its_lines_work_as_they_stand,)
