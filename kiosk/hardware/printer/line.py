"""The line to a network printer: one TCP connection on which nothing waits longer than it was told to.

Time limits are the machine's own monotonic seconds, not the clock's: they end waits in the kernel, which a
test's clock cannot move.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
import time

from kiosk.hardware.printer import Code
from kiosk.hardware.printer.answers import CLEAR, Answer, Garbage, take_answer

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_SMALL_BUFFER = 4096
_CLEAR_SECONDS = 0.1


class Lost(Exception):
    """This exchange is over, and so is the connection; `code` says why."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


class Line:
    """An open connection to `address`; every method may raise `Lost`. Used by one thread at a time."""

    def __init__(self, address: tuple[str, int], until: float) -> None:
        try:
            made = socket.create_connection(address, timeout=max(0.01, until - time.monotonic()))
        except OSError:
            raise Lost(Code.UNPLUGGED) from None
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Little may wait on our side, and a close throws it away: nothing is printed after we gave up.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SMALL_BUFFER)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._socket = made
        self._heard = bytearray()

    def send(self, data: bytes, until: float) -> None:
        """Write all of `data` by `until`; a printer that takes nothing more counts as hanging."""
        left = memoryview(data)
        while left:
            try:
                left = left[self._socket.send(left) :]
            except BlockingIOError:
                if not self._ready(selectors.EVENT_WRITE, until):
                    raise Lost(Code.HANG) from None
            except OSError:
                raise Lost(Code.UNPLUGGED) from None

    def hear(self, until: float) -> Answer | None:
        """Return the next answer, or `None` once `until` has passed."""
        try:
            while time.monotonic() < until:
                if (answer := take_answer(self._heard)) is not None:
                    return answer
                if self._ready(selectors.EVENT_READ, until):
                    self._receive()
        except Garbage:
            raise Lost(Code.GARBAGE) from None
        return None

    def drain(self) -> None:
        """Forget answers that came too late for the round before."""
        while self._ready(selectors.EVENT_READ, 0.0):
            self._receive()
            if len(self._heard) > _SMALL_BUFFER:
                raise Lost(Code.GARBAGE)
        self._heard.clear()

    def clear(self) -> None:
        """Ask the printer to forget the rest of the sheet, or new paper would bring it out. Best effort."""
        with contextlib.suppress(OSError):
            self._socket.send(CLEAR)
            # The reset that follows could overtake it in the printer's own network stack.
            time.sleep(_CLEAR_SECONDS)

    def close(self) -> None:
        """Reset the connection: whatever was still queued on this side is gone."""
        self._socket.close()

    def _receive(self) -> None:
        try:
            data = self._socket.recv(_SMALL_BUFFER)
        except BlockingIOError:
            return
        except OSError:
            raise Lost(Code.UNPLUGGED) from None
        if not data:
            raise Lost(Code.UNPLUGGED)
        self._heard += data

    def _ready(self, event: int, until: float) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, event)
            return bool(selector.select(max(0.0, until - time.monotonic())))
