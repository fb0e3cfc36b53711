"""Every driver tells the same truth about the same trouble, within its deadline, and prints nothing later."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest

from kiosk.config import Settings
from kiosk.hardware.device import DeviceGone
from kiosk.hardware.health import State
from kiosk.hardware.printer import STATE_OF, STATUS_SECONDS, Code, Failed, Printed, Printer, Unproven, build
from tests.fixed_clock import FixedClock
from tests.hardware.fake_cups import FakeCups
from tests.hardware.fake_printer import FINE, FakePrinter

JOB = b"\x1b@Anjungan IKD\n" + b"A-012\n" * 300 + b"\x1dVB\x00"
SLACK = 0.8
"""Seconds that a busy machine may take on top."""

BYTES = {
    Code.PAPER_OUT: FINE | {1: 0x1A, 2: 0x32, 4: 0x72},
    Code.COVER_OPEN: FINE | {1: 0x1A, 2: 0x16},
    Code.PAPER_NEAR_END: FINE | {4: 0x1E},
}

SPEAKING = ("simulated", "tcp", "serial", "lp")
"""Drivers whose printer says how it is."""

CABLES = ("tcp", "serial", "lp")
"""Drivers whose other end is a fake printer on a real line."""


class Bench(Protocol):
    """A driver, and the ways to trouble its other end; `lost` is what an unplugged one is called."""

    printer: Printer
    lost: Code

    def trouble(self, code: Code) -> None:
        """Begin a trouble."""

    def mend(self) -> None:
        """End it: paper, cover, cable."""

    def take(self, seconds: float) -> None:
        """From now on a sheet takes so long."""

    def came_out(self) -> int:
        """Sheets that came out whole."""

    def bytes_came(self) -> int:
        """Bytes of jobs that arrived, whole or not."""


class Simulated:
    lost = Code.UNPLUGGED

    def __init__(self) -> None:
        self.printer: Any = build(Settings(), FixedClock())
        self.printer.controls.seconds_per_sheet = 0.0

    def trouble(self, code: Code) -> None:
        setattr(self.printer.controls, code.value, True)

    def mend(self) -> None:
        for code in (*BYTES, Code.UNPLUGGED, Code.HANG, Code.GARBAGE):
            setattr(self.printer.controls, code.value, False)

    def take(self, seconds: float) -> None:
        self.printer.controls.seconds_per_sheet = seconds

    def came_out(self) -> int:
        return len(self.printer.sheets)

    bytes_came = came_out


class OnALine:
    lost = Code.UNPLUGGED

    def __init__(self, driver: str, folder: Path, stack: ExitStack) -> None:
        self._stack = stack
        self.fake = FakePrinter(device=None if driver == "tcp" else folder / "printer")
        self._plugged, self._is_plugged = stack.enter_context(ExitStack()), False
        self.mend()
        self.url = self.fake.url if driver == "tcp" else f"{driver}:{self.fake.url}"
        self.printer = self.another_process()

    def another_process(self) -> Printer:
        """One more driver for the same device: locks belong to the open file, not to the process."""
        printer = build(Settings(printer=self.url), FixedClock())
        self._stack.callback(printer.close)
        return printer

    def trouble(self, code: Code) -> None:
        match code:
            case Code.HANG:
                self.fake.silent = True
            case Code.GARBAGE:
                self.fake.garbage = b"\xff\xd8"
            case Code.UNPLUGGED:
                self._plugged.close()
                self._is_plugged = False
            case _:
                self.fake.status = BYTES[code]

    def mend(self) -> None:
        self.fake.status, self.fake.silent, self.fake.garbage = dict(FINE), False, b""
        self.fake.stall_after = self.fake.close_after = None
        if not self._is_plugged:
            self._plugged.enter_context(self.fake)
            self._is_plugged = True

    def take(self, seconds: float) -> None:
        self.fake.seconds = seconds

    def came_out(self) -> int:
        return bytes(self.fake.job).count(JOB)

    def bytes_came(self) -> int:
        return len(self.fake.job)


class Cups:
    lost = Code.NO_QUEUE

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.spool = FakeCups(folder)
        patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        self.printer = build(Settings(printer="cups:kiosk"), FixedClock())

    def trouble(self, code: Code) -> None:
        name = {Code.UNPLUGGED: "missing", Code.HANG: "hang", Code.OFFLINE: "disabled"}[code]
        self.spool.trouble(name)

    def mend(self) -> None:
        self.spool.mend()

    def take(self, seconds: float) -> None:
        raise NotImplementedError("how long a spool takes is tested in test_printer_cups.py")

    def came_out(self) -> int:
        return self.spool.printed.count(JOB)

    def bytes_came(self) -> int:
        return len(self.spool.printed) + len(self.spool.waiting)


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with ExitStack() as stack:
        match request.param:
            case "simulated":
                yield Simulated()
            case "cups":
                yield Cups(tmp_path, monkeypatch)
            case driver:
                yield OnALine(driver, tmp_path, stack)


def over(*drivers: str) -> pytest.MarkDecorator:
    """Run the test over these drivers."""
    return pytest.mark.parametrize("bench", drivers, indirect=True)


def with_troubles(*codes: Code) -> pytest.MarkDecorator:
    """Run the test over drivers that say how their printer is, and each of these troubles."""
    cases = [(driver, code) for driver in SPEAKING for code in codes]
    return pytest.mark.parametrize(("bench", "code"), cases, indirect=["bench"])


@over(*SPEAKING)
def test_it_prints_and_says_so_again_and_again(bench):
    for number in (1, 2):
        outcome = bench.printer.print(JOB, f"T{number}", 3.0)
        assert isinstance(outcome, Printed)
        assert bench.came_out() == number
    assert bench.printer.health.state is State.READY


@over("cups")
def test_what_only_a_spool_has_confirmed_is_unproven(bench):
    assert bench.printer.print(JOB, "T1", 3.0) == Unproven(Code.UNCONFIRMED)
    assert bench.came_out() == 1
    assert bench.spool.waiting == []
    assert bench.printer.health.state is State.READY


@pytest.mark.parametrize(
    ("bench", "code"),
    [
        *(
            (driver, code)
            for driver in SPEAKING
            for code in (Code.PAPER_OUT, Code.COVER_OPEN, Code.UNPLUGGED, Code.HANG, Code.GARBAGE)
        ),
        *(("cups", code) for code in (Code.OFFLINE, Code.UNPLUGGED, Code.HANG)),
    ],
    indirect=["bench"],
)
def test_trouble_before_the_job_is_named_in_a_second_and_nothing_of_it_is_ever_printed(bench, code):
    bench.printer.status()
    bench.trouble(code)
    named = bench.lost if code is Code.UNPLUGGED else code
    begun = time.monotonic()
    assert bench.printer.print(JOB, "T1", 2.0) == Failed(named)
    assert time.monotonic() - begun < 2.0 + SLACK
    begun = time.monotonic()
    health = bench.printer.status()
    assert time.monotonic() - begun < STATUS_SECONDS + SLACK
    assert (health.state, health.code) == (STATE_OF[named], named.value)
    bench.mend()
    assert bench.printer.status().state is State.READY
    assert bench.bytes_came() == 0
    assert isinstance(bench.printer.print(JOB, "T2", 3.0), Printed | Unproven)
    assert (bench.came_out(), bench.bytes_came()) in {(1, 1), (1, len(JOB))}, "the next sheet, and only that"


@over(*SPEAKING)
def test_paper_near_its_end_still_prints(bench):
    bench.trouble(Code.PAPER_NEAR_END)
    assert isinstance(bench.printer.print(JOB, "T1", 3.0), Printed)
    assert bench.printer.health.state is State.DEGRADED
    assert bench.printer.health.works


@with_troubles(Code.PAPER_OUT, Code.COVER_OPEN)
def test_trouble_amid_the_job_is_unproven_and_named_before_the_deadline(bench, code):
    bench.take(5.0)
    threading.Timer(0.3, bench.trouble, [code]).start()
    begun = time.monotonic()
    assert bench.printer.print(JOB, "T1", 4.0) == Unproven(code)
    assert time.monotonic() - begun < 2.5


@over(*SPEAKING)
def test_a_printer_slower_than_the_deadline_is_unproven(bench):
    bench.take(5.0)
    begun = time.monotonic()
    assert bench.printer.print(JOB, "T1", 1.2) == Unproven(Code.SLOW)
    assert time.monotonic() - begun < 1.2 + SLACK


@over(*CABLES)
def test_a_printer_that_stalls_after_a_kilobyte_is_a_hang_and_is_told_to_forget_the_rest(bench):
    assert bench.printer.status().works
    bench.fake.stall_after, bench.fake.cleared = 1000, 0
    begun = time.monotonic()
    assert bench.printer.print(JOB, "T1", 0.9) == Unproven(Code.HANG)
    assert time.monotonic() - begun < 0.9 + SLACK
    bench.fake.stall_after = None
    assert bench.printer.status().works
    assert bench.fake.cleared >= 1, "the rest that its buffer may hold"


@over(*CABLES)
def test_a_job_larger_than_every_buffer_does_not_block_for_ever(bench):
    bench.fake.stall_after = 1000
    begun = time.monotonic()
    assert bench.printer.print(JOB * 6000, "T1", 0.9) == Unproven(Code.HANG)
    assert time.monotonic() - begun < 0.9 + SLACK


@over(*CABLES)
def test_a_line_closed_amid_the_job_is_unplugged(bench):
    bench.fake.close_after = 1000
    assert bench.printer.print(JOB, "T1", 3.0) == Unproven(Code.UNPLUGGED)
    assert bench.printer.health.state is State.ABSENT


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("tcp://127.0.0.1:1", Code.UNPLUGGED),
        ("lp:{folder}/lp0", Code.NOT_FOUND),
        ("lp:{folder}/file", Code.NOT_FOUND),
        ("serial:{folder}/ttyACM0", Code.NOT_FOUND),
        ("serial:{folder}/file", Code.NOT_FOUND),
    ],
)
def test_an_address_where_no_printer_is_refuses_at_once_and_says_what_it_is(tmp_path, url, code):
    (tmp_path / "file").touch()
    printer = build(Settings(printer=url.format(folder=tmp_path)), FixedClock())
    begun = time.monotonic()
    assert printer.print(JOB, "T1", 5.0) == Failed(code)
    assert printer.status().code == code
    assert time.monotonic() - begun < SLACK
    assert not (tmp_path / "file").read_bytes()


@pytest.mark.parametrize(
    ("bench", "code"), [("tcp", Code.HANG), ("serial", Code.IN_USE), ("lp", Code.IN_USE)], indirect=["bench"]
)
def test_two_processes_for_one_device_the_second_is_told_and_spoils_nothing(bench, code):
    assert bench.printer.status().works
    assert bench.another_process().print(JOB, "T1", 2.0) == Failed(code)
    assert bench.bytes_came() == 0
    assert isinstance(bench.printer.print(JOB, "T2", 3.0), Printed)
    assert bytes(bench.fake.job) == JOB


@over(*SPEAKING)
def test_two_jobs_at_once_come_out_one_after_the_other(bench):
    bench.take(0.2)
    outcomes: list[object] = []
    threads = [
        threading.Thread(target=lambda: outcomes.append(bench.printer.print(JOB, "T", 5.0))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(outcome) for outcome in outcomes] == [Printed, Printed]


@over(*SPEAKING)
def test_while_a_job_runs_status_does_not_wait_and_another_job_has_certainly_not_begun(bench):
    bench.printer.status()
    bench.take(1.0)
    job = threading.Thread(target=bench.printer.print, args=(JOB, "T1", 3.0))
    job.start()
    time.sleep(0.2)
    begun = time.monotonic()
    assert bench.printer.status().works
    assert time.monotonic() - begun < 0.3
    assert bench.printer.print(JOB, "T2", 0.2) == Failed(Code.SLOW)
    job.join()


@over(*SPEAKING, "cups")
def test_open_and_run_tell_the_supervisor_that_it_is_gone_and_closing_is_no_news(bench):
    bench.printer.poll_seconds = 0.05
    bench.printer.open()
    assert bench.printer.health.works
    bench.trouble(Code.UNPLUGGED)
    with pytest.raises(DeviceGone) as gone:
        bench.printer.run(threading.Event())
    assert gone.value.code == bench.lost
    bench.printer.close()
    bench.printer.close()
    assert bench.printer.health.code == bench.lost


@over(*SPEAKING, "cups")
def test_run_ends_when_it_is_told_to_and_printing_afterwards_reconnects(bench):
    stop = threading.Event()
    served = threading.Thread(target=bench.printer.run, args=(stop,))
    served.start()
    stop.set()
    served.join(1.0)
    assert not served.is_alive()
    bench.printer.open()
    first = bench.printer.health
    assert bench.printer.status() is first, "health keeps its moment while nothing changes"
    bench.printer.close()
    assert bench.printer.health.state is State.ABSENT
    assert isinstance(bench.printer.print(JOB, "T1", 3.0), Printed | Unproven)
    assert bench.came_out() == 1
