"""Scanners on a USB cable: one that is a keyboard (evdev) and one that is a serial port (CDC ACM)."""

from __future__ import annotations

import errno
import grp
import stat
import subprocess
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import evdev

from kiosk.hardware.health import State
from kiosk.hardware.hotplug import ARRIVALS
from kiosk.hardware.scanner import Subscription
from tests.hardware.patience import seconds_until
from tests.machine.gadgets import Keyboard, appeared, keyboard, serial_line
from tests.machine.supervised import Case, Figures, comes_up, is_back, is_missed, kiosk_with

EVDEV = "evdev:05e0:1200"
NODE = Path("/dev/input/by-id/usb-Anjungan_Wedge_Wedge-0-event-kbd")
EVERY_SIGN = "".join(map(chr, range(0x21, 0x7F))) + " ."
"""All that a reader can type on a US keyboard."""

_SCAN_SECONDS = 3.0
_MOST_TRIES = 4
_AWAY_SECONDS = 4.0
"""The supervisor's pauses have grown to their longest by then: 0.5 + 1 + 2 s are over."""


def a_keyboard_scanner_is_read_to_the_letter_and_heard_by_nobody_else(figures: Figures) -> None:
    with keyboard() as reader, kiosk_with(scanner=EVDEV) as devices:
        comes_up(devices.scanner)
        with devices.scanner.subscribe() as scans, closing(evdev.InputDevice(_node())) as stranger:
            figures["scans_until_read"] = _scanned(reader, EVERY_SIGN, scans)
            assert stranger.read_one() is None, "a key reached somebody else"
            assert _refusal_to_grab(stranger) == errno.EBUSY


def a_keyboard_scanner_belongs_to_the_kiosk_alone(figures: Figures) -> None:
    """The rules of deploy/udev: its group may read it, nobody else, and the screen's input leaves it be."""
    with keyboard():
        node = _node()
        about = node.stat()
        assert grp.getgrgid(about.st_gid).gr_name == "anjungan-ikd"
        assert stat.filemode(about.st_mode) == "crw-rw----"
        told = subprocess.run(
            ["udevadm", "info", "--query=property", f"--name={node}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert "LIBINPUT_IGNORE_DEVICE=1" in told.splitlines(), told


def a_keyboard_scanner_is_pulled_amid_a_text_and_half_of_it_is_never_passed_on(figures: Figures) -> None:
    with keyboard() as reader, kiosk_with(scanner=EVDEV) as devices:
        comes_up(devices.scanner)
        with devices.scanner.subscribe() as scans:
            typing = threading.Thread(target=_type_until_it_is_pulled, args=(reader,))
            typing.start()
            time.sleep(0.1)
            pulled_at = reader.unplug()
            typing.join(5)
            assert not typing.is_alive()
            is_missed(devices.scanner, pulled_at, figures)
            is_back(devices.scanner, reader.plug(), figures)
            _scanned(reader, "WHOLE-2", scans)


def a_serial_scanner_is_pulled_and_comes_back_under_its_name(figures: Figures) -> None:
    with serial_line() as reader:
        name = appeared(reader.near).resolve()
        with kiosk_with(scanner=f"serial:{reader.near}") as devices:
            comes_up(devices.scanner)
            with devices.scanner.subscribe() as scans:
                reader.send(b"P-FIRST-1\r\nP-SECOND-2\r\n")
                assert [_next(scans), _next(scans)] == ["P-FIRST-1", "P-SECOND-2"]
                is_missed(devices.scanner, reader.unplug(), figures)
                seconds_until(lambda: not name.exists(), 2.0)
                is_back(devices.scanner, reader.plug(), figures)
                assert reader.near.resolve() == name, "somebody held the dead line open"
                reader.send(b"P-THIRD-3\r")
                assert _next(scans) == "P-THIRD-3"


def one_of_two_scanners_is_away_for_long_and_the_other_still_reads(figures: Figures) -> None:
    with keyboard() as typing, serial_line() as sending:
        appeared(sending.near)
        with kiosk_with(scanner=f"{EVDEV};serial:{sending.near}") as devices:
            scanner = devices.scanner
            seconds_until(lambda: scanner.health.state is State.READY, 10.0)
            with scanner.subscribe() as scans:
                typing.unplug()
                seconds_until(lambda: scanner.health.code == "one_missing", 2.0)
                assert scanner.health.state is State.DEGRADED
                sending.send(b"P-STILL-HERE\n")
                assert _next(scans) == "P-STILL-HERE"

                time.sleep(_AWAY_SECONDS)
                arrivals = ARRIVALS.count
                is_back(scanner.parts[0], typing.plug(), figures)
                assert ARRIVALS.count > arrivals, "neither the kernel nor udev was heard"
                _scanned(typing, "BACK-AGAIN", scans)


def _scanned(reader: Keyboard, text: str, scans: Subscription) -> int:
    """Hold a code before the reader until it is read, to the letter; returns how often that took.

    The kernel keeps some sixteen signs for whom an emulator starves, and a text that lost some is dropped.
    """
    for tries in range(1, _MOST_TRIES + 1):
        reader.type(f"{text}\n")
        scan = scans.next(_SCAN_SECONDS)
        if scan is not None:
            assert scan.text == text, scan.text
            return tries
    raise AssertionError("nothing was read")


def _type_until_it_is_pulled(reader: Keyboard) -> None:
    with suppress(OSError):
        reader.type("HALF-OF-A-TEXT" * 500)


def _next(scans: Subscription) -> str:
    scan = scans.next(_SCAN_SECONDS)
    assert scan is not None, "nothing was read"
    return scan.text


def _refusal_to_grab(stranger: evdev.InputDevice) -> int | None:
    try:
        stranger.grab()
    except OSError as error:
        return error.errno
    return None


def _node() -> Path:
    """The scanner's node, once udev has done with it."""
    return appeared(NODE).resolve()


CASES: tuple[Case, ...] = (
    a_keyboard_scanner_belongs_to_the_kiosk_alone,
    a_keyboard_scanner_is_read_to_the_letter_and_heard_by_nobody_else,
    a_keyboard_scanner_is_pulled_amid_a_text_and_half_of_it_is_never_passed_on,
    a_serial_scanner_is_pulled_and_comes_back_under_its_name,
    one_of_two_scanners_is_away_for_long_and_the_other_still_reads,
)
