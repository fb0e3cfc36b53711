"""A reader that is a keyboard, taken away from everybody else (`grab`): it never types into a page."""

from __future__ import annotations

import fcntl
import select
import struct
import threading
from array import array
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import evdev
from evdev import ecodes

from kiosk.domain.clock import Clock
from kiosk.hardware.device import DeviceGone
from kiosk.hardware.scanner.feed import LONGEST_TEXT, Reader, ScanFeed, loss

INPUTS = Path("/sys/class/input")
NODES = Path("/dev/input")

PARTIAL_SECONDS = 1.0
"""A text whose next key takes longer was cut off: readers type a key every 1 to 44 ms."""

_GLANCE_SECONDS = 0.25

_ROWS = (
    ("GRAVE 1 2 3 4 5 6 7 8 9 0 MINUS EQUAL", "`1234567890-=", "~!@#$%^&*()_+"),
    ("Q W E R T Y U I O P LEFTBRACE RIGHTBRACE BACKSLASH", "qwertyuiop[]\\", "QWERTYUIOP{}|"),
    ("A S D F G H J K L SEMICOLON APOSTROPHE", "asdfghjkl;'", 'ASDFGHJKL:"'),
    ("Z X C V B N M COMMA DOT SLASH", "zxcvbnm,./", "ZXCVBNM<>?"),
    ("SPACE TAB", " \t", " \t"),
    ("KP0 KP1 KP2 KP3 KP4 KP5 KP6 KP7 KP8 KP9", "0123456789", "0123456789"),
    ("KPDOT KPPLUS KPMINUS KPASTERISK KPSLASH", ".+-*/", ".+-*/"),
)
_SPELLS: dict[int, tuple[str, str]] = {
    ecodes.ecodes[f"KEY_{key}"]: signs
    for keys, plain, shifted in _ROWS
    for key, signs in zip(keys.split(), zip(plain, shifted, strict=True), strict=True)
}
"""Key to what it spells, without and with Shift, on a US keyboard: what readers are set to when they leave
the factory. The layout of the machine does not matter, because nobody but us hears the keys."""

_SHIFTS = frozenset({ecodes.KEY_LEFTSHIFT, ecodes.KEY_RIGHTSHIFT})
_ENDS = frozenset({ecodes.KEY_ENTER, ecodes.KEY_KPENTER})
_TYPES = {ecodes.KEY_ENTER, ecodes.KEY_1, ecodes.KEY_A}
_DOWN, _UP = 1, 0

_SET_MASK = 0x40104593
"""`EVIOCSMASK` of linux/input.h."""


def _spare_buffer(descriptor: int) -> None:
    """Have the kernel leave out scan codes, which say nothing that the keys do not.

    It keeps 64 events for a reader (`drivers/input/evdev.c`): ten signs, and sixteen without them. A fast
    reader types those in 30 ms, and a thread of a busy process may be away for so long.
    """
    none = array("Q", [0])
    with suppress(OSError):
        fcntl.ioctl(descriptor, _SET_MASK, struct.pack("IIQ", ecodes.EV_MSC, 8, none.buffer_info()[0]))


class Typing:
    """Turns keys into texts; only Enter ends one, and one that was cut off is dropped.

    `at` are the seconds at which the kernel had the key. A thread of a busy process may come for it later,
    and must not take its own delay for a pause of the reader's.
    """

    def __init__(self) -> None:
        self._shifts: set[int] = set()
        self._text: list[str] = []
        self._is_whole = True
        self._last_at = 0.0

    def key(self, code: int, value: int, at: float) -> str | None:
        """The next key (`KEY_*`; 1 down, 0 up, 2 held); the whole text when it was the one that ends it."""
        if abs(at - self._last_at) > PARTIAL_SECONDS:  # The machine's time of day: it may be set back.
            self._text.clear()
            self._is_whole = True
        self._last_at = at
        if code in _SHIFTS:
            (self._shifts.discard if value == _UP else self._shifts.add)(code)
        elif value == _DOWN and code in _ENDS:
            text = "".join(self._text) if self._is_whole else None
            self._text, self._is_whole = [], True
            return text
        elif value == _DOWN and code in _SPELLS and len(self._text) <= LONGEST_TEXT:
            self._text.append(_SPELLS[code][bool(self._shifts)])
        return None

    def lost(self, at: float) -> None:
        """The kernel has dropped keys: neither what has begun nor what follows until Enter can be whole."""
        self._is_whole = False
        self._last_at = at
        self._shifts.clear()


class EvdevScanner(Reader):
    """The keyboard-like readers with this USB `vendor` and `product`: each of their nodes that types.

    One reader may have two of them, an office two readers of a kind; one left alone would type into the page.
    `opened` and `inputs` are for tests.
    """

    driver = "evdev"

    def __init__(
        self,
        clock: Clock,
        feed: ScanFeed,
        vendor: int,
        product: int,
        *,
        opened: Callable[[Path], Any] = evdev.InputDevice,
        inputs: Path = INPUTS,
    ) -> None:
        super().__init__(clock, feed)
        self._ids = (vendor, product)
        self._opened, self._inputs = opened, inputs
        self._known: set[str] = set()
        self._taken: dict[int, tuple[Any, Typing]] = {}

    def open(self) -> None:
        """Find the readers and take them from everybody else; raises `DeviceGone`."""
        with self._board.attempt(), loss():
            self._let_go()
            self._take_what_types()
            self._require_one()
            super().open()

    def run(self, stop: threading.Event) -> None:
        """Pass on what is read until `stop`; raises `DeviceGone` when one of them is unplugged."""
        with self._board.attempt(), loss():
            self._require_one()
            self._all_well()
            while not stop.is_set():
                ready = select.select([*self._taken], [], [], _GLANCE_SECONDS)[0]
                for descriptor in ready:
                    self._listen(*self._taken[descriptor])
                if not ready:
                    self._take_what_types()
                    self._rest()

    def close(self) -> None:
        """Let go of them; the kernel ends a grab with its descriptor."""
        self._let_go()
        super().close()

    def _require_one(self) -> None:
        if not self._taken:
            raise DeviceGone("unplugged")

    def _let_go(self) -> None:
        taken, self._taken, self._known = self._taken, {}, set()
        for device, _ in taken.values():
            with suppress(OSError):
                device.close()

    def _take_what_types(self) -> None:
        """Take the nodes that are new and type; a reader often has another one, for its buttons."""
        present = self._nodes()
        self._known &= set(present)
        for name in present:
            if name in self._known:
                continue
            device = self._opened(NODES / name)
            if set(device.capabilities().get(ecodes.EV_KEY, ())) >= _TYPES:
                self._taken[device.fd] = (device, Typing())
                _spare_buffer(device.fd)
                device.grab()
            else:
                device.close()
            self._known.add(name)

    def _nodes(self) -> list[str]:
        """From sysfs, which everybody may read: a node that is forbidden is then known to be ours."""
        found = []
        for entry in self._inputs.glob("event*"):
            with suppress(OSError, ValueError):  # It was pulled out this moment.
                ids = tuple(
                    int((entry / "device" / "id" / part).read_text(), 16) for part in ("vendor", "product")
                )
                if ids == self._ids:
                    found.append(entry.name)
        return sorted(found, key=lambda name: int(name.removeprefix("event")))

    def _listen(self, device: Any, typing: Typing) -> None:
        with suppress(BlockingIOError):  # Another wake-up than by keys.
            for event in device.read():
                self._hear(event, typing)

    def _hear(self, event: Any, typing: Typing) -> None:
        if event.type == ecodes.EV_SYN and event.code == ecodes.SYN_DROPPED:
            typing.lost(event.timestamp())
        elif event.type == ecodes.EV_KEY:
            text = typing.key(event.code, event.value, event.timestamp())
            if text:
                self._take(text)
