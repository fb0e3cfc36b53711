"""Printers: a sheet is printed only when the printer itself has said so.

A write that "succeeds" proves nothing (144 kB vanish into a stalled printer in 0.1 ms, as measured), so a
job is: ask the status, write with a deadline, wait for the printer's mark that it has come so far, ask again.
No driver ever prints a second time by itself, and none keeps a job for later: a stranger would get the sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kiosk.config import Settings, SettingsError
from kiosk.domain.clock import Clock
from kiosk.hardware.device import Device
from kiosk.hardware.health import Health, State


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
    Code.HANG: State.FAULT,
    Code.GARBAGE: State.FAULT,
}
"""What a status code means for the step that needs paper. `SLOW` and `UNCONFIRMED` only ever end a job."""

CAN_PRINT: frozenset[Code] = frozenset({Code.OK, Code.PAPER_NEAR_END})
"""Statuses in which a job is begun."""

STATUS_SECONDS = 1.0
"""The longest a status may take, connecting included: somebody stands in front of the kiosk."""

POLL_SECONDS = 1.5


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


# Each driver is imported by its own builder: drivers need the types above.


def _simulated(settings: Settings, clock: Clock) -> Printer:
    from kiosk.hardware.printer.simulated import SimulatedPrinter

    return SimulatedPrinter(clock, paper_mm=settings.paper_mm)


def _tcp(settings: Settings, clock: Clock) -> Printer:
    from kiosk.hardware.printer.tcp import TcpPrinter, parse_address

    return TcpPrinter(parse_address(settings.printer), clock)


DRIVERS: dict[str, Callable[[Settings, Clock], Printer]] = {"simulated": _simulated, "tcp": _tcp}
"""By the part of `KIOSK_PRINTER` before `://`."""


def build(settings: Settings, clock: Clock) -> Printer:
    """The printer that `KIOSK_PRINTER` names, not yet opened. Raises `SettingsError` for an unknown name."""
    name, _, _ = settings.printer.partition("://")
    if name not in DRIVERS or (name == "simulated") != (settings.printer == "simulated"):
        raise SettingsError(f"KIOSK_PRINTER is {settings.printer!r}; it can be simulated or tcp://host:port")
    return DRIVERS[name](settings, clock)
