"""A queue of CUPS, for printers that only a driver of CUPS reaches. It proves nothing, so no sheet is proven.

A spool hides an absent printer and prints the old sheet 29 s after it came back (measured). Hence a job is
watched and taken out of the queue when its time is over or the printer is in trouble, and whatever an earlier
life of this process left in the queue is taken out at the start: the queue must be the kiosk's own.
"""

from __future__ import annotations

import os
import re
import subprocess
import time

from kiosk.domain.clock import Clock
from kiosk.hardware.printer import CAN_PRINT, Code, Failed, Lost, Outcome, Unproven
from kiosk.hardware.printer.core import PrinterCore

_WATCH_SECONDS = 0.3
_CANCEL_SECONDS = 1.0
_REQUEST = re.compile(r"request id is (\S+) ")

_REASONS = (
    ("media-empty", Code.PAPER_OUT),
    ("cover-open", Code.COVER_OPEN),
    ("door-open", Code.COVER_OPEN),
    ("offline", Code.OFFLINE),
    ("connecting-to-device", Code.OFFLINE),
    ("media-low", Code.PAPER_NEAR_END),
)
"""Words of `printer-state-reasons` (RFC 8011, 5.4.12), as `lpstat -l` lists them; worst first."""


class CupsPrinter(PrinterCore):
    """Prints by the programs `lp`, `lpstat` and `cancel` of cups-client, each with a time limit."""

    def __init__(self, queue: str, clock: Clock) -> None:
        super().__init__("cups", clock)
        self._queue = queue
        self._is_empty = True

    def open(self) -> None:
        """Have the queue emptied, then ask; raises `DeviceGone` when the queue is not there."""
        self._is_empty = False
        super().open()

    def _read(self, until: float) -> Code:
        if not self._is_empty:
            self._is_empty = self._cancel("-a", "-x", self._queue)
        return self._state(until)

    def _state(self, until: float) -> Code:
        said = _run(["lpstat", "-l", "-p", self._queue], until)
        if said.returncode:
            # It calls the queue invalid in both cases.
            runs = b"is running" in _run(["lpstat", "-r"], until).stdout
            raise Lost(Code.NO_QUEUE if runs else Code.NO_CUPS)
        first, _, rest = said.stdout.decode(errors="replace").partition("\n")
        if " disabled " in first:
            return Code.OFFLINE
        if " now printing " not in first:
            return (
                Code.OK
            )  # An idle queue's alerts are those of the last job, and only a new job takes them off.
        alerts = " ".join(line for line in rest.splitlines() if line.strip().startswith("Alerts:"))
        return next((code for word, code in _REASONS if word in alerts), Code.OK)

    def _work(self, job: bytes, job_id: str, until: float) -> Outcome:
        before = self._read(until - _CANCEL_SECONDS)
        self._report(before)
        if before not in CAN_PRINT:
            return Failed(before)
        request = self._submit(job, job_id, until - _CANCEL_SECONDS)
        if request is None:
            return Failed(Code.OFFLINE)
        try:
            self._watch(request, until - _CANCEL_SECONDS)
        except Lost:
            self._is_empty = False
            self._is_empty = self._cancel("-x", request)
            raise
        return Unproven(Code.UNCONFIRMED)

    def _let_go(self) -> None:
        """Nothing is held: every question is a program of its own."""

    def _submit(self, job: bytes, job_id: str, until: float) -> str | None:
        """Return the request's name; None when the queue takes no jobs."""
        self._sent = True
        try:
            said = _run(["lp", "-d", self._queue, "-o", "raw", "-t", job_id, "-"], until, job)
        except Lost as lost:
            self._sent = lost.code is not Code.NO_CUPS
            if self._sent:
                self._is_empty = False
                self._is_empty = self._cancel("-a", "-x", self._queue)
            raise
        found = _REQUEST.search(said.stdout.decode(errors="replace"))
        if said.returncode == 0 and found:
            return found[1]
        self._sent = False
        return None

    def _watch(self, request: str, until: float) -> None:
        """Until CUPS has passed the job on; raises `Lost` on trouble and when the time is over."""
        while True:
            said = _run(["lpstat", "-o", self._queue], until)
            if said.returncode:
                raise Lost(Code.NO_CUPS)  # started anew, it would print what it still has
            if request not in said.stdout.decode(errors="replace").split():
                return
            code = self._state(until)
            if code not in CAN_PRINT:
                raise Lost(code)
            if time.monotonic() + _WATCH_SECONDS >= until:
                raise Lost(Code.SLOW)
            time.sleep(_WATCH_SECONDS)

    def _cancel(self, *what: str) -> bool:
        """Take out of the queue; says whether that is certain. If not, it is done again before all else."""
        return _run(["cancel", *what], time.monotonic() + _CANCEL_SECONDS).returncode == 0


def _run(words: list[str], until: float, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a program of cups-client, in English, until `until`; raises `Lost`."""
    patience = max(0.01, until - time.monotonic())
    try:
        # Words of the program's own and a queue's name that was checked; no shell.
        return subprocess.run(  # noqa: S603
            words,
            input=given,
            capture_output=True,
            timeout=patience,
            env=os.environ | {"LC_ALL": "C"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Lost(Code.HANG) from None
    except OSError:
        raise Lost(Code.NO_CUPS) from None
