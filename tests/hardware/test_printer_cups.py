"""A queue of CUPS: nothing stays in it that could be printed later, and its troubles have names."""

from __future__ import annotations

import os
import subprocess
import threading
import time

import pytest

from kiosk.config import Settings
from kiosk.hardware.device import DeviceGone
from kiosk.hardware.printer import Code, Failed, Unproven, build
from tests.fixed_clock import FixedClock
from tests.hardware import real_cups
from tests.hardware.fake_cups import FakeCups

JOB = b"\x1b@A-012\n\x1dVB\x00"


@pytest.fixture
def spool(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return FakeCups(tmp_path)


@pytest.fixture
def printer(spool):
    return build(Settings(printer="cups:kiosk"), FixedClock())


def test_what_an_earlier_life_left_in_the_queue_is_taken_out(spool, printer):
    (spool.folder / "jobs" / "kiosk-7").write_bytes(JOB)
    printer.open()
    assert spool.waiting == []
    assert spool.cancelled == "-a -x kiosk\n"


def test_a_job_that_stays_in_the_queue_is_taken_out_at_its_deadline(spool, printer):
    spool.trouble("stays")
    begun = time.monotonic()
    assert printer.print(JOB, "T1", 2.2) == Unproven(Code.SLOW)
    assert time.monotonic() - begun < 3.0
    assert (spool.waiting, spool.cancelled) == ([], "-x kiosk-1\n")


@pytest.mark.parametrize(
    ("alerts", "code"),
    [
        ("media-empty-error", Code.PAPER_OUT),
        ("offline-report media-low-warning", Code.OFFLINE),
        ("cover-open-error", Code.COVER_OPEN),
    ],
)
def test_trouble_that_cups_sees_amid_the_job_takes_it_out_at_once(spool, printer, alerts, code):
    spool.trouble("alerts", alerts)
    begun = time.monotonic()
    assert printer.print(JOB, "T1", 5.0) == Unproven(code)
    assert time.monotonic() - begun < 2.0
    assert spool.waiting == []
    assert printer.health.code == code
    # An idle queue keeps the alerts of its last job; to believe them would be never to print again.
    assert printer.status().works


def test_a_queue_that_takes_no_jobs_got_none(spool, printer):
    spool.trouble("rejects")
    assert printer.print(JOB, "T1", 3.0) == Failed(Code.OFFLINE)
    assert (spool.waiting, spool.cancelled) == ([], "")


def test_programs_that_hang_amid_the_job_leave_nothing_in_the_queue(spool, printer):
    spool.trouble("stays")
    threading.Timer(0.6, spool.trouble, ["hang"]).start()
    assert printer.print(JOB, "T1", 2.2) == Unproven(Code.HANG)
    assert spool.waiting == []


def test_a_server_that_is_started_anew_amid_the_job_prints_nothing_of_it_later(spool, printer):
    spool.trouble("stays")
    threading.Timer(0.4, spool.trouble, ["stopped"]).start()
    assert printer.print(JOB, "T1", 3.0) == Unproven(Code.NO_CUPS)
    spool.mend()
    assert printer.status().works
    assert (spool.waiting, spool.printed) == ([], [])


@pytest.mark.parametrize(("trouble", "code"), [("stopped", Code.NO_CUPS), ("missing", Code.NO_QUEUE)])
def test_a_server_that_does_not_run_is_told_from_a_queue_that_is_not_there(spool, printer, trouble, code):
    spool.trouble(trouble)
    assert printer.print(JOB, "T1", 3.0) == Failed(code)
    with pytest.raises(DeviceGone) as gone:
        printer.open()
    assert gone.value.code == code


def test_a_machine_without_cups_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    printer = build(Settings(printer="cups:kiosk"), FixedClock())
    assert printer.print(JOB, "T1", 3.0) == Failed(Code.NO_CUPS)
    assert printer.status().code == Code.NO_CUPS


# Not skipped where there is no CUPS: nobody needs it, and the other tests say what it says.
if real_cups.SERVER:

    def test_cups_itself_says_what_the_programs_of_the_other_tests_say(tmp_path, monkeypatch):
        with real_cups.cups(tmp_path, monkeypatch):
            printer = build(Settings(printer="cups:kiosk"), FixedClock())
            printer.open()
            assert printer.print(JOB, "T1", 5.0) == Unproven(Code.UNCONFIRMED)

            # Nobody listens there, and CUPS would try for as long as it takes.
            real_cups.lpadmin("-p", "kiosk", "-v", "ipp://127.0.0.1:1/ipp/print")
            assert printer.print(JOB, "T2", 2.5) in {Unproven(Code.SLOW), Unproven(Code.OFFLINE)}
            waiting = subprocess.run(["lpstat", "-o", "kiosk"], capture_output=True, check=True)
            assert waiting.stdout == b""

            real_cups.lpadmin("-x", "kiosk")
            assert printer.print(JOB, "T3", 3.0) == Failed(Code.NO_QUEUE)
        assert printer.print(JOB, "T4", 3.0) == Failed(Code.NO_CUPS)
