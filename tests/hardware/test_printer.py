"""Every driver tells the same truth about the same trouble, within its deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from kiosk.config import Settings, SettingsError
from kiosk.hardware.device import DeviceGone
from kiosk.hardware.health import State
from kiosk.hardware.printer import (
    STATE_OF,
    STATUS_SECONDS,
    Code,
    Failed,
    Printed,
    Printer,
    Unproven,
    build,
)
from tests.fixed_clock import FixedClock
from tests.hardware.fake_printer import FINE, FakePrinter

JOB = b"\x1b@Anjungan IKD\n" + b"A-012\n" * 300 + b"\x1dVB\x00"
SLACK = 0.8
"""Seconds that a busy machine may take on top."""

BYTES = {
    Code.PAPER_OUT: FINE | {1: 0x1A, 2: 0x32, 4: 0x72},
    Code.COVER_OPEN: FINE | {1: 0x1A, 2: 0x16},
    Code.PAPER_NEAR_END: FINE | {4: 0x1E},
}


@dataclass
class Bench:
    """A driver, and the ways to trouble it: `trouble(code)` before a job, `trouble_amid(code)` during one."""

    printer: Printer
    trouble: Callable[[Code], None]
    take: Callable[[float], None]
    came_out: Callable[[], int]


def _simulated() -> Bench:
    printer = build(Settings(), FixedClock())
    controls = printer.controls
    controls.seconds_per_sheet = 0.0

    def take(seconds: float) -> None:
        controls.seconds_per_sheet = seconds

    return Bench(printer, lambda code: setattr(controls, code.value, True), take, lambda: len(printer.sheets))


def _tcp(stack: ExitStack) -> Bench:
    fake = stack.enter_context(FakePrinter())
    printer = build(Settings(printer=f"tcp://127.0.0.1:{fake.port}"), FixedClock())
    stack.callback(printer.close)

    def trouble(code: Code) -> None:
        match code:
            case Code.HANG:
                fake.silent = True
            case Code.GARBAGE:
                fake.garbage = b"\xff\xd8"
            case Code.UNPLUGGED:
                fake.__exit__()
            case _:
                fake.status = BYTES[code]

    def take(seconds: float) -> None:
        fake.seconds = seconds

    return Bench(printer, trouble, take, lambda: int(JOB in bytes(fake.job)))


@pytest.fixture(params=["simulated", "tcp"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with ExitStack() as stack:
        yield _simulated() if request.param == "simulated" else _tcp(stack)


def test_it_prints_and_says_so(bench):
    outcome = bench.printer.print(JOB, "T1", 3.0)
    assert isinstance(outcome, Printed)
    assert bench.came_out() == 1
    assert bench.printer.health.state is State.READY


def test_a_second_job_prints_on_the_same_line(bench):
    first, second = bench.printer.print(JOB, "T1", 3.0), bench.printer.print(JOB, "T2", 3.0)
    assert isinstance(first, Printed)
    assert isinstance(second, Printed)


@pytest.mark.parametrize(
    "code", [Code.PAPER_OUT, Code.COVER_OPEN, Code.UNPLUGGED, Code.HANG, Code.GARBAGE], ids=str
)
def test_trouble_before_the_job_prints_nothing_and_is_named(bench, code):
    bench.trouble(code)
    begun = time.monotonic()
    assert bench.printer.print(JOB, "T1", 2.0) == Failed(code)
    assert time.monotonic() - begun < STATUS_SECONDS + SLACK
    assert bench.came_out() == 0
    health = bench.printer.health
    assert (health.state, health.code) == (STATE_OF[code], code.value)


@pytest.mark.parametrize(
    "code", [Code.PAPER_OUT, Code.COVER_OPEN, Code.UNPLUGGED, Code.HANG, Code.GARBAGE], ids=str
)
def test_status_names_the_trouble_in_a_second_and_does_not_raise(bench, code):
    bench.trouble(code)
    begun = time.monotonic()
    health = bench.printer.status()
    assert time.monotonic() - begun < STATUS_SECONDS + SLACK
    assert (health.state, health.code) == (STATE_OF[code], code.value)


def test_paper_near_its_end_still_prints(bench):
    bench.trouble(Code.PAPER_NEAR_END)
    assert isinstance(bench.printer.print(JOB, "T1", 3.0), Printed)
    assert bench.printer.health.state is State.DEGRADED
    assert bench.printer.health.works


@pytest.mark.parametrize("code", [Code.PAPER_OUT, Code.COVER_OPEN], ids=str)
def test_trouble_amid_the_job_is_unproven_and_named_before_the_deadline(bench, code):
    bench.take(5.0)
    threading.Timer(0.4, bench.trouble, [code]).start()
    begun = time.monotonic()
    assert bench.printer.print(JOB, "T1", 4.0) == Unproven(code)
    assert time.monotonic() - begun < 2.5


def test_a_printer_slower_than_the_deadline_is_unproven(bench):
    bench.take(5.0)
    begun = time.monotonic()
    assert bench.printer.print(JOB, "T1", 1.5) == Unproven(Code.SLOW)
    assert time.monotonic() - begun < 1.5 + SLACK


def test_two_jobs_at_once_come_out_one_after_the_other(bench):
    bench.take(0.3)
    outcomes: list[object] = []
    threads = [
        threading.Thread(target=lambda: outcomes.append(bench.printer.print(JOB, "T", 5.0))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(outcome) for outcome in outcomes] == [Printed, Printed]


def test_status_does_not_wait_for_a_job(bench):
    bench.printer.status()
    bench.take(1.0)
    job = threading.Thread(target=bench.printer.print, args=(JOB, "T1", 3.0))
    job.start()
    time.sleep(0.2)
    begun = time.monotonic()
    assert bench.printer.status().works
    assert time.monotonic() - begun < 0.6
    job.join()


def test_a_job_that_cannot_get_its_turn_has_certainly_not_begun(bench):
    bench.take(1.5)
    job = threading.Thread(target=bench.printer.print, args=(JOB, "T1", 4.0))
    job.start()
    time.sleep(0.2)
    assert bench.printer.print(JOB, "T2", 0.3) == Failed(Code.SLOW)
    job.join()


def test_open_and_run_tell_the_supervisor_that_it_is_gone(bench):
    bench.printer.open()
    assert bench.printer.health.works
    bench.trouble(Code.UNPLUGGED)
    with pytest.raises(DeviceGone) as gone:
        bench.printer.run(threading.Event())
    assert gone.value.code == Code.UNPLUGGED
    bench.printer.close()
    assert bench.printer.health.code == Code.UNPLUGGED


def test_run_ends_when_it_is_told_to(bench):
    stop = threading.Event()
    served = threading.Thread(target=bench.printer.run, args=(stop,))
    served.start()
    stop.set()
    served.join(1.0)
    assert not served.is_alive()


def test_closing_twice_is_fine_and_printing_reconnects(bench):
    bench.printer.open()
    bench.printer.close()
    bench.printer.close()
    assert bench.printer.health.state is State.ABSENT
    assert isinstance(bench.printer.print(JOB, "T1", 3.0), Printed)


def test_health_keeps_its_moment_while_nothing_changes(bench):
    first = bench.printer.status()
    assert bench.printer.status() is first


@pytest.mark.parametrize(
    "name",
    ["", "epson", "simulated://x", "tcp", "tcp://", "tcp://host", "tcp://10.0.0.1:99999", "tcp://10.0.0.1:x",
     "tcp://10.0.0.1:0", "tcp://10.0.0.1:9100/queue", "tcp://me@10.0.0.1", "tcp://[::1", "usb:///dev/lp0"],
)  # fmt: skip
def test_an_unknown_printer_is_refused_by_the_name_of_its_setting(name):
    with pytest.raises(SettingsError, match="KIOSK_PRINTER"):
        build(Settings(printer=name), FixedClock())


@pytest.mark.parametrize(
    ("name", "driver"), [("simulated", "simulated"), ("tcp://10.0.0.9", "tcp"), ("tcp://[::1]:9101", "tcp")]
)
def test_the_setting_chooses_the_driver(name, driver):
    printer = build(Settings(printer=name), FixedClock())
    assert (printer.name, printer.driver, printer.simulated) == ("printer", driver, driver == "simulated")
