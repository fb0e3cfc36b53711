"""Printers: a sheet is printed only when the printer itself has said so.

A write that "succeeds" proves nothing (144 kB vanish into a stalled printer in 0.1 ms, as measured), so a
job is: ask the status, write with a deadline, wait for the printer's mark that it has come so far, ask again.
No driver ever prints a second time by itself, and none keeps a job for later: a stranger would get the sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Protocol

from kiosk.config import Settings
from kiosk.domain.clock import Clock
from kiosk.hardware.device import Device
from kiosk.hardware.health import Health, State
from kiosk.hardware.printer import model, setting


class Code(StrEnum):
    """How a printer is, or why a sheet is not proven. Sentences stand in `wording.py`."""

    OK = "ok"
    PAPER_NEAR_END = "paper_near_end"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    CUTTER = "cutter"
    ERROR = "error"
    OFFLINE = "offline"
    UNPLUGGED = "unplugged"
    NOT_FOUND = "not_found"
    NO_PERMISSION = "no_permission"
    IN_USE = "in_use"
    NO_CUPS = "no_cups"
    NO_QUEUE = "no_queue"
    HANG = "hang"
    GARBAGE = "garbage"
    SLOW = "slow"
    UNCONFIRMED = "unconfirmed"


STATE_OF: dict[Code, State] = {
    Code.OK: State.READY,
    Code.PAPER_NEAR_END: State.DEGRADED,
    Code.PAPER_OUT: State.FAULT,
    Code.COVER_OPEN: State.FAULT,
    Code.CUTTER: State.FAULT,
    Code.ERROR: State.FAULT,
    Code.OFFLINE: State.FAULT,
    Code.UNPLUGGED: State.ABSENT,
    Code.NOT_FOUND: State.ABSENT,
    Code.NO_PERMISSION: State.FAULT,
    Code.IN_USE: State.FAULT,
    Code.NO_CUPS: State.FAULT,
    Code.NO_QUEUE: State.FAULT,
    Code.HANG: State.FAULT,
    Code.GARBAGE: State.FAULT,
}
"""What a status code means for the step that needs paper. `SLOW` and `UNCONFIRMED` only ever end a job."""

CAN_PRINT: frozenset[Code] = frozenset({Code.OK, Code.PAPER_NEAR_END})
"""Statuses in which a job is begun."""

STATUS_SECONDS = 1.0
"""The longest a status may take, connecting included: somebody stands in front of the kiosk."""

POLL_SECONDS = 0.75
"""Between two looks: with the second between two polls of the resident's bar a pulled cable is on the screen
within two seconds, which `make bench` measures. A look is sixteen bytes there and four back."""

JOB_SECONDS = 8.0
"""For one sheet. A receipt takes 1-3 s on the printers that kiosks have (docs/facts.md)."""


@dataclass(frozen=True)
class Printed:
    """The printer confirmed that it worked through the whole job; `seconds` is how long that took."""

    seconds: float


@dataclass(frozen=True)
class Unproven:
    """Some or all of the job left this machine, and the proof is missing: the sheet may hang out of the slot.

    Only a person who has looked may print it again.
    """

    code: Code


@dataclass(frozen=True)
class Failed:
    """Not one byte of the job left this machine: there is certainly no sheet."""

    code: Code


Outcome = Printed | Unproven | Failed


class Printer(Device, Protocol):
    """A device that puts bytes (ESC/POS, see `escpos.encode`) on paper."""

    def status(self) -> Health:
        """Ask now, reconnecting if need be; within `STATUS_SECONDS`. While a job runs: the last reading."""
        ...

    def print(self, job: bytes, job_id: str, deadline: float) -> Outcome:
        """Print one sheet, or say what became of it, within `deadline` seconds. Never raises, never retries.

        `job_id` names the sheet in logs and lists; it holds nothing personal.
        """
        ...


class Lost(Exception):
    """Inside the drivers: this exchange is over, and so is the line to the printer; `code` says why."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


# Each driver is imported by its own builder: drivers need the types above, and a library that is missing
# troubles only who chose it.


def _simulated(settings: Settings, clock: Clock) -> Printer:
    from kiosk.hardware.escpos import roll_of
    from kiosk.hardware.printer.simulated import SimulatedPrinter

    return SimulatedPrinter(clock, roll=roll_of(settings))


def _tcp(settings: Settings, clock: Clock) -> Printer:
    from kiosk.hardware.printer import tcp
    from kiosk.hardware.printer.escpos_printer import EscposPrinter

    return EscposPrinter("tcp", partial(tcp.connect, setting.tcp_address(settings.printer)), clock)


def _lp(settings: Settings, clock: Clock) -> Printer:
    from kiosk.hardware.printer import lp
    from kiosk.hardware.printer.escpos_printer import EscposPrinter

    return EscposPrinter("lp", partial(lp.connect, setting.device_path(settings.printer)), clock)


def _serial(settings: Settings, clock: Clock) -> Printer:
    from kiosk.hardware.printer import serial
    from kiosk.hardware.printer.escpos_printer import EscposPrinter

    return EscposPrinter("serial", partial(serial.connect, setting.serial_port(settings.printer)), clock)


def _cups(settings: Settings, clock: Clock) -> Printer:
    from kiosk.hardware.printer.cups import CupsPrinter

    return CupsPrinter(setting.queue_name(settings.printer), clock)


DRIVERS: dict[str, Callable[[Settings, Clock], Printer]] = {
    "simulated": _simulated,
    "tcp": _tcp,
    "lp": _lp,
    "serial": _serial,
    "cups": _cups,
}
"""By the part of `KIOSK_PRINTER` before its first colon."""


def build(settings: Settings, clock: Clock) -> Printer:
    """The printer that `KIOSK_PRINTER` names, not yet opened.

    Raises `SettingsError`, one sentence for what is wrong with it or with `KIOSK_PRINTER_MODEL`.
    """
    driver = setting.driver_of(settings.printer, DRIVERS)
    model.of(settings.printer_model)
    return DRIVERS[driver](settings, clock)
