"""A device that crashes, gives up, hangs or is missing: the supervisor goes on and the log stays short."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import pytest

from kiosk.domain.clock import SystemClock
from kiosk.hardware.device import DeviceGone, HealthBoard
from kiosk.hardware.health import Health, State
from kiosk.hardware.hotplug import ARRIVALS
from kiosk.hardware.scanner.feed import ScanFeed
from kiosk.hardware.scanner.simulated import SimulatedScanner
from kiosk.hardware.supervisor import Supervisor
from tests.hardware.patience import seconds_until, served


class Troubled:
    """A device whose every attempt does what the test says."""

    name = "troubled"
    driver = "test"
    simulated = True

    def __init__(self, attempt: Callable[[Troubled, threading.Event], None]) -> None:
        self.board = HealthBoard(SystemClock())
        self.calls: list[tuple[str, float]] = []
        self._attempt = attempt

    @property
    def health(self) -> Health:
        return self.board.health

    def times(self, call: str) -> list[float]:
        return [moment for what, moment in self.calls if what == call]

    def open(self) -> None:
        self.calls.append(("open", time.monotonic()))

    def run(self, stop: threading.Event) -> None:
        self.calls.append(("run", time.monotonic()))
        with self.board.attempt():
            self._attempt(self, stop)

    def close(self) -> None:
        self.calls.append(("close", time.monotonic()))


def gone(_: Troubled, __: threading.Event) -> None:
    raise DeviceGone("unplugged")


def crash(_: Troubled, __: threading.Event) -> None:
    raise ValueError("3273011708900001 was read")


def give_up(_: Troubled, __: threading.Event) -> None:
    return


def work(device: Troubled, stop: threading.Event) -> None:
    device.board.report(State.READY, "ok")
    stop.wait()


@pytest.mark.parametrize("trouble", [gone, crash, give_up])
def test_it_tries_again_with_growing_pauses(trouble: Callable[[Troubled, threading.Event], None]) -> None:
    device = Troubled(trouble)
    with served(device):
        seconds_until(lambda: len(device.times("run")) == 3, 4)
    first, second, third = device.times("run")[:3]
    assert 0.45 <= second - first < 1
    assert 0.95 <= third - second < 1.6


def test_a_dead_descriptor_is_closed_before_the_next_attempt() -> None:
    device = Troubled(crash)
    with served(device):
        seconds_until(lambda: len(device.times("run")) == 2, 3)
    assert [what for what, _ in device.calls][:5] == ["open", "run", "close", "open", "run"]


def test_after_a_time_of_work_the_first_pause_is_short_again() -> None:
    lost = threading.Event()

    def work_until_lost(device: Troubled, stop: threading.Event) -> None:
        if len(device.times("run")) < 3:
            raise DeviceGone("unplugged")
        device.board.report(State.READY, "ok")
        lost.wait(5)
        raise DeviceGone("unplugged")

    device = Troubled(work_until_lost)
    with served(device):
        seconds_until(lambda: device.health.works, 4)
        time.sleep(0.3)
        lost.set()
        assert seconds_until(lambda: len(device.times("run")) == 4, 1) >= 0.4


def test_each_change_of_health_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "kiosk.hardware.supervisor")
    device = Troubled(gone)
    with served(device):
        seconds_until(lambda: len(device.times("run")) == 2, 4)
        device._attempt = work
        seconds_until(lambda: device.health.works, 4)
        time.sleep(0.6)
    said = [record.getMessage() for record in caplog.records]
    assert said == ["troubled (test) is absent: unplugged", "troubled (test) is ready: ok"]


def test_a_crash_is_logged_by_place_and_kind_not_by_its_message(caplog: pytest.LogCaptureFixture) -> None:
    device = Troubled(crash)
    with served(device):
        seconds_until(lambda: len(device.times("close")) == 1, 2)
    assert "ValueError at test_supervisor.py:" in caplog.text
    assert "3273011708900001" not in caplog.text
    assert (device.health.state, device.health.code) == (State.FAULT, "crashed")


def test_a_device_that_will_not_stop_is_left_behind_and_named() -> None:
    release = threading.Event()

    def hang(_: Troubled, __: threading.Event) -> None:
        release.wait(30)

    device = Troubled(hang)
    stop = threading.Event()
    supervisor = Supervisor(device, stop)
    supervisor.start()
    seconds_until(lambda: len(device.times("run")) == 1, 2)
    stop.set()
    assert not supervisor.join()
    release.set()
    seconds_until(lambda: len(device.times("close")) == 1, 2)


def test_a_device_that_hangs_is_never_opened_twice_by_a_restart() -> None:
    release = threading.Event()

    def hang(_: Troubled, __: threading.Event) -> None:
        release.wait(30)

    device = Troubled(hang)
    first = threading.Event()
    left_behind = Supervisor(device, first)
    left_behind.start()
    seconds_until(lambda: len(device.times("run")) == 1, 2)
    first.set()
    assert not left_behind.join()
    with served(device):
        time.sleep(0.6)
        assert [what for what, _ in device.calls] == ["open", "run"]
        device._attempt = work
        release.set()
        seconds_until(lambda: device.health.works, 2)
        assert [what for what, _ in device.calls] == ["open", "run", "close", "open", "run"]


def test_something_plugged_in_ends_the_pause_at_once() -> None:
    device = Troubled(gone)
    with served(device):
        seconds_until(lambda: len(device.times("run")) == 3, 4)  # the pause is now two seconds
        device._attempt = work
        ARRIVALS.count += 1
        assert seconds_until(lambda: device.health.works, 2) < 0.5


def test_a_storm_of_arrivals_does_not_make_a_storm_of_attempts() -> None:
    device = Troubled(gone)
    with served(device):
        until = time.monotonic() + 0.7
        while time.monotonic() < until:
            ARRIVALS.count += 1
            time.sleep(0.005)
        assert 2 <= len(device.times("run")) <= 8


def test_starting_returns_at_once_however_slowly_the_device_opens() -> None:
    device = Troubled(work)
    device.open = lambda: time.sleep(0.5)  # type: ignore[method-assign]
    start = time.monotonic()
    with served(device):
        assert time.monotonic() - start < 0.3


def test_a_wished_end_is_not_logged_as_trouble(caplog: pytest.LogCaptureFixture) -> None:
    device = SimulatedScanner(SystemClock(), ScanFeed(SystemClock()))
    with served(device):
        seconds_until(lambda: device.health.works, 2)
        time.sleep(0.3)
    assert device.health.code == "closed"
    assert "closed" not in caplog.text
