"""An ESC/POS printer on the network (raw port 9100), with proof of printing."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import threading
import time
from enum import Enum
from urllib.parse import urlsplit

from kiosk.config import SettingsError
from kiosk.domain.clock import Clock
from kiosk.hardware.device import DeviceGone, HealthBoard
from kiosk.hardware.health import Health
from kiosk.hardware.printer import (
    CAN_PRINT,
    POLL_SECONDS,
    STATE_OF,
    STATUS_SECONDS,
    Code,
    Failed,
    Outcome,
    Printed,
    Unproven,
)
from kiosk.hardware.printer.answers import (
    QUESTIONS,
    RESET,
    SENSOR,
    Mark,
    SensorByte,
    StatusByte,
    code_of,
    mark_command,
    new_process,
)
from kiosk.hardware.printer.line import Line, Lost

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5


class _Barrier(Enum):
    """Which completion mark this printer knows; found out on the first job of a connection."""

    MARK = "mark"
    SENSOR = "sensor"
    NONE = "none"


def parse_address(setting: str) -> tuple[str, int]:
    """Host and port of `tcp://host[:port]`; port 9100 if left out. Raises `SettingsError`.

    The host is `localhost` or an IP address: looking up a name has no time limit, and a status must have one.
    """
    refusal = SettingsError(f"KIOSK_PRINTER is {setting!r}; it must be tcp://host:port, host an IP address")
    try:
        parts = urlsplit(setting)
        host, port = parts.hostname or "", 9100 if parts.port is None else parts.port
        if host != "localhost":
            ipaddress.ip_address(host)
    except ValueError:
        raise refusal from None
    if port == 0 or parts.scheme != "tcp" or parts.username or parts.query or parts.path.strip("/"):
        raise refusal
    return host, port


class TcpPrinter:
    """Holds one connection; the poll and a job take turns on it."""

    name = "printer"
    driver = "tcp"
    simulated = False

    def __init__(self, address: tuple[str, int], clock: Clock) -> None:
        self._address = address
        self._board = HealthBoard(clock)
        self._turn = threading.Lock()
        self._line: Line | None = None
        self._barrier: _Barrier | None = None

    @property
    def health(self) -> Health:
        """The latest reading; never waits."""
        return self._board.health

    def open(self) -> None:
        """Connect and ask; raises `DeviceGone` when nobody answers."""
        self._look()

    def run(self, stop: threading.Event) -> None:
        """Ask every 1.5 s until `stop`; raises `DeviceGone` when the connection is lost."""
        while not stop.wait(POLL_SECONDS):
            self._look()

    def close(self) -> None:
        """Let go of the connection, after a job that is under way."""
        with self._turn:
            self._drop()
        self._board.closed()

    def status(self) -> Health:
        """Ask now, reconnecting if need be; within `STATUS_SECONDS`. While a job runs: the last reading."""
        with contextlib.suppress(DeviceGone):
            self._look()
        return self.health

    def print(self, job: bytes, job_id: str, deadline: float) -> Outcome:
        """Print `job` with proof, within `deadline` seconds; see `Printer.print`."""
        until = time.monotonic() + deadline
        if not self._turn.acquire(timeout=max(0.0, deadline)):
            return Failed(Code.SLOW)
        try:
            outcome = self._print(job, until)
        finally:
            self._turn.release()
        log.info("sheet %s: %s", job_id, outcome)
        return outcome

    def _look(self) -> None:
        """Read the status onto the board, unless a job has its turn; raises `DeviceGone`."""
        if not self._turn.acquire(blocking=False):
            return
        try:
            until = time.monotonic() + STATUS_SECONDS
            self._report(self._ask(self._connected(until), until))
        except Lost as lost:
            self._lose(lost.code)
            raise DeviceGone(lost.code) from None
        finally:
            self._turn.release()

    def _print(self, job: bytes, until: float) -> Outcome:
        begun = time.monotonic()
        sent = False
        try:
            soon = min(until, begun + STATUS_SECONDS)
            line = self._connected(soon)
            before = self._ask(line, soon)
            self._report(before)
            if before not in CAN_PRINT:
                return Failed(before)
            barrier = self._known_barrier(line, until)
            sent = True
            self._work_through(line, job, barrier, until)
            after = self._ask(line, min(until, time.monotonic() + STATUS_SECONDS))
            self._report(after)
        except Lost as lost:
            if sent and self._line:
                self._line.clear()
            self._lose(lost.code)
            return Unproven(lost.code) if sent else Failed(lost.code)
        if barrier is _Barrier.NONE:
            return Unproven(Code.UNCONFIRMED)
        return Printed(time.monotonic() - begun) if after in CAN_PRINT else Unproven(after)

    def _connected(self, until: float) -> Line:
        if self._line is None:
            self._line = Line(self._address, until)
            self._barrier = None
        return self._line

    def _ask(self, line: Line, until: float) -> Code:
        """Put the four questions one by one (some printers lose questions sent at once) and judge."""
        line.drain()
        values: list[int] = []
        for question in QUESTIONS:
            line.send(question, until)
            while not isinstance(answer := line.hear(until), StatusByte):
                if answer is None:
                    raise Lost(Code.HANG)
            values.append(answer.value)
        return code_of(*values)

    def _known_barrier(self, line: Line, until: float) -> _Barrier:
        """Find out which mark the printer knows, before paper moves.

        A printer without `GS ( H` may take its letters for text: the reset behind it throws them away.
        """
        if self._barrier is None:
            process = new_process()
            line.send(mark_command(process) + RESET + SENSOR, until)
            found, limit = _Barrier.NONE, min(until, time.monotonic() + STATUS_SECONDS)
            while (answer := line.hear(limit)) is not None:
                if answer == Mark(process):
                    found = _Barrier.MARK
                elif isinstance(answer, SensorByte):
                    found = found if found is _Barrier.MARK else _Barrier.SENSOR
                    break
            self._barrier = found
        return self._barrier

    def _work_through(self, line: Line, job: bytes, barrier: _Barrier, until: float) -> None:
        """Send the job and wait for its mark; while it is not there, ask what is the matter."""
        process = new_process()
        tail = {_Barrier.MARK: mark_command(process), _Barrier.SENSOR: SENSOR, _Barrier.NONE: b""}[barrier]
        line.send(job + tail, until)
        values: list[int] = []
        asking = answered = False
        while barrier is not _Barrier.NONE:
            match line.hear(min(until, time.monotonic() + _LOOK_SECONDS)):
                case Mark(process=echoed) if echoed == process:
                    return
                case SensorByte() if barrier is _Barrier.SENSOR:
                    return
                case StatusByte(value=value) if asking:
                    answered = True
                    values.append(value)
                    if len(values) < len(QUESTIONS):
                        line.send(QUESTIONS[len(values)], until)
                        continue
                    self._stop_on_trouble(code_of(*values))
                    values.clear()
                    asking = False
                case None if time.monotonic() >= until:
                    raise Lost(Code.SLOW if answered else Code.HANG)
                case None if not asking:
                    asking = True
                    line.send(QUESTIONS[0], until)
                case _:
                    pass  # an answer that belongs to an earlier round

    def _stop_on_trouble(self, code: Code) -> None:
        if code not in CAN_PRINT:
            raise Lost(code)
        self._report(code)

    def _lose(self, code: Code) -> None:
        self._drop()
        if code in STATE_OF:
            self._report(code)

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _report(self, code: Code) -> None:
        self._board.report(STATE_OF[code], code)
