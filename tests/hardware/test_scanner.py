"""The scanner contract over every driver, and what strangers' codes must not be able to do."""

from __future__ import annotations

import errno
import logging
import os
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from evdev import ecodes

from kiosk.config import Settings, SettingsError
from kiosk.domain.clock import SystemClock
from kiosk.hardware import codes
from kiosk.hardware.camera.acting import Person
from kiosk.hardware.camera.simulated import SimulatedCamera
from kiosk.hardware.device import DeviceGone
from kiosk.hardware.health import State
from kiosk.hardware.scanner import DRIVERS, Dropped, Scan, Scanner, Subscription, build
from kiosk.hardware.scanner.browser import BrowserScanner
from kiosk.hardware.scanner.camera import CameraScanner
from kiosk.hardware.scanner.evdev import EvdevScanner, Typing
from kiosk.hardware.scanner.feed import ScanFeed
from kiosk.hardware.scanner.none import NoScanner
from kiosk.hardware.scanner.serial import SILENCE_SECONDS, SerialScanner
from kiosk.hardware.scanner.several import SeveralScanners
from kiosk.hardware.scanner.simulated import SimulatedScanner
from tests.fixed_clock import FixedClock
from tests.hardware.patience import seconds_until, served
from tests.hardware.scanners import PRODUCT, RIGS, VENDOR, FakeKeyboard, Line, Rig, code_picture, keys_for

OWN = "T.ABCDEFGHJKLM.ABCDEFGH23456789"


@pytest.fixture(params=RIGS)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    rig = RIGS[request.param](SystemClock(), tmp_path)
    yield rig
    rig.done()


@pytest.fixture
def working(rig: Rig) -> Iterator[Rig]:
    with ExitStack() as stack:
        for device in (rig.scanner, *rig.beside):
            stack.enter_context(served(device))
        seconds_until(lambda: rig.scanner.health.works, 2)
        yield rig


def next_of(listener: Subscription) -> Scan:
    scan = listener.next(3)
    assert scan is not None
    return scan


# --- what every driver does


def test_before_it_is_opened_it_is_absent(rig: Rig) -> None:
    scanner = rig.scanner
    assert (scanner.name, scanner.health.state, scanner.health.code) == ("scanner", State.ABSENT, "closed")


def test_open_and_close_twice_are_fine(rig: Rig) -> None:
    for _ in range(2):
        rig.scanner.open()
        rig.scanner.open()
        rig.scanner.close()
        rig.scanner.close()
    assert rig.scanner.health.code == "closed"


def test_a_code_reaches_every_listener_once_and_stays_out_of_the_log(
    working: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with working.scanner.subscribe() as first, working.scanner.subscribe() as second:
        working.read(OWN)
        for listener in (first, second):
            scan = next_of(listener)
            assert (scan.text, scan.dropped) == (OWN, None)
            assert scan.source in {part.driver for part in working.scanner.parts}
            assert OWN not in repr(scan)
        working.read(OWN)
        assert first.next(0.3) is None, "the same code a moment later is the same scan"
    assert OWN not in caplog.text
    assert OWN not in repr([part.health for part in working.scanner.parts])


def test_a_text_of_ten_thousand_characters_is_answered_and_shows_in_health(
    working: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    if isinstance(working.scanner, CameraScanner):
        return  # No code holds so much.
    with working.scanner.subscribe() as listener:
        working.read("x" * 10_000)
        scan = next_of(listener)
        assert (scan.text, scan.dropped) == ("", Dropped.TOO_LONG)
        seconds_until(lambda: any(part.health.code == "scan_too_long" for part in working.scanner.parts), 2)
        assert working.scanner.health.works
        working.read(OWN)
        assert next_of(listener).text == OWN
    seconds_until(lambda: working.scanner.health.code == "ok", 2)
    assert "xxx" not in caplog.text


def test_unplugged_it_says_so_in_two_seconds_and_replugged_it_reads_in_five(working: Rig) -> None:
    if working.unplug is None or working.replug is None:
        return  # The page and the camera have cables of their own; several are tested below.
    working.unplug()
    seconds_until(lambda: working.scanner.health.state is State.ABSENT, 2)
    assert working.scanner.health.code == "unplugged"
    working.replug()
    seconds_until(lambda: working.scanner.health.state is State.READY, 5)
    with working.scanner.subscribe() as listener:
        working.read("A-002")
        assert next_of(listener).text == "A-002"


@pytest.mark.parametrize("kind", ["evdev", "serial"])
def test_one_that_stays_away_is_tried_without_a_change_of_its_health(kind: str, tmp_path: Path) -> None:
    """Or its event log and the readers beside it would flicker with every attempt (seen on a real kernel)."""
    clock = FixedClock()
    scanner = {
        "evdev": EvdevScanner(clock, ScanFeed(clock), VENDOR, PRODUCT, inputs=tmp_path),
        "serial": SerialScanner(clock, ScanFeed(clock), str(tmp_path / "gone")),
    }[kind]
    readings = []
    for _ in range(2):
        with pytest.raises(DeviceGone):
            scanner.open()
        readings.append(scanner.health)
        clock.advance(3)
    assert readings[0] is readings[1]


# --- the feed


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ("x" * 4096, None),
        ("x" * 4097, Dropped.TOO_LONG),
        ("A\nB", Dropped.CONTROL_CHARACTERS),
        ("A\x00B", Dropped.CONTROL_CHARACTERS),
        ("A\x1b[2J", Dropped.CONTROL_CHARACTERS),
        ("A\x85", Dropped.CONTROL_CHARACTERS),
        ("A\ud800", Dropped.CONTROL_CHARACTERS),
        ("https://example.org/?q=2", None),
        ("Désa — 🙂", None),
    ],
)
def test_what_is_dropped_and_why(text: str, dropped: Dropped | None) -> None:
    feed = ScanFeed(FixedClock())
    listener = feed.subscribe()
    assert feed.take(text) is dropped
    assert next_of(listener) == Scan("" if dropped else text, "unknown", "unknown", 1000.0, dropped)


@pytest.mark.parametrize("text", ["", "\r\n", " \t "])
def test_an_empty_line_is_no_scan(text: str) -> None:
    feed = ScanFeed(FixedClock())
    listener = feed.subscribe()
    assert feed.take(text) is None
    assert listener.next(0) is None


def test_the_same_text_within_a_second_and_a_half_is_one_scan_whoever_reads_it() -> None:
    clock = FixedClock()
    feed = ScanFeed(clock)
    listener = feed.subscribe()
    for pause, source in ((0.0, "evdev"), (0.1, "camera"), (1.4, "evdev"), (1.5, "camera")):
        clock.advance(pause)
        feed.take("A-001", "qr", source)
    for text in ("A-002", "A-001", "A-002"):  # Two papers side by side before one lens.
        feed.take(text)
    found = []
    while scan := listener.next(0):
        found.append((scan.text, scan.source))
    assert found == [("A-001", "evdev"), ("A-001", "camera"), ("A-002", "unknown")]


def test_of_a_burst_of_a_hundred_scans_the_newest_are_kept() -> None:
    feed = ScanFeed(FixedClock())
    listener = feed.subscribe()
    for number in range(100):
        feed.take(f"A-{number:03}")
    texts = []
    while scan := listener.next(0):
        texts.append(scan.text)
    assert texts == [f"A-{number:03}" for number in range(92, 100)]


def test_who_has_left_gets_nothing_and_who_waits_is_woken() -> None:
    feed = ScanFeed(FixedClock())
    gone, waits = feed.subscribe(), feed.subscribe()
    gone.close()
    gone.close()
    waiting = threading.Thread(target=lambda: list(waits))
    waiting.start()
    feed.take("A-001")
    assert gone.next(0) is None
    waits.close()
    waiting.join(2)
    assert not waiting.is_alive()


# --- the simulated one


def test_a_hang_delays_scans_but_never_health() -> None:
    scanner = SimulatedScanner(SystemClock(), ScanFeed(SystemClock()))
    with served(scanner), scanner.subscribe() as listener:
        seconds_until(lambda: scanner.health.works, 2)
        scanner.controls.hang = True
        time.sleep(0.3)
        scanner.controls.read("A-003")
        start = time.monotonic()
        assert scanner.health.since.tzinfo is not None
        assert time.monotonic() - start < 0.05
        assert listener.next(0.3) is None
        scanner.controls.hang = False
        assert next_of(listener).text == "A-003"


# --- a keyboard


@pytest.fixture
def keyboard(tmp_path: Path) -> Iterator[FakeKeyboard]:
    keyboard = FakeKeyboard(tmp_path)
    keyboard.plug_in()
    yield keyboard
    keyboard.done()


def evdev_scanner(keyboard: FakeKeyboard, product: int = PRODUCT) -> EvdevScanner:
    clock = SystemClock()
    return EvdevScanner(clock, ScanFeed(clock), VENDOR, product, opened=keyboard.open, inputs=keyboard.inputs)


PRINTABLE = "".join(map(chr, range(32, 127)))


def test_every_printable_sign_is_spelt_and_the_whole_reader_is_ours(keyboard: FakeKeyboard) -> None:
    scanner = evdev_scanner(keyboard)
    with served(scanner), scanner.subscribe() as listener:
        seconds_until(lambda: scanner.health.works, 2)
        assert keyboard.is_grabbed
        keyboard.type(f"<{PRINTABLE}>", end=ecodes.KEY_KPENTER)
        assert next_of(listener).text == f"<{PRINTABLE}>"
    assert not keyboard.is_grabbed


def test_only_enter_ends_and_what_was_cut_off_is_dropped() -> None:
    clock, typing = FixedClock(), Typing()

    def typed(*keys: tuple[int, int]) -> list[str]:
        texts = (typing.key(*key, clock.monotonic()) for key in keys)
        return [text for text in texts if text is not None]

    enter = (ecodes.KEY_ENTER, 1)
    assert typed(*keys_for("A-0"), (ecodes.KEY_TAB, 1), (ecodes.KEY_TAB, 0)) == []
    clock.advance(0.9)
    assert typed(*keys_for("01"), enter) == ["A-0\t01"]
    assert typed(*keys_for("half")) == []
    clock.advance(1.1)
    assert typed(*keys_for("whole"), enter, enter) == ["whole", ""]
    assert typed((ecodes.KEY_A, 1), (ecodes.KEY_A, 2), (ecodes.KEY_A, 0), (ecodes.KEY_F1, 1), enter) == ["a"]
    assert typed(*keys_for("lost")) == []
    typing.lost(clock.monotonic())
    assert typed(*keys_for("its end"), enter) == []
    assert typed(*keys_for("b"), enter) == ["b"]
    typing.lost(clock.monotonic())
    clock.advance(1.1)
    assert typed(*keys_for("c"), enter) == ["c"]


def test_when_the_kernel_drops_a_text_s_first_keys_the_rest_is_no_text() -> None:
    typing = Typing()
    typing.lost(60.0)
    assert [typing.key(*key, 60.01) for key in (*keys_for("tail"), (ecodes.KEY_ENTER, 1))][-1] is None


def test_a_busy_process_that_comes_late_for_the_keys_does_not_cut_their_text(keyboard: FakeKeyboard) -> None:
    clock, feed = FixedClock(), ScanFeed(FixedClock())
    scanner = EvdevScanner(clock, feed, VENDOR, PRODUCT, opened=keyboard.open, inputs=keyboard.inputs)
    scanner.open()
    ((_, typing),) = scanner._taken.values()
    with feed.subscribe() as listener:
        keyboard.type("A-001")
        for event in keyboard.read():
            clock.advance(1.1)
            scanner._hear(event, typing)
        assert next_of(listener).text == "A-001"
    scanner.close()


@pytest.mark.parametrize(
    ("trouble", "code"), [("is_forbidden", "no_permission"), ("is_busy", "in_use"), ("other", "unplugged")]
)
def test_a_keyboard_that_cannot_be_had_says_why(keyboard: FakeKeyboard, trouble: str, code: str) -> None:
    setattr(keyboard, trouble, True)
    scanner = evdev_scanner(keyboard, product=0x9999 if trouble == "other" else PRODUCT)
    with served(scanner):
        seconds_until(lambda: scanner.health.code == code, 2)
        assert scanner.health.state is State.ABSENT


def _several(tmp_path: Path, *keyboards: FakeKeyboard) -> EvdevScanner:
    nodes = {each.node: each for each in keyboards}
    clock = SystemClock()
    return EvdevScanner(
        clock,
        ScanFeed(clock),
        VENDOR,
        PRODUCT,
        opened=lambda path: nodes[path.name].open(path),
        inputs=tmp_path,
    )


def test_of_two_nodes_of_a_reader_the_one_that_types_is_taken(tmp_path: Path) -> None:
    buttons = FakeKeyboard(tmp_path, "event2", frozenset())
    keyboard = FakeKeyboard(tmp_path, "event10")
    for each in (buttons, keyboard):
        each.plug_in()
    scanner = _several(tmp_path, buttons, keyboard)
    scanner.open()
    assert (buttons.is_grabbed, keyboard.is_grabbed) == (False, True)
    scanner.close()
    for each in (buttons, keyboard):
        each.done()


def test_a_second_reader_of_the_same_kind_types_into_no_page_either(tmp_path: Path) -> None:
    first, second = FakeKeyboard(tmp_path, "event3"), FakeKeyboard(tmp_path, "event4")
    first.plug_in()
    scanner = _several(tmp_path, first, second)
    with served(scanner), scanner.subscribe() as listener:
        seconds_until(lambda: scanner.health.works, 2)
        second.plug_in()
        seconds_until(lambda: second.is_grabbed, 2)
        first.type("T.ONE", end=ecodes.KEY_ENTER)
        second.type("T.TWO", end=ecodes.KEY_ENTER)
        assert {next_of(listener).text, next_of(listener).text} == {"T.ONE", "T.TWO"}
        second.pull_out()
        seconds_until(lambda: scanner.health.code == "unplugged", 2)
        seconds_until(lambda: scanner.health.works, 3)
        assert first.is_grabbed
    for each in (first, second):
        each.done()


def test_keys_that_the_kernel_dropped_drop_the_text_to_its_end(keyboard: FakeKeyboard) -> None:
    scanner = evdev_scanner(keyboard)
    with served(scanner), scanner.subscribe() as listener:
        seconds_until(lambda: scanner.health.works, 2)
        keyboard.press(*keys_for("ha"))
        keyboard.drop()
        keyboard.type("lf")
        keyboard.type("A-001")
        assert next_of(listener).text == "A-001"


# --- a serial line


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    line = Line(tmp_path / "usb-Honeywell_1950-if00")
    yield line
    os.close(line.far)


def serial_scanner(path: Path) -> SerialScanner:
    clock = SystemClock()
    return SerialScanner(clock, ScanFeed(clock), str(path))


def test_lines_end_by_any_line_end_or_by_silence(line: Line) -> None:
    scanner = serial_scanner(line.path)
    with served(scanner), scanner.subscribe() as listener:
        seconds_until(lambda: scanner.health.works, 2)
        line.send(b"\r\nA-001\r\n\r\nA-002\rA-0")
        line.send(b"03\nno end")
        texts = [next_of(listener).text for _ in range(4)]
        assert texts == ["A-001", "A-002", "A-003", "no end"]
        line.send("Désa\n".encode())
        assert next_of(listener).text == "Désa"


def test_a_reader_that_ends_its_lines_may_stop_for_a_moment_amid_a_text(line: Line) -> None:
    scanner = serial_scanner(line.path)
    with served(scanner), scanner.subscribe() as listener:
        seconds_until(lambda: scanner.health.works, 2)
        line.send(b"A-001\r\nA-0")
        time.sleep(2.5 * SILENCE_SECONDS)
        line.send(b"02\r\n")
        assert [next_of(listener).text for _ in range(2)] == ["A-001", "A-002"]


@pytest.mark.parametrize("data", [b"A\x00B\n", b"\xff\xfe\x80\n", b"\xed\xa0\x80\n"])
def test_bytes_that_are_no_text_are_answered_as_damaged(line: Line, data: bytes) -> None:
    scanner = serial_scanner(line.path)
    with served(scanner), scanner.subscribe() as listener:
        seconds_until(lambda: scanner.health.works, 2)
        line.send(data)
        assert next_of(listener).dropped is Dropped.CONTROL_CHARACTERS


def test_an_endless_stream_stays_small(line: Line) -> None:
    scanner = serial_scanner(line.path)
    scanner.open()
    for _ in range(1000):
        scanner._hear(b"x" * 4096)
    assert len(scanner._begun) < 20_000
    scanner.close()


def test_two_processes_for_one_line_and_what_is_no_line(line: Line, tmp_path: Path) -> None:
    first, second = serial_scanner(line.path), serial_scanner(line.path)
    first.open()
    with served(second):
        seconds_until(lambda: second.health.code == "in_use", 2)
        first.close()
        seconds_until(lambda: second.health.works, 5)
    (tmp_path / "file").touch()
    with served(other := serial_scanner(tmp_path / "file")):
        seconds_until(lambda: other.health.code == "wrong_device", 2)


def test_a_line_that_goes_while_it_is_set_up_is_unplugged_and_no_crash(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise termios.error(errno.EIO, "Input/output error")

    monkeypatch.setattr(termios, "tcsetattr", gone)
    scanner = serial_scanner(line.path)
    with pytest.raises(DeviceGone):
        scanner.open()
    assert scanner.health.code == "unplugged"


# --- the page's, the camera's, none


def test_the_page_s_reader_takes_off_its_prefix_and_is_deaf_while_closed() -> None:
    scanner = BrowserScanner(FixedClock(), ScanFeed(FixedClock()), "~")
    listener = scanner.subscribe()
    scanner.accept("~A-000")
    assert listener.next(0) is None
    with served(scanner):
        seconds_until(lambda: scanner.health.works, 2)
        scanner.accept("~A-001")
        assert next_of(listener).text == "A-001"


def test_the_camera_sleeps_until_somebody_asks_for_a_look_and_after_the_first_code() -> None:
    clock = SystemClock()
    camera = SimulatedCamera(clock)
    scanner = CameraScanner(clock, ScanFeed(clock), camera)
    with served(camera), served(scanner), scanner.subscribe() as listener:
        seconds_until(lambda: scanner.health.works and camera.health.works, 2)
        assert not camera._viewing.wanted
        scanner.look(30)
        seconds_until(lambda: camera._viewing.wanted, 2)
        camera.controls.portrait = Person(code_picture(OWN))
        assert next_of(listener).text == OWN
        seconds_until(lambda: not scanner.looks, 2)
        seconds_until(lambda: not camera._viewing.wanted, 3)
        camera.controls.unplugged = True
        seconds_until(lambda: scanner.health.code == "camera_out", 3)
        assert not scanner.health.works


def test_a_code_that_is_still_held_there_does_not_end_the_next_look_unheard() -> None:
    camera, feed = SimulatedCamera(SystemClock()), ScanFeed(FixedClock())
    scanner = CameraScanner(SystemClock(), feed, camera)
    camera.controls.portrait = Person(code_picture(OWN))
    feed.take(OWN)
    with served(camera), served(scanner):
        scanner.look(30)
        shown = 0
        while shown < 6:
            frame = camera.frame(shown, 3)
            assert frame is not None
            shown = frame.number
        assert scanner.looks
        feed.take("A-001", source="evdev")
        seconds_until(lambda: not scanner.looks, 2)


def test_without_any_library_the_camera_s_reader_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "readers", lambda: {"zxing-cpp": False, "pyzbar": False})
    scanner = CameraScanner(SystemClock(), ScanFeed(SystemClock()), SimulatedCamera(SystemClock()))
    with served(scanner):
        seconds_until(lambda: scanner.health.code == "no_code_reader", 2)


def test_no_scanner_is_no_trouble() -> None:
    scanner = NoScanner(SystemClock(), ScanFeed(SystemClock()))
    with served(scanner):
        seconds_until(lambda: scanner.health.works, 2)
        assert scanner.health.code == "no_scanner"


# --- several


def test_of_several_readers_one_may_be_missing(line: Line) -> None:
    clock = SystemClock()
    scanner = build(Settings(scanner=f"serial:{line.path};simulated"), clock, SimulatedCamera(clock))
    assert isinstance(scanner, SeveralScanners)
    other = scanner.parts[1]
    assert isinstance(other, SimulatedScanner)
    with served(scanner), scanner.subscribe() as listener:
        seconds_until(lambda: scanner.health.code == "ok", 2)
        other.controls.unplugged = True
        seconds_until(lambda: scanner.health.code == "one_missing", 2)
        health = scanner.health
        assert (health.state, health.detail) == (State.DEGRADED, "simulated: unplugged")
        line.send(b"A-001\n")
        assert next_of(listener).text == "A-001"
        line.pull_out()
        seconds_until(lambda: scanner.health.state is State.ABSENT, 2)
        line.plug_in()
        other.controls.unplugged = False
        seconds_until(lambda: scanner.health.code == "ok", 5)
        line.send(b"A-002\n")
        other.controls.read("A-002")
        assert next_of(listener).text == "A-002"
        assert listener.next(0.3) is None, "two readers saw one code"


# --- the setting


def test_every_driver_is_held_to_the_contract() -> None:
    assert set(DRIVERS) - set(RIGS) == {"none"}


def built(text: str) -> Scanner:
    return build(Settings(scanner=text), SystemClock(), SimulatedCamera(SystemClock()))


def test_readers_are_named_in_one_setting() -> None:
    scanner = built("evdev:05e0:1200; serial:/dev/serial/by-id/x?baud=115200;browser?prefix=~;camera")
    assert scanner.driver == "evdev;serial;browser;camera"
    assert built("none").driver == "none"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("magic", "'magic': a reader can be evdev, serial, browser, camera, simulated, none"),
        ("", "'': a reader can be"),
        ("browser;", "'': a reader can be"),
        ("evdev", "'evdev': evdev is followed by vendor and product"),
        ("evdev:5e0:1200", "'evdev:5e0:1200': evdev is followed by vendor and product"),
        ("evdev:0xyz:1200", "vendor and product in hex, such as evdev:05e0:1200"),
        ("serial:ttyUSB0", "'serial:ttyUSB0': serial is followed by a path"),
        ("serial:/dev/ttyUSB0?bauds=9600", "serial is followed by a path"),
        ("serial:/dev/ttyUSB0?baud=9601", "'serial:/dev/ttyUSB0?baud=9601': baud can be 1200,"),
        ("browser:x", "'browser:x': browser stands alone"),
        ("browser?prefix=A", "browser stands alone, or with the sign its reader begins with"),
        ("camera:0", "'camera:0': nothing follows this word"),
        ("simulated:x", "'simulated:x': nothing follows this word"),
        ("browser;browser", "it names a reader twice"),
        ("none;browser", "none cannot stand beside a reader"),
    ],
)
def test_a_setting_that_cannot_be_right_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        built(text)
    assert str(refused.value).startswith("KIOSK_SCANNER ")
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
