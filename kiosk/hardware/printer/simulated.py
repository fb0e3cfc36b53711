"""A printer made of pictures: its paper is drawn from the bytes a real one would get, and it can fail."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.domain.clock import Clock
from kiosk.hardware import raster
from kiosk.hardware.device import DeviceGone, HealthBoard
from kiosk.hardware.escpos import ROLLS
from kiosk.hardware.health import Health
from kiosk.hardware.printer import (
    CAN_PRINT,
    STATE_OF,
    STATUS_SECONDS,
    Code,
    Failed,
    Outcome,
    Printed,
    Unproven,
)

log = logging.getLogger(__name__)

_KEPT_SHEETS = 20
_STEP_SECONDS = 0.02
_POLL_SECONDS = 0.25


@dataclass
class Controls:
    """What the simulator panel sets. Each is one attribute, so a change is whole for every thread."""

    unplugged: bool = False
    paper_out: bool = False
    cover_open: bool = False
    paper_near_end: bool = False
    hang: bool = False
    garbage: bool = False
    slow: bool = False
    seconds_per_sheet: float = 0.6
    seconds_when_slow: float = 20.0


@dataclass(frozen=True)
class Sheet:
    """One sheet that came out; `unknown` names bytes that the paper could not show."""

    job_id: str
    png: bytes = field(repr=False)
    at: datetime
    unknown: tuple[str, ...] = ()


class SimulatedPrinter:
    """Takes the time a real one takes, says the same codes, and keeps its last 20 sheets in `sheets`."""

    name = "printer"
    driver = "simulated"
    simulated = True

    def __init__(self, clock: Clock, *, paper_mm: int = 80) -> None:
        self.controls = Controls()
        self._clock = clock
        self._roll = ROLLS[paper_mm]
        self._board = HealthBoard(clock)
        self._turn = threading.Lock()
        self._sheets: deque[Sheet] = deque(maxlen=_KEPT_SHEETS)

    @property
    def health(self) -> Health:
        """The latest reading; never waits."""
        return self._board.health

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """What came out, oldest first."""
        return tuple(self._sheets)

    def forget_sheets(self) -> None:
        """Take the sheets out of the tray."""
        self._sheets.clear()

    def open(self) -> None:
        """Look once; raises `DeviceGone` when it does not answer, as the real driver does."""
        self._look()

    def run(self, stop: threading.Event) -> None:
        """Look again and again until `stop`; raises `DeviceGone` when it does not answer any more."""
        while not stop.wait(_POLL_SECONDS):
            self._look()

    def close(self) -> None:
        """Let go of it."""
        self._board.closed()

    def status(self) -> Health:
        """Ask now; a hang takes `STATUS_SECONDS`. While a job runs: the last reading."""
        if self._turn.acquire(blocking=False):
            try:
                self._read(STATUS_SECONDS)
            finally:
                self._turn.release()
        return self.health

    def print(self, job: bytes, job_id: str, deadline: float) -> Outcome:
        """Draw `job` as a sheet, or fail as the controls say; see `Printer.print`."""
        begun = time.monotonic()
        if not self._turn.acquire(timeout=max(0.0, deadline)):
            return Failed(Code.SLOW)
        try:
            outcome = self._print(job, job_id, begun, begun + deadline)
        finally:
            self._turn.release()
        log.info("sheet %s: %s", job_id, outcome)
        return outcome

    def _look(self) -> None:
        if self.status().code in (Code.UNPLUGGED, Code.HANG, Code.GARBAGE):
            raise DeviceGone(self.health.code)

    def _print(self, job: bytes, job_id: str, begun: float, until: float) -> Outcome:
        code = self._read(min(STATUS_SECONDS, until - time.monotonic()))
        if code not in CAN_PRINT:
            return Failed(code)
        controls = self.controls
        done, last = 0.0, time.monotonic()
        while done < 1.0:
            code = self._trouble()
            if time.monotonic() >= until:
                return Unproven(Code.HANG if code is Code.HANG else Code.SLOW)
            if code not in CAN_PRINT and code is not Code.HANG:
                self._report(code)
                return Unproven(code)
            time.sleep(_STEP_SECONDS)
            now = time.monotonic()
            if code is not Code.HANG:
                whole = controls.seconds_when_slow if controls.slow else controls.seconds_per_sheet
                done += (now - last) / max(whole, _STEP_SECONDS)
            last = now
        drawing = raster.render(job, self._roll.dots, self._roll.margin)
        self._sheets.append(Sheet(job_id, drawing.png, self._clock.now(), drawing.unknown))
        return Printed(time.monotonic() - begun)

    def _read(self, patience: float) -> Code:
        code = self._trouble()
        if code is Code.HANG:
            waited = time.monotonic() + patience
            while self.controls.hang and time.monotonic() < waited:
                time.sleep(_STEP_SECONDS)
            code = self._trouble()
        self._report(code)
        return code

    def _trouble(self) -> Code:
        controls = self.controls
        trouble = (
            (controls.unplugged, Code.UNPLUGGED),
            (controls.hang, Code.HANG),
            (controls.garbage, Code.GARBAGE),
            (controls.cover_open, Code.COVER_OPEN),
            (controls.paper_out, Code.PAPER_OUT),
            (controls.paper_near_end, Code.PAPER_NEAR_END),
        )
        return next((code for wrong, code in trouble if wrong), Code.OK)

    def _report(self, code: Code) -> None:
        self._board.report(STATE_OF[code], code)
