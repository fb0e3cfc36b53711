"""What an ESC/POS printer says on a real line, and what is made of it."""

from __future__ import annotations

import errno
import os
import socket
import termios
import time
from collections import deque
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config import Settings
from kiosk.hardware.health import State
from kiosk.hardware.printer import Code, Failed, Printed, Unproven, build, lp
from kiosk.hardware.printer.answers import (
    QUESTIONS,
    SENSOR,
    Garbage,
    Mark,
    SensorByte,
    StatusByte,
    code_of,
    take_answer,
)
from kiosk.hardware.printer.escpos_printer import EscposPrinter
from kiosk.hardware.printer.line import DescriptorLine
from tests.fixed_clock import FixedClock
from tests.hardware.fake_printer import FINE, FakePrinter

JOB = b"\x1b@" + b"A-012 Loket 2\n" * 200 + b"\x1dVB\x00"
SLACK = 0.8
"""Seconds that a busy machine may take on top."""


@pytest.fixture
def fake():
    with FakePrinter() as printer:
        yield printer


@pytest.fixture
def printer(fake):
    made = build(Settings(printer=fake.url), FixedClock())
    yield made
    made.close()


@pytest.fixture
def usb(tmp_path: Path):
    """A printer behind a port of usblp, as far as a pty can be one."""
    with FakePrinter(device=tmp_path / "lp0") as fake:
        printer = build(Settings(printer=f"lp:{fake.device}"), FixedClock())
        yield fake, printer
        printer.close()


@pytest.mark.parametrize(
    "knows", [{"mark", "sensor"}, {"mark"}, {"sensor"}], ids=lambda knows: "+".join(sorted(knows))
)
def test_either_mark_proves_the_sheet(fake, printer, knows):
    fake.knows = frozenset(knows)
    assert isinstance(printer.print(JOB, "T1", 4.0), Printed)
    assert bytes(fake.job) == JOB, "the job arrives whole, and nothing but the job"
    assert isinstance(printer.print(JOB, "T2", 4.0), Printed)
    assert fake.connections == 1


def test_a_printer_that_knows_no_mark_is_never_believed(fake, printer):
    fake.knows = frozenset()
    assert printer.print(JOB, "T1", 4.0) == Unproven(Code.UNCONFIRMED)


def test_a_printer_that_warms_up_during_its_first_sheet_is_believed_from_the_second_on(fake, printer):
    fake.knows = frozenset()
    assert printer.print(JOB, "T1", 4.0) == Unproven(Code.UNCONFIRMED)
    fake.knows = frozenset({"mark"})
    assert isinstance(printer.print(JOB, "T2", 4.0), Printed)


def test_a_slow_sheet_within_the_deadline_is_printed(fake, printer):
    fake.seconds = 0.8
    outcome = printer.print(JOB, "T1", 4.0)
    assert isinstance(outcome, Printed)
    assert 0.7 < outcome.seconds < 3.0


def test_paper_that_ends_amid_the_sheet_is_named_and_the_rest_is_thrown_away(fake, printer):
    fake.on_job = FINE | {1: 0x1A, 2: 0x32, 4: 0x72}
    assert printer.print(JOB, "T1", 4.0) == Unproven(Code.PAPER_OUT)
    assert fake.cleared == 2, "before the first sheet, and this one"
    fake.on_job = None
    fake.status = dict(FINE)
    before = len(fake.job)
    assert printer.status().works
    assert len(fake.job) == before, "new paper brings out nothing"


def test_a_sheet_that_an_earlier_life_left_in_the_printer_is_thrown_away(fake, printer):
    assert printer.status().works
    assert fake.cleared == 1
    assert printer.status().works
    assert fake.cleared == 1, "not again, with every look"


def test_trouble_that_shows_only_after_the_mark_is_not_called_printed(fake, printer):
    fake.on_job = FINE | {3: 0x1A}
    assert printer.print(JOB, "T1", 4.0) == Unproven(Code.CUTTER)


def test_an_answer_that_comes_after_its_round_is_not_taken_for_one_of_the_next(tmp_path):
    with FakePrinter(device=tmp_path / "com1", status=FINE | {1: 0x1A, 2: 0x32, 4: 0x72}) as fake:
        printer = build(Settings(printer=f"serial:{fake.device}"), FixedClock())
        fake.late = [1.2]
        assert printer.status().code == Code.HANG
        assert printer.status().code == Code.PAPER_OUT
        printer.close()


def test_an_answer_that_comes_behind_the_mark_does_not_hide_a_jammed_knife(fake, printer):
    fake.on_job = FINE | {3: 0x1A}
    fake.seconds, fake.in_turn, fake.late = 0.6, True, [0, 0, 0, 0, 0.1]
    assert printer.print(JOB, "T1", 4.0) == Unproven(Code.CUTTER)


class Scripted(DescriptorLine):
    """The line of a printer that knows the sensor only, owes an answer to an earlier sheet, and hangs."""

    def __init__(self) -> None:
        super().__init__(os.open(os.devnull, os.O_RDWR))
        self.answers: deque[object] = deque()

    def send(self, data: bytes, until: float) -> None:
        if data in QUESTIONS:
            self.answers.append(StatusByte(0x12))
        elif JOB not in data and data.endswith(SENSOR):
            self.answers += [SensorByte(0), SensorByte(0)]

    def hear(self, until: float) -> object:
        if self.answers:
            return self.answers.popleft()
        time.sleep(max(0.0, until - time.monotonic()))
        return None

    def drain(self) -> None:
        pass


def test_a_sensor_s_answer_to_an_earlier_sheet_does_not_prove_this_one():
    printer = EscposPrinter("serial", lambda until: Scripted(), FixedClock())
    assert printer.print(JOB, "T2", 0.8) == Unproven(Code.SLOW)
    printer.close()


def test_a_serial_printer_that_goes_while_it_is_set_up_is_unplugged_and_no_crash(tmp_path, monkeypatch):
    def gone(*_: object) -> None:
        raise termios.error(errno.EIO, "Input/output error")

    monkeypatch.setattr(termios, "tcsetattr", gone)
    with FakePrinter(device=tmp_path / "com1") as fake:
        printer = build(Settings(printer=f"serial:{fake.device}"), FixedClock())
        assert printer.print(JOB, "T1", 1.0) == Failed(Code.UNPLUGGED)


@pytest.mark.parametrize("left", [False, True], ids=["before", "amid"])
def test_a_driver_that_breaks_still_says_what_became_of_the_sheet_and_keeps_its_words(left, caplog):
    class Breaking(Scripted):
        def send(self, data: bytes, until: float) -> None:
            if (JOB in data) is left:
                raise RuntimeError("A-012")
            super().send(data, until)

    printer = EscposPrinter("serial", lambda until: Breaking(), FixedClock())
    assert printer.print(JOB, "T1", 1.0) == (Unproven if left else Failed)(Code.ERROR)
    assert (printer.health.state, printer.health.code) == (State.FAULT, "crashed")
    assert "RuntimeError" in caplog.text
    assert "A-012" not in caplog.text
    printer.close()


def test_a_listener_that_never_accepts_is_a_hang():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        printer = build(Settings(printer=f"tcp://127.0.0.1:{deaf.getsockname()[1]}"), FixedClock())
        assert printer.print(JOB, "T1", 3.0) == Failed(Code.HANG)
        printer.close()


def test_a_flood_of_letters_does_not_keep_the_kiosk_waiting(fake, printer):
    fake.garbage = b"\x41" * 3000
    begun = time.monotonic()
    outcome = printer.print(JOB, "T1", 3.0)
    assert isinstance(outcome, Failed)
    assert time.monotonic() - begun < 1.0 + SLACK


def test_a_usb_printer_that_answers_nothing_is_ready_and_its_sheets_are_unproven(usb):
    fake, printer = usb
    fake.silent = True
    health = printer.status()
    assert (health.state, health.code) == (State.READY, Code.OK)
    assert printer.print(JOB, "T1", 4.0) == Unproven(Code.UNCONFIRMED)
    assert bytes(fake.job) == JOB
    assert printer.health.state is State.READY


def test_a_usb_printer_that_answers_nothing_and_takes_nothing_hangs(usb):
    fake, printer = usb
    fake.silent, fake.stall_after = True, 0
    begun = time.monotonic()
    assert printer.print(JOB * 6000, "T1", 1.2) == Unproven(Code.HANG)
    assert time.monotonic() - begun < 1.2 + SLACK


def test_a_usb_printer_that_has_answered_and_falls_silent_hangs_until_another_is_plugged_in(usb):
    fake, printer = usb
    assert printer.status().works
    fake.silent = True
    assert printer.print(JOB, "T1", 3.0) == Failed(Code.HANG)
    assert printer.status().code == Code.HANG
    fake.__exit__()
    assert printer.status().code == Code.UNPLUGGED
    with fake:
        assert printer.status().works
        assert printer.print(JOB, "T2", 4.0) == Unproven(Code.UNCONFIRMED)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (0x18, Code.OK),
        (0x00, Code.OK),
        (0x38, Code.PAPER_OUT),
        (0x20, Code.PAPER_OUT),
        (0x10, Code.ERROR),
        (0x08, Code.OFFLINE),
    ],
)
def test_what_the_usb_port_says_of_a_printer_that_answers_nothing(usb, monkeypatch, status, code):
    fake, printer = usb
    fake.silent = True
    # Only usblp itself has this ioctl; its answer is one int in the machine's own order.
    monkeypatch.setattr(lp.fcntl, "ioctl", lambda *_: status.to_bytes(4, "little"))
    assert printer.status().code == code


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ((0x12, 0x12, 0x12, 0x12), Code.OK),
        ((0x12, 0x12, 0x12, 0x1E), Code.PAPER_NEAR_END),
        ((0x1A, 0x16, 0x12, 0x12), Code.COVER_OPEN),
        ((0x1A, 0x36, 0x12, 0x72), Code.COVER_OPEN),
        ((0x1A, 0x32, 0x12, 0x12), Code.PAPER_OUT),
        ((0x1A, 0x12, 0x12, 0x7E), Code.PAPER_OUT),
        ((0x1A, 0x52, 0x1A, 0x12), Code.CUTTER),
        ((0x1A, 0x52, 0x12, 0x12), Code.ERROR),
        ((0x1A, 0x12, 0x32, 0x12), Code.ERROR),
        ((0x1A, 0x12, 0x12, 0x12), Code.OFFLINE),
    ],
)
def test_status_bytes_are_judged_by_what_a_person_can_mend(values, code):
    assert code_of(*values) is code


def test_kinds_of_answers_cannot_be_confused():
    buffer = bytearray(b"\x12\x37\x22\x12\x00\x37\x22\x00\x00\x1e")
    answers = []
    while (answer := take_answer(buffer)) is not None:
        answers.append(answer)
    assert answers == [StatusByte(0x12), Mark(b"\x12\x00\x37\x22"), SensorByte(0), StatusByte(0x1E)]


@given(st.binary(max_size=64))
def test_any_bytes_are_answers_or_garbage_and_never_an_endless_wait(data):
    buffer = bytearray(data)
    try:
        while (before := len(buffer)) and take_answer(buffer) is not None:
            assert len(buffer) < before
    except Garbage:
        pass
    else:
        assert len(buffer) < 7
