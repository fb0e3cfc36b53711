"""A printer made of pictures: its paper is drawn from the bytes a real one would get, and it can fail."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.domain.clock import Clock
from kiosk.hardware import raster
from kiosk.hardware.escpos import ROLLS, Roll
from kiosk.hardware.printer import CAN_PRINT, STATUS_SECONDS, Code, Failed, Lost, Outcome, Printed
from kiosk.hardware.printer.core import PrinterCore

_KEPT_SHEETS = 20
_STEP_SECONDS = 0.02


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


class SimulatedPrinter(PrinterCore):
    """Takes the time a real one takes, says the same codes, and keeps its last 20 sheets in `sheets`."""

    simulated = True
    poll_seconds = 0.25

    def __init__(self, clock: Clock, *, roll: Roll = ROLLS[80]) -> None:
        super().__init__("simulated", clock)
        self.controls = Controls()
        self._clock = clock
        self._roll = roll
        self._sheets: deque[Sheet] = deque(maxlen=_KEPT_SHEETS)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """What came out, oldest first."""
        return tuple(self._sheets)

    def _work(self, job: bytes, job_id: str, until: float) -> Outcome:
        begun = time.monotonic()
        code = self._read(min(until, begun + STATUS_SECONDS))
        self._report(code)
        if code not in CAN_PRINT:
            return Failed(code)
        self._sent = True
        controls = self.controls
        done, last = 0.0, begun
        while done < 1.0:
            code = self._trouble()
            if time.monotonic() >= until:
                raise Lost(Code.HANG if code is Code.HANG else Code.SLOW)
            if code not in CAN_PRINT and code is not Code.HANG:
                raise Lost(code)
            time.sleep(_STEP_SECONDS)
            now = time.monotonic()
            if code is not Code.HANG:
                whole = controls.seconds_when_slow if controls.slow else controls.seconds_per_sheet
                done += (now - last) / max(whole, _STEP_SECONDS)
            last = now
        drawing = raster.render(job, self._roll.dots, self._roll.margin)
        self._sheets.append(Sheet(job_id, drawing.png, self._clock.now(), drawing.unknown))
        return Printed(time.monotonic() - begun)

    def _read(self, until: float) -> Code:
        code = self._trouble()
        if code is Code.HANG:
            while self.controls.hang and time.monotonic() < until:
                time.sleep(_STEP_SECONDS)
            code = self._trouble()
        if code in (Code.UNPLUGGED, Code.HANG, Code.GARBAGE):
            raise Lost(code)
        return code

    def _let_go(self) -> None:
        """Nothing is held."""

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
