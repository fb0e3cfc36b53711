"""Scanners: whatever code is held before the reader, as text, to every part of the program that listens.

What a scanner reads is input from strangers: anybody can print a code. Nothing here trusts or keeps it, and
its text is in no log and in no health detail.
"""

from __future__ import annotations

import queue
import threading
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kiosk.config import Settings, SettingsError
from kiosk.domain.clock import Clock
from kiosk.hardware.device import Device, DeviceGone, HealthBoard
from kiosk.hardware.health import Health, State

LONGEST_TEXT = 4096
"""Characters; the largest QR code holds 4296 alphanumeric ones, our own at most 40."""

SAME_SCAN_SECONDS = 1.5
"""A code that is held before the reader is read again and again; so long a gap makes it a second scan."""

_WAITING_SCANS = 8
_DROP_SHOWN_SECONDS = 10.0
_GLANCE_SECONDS = 0.25


class Dropped(StrEnum):
    """Why a text was not passed on; also the code of the scanner's health for the next ten seconds."""

    TOO_LONG = "scan_too_long"
    CONTROL_CHARACTERS = "scan_control_characters"


@dataclass(frozen=True)
class Scan:
    """One code.

    `symbology` is `qr` or another of `codes.SYMBOLOGIES`, or `unknown` where the reader does not tell;
    `source` the driver's name; `at` the clock's monotonic second.
    """

    text: str = field(repr=False)
    symbology: str
    source: str
    at: float


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

    def subscribe(self) -> Subscription:
        """Listen from now on; earlier scans are gone."""
        ...


class ScanFeed:
    """What every driver does with what it has read: judge it, see doubles, pass it to all who listen."""

    def __init__(self, clock: Clock, source: str) -> None:
        self._clock = clock
        self._source = source
        self._listeners: tuple[Subscription, ...] = ()
        self._joining = threading.Lock()
        self._last: tuple[str, float] | None = None

    def subscribe(self) -> Subscription:
        """See `Scanner.subscribe`."""
        subscription = Subscription(self._remove)
        with self._joining:
            self._listeners = (*self._listeners, subscription)
        return subscription

    def _remove(self, subscription: Subscription) -> None:
        with self._joining:
            self._listeners = tuple(each for each in self._listeners if each is not subscription)

    def take(self, text: str, symbology: str) -> Dropped | None:
        """Pass on what the reader has sent, without the line end that readers append; says if it was dropped.

        An empty text and the same text within 1.5 s of its last sighting are no scans and no trouble either.
        """
        text = text.strip("\r\n\t ")
        if len(text) > LONGEST_TEXT:
            return Dropped.TOO_LONG
        # Cs: a half character, which a keyboard-like reader can send and no encoding can store.
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            return Dropped.CONTROL_CHARACTERS
        now = self._clock.monotonic()
        last, self._last = self._last, (text, now)
        if text and not (last is not None and last[0] == text and now - last[1] < SAME_SCAN_SECONDS):
            for listener in self._listeners:
                listener.put(Scan(text, symbology, self._source, now))
        return None


@dataclass
class ScannerControls:
    """What the simulator panel can do to the scanner; set from any thread."""

    unplugged: bool = False
    hang: bool = False
    _inbox: queue.SimpleQueue[tuple[str, str]] = field(default_factory=queue.SimpleQueue, repr=False)

    def read(self, text: str, symbology: str = "qr") -> None:
        """Hold a code before the reader; one without a cable sees nothing."""
        if not self.unplugged:
            self._inbox.put((text, symbology))

    def reset(self) -> None:
        """Back to a sound scanner."""
        self.unplugged = self.hang = False


class SimulatedScanner:
    """A reader without a cable; see `controls`."""

    name = "scanner"
    driver = "simulated"
    simulated = True

    def __init__(self, clock: Clock) -> None:
        self.controls = ScannerControls()
        self._clock = clock
        self._feed = ScanFeed(clock, self.driver)
        self._board = HealthBoard(clock)
        self._dropped_at = clock.monotonic()

    @property
    def health(self) -> Health:
        """The latest reading."""
        return self._board.health

    def subscribe(self) -> Subscription:
        """See `Scanner.subscribe`."""
        return self._feed.subscribe()

    def open(self) -> None:
        """Plug in: raises `DeviceGone` while `controls.unplugged`."""
        with self._board.attempt():
            self._require_plugged()
            self._board.report(State.OPENING, "opening")
            while not self.controls._inbox.empty():
                self.controls._inbox.get()  # A reader that was off remembers nothing.

    def run(self, stop: threading.Event) -> None:
        """Pass on what is read until `stop`; raises `DeviceGone` when unplugged."""
        with self._board.attempt():
            self._board.report(State.READY, "ok")
            while not stop.is_set():
                self._require_plugged()
                if self.controls.hang:
                    stop.wait(_GLANCE_SECONDS)
                else:
                    self._read_once()

    def close(self) -> None:
        """Unplug in good order."""
        self._board.closed()

    def _require_plugged(self) -> None:
        if self.controls.unplugged:
            raise DeviceGone("unplugged")

    def _read_once(self) -> None:
        try:
            text, symbology = self.controls._inbox.get(timeout=_GLANCE_SECONDS)
        except queue.Empty:
            if self._clock.monotonic() - self._dropped_at >= _DROP_SHOWN_SECONDS:
                self._board.report(State.READY, "ok")
            return
        dropped = self._feed.take(text, symbology)
        if dropped is None:
            self._board.report(State.READY, "ok")
        else:
            self._dropped_at = self._clock.monotonic()
            self._board.report(State.DEGRADED, dropped.value)


# Keyboard-like (evdev) and serial readers join here, each in its own file, imported by its builder.
DRIVERS: dict[str, Callable[[Clock], Scanner]] = {"simulated": SimulatedScanner}


def build(settings: Settings, clock: Clock) -> Scanner:
    """The scanner that `KIOSK_SCANNER` names, not yet opened. Raises `SettingsError` for an unknown name."""
    if settings.scanner not in DRIVERS:
        raise SettingsError(f"KIOSK_SCANNER is {settings.scanner!r}; it can be {' or '.join(DRIVERS)}")
    return DRIVERS[settings.scanner](clock)
