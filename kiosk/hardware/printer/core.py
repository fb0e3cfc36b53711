"""What all printer drivers share: taking turns, asking again and again, and saying how it is."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from abc import ABC, abstractmethod

from kiosk.domain.clock import Clock
from kiosk.hardware.device import DeviceGone, HealthBoard
from kiosk.hardware.health import Health, State
from kiosk.hardware.printer import (
    POLL_SECONDS,
    STATE_OF,
    STATUS_SECONDS,
    Code,
    Failed,
    Lost,
    Outcome,
    Unproven,
)

log = logging.getLogger(__name__)


class PrinterCore(ABC):
    """A `Printer` but for its line: the poll and a job take turns on it. Drivers give the three last methods.

    Time limits are the machine's own monotonic seconds, not the clock's: they end waits in the kernel, which
    a test's clock cannot move.
    """

    name = "printer"
    simulated = False
    poll_seconds = POLL_SECONDS

    def __init__(self, driver: str, clock: Clock) -> None:
        self.driver = driver
        self._board = HealthBoard(clock)
        self._turn = threading.Lock()
        self._sent = False

    @property
    def health(self) -> Health:
        """The latest reading; never waits."""
        return self._board.health

    def open(self) -> None:
        """Get hold of it and ask; raises `DeviceGone` when nobody answers."""
        self._look()

    def run(self, stop: threading.Event) -> None:
        """Ask again and again until `stop`; raises `DeviceGone` when it is lost."""
        while not stop.wait(self.poll_seconds):
            self._look()

    def close(self) -> None:
        """Let go of it, after a job that is under way."""
        with self._turn:
            self._let_go()
        self._board.closed()

    def status(self) -> Health:
        """Ask now, reconnecting if need be; within `STATUS_SECONDS`. While a job runs: the last reading."""
        with contextlib.suppress(DeviceGone):
            self._look()
        return self.health

    def print(self, job: bytes, job_id: str, deadline: float) -> Outcome:
        """Print `job` within `deadline` seconds, or say what became of it; see `Printer.print`."""
        until = time.monotonic() + deadline
        if not self._turn.acquire(timeout=max(0.0, deadline)):
            return Failed(Code.SLOW)
        try:
            self._sent = False
            outcome = self._work(job, job_id, until)
        except Lost as lost:
            outcome = Unproven(lost.code) if self._sent else Failed(lost.code)
            self._lose(lost.code)
        except Exception as surprise:
            outcome = Unproven(Code.ERROR) if self._sent else Failed(Code.ERROR)
            self._crash(surprise)
        finally:
            self._sent = False
            self._turn.release()
        log.info("sheet %s: %s", job_id, outcome)
        return outcome

    def _look(self) -> None:
        """Read the status onto the board, unless a job has its turn; raises `DeviceGone`."""
        if not self._turn.acquire(blocking=False):
            return
        try:
            self._report(self._read(time.monotonic() + STATUS_SECONDS))
        except Lost as lost:
            self._lose(lost.code)
            raise DeviceGone(lost.code) from None
        except Exception as surprise:
            self._crash(surprise)
            raise
        finally:
            self._turn.release()

    def _lose(self, code: Code) -> None:
        self._let_go()
        if code in STATE_OF:
            self._report(code)

    def _crash(self, surprise: Exception) -> None:
        """What no driver foresaw is shown and logged by its kind; its words may hold what is on the sheet."""
        log.error("printer (%s) failed: %s", self.driver, type(surprise).__name__)
        self._lose(Code.ERROR)
        self._board.report(State.FAULT, "crashed", type(surprise).__name__)

    def _report(self, code: Code) -> None:
        self._board.report(STATE_OF[code], code)

    @abstractmethod
    def _read(self, until: float) -> Code:
        """Ask how it is, connecting if need be; raises `Lost`."""

    @abstractmethod
    def _work(self, job: bytes, job_id: str, until: float) -> Outcome:
        """Print one sheet. Sets `_sent` before the first byte leaves; a `Lost` from then on is unproven."""

    @abstractmethod
    def _let_go(self) -> None:
        """Give up the line, and with it whatever of a job waits on this side. Twice is fine."""
