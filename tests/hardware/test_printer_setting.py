"""KIOSK_PRINTER and KIOSK_PRINTER_MODEL: one clear sentence for each mistake."""

from __future__ import annotations

import os
import termios
import time

import pytest

from kiosk.config import Settings, SettingsError
from kiosk.domain.paper import Paper, Text
from kiosk.hardware import raster
from kiosk.hardware.escpos import ROLLS, encode, roll_of
from kiosk.hardware.printer import build
from kiosk.hardware.printer.serial import connect
from kiosk.hardware.printer.setting import Flow, SerialPort, serial_port, tcp_address
from tests.fixed_clock import FixedClock


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("", "it can be simulated, tcp://address:9100, lp:"),
        ("simulated://x", "it can be simulated"),
        ("tcp", "it can be simulated"),
        ("usb:/dev/lp0", "it can be simulated"),
        ("seriel:/dev/ttyS0", "did you mean serial?"),
        ("tcp://", "host an IP address"),
        ("tcp://host", "host an IP address"),
        ("tcp://10.0.0.1:99999", "host an IP address"),
        ("tcp://10.0.0.1:x", "host an IP address"),
        ("tcp://10.0.0.1:0", "host an IP address"),
        ("tcp://10.0.0.1:9100/queue", "host an IP address"),
        ("tcp://me@10.0.0.1", "host an IP address"),
        ("tcp://[::1", "host an IP address"),
        ("tcp:10.0.0.1", "host an IP address"),
        ("lp:usb/lp0", "a whole path, such as lp:/dev/usb/lp0"),
        ("lp:", "a whole path"),
        ("lp://dev/usb/lp0", "a whole path"),
        ("lp:/dev/../etc/passwd", "a whole path"),
        ("lp:/dev/usb/lp0?baud=9600", "only serial: may have a ?"),
        ("serial:ttyS0", "a whole path, such as serial:/dev/serial/by-id/NAME"),
        ("serial:/dev/ttyS0?baud=fast", "baud can be 9600, 19200"),
        ("serial:/dev/ttyS0?baud=1234", "baud can be 9600, 19200"),
        ("serial:/dev/ttyS0?baud=", "baud can be 9600, 19200"),
        ("serial:/dev/ttyS0?flow=xon", "flow can be none, xonxoff, rtscts"),
        ("serial:/dev/ttyS0?speed=9600", "'speed' is unknown"),
        ("serial:/dev/ttyS0?baud=9600&baud=19200", "baud stands there twice"),
        ("cups:", "a queue's name"),
        ("cups:kiosk printer", "a queue's name"),
        ("cups:-a", "a queue's name"),
        ("cups://kiosk", "a queue's name"),
        ("cups:kiosk;reboot", "a queue's name"),
    ],
)
def test_a_printer_that_cannot_be_is_refused_with_what_is_wrong(setting, says):
    with pytest.raises(SettingsError) as refused:
        build(Settings(printer=setting), FixedClock())
    sentence = str(refused.value)
    assert sentence.startswith(f"KIOSK_PRINTER is {setting!r}; ")
    assert says in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("setting", "driver"),
    [
        ("simulated", "simulated"),
        ("tcp://10.0.0.9", "tcp"),
        ("lp:/dev/usb/lp0", "lp"),
        ("serial:/dev/serial/by-id/usb-EPSON_TM-T20-if00?baud=38400&flow=rtscts", "serial"),
        ("cups:kiosk_80mm.raw", "cups"),
    ],
)
def test_the_setting_chooses_the_driver(setting, driver):
    printer = build(Settings(printer=setting), FixedClock())
    assert (printer.name, printer.driver, printer.simulated) == ("printer", driver, driver == "simulated")


def test_what_may_be_left_out_has_the_usual_value():
    assert tcp_address("tcp://10.0.0.9") == ("10.0.0.9", 9100)
    assert tcp_address("tcp://[::1]:9101/") == ("::1", 9101)
    assert serial_port("serial:/dev/ttyS0") == SerialPort("/dev/ttyS0", 115200, Flow.NONE)
    assert serial_port("serial:/dev/ttyS0?baud=9600&flow=xonxoff") == SerialPort(
        "/dev/ttyS0", 9600, Flow.XONXOFF
    )


@pytest.mark.parametrize(
    ("query", "speed", "software", "hardware"),
    [
        ("", termios.B115200, False, False),
        ("?baud=9600&flow=xonxoff", termios.B9600, True, False),
        ("?baud=38400&flow=rtscts", termios.B38400, False, True),
    ],
)
def test_the_serial_port_is_set_up_as_the_setting_says(tmp_path, query, speed, software, hardware):
    end, cable = os.openpty()
    (tmp_path / "port").symlink_to(os.ttyname(cable))
    line = connect(serial_port(f"serial:{tmp_path}/port{query}"), time.monotonic() + 1)
    try:
        iflag, oflag, cflag, lflag, *speeds, _ = termios.tcgetattr(cable)
        assert speeds == [speed, speed]
        assert (bool(iflag & termios.IXON), bool(cflag & termios.CRTSCTS)) == (software, hardware)
        assert not lflag & (termios.ECHO | termios.ICANON), "an echo would be taken for an answer"
        assert not oflag & termios.OPOST, "line feeds inside pictures stay what they are"
    finally:
        line.close()
        os.close(end)
        os.close(cable)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("TM-T20", "did you mean TM-T20II"),
        ("POS5890", "did you mean POS-5890"),
        ("frobnicator", "python-escpos' profile list"),
        ("", "python-escpos' profile list"),
        ("TM-U220", "prints no pictures"),
        ("OCD-300", "prints no pictures"),
    ],
)
def test_a_model_that_is_unknown_or_cannot_draw_is_refused(model, says):
    with pytest.raises(SettingsError) as refused:
        build(Settings(printer_model=model), FixedClock())
    assert str(refused.value).startswith(f"KIOSK_PRINTER_MODEL is {model!r}, which ")
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("model", "mm", "columns", "dots", "cuts"),
    [
        ("default", 80, 48, 576, True),
        ("default", 58, 32, 384, True),
        ("TM-T20II", 80, 48, 576, True),
        ("TM-T20II", 58, 32, 384, True),  # narrow paper in a wide printer
        ("TM-T88IV", 80, 42, 512, True),
        ("POS-5890", 80, 32, 384, False),  # the head is narrower than the setting says
        ("RP-F10-58mm", 58, 32, 384, True),
        ("NT-80-V-UL", 80, 48, 576, True),  # its profile gives the dots of a letter as columns
        ("simple", 80, 42, 576, False),
    ],
)
def test_a_sheet_is_as_wide_as_paper_and_print_head_allow(model, mm, columns, dots, cuts):
    roll = roll_of(Settings(printer_model=model, paper_mm=mm))
    assert (roll.columns, roll.dots, roll.cuts) == (columns, dots, cuts)
    assert (roll.module, roll.margin) == (ROLLS[mm].module, ROLLS[mm].margin)


def test_a_printer_without_a_knife_feeds_the_sheet_to_where_it_is_torn():
    paper = Paper("test", (Text("terima kasih"),))
    cut = raster.render(encode(paper, ROLLS[80]))
    torn = raster.render(encode(paper, roll_of(Settings(printer_model="simple"))))
    assert (cut.cuts, torn.cuts) == (1, 0)
    assert torn.height > cut.height
