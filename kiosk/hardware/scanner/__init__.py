"""Scanners: whatever code is held before a reader, as text, to every part of the program that listens.

What a scanner reads is input from strangers: anybody can print a code. Nothing here trusts or keeps it, and
its text is in no log and in no health detail. Nor does it ever type: a reader that is a keyboard is taken
away from the page (`evdev.py`) or caught in it (`browser.py`).
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from kiosk.config import Settings, SettingsError
from kiosk.domain.clock import Clock
from kiosk.hardware.device import Device

if TYPE_CHECKING:
    from kiosk.hardware.camera import Camera
    from kiosk.hardware.scanner.feed import ScanFeed

_WAITING_SCANS = 8
_GLANCE_SECONDS = 0.25


class Dropped(StrEnum):
    """Why a text was not passed on; also the code of the scanner's health for the next ten seconds."""

    TOO_LONG = "scan_too_long"
    CONTROL_CHARACTERS = "scan_control_characters"


@dataclass(frozen=True)
class Scan:
    """One code that was held before a reader.

    `symbology` is `qr` or another of `codes.SYMBOLOGIES`, or `unknown` where the reader does not tell;
    `source` the driver's name; `at` the clock's monotonic second. A text that was `dropped` is empty: who
    held it there is told that it is none of ours, and nobody else learns more.
    """

    text: str = field(repr=False)
    symbology: str
    source: str
    at: float
    dropped: Dropped | None = None


class Subscription:
    """One listener's scans, oldest first; who does not listen loses the oldest, never the newest."""

    def __init__(self, leave: Callable[[Subscription], None]) -> None:
        self._leave = leave
        self._arrived = threading.Condition()
        self._waiting: deque[Scan] = deque(maxlen=_WAITING_SCANS)
        self._closed = False

    def next(self, timeout: float) -> Scan | None:
        """The next scan, awaited for `timeout` seconds at most; `None` if there was none or it is closed."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._waiting or self._closed, timeout)
            return self._waiting.popleft() if self._waiting and not self._closed else None

    def put(self, scan: Scan) -> None:
        """Called by the scanner; never waits for the listener."""
        with self._arrived:
            self._waiting.append(scan)
            self._arrived.notify_all()

    def close(self) -> None:
        """Stop listening; wakes whoever waits in `next`. Twice is fine."""
        self._leave(self)
        with self._arrived:
            self._closed = True
            self._waiting.clear()
            self._arrived.notify_all()

    def __iter__(self) -> Iterator[Scan]:
        """Every scan until it is closed."""
        while not self._closed:
            scan = self.next(_GLANCE_SECONDS)
            if scan is not None:
                yield scan

    def __enter__(self) -> Subscription:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Scanner(Device, Protocol):
    """A device that reads codes."""

    @property
    def parts(self) -> tuple[Scanner, ...]:
        """The readers it consists of, each with its own driver and health; itself alone if it is one."""
        ...

    def subscribe(self) -> Subscription:
        """Listen from now on; earlier scans are gone."""
        ...


@dataclass(frozen=True)
class Making:
    """What a reader is made from: its own word in KIOSK_SCANNER, and what it shares with the others."""

    word: str
    clock: Clock
    feed: ScanFeed
    camera: Camera

    def wrong(self, why: str) -> SettingsError:
        """The one sentence about a word that cannot be right."""
        return SettingsError(f"KIOSK_SCANNER has {self.word!r}: {why}")

    @property
    def details(self) -> str:
        """What follows the driver's name and its colon."""
        return self.word.partition(":")[2]


# Each driver is imported by its own builder, so that a missing library only troubles who chose it.


def _none(making: Making) -> Scanner:
    from kiosk.hardware.scanner.none import NoScanner

    _require_bare(making)
    return NoScanner(making.clock, making.feed)


def _simulated(making: Making) -> Scanner:
    from kiosk.hardware.scanner.simulated import SimulatedScanner

    _require_bare(making)
    return SimulatedScanner(making.clock, making.feed)


def _evdev(making: Making) -> Scanner:
    from kiosk.hardware.scanner.evdev import EvdevScanner

    ids = re.fullmatch("([0-9a-fA-F]{4}):([0-9a-fA-F]{4})", making.details)
    if ids is None:
        raise making.wrong("evdev is followed by vendor and product in hex, such as evdev:05e0:1200")
    return EvdevScanner(making.clock, making.feed, int(ids[1], 16), int(ids[2], 16))


def _serial(making: Making) -> Scanner:
    from kiosk.hardware.scanner.serial import BAUD_RATES, USUAL_BAUD, SerialScanner

    given = re.fullmatch(r"(/[^?]+)(?:\?baud=([0-9]+))?", making.details)
    if given is None:
        raise making.wrong("serial is followed by a path, such as serial:/dev/serial/by-id/NAME?baud=9600")
    baud = int(given[2] or USUAL_BAUD)
    if baud not in BAUD_RATES:
        raise making.wrong(f"baud can be {', '.join(map(str, BAUD_RATES))}")
    return SerialScanner(making.clock, making.feed, given[1], baud)


def _browser(making: Making) -> Scanner:
    from kiosk.hardware.scanner.browser import BrowserScanner

    given = re.fullmatch(r"browser(?:\?prefix=([!-/:-@\[-`{-~]))?", making.word)
    if given is None:
        raise making.wrong("browser stands alone, or with the sign its reader begins with: browser?prefix=~")
    return BrowserScanner(making.clock, making.feed, given[1] or "")


def _camera(making: Making) -> Scanner:
    from kiosk.hardware.scanner.camera import CameraScanner

    _require_bare(making)
    return CameraScanner(making.clock, making.feed, making.camera)


DRIVERS: dict[str, Callable[[Making], Scanner]] = {
    "evdev": _evdev,
    "serial": _serial,
    "browser": _browser,
    "camera": _camera,
    "simulated": _simulated,
    "none": _none,
}


def build(settings: Settings, clock: Clock, camera: Camera) -> Scanner:
    """The scanner that `KIOSK_SCANNER` names, one reader or several parted by `;`, not yet opened.

    `camera` is the kiosk's, for the reader that looks through it. Raises `SettingsError` with one sentence.
    """
    from kiosk.hardware.scanner.feed import ScanFeed
    from kiosk.hardware.scanner.several import SeveralScanners

    words = [word.strip() for word in settings.scanner.split(";")]
    if len(set(words)) < len(words):
        raise SettingsError(f"KIOSK_SCANNER is {settings.scanner!r}: it names a reader twice")
    if len(words) > 1 and "none" in words:
        raise SettingsError(f"KIOSK_SCANNER is {settings.scanner!r}: none cannot stand beside a reader")
    feed = ScanFeed(clock)
    parts = tuple(_build_one(Making(word, clock, feed, camera)) for word in words)
    return parts[0] if len(parts) == 1 else SeveralScanners(clock, feed, parts)


def _build_one(making: Making) -> Scanner:
    name = re.split("[:?]", making.word, maxsplit=1)[0]
    if name not in DRIVERS:
        raise making.wrong(f"a reader can be {', '.join(DRIVERS)}; several are parted by semicolons")
    return DRIVERS[name](making)


def _require_bare(making: Making) -> None:
    if making.word not in DRIVERS:
        raise making.wrong("nothing follows this word")
