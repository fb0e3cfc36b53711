"""A reader on a serial line, or a USB reader that plays one (CDC-ACM)."""

from __future__ import annotations

import re
import threading
from contextlib import suppress

import serial

from kiosk.domain.clock import Clock
from kiosk.hardware.device import DeviceGone
from kiosk.hardware.scanner.feed import LONGEST_TEXT, Reader, ScanFeed, loss

BAUD_RATES = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)

USUAL_BAUD = 9600
"""What most readers are set to when they leave the factory; one on USB does not care."""

SILENCE_SECONDS = 0.1
"""So long without a byte ends a text, for readers that append no line end: 96 bytes' time at 9600 baud."""

PAUSE_SECONDS = 1.0
"""The same for a reader that has shown that it appends them: one by radio stops amid a text for longer."""

_MOST_BYTES = 4 * LONGEST_TEXT + 1
_LINE_END = re.compile(rb"[\r\n]+")


class SerialScanner(Reader):
    """Reads lines from `path`, best one below /dev/serial/by-id, at `baud` (8 bits, no parity, one stop)."""

    driver = "serial"

    def __init__(self, clock: Clock, feed: ScanFeed, path: str, baud: int = USUAL_BAUD) -> None:
        super().__init__(clock, feed)
        self._path, self._baud = path, baud
        self._port: serial.Serial | None = None
        self._begun = b""
        self._heard_at = 0.0
        self._ends_lines = False

    def open(self) -> None:
        """Open the port for this process alone; raises `DeviceGone`."""
        with self._board.attempt(), loss():
            self._let_go()
            try:
                self._port = serial.Serial(self._path, self._baud, timeout=SILENCE_SECONDS, exclusive=True)
            except serial.SerialException as error:
                # Without a number it is pyserial's own: there is something, but no terminal line.
                if error.errno is None:
                    raise DeviceGone("wrong_device") from None
                raise
            super().open()

    def run(self, stop: threading.Event) -> None:
        """Pass on what is read until `stop`; raises `DeviceGone` when unplugged."""
        port = self._port
        if port is None:
            raise DeviceGone("unplugged")
        with self._board.attempt(), loss():
            self._all_well()
            while not stop.is_set():
                data = port.read(1)
                self._hear(data + port.read(port.in_waiting) if data else b"")

    def close(self) -> None:
        """Let go of the port; a dead descriptor that stayed open would keep its name from coming back."""
        self._let_go()
        super().close()

    def _let_go(self) -> None:
        port, self._port, self._begun, self._ends_lines = self._port, None, b"", False
        if port is not None:
            with suppress(OSError):
                port.close()

    def _hear(self, data: bytes) -> None:
        """The next bytes; none of them is a silence, which ends what has begun."""
        now = self._clock.monotonic()
        if not data and self._ends_lines and now - self._heard_at < PAUSE_SECONDS:
            self._rest()
            return
        if data:
            self._heard_at = now
        lines = _LINE_END.split(self._begun + data)
        self._ends_lines |= len(lines) > 1
        # What does not fit is thrown away as it comes, until the text ends and is told to be too long.
        self._begun = lines.pop()[:_MOST_BYTES] if data else b""
        if not any(lines):
            self._rest()
        for line in filter(None, lines):
            # Bytes that are no text become half characters, which the feed knows to drop.
            self._take(line.decode(errors="surrogateescape"))
