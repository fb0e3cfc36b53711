"""The scanner contract, and what strangers' codes must not be able to do."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from kiosk.config import Settings, SettingsError
from kiosk.domain.clock import SystemClock
from kiosk.hardware.health import State
from kiosk.hardware.scanner import DRIVERS, Dropped, ScanFeed, Scanner, SimulatedScanner, build
from tests.fixed_clock import FixedClock
from tests.hardware.patience import seconds_until, served


@pytest.fixture(params=DRIVERS)
def scanner(request: pytest.FixtureRequest) -> Scanner:
    return DRIVERS[request.param](SystemClock())


@pytest.fixture
def simulated() -> Iterator[SimulatedScanner]:
    scanner = SimulatedScanner(SystemClock())
    with served(scanner):
        seconds_until(lambda: scanner.health.works, 2)
        yield scanner


def test_before_it_is_opened_it_is_absent(scanner: Scanner) -> None:
    assert (scanner.name, scanner.health.state, scanner.health.code) == ("scanner", State.ABSENT, "closed")


def test_open_and_close_twice_are_fine(scanner: Scanner) -> None:
    for _ in range(2):
        scanner.open()
        scanner.open()
        scanner.close()
        scanner.close()
    assert scanner.health.code == "closed"


def test_a_code_reaches_every_listener(simulated: SimulatedScanner) -> None:
    with simulated.subscribe() as first, simulated.subscribe() as second:
        simulated.controls.read(" A-001\r\n")
        for listener in (first, second):
            scan = listener.next(2)
            assert scan is not None
            assert (scan.text, scan.symbology, scan.source) == ("A-001", "qr", "simulated")


def test_a_listener_who_has_left_gets_nothing(simulated: SimulatedScanner) -> None:
    gone, stays = simulated.subscribe(), simulated.subscribe()
    gone.close()
    gone.close()
    simulated.controls.read("A-001")
    assert stays.next(2) is not None
    assert gone.next(0.01) is None


def test_closing_wakes_who_waits(simulated: SimulatedScanner) -> None:
    subscription = simulated.subscribe()
    waiting = threading.Thread(target=lambda: list(subscription))
    waiting.start()
    subscription.close()
    waiting.join(2)
    assert not waiting.is_alive()


def test_unplugged_is_seen_in_two_seconds_and_replugged_in_five(simulated: SimulatedScanner) -> None:
    simulated.controls.unplugged = True
    seconds_until(lambda: simulated.health.state is State.ABSENT, 2)
    assert simulated.health.code == "unplugged"
    with simulated.subscribe() as listener:
        simulated.controls.read("read by nobody")
        time.sleep(1.2)
        assert simulated.health.state is State.ABSENT
        simulated.controls.unplugged = False
        seconds_until(lambda: simulated.health.state is State.READY, 5)
        simulated.controls.read("A-002")
        scan = listener.next(2)
        assert scan is not None
        assert scan.text == "A-002"


def test_a_hang_delays_scans_but_never_health(simulated: SimulatedScanner) -> None:
    simulated.controls.hang = True
    time.sleep(0.3)
    with simulated.subscribe() as listener:
        simulated.controls.read("A-003")
        start = time.monotonic()
        assert simulated.health.since.tzinfo is not None
        assert time.monotonic() - start < 0.2
        assert listener.next(0.3) is None
        simulated.controls.hang = False
        assert listener.next(2) is not None


@pytest.mark.parametrize(
    ("text", "code"),
    [("x" * 4097, "scan_too_long"), ("A\x00B", "scan_control_characters")],
)
def test_a_bad_text_is_dropped_and_shows_in_health(simulated: SimulatedScanner, text: str, code: str) -> None:
    with simulated.subscribe() as listener:
        simulated.controls.read(text)
        seconds_until(lambda: simulated.health.code == code, 2)
        assert simulated.health.works
        simulated.controls.read("A-004")
        scan = listener.next(2)
        assert scan is not None
        assert scan.text == "A-004"
    seconds_until(lambda: simulated.health.code == "ok", 2)


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ("x" * 4096, None),
        ("x" * 4097, Dropped.TOO_LONG),
        ("A\nB", Dropped.CONTROL_CHARACTERS),
        ("A\x1b[2J", Dropped.CONTROL_CHARACTERS),
        ("A\x85", Dropped.CONTROL_CHARACTERS),
        ("A\ud800", Dropped.CONTROL_CHARACTERS),
        ("Désa — 🙂", None),
        ("\r\n", None),
        ("", None),
    ],
)
def test_what_is_dropped_and_why(text: str, dropped: Dropped | None) -> None:
    feed = ScanFeed(FixedClock(), "test")
    listener = feed.subscribe()
    assert feed.take(text, "qr") is dropped
    scan = listener.next(0)
    assert (scan is not None) == (dropped is None and text.strip() != "")


def test_the_same_text_within_a_second_and_a_half_is_one_scan() -> None:
    clock = FixedClock()
    feed = ScanFeed(clock, "test")
    listener = feed.subscribe()
    for pause in (0.0, 1.0, 1.4, 1.5):
        clock.advance(pause)
        feed.take("A-001", "qr")
    feed.take("A-002", "qr")
    texts = []
    while scan := listener.next(0):
        texts.append(scan.text)
    assert texts == ["A-001", "A-001", "A-002"]


def test_who_does_not_listen_loses_the_oldest_scans_only() -> None:
    feed = ScanFeed(FixedClock(), "test")
    listener = feed.subscribe()
    for number in range(20):
        feed.take(f"A-{number:03}", "qr")
    texts = []
    while scan := listener.next(0):
        texts.append(scan.text)
    assert texts == [f"A-{number:03}" for number in range(12, 20)]


def test_what_was_read_stays_out_of_descriptions() -> None:
    feed = ScanFeed(FixedClock(), "test")
    listener = feed.subscribe()
    feed.take("3273011708900001", "qr")
    assert "3273011708900001" not in repr(listener.next(0))


def test_an_unknown_driver_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="KIOSK_SCANNER is 'magic'"):
        build(Settings(scanner="magic"), SystemClock())
