"""What every reader does with what it has read: judge it, see doubles, pass it to all who listen."""

from __future__ import annotations

import errno
import math
import termios
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.domain.clock import Clock
from kiosk.hardware.device import DeviceGone, HealthBoard
from kiosk.hardware.health import Health, State
from kiosk.hardware.scanner import Dropped, Scan, Scanner, Subscription

LONGEST_TEXT = 4096
"""Characters; the largest QR code holds 4296 alphanumeric ones, our own at most 40."""

SAME_SCAN_SECONDS = 1.5
"""A code that is held before a reader is read again and again; so long a gap makes it a second scan."""

DROP_SHOWN_SECONDS = 10.0

_LOST = {
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.EBUSY: "in_use",
    errno.EWOULDBLOCK: "in_use",  # flock(2): another process holds the port
}


class ScanFeed:
    """One for all readers of a kiosk: what two of them see at one moment is one scan. Thread safe."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._listeners: tuple[Subscription, ...] = ()
        # By hash, so that no stranger's text stays in memory.
        self._seen_at: dict[int, float] = {}

    def subscribe(self) -> Subscription:
        """See `Scanner.subscribe`."""
        subscription = Subscription(self._remove)
        with self._lock:
            self._listeners = (*self._listeners, subscription)
        return subscription

    def _remove(self, subscription: Subscription) -> None:
        with self._lock:
            self._listeners = tuple(each for each in self._listeners if each is not subscription)

    def take(self, text: str, symbology: str = "unknown", source: str = "unknown") -> Dropped | None:
        """Pass on what a reader has sent, without the line end that readers append; says if it was dropped.

        An empty text and the same text within 1.5 s of its last sighting are no scans and no trouble either.
        """
        text = text.strip("\r\n\t ")
        if not text:
            return None
        dropped = _fault(text)
        with self._lock:
            if self._is_new(hash(text)):
                scan = Scan("" if dropped else text, symbology, source, self._clock.monotonic(), dropped)
                for listener in self._listeners:
                    listener.put(scan)
        return dropped

    def _is_new(self, mark: int) -> bool:
        now = self._clock.monotonic()
        self._seen_at = {each: at for each, at in self._seen_at.items() if now - at < SAME_SCAN_SECONDS}
        is_new = mark not in self._seen_at
        self._seen_at[mark] = now
        return is_new


def _fault(text: str) -> Dropped | None:
    if len(text) > LONGEST_TEXT:
        return Dropped.TOO_LONG
    # Cs: a half character, which a keyboard-like reader can send and no encoding can store.
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        return Dropped.CONTROL_CHARACTERS
    return None


class Reader:
    """What the drivers of single readers have in common; each opens and runs in its own way."""

    name = "scanner"
    driver: str
    simulated = False

    def __init__(self, clock: Clock, feed: ScanFeed) -> None:
        self._clock = clock
        self._feed = feed
        self._board = HealthBoard(clock)
        self._dropped_at = -math.inf

    @property
    def health(self) -> Health:
        """The latest reading."""
        return self._board.health

    @property
    def parts(self) -> tuple[Scanner, ...]:
        """See `Scanner.parts`."""
        return (self,)

    def subscribe(self) -> Subscription:
        """See `Scanner.subscribe`."""
        return self._feed.subscribe()

    def open(self) -> None:
        """The reader is held. Drivers call this last: one that stays away is then `absent` all the time."""
        self._board.report(State.OPENING, "opening")

    def run(self, stop: threading.Event) -> None:
        """Pass on what is read until `stop`; raises `DeviceGone` when the reader is lost."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of it."""
        self._board.closed()

    def _take(self, text: str, symbology: str = "unknown") -> None:
        """Pass a text on; one that was dropped shows in health for ten seconds."""
        dropped = self._feed.take(text, symbology, self.driver)
        if dropped is not None:
            self._dropped_at = self._clock.monotonic()
            self._board.report(State.DEGRADED, dropped.value)
        else:
            self._all_well()

    def _rest(self) -> None:
        """Nothing was read for a moment: what was dropped long ago is forgotten."""
        if self._clock.monotonic() - self._dropped_at >= DROP_SHOWN_SECONDS:
            self._all_well()

    def _all_well(self) -> None:
        self._board.report(State.READY, "ok")


@contextmanager
def loss() -> Iterator[None]:
    """Whatever the system refuses inside the block is a `DeviceGone` with its reason."""
    try:
        yield
    except OSError as error:
        raise DeviceGone(_LOST.get(error.errno or 0, "unplugged")) from None
    except termios.error:  # A serial line that goes while it is set up; no `OSError`.
        raise DeviceGone("unplugged") from None
