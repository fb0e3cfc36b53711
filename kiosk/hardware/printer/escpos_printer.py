"""An ESC/POS printer on any line, with proof of printing."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum

from kiosk.domain.clock import Clock
from kiosk.hardware.printer import CAN_PRINT, STATUS_SECONDS, Code, Failed, Lost, Outcome, Printed, Unproven
from kiosk.hardware.printer.answers import (
    CLEAR,
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
from kiosk.hardware.printer.core import PrinterCore
from kiosk.hardware.printer.line import Line

_LOOK_SECONDS = 0.5

_TRIES = 2
"""Sheets for which a line's completion mark is looked for: a printer that warms up misses the first one."""

_QUIET_SECONDS = 0.1
"""An answer that is still on its way, besides the time that this printer takes for one, is there by then."""


class _Barrier(Enum):
    """Which completion mark this printer knows; found out on the first jobs of a line."""

    MARK = "mark"
    SENSOR = "sensor"
    NONE = "none"


class EscposPrinter(PrinterCore):
    """Holds one line, which `connect(until)` opens by then or raises `Lost`.

    A printer that never answered anything is hanging, unless its line is of a kind on which that is usual
    (`Line.may_be_mute`): then it is ready, and whatever it prints is unproven.
    """

    def __init__(self, driver: str, connect: Callable[[float], Line], clock: Clock) -> None:
        super().__init__(driver, clock)
        self._connect = connect
        self._line: Line | None = None
        self._barrier: _Barrier | None = None
        self._tries = 0
        self._was_there = False
        self._has_answered = False
        self._left_over = True  # An earlier life of this process may have ended amid a sheet.
        self._owes_answer = False

    def _read(self, until: float) -> Code:
        return self._ask(self._connected(until), until)

    def _work(self, job: bytes, job_id: str, until: float) -> Outcome:  # noqa: ARG002
        begun = time.monotonic()
        soon = min(until, begun + STATUS_SECONDS)
        line = self._connected(soon)
        before = self._ask(line, soon)
        self._report(before)
        if before not in CAN_PRINT:
            return Failed(before)
        barrier = self._known_barrier(line, until)
        self._sent = True
        self._work_through(line, job, barrier, until)
        after = self._ask(line, min(until, time.monotonic() + STATUS_SECONDS))
        self._report(after)
        if after not in CAN_PRINT:
            return Unproven(after)
        if barrier is _Barrier.NONE:
            return Unproven(Code.UNCONFIRMED)
        return Printed(time.monotonic() - begun)

    def _lose(self, code: Code) -> None:
        if self._sent and self._line is not None:
            self._line.clear()
            self._left_over = True
        super()._lose(code)
        if code is Code.UNPLUGGED:
            self._has_answered = False  # another printer may come back

    def _let_go(self) -> None:
        line, self._line = self._line, None  # closed once, whatever closing says: its number may be another's
        if line is not None:
            line.close()

    def _connected(self, until: float) -> Line:
        if self._line is None:
            try:
                self._line = self._connect(until)
            except Lost as lost:
                if lost.code is Code.NOT_FOUND and self._was_there:
                    raise Lost(Code.UNPLUGGED) from None
                raise
            self._was_there = True
            self._barrier, self._tries = None, 0
            if self._left_over:
                # Whoever stalled amid a sheet could not be told then; his buffer may still hold the rest.
                self._line.send(CLEAR, until)
                self._left_over = False
        return self._line

    def _ask(self, line: Line, until: float) -> Code:
        """Put the four questions and judge.

        Answers do not say what they answer. Where one is still owed, be it since an earlier line, it may have
        come first and shifted the others: then the last of them comes unasked, and all are asked again.
        """
        while True:
            owed, self._owes_answer = self._owes_answer, True
            line.drain()
            heard = self._four_answers(line, until)
            if heard is None:
                return line.port_status()
            values, slowest = heard
            if not owed or self._is_quiet(line, slowest + _QUIET_SECONDS, until):
                self._owes_answer = False
                return code_of(*values)

    def _four_answers(self, line: Line, until: float) -> tuple[list[int], float] | None:
        """Question by question (some printers lose questions sent at once): the answers, and the seconds that
        the slowest took; `None` from a printer that has never answered on a line where that is usual."""
        may_be_mute = line.may_be_mute and not self._has_answered
        patience = min(until, time.monotonic() + _LOOK_SECONDS) if may_be_mute else until
        values: list[int] = []
        slowest = 0.0
        for question in QUESTIONS:
            asked_at = time.monotonic()
            line.send(question, until)
            while not isinstance(answer := line.hear(patience), StatusByte):
                if answer is None and may_be_mute:
                    return None
                if answer is None:
                    raise Lost(Code.HANG)
            values.append(answer.value)
            slowest = max(slowest, time.monotonic() - asked_at)
            self._has_answered, may_be_mute, patience = True, False, until
        return values, slowest

    @staticmethod
    def _is_quiet(line: Line, seconds: float, until: float) -> bool:
        """Whether nothing more comes for so long; raises `Lost` when there is no time left to find out."""
        quiet_at = time.monotonic() + seconds
        if quiet_at > until:
            raise Lost(Code.HANG)
        return line.hear(quiet_at) is None

    def _known_barrier(self, line: Line, until: float) -> _Barrier:
        """Find out which mark the printer knows, before paper moves.

        A printer without `GS ( H` may take its letters for text: the reset behind it throws them away. Its
        sensor's answers are alike: one that was owed to an earlier sheet is waited for and not kept for this.
        """
        if not self._has_answered:
            return _Barrier.NONE
        if self._barrier is None:
            process = new_process()
            line.send(mark_command(process) + RESET + SENSOR, until)
            found, limit = _Barrier.NONE, min(until, time.monotonic() + STATUS_SECONDS)
            while (answer := line.hear(limit)) is not None:
                if answer == Mark(process):
                    found = _Barrier.MARK
                elif isinstance(answer, SensorByte):
                    if found is _Barrier.MARK:
                        break
                    found, limit = _Barrier.SENSOR, min(until, time.monotonic() + _QUIET_SECONDS)
            self._tries += 1
            if found is _Barrier.NONE and self._tries < _TRIES:
                return found
            self._barrier = found
        return self._barrier

    def _work_through(self, line: Line, job: bytes, barrier: _Barrier, until: float) -> None:
        """Send the job and wait for its mark; while it is not there, ask what is the matter."""
        process = new_process()
        tail = {_Barrier.MARK: mark_command(process), _Barrier.SENSOR: SENSOR, _Barrier.NONE: b""}[barrier]
        line.send(job + tail, until)
        if barrier is _Barrier.NONE:
            line.finish(until)
            return
        values: list[int] = []
        asking = answered = False
        while True:
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
                    asking = self._owes_answer = False
                    self._stop_on_trouble(code_of(*values))
                    values.clear()
                case None if time.monotonic() >= until:
                    raise Lost(Code.SLOW if answered else Code.HANG)
                case None if not asking:
                    asking = self._owes_answer = True
                    line.send(QUESTIONS[0], until)
                case _:
                    pass  # an answer that belongs to an earlier round

    def _stop_on_trouble(self, code: Code) -> None:
        if code not in CAN_PRINT:
            raise Lost(code)
        self._report(code)
