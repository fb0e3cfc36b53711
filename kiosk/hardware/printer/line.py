"""The line to a printer: bytes go out and answers come in, and nothing waits longer than it was told to."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import struct
import termios
import time
from typing import Protocol

from kiosk.hardware.printer import Code, Lost
from kiosk.hardware.printer.answers import CLEAR, Answer, Garbage, take_answer

_MOST_HEARD = 4096
_CLEAR_SECONDS = 0.1
_LOOK_SECONDS = 0.01

_CODES = {
    errno.ENOENT: Code.NOT_FOUND,
    errno.EACCES: Code.NO_PERMISSION,
    errno.EPERM: Code.NO_PERMISSION,
    errno.EBUSY: Code.IN_USE,
    errno.EWOULDBLOCK: Code.IN_USE,
    errno.ENOSPC: Code.PAPER_OUT,  # what usblp makes of a port that says so
}
"""Whatever else the system says, the thing at the other end is gone."""


class Line(Protocol):
    """An open line to one printer, used by one thread at a time; every method may raise `Lost`."""

    may_be_mute: bool
    """Whether printers that answer nothing at all are usual on lines of this kind."""

    def send(self, data: bytes, until: float) -> None:
        """Write all of `data` by `until`; a printer that takes nothing more counts as hanging."""
        ...

    def finish(self, until: float) -> None:
        """Wait until what was written has left this machine; `Lost(HANG)` once `until` has passed."""
        ...

    def hear(self, until: float) -> Answer | None:
        """Return the next answer, or `None` once `until` has passed."""
        ...

    def drain(self) -> None:
        """Forget answers that came too late for the round before."""
        ...

    def port_status(self) -> Code:
        """What the port itself knows of a printer that answers nothing; `OK` where it knows nothing."""
        ...

    def clear(self) -> None:
        """Have the rest of the sheet forgotten, here and in the printer; best effort, never raises.

        Otherwise new paper would bring it out, in front of a stranger.
        """
        ...

    def close(self) -> None:
        """Let go; what still waits on this side is thrown away."""
        ...


def lost(error: OSError) -> Lost:
    """What an error of the system says about the printer."""
    return Lost(_CODES.get(error.errno or 0, Code.UNPLUGGED))


class DescriptorLine:
    """A `Line` over a file descriptor that does not block: a socket's, a terminal's, a printer port's."""

    may_be_mute = False

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._heard = bytearray()

    def send(self, data: bytes, until: float) -> None:
        """See `Line.send`."""
        left = memoryview(data)
        while left:
            try:
                left = left[os.write(self._descriptor, left) :]
            except BlockingIOError:
                if not self._ready(select.POLLOUT, until):
                    raise Lost(Code.HANG) from None
            except OSError as error:
                raise lost(error) from None

    def finish(self, until: float) -> None:
        """See `Line.finish`."""
        while self._waiting():
            if time.monotonic() >= until:
                raise Lost(Code.HANG)
            time.sleep(_LOOK_SECONDS)

    def hear(self, until: float) -> Answer | None:
        """See `Line.hear`."""
        try:
            while time.monotonic() < until:
                if (answer := take_answer(self._heard)) is not None:
                    return answer
                if self._ready(select.POLLIN, until):
                    self._receive()
        except Garbage:
            raise Lost(Code.GARBAGE) from None
        return None

    def drain(self) -> None:
        """See `Line.drain`."""
        while self._ready(select.POLLIN, 0.0) and self._receive():
            if len(self._heard) > _MOST_HEARD:
                raise Lost(Code.GARBAGE)
        self._heard.clear()

    def port_status(self) -> Code:
        """See `Line.port_status`."""
        return Code.OK

    def clear(self) -> None:
        """See `Line.clear`."""
        self._throw_away()
        with contextlib.suppress(OSError):
            os.write(self._descriptor, CLEAR)
            # Letting go at once could overtake it: in the printer's network stack, or in the cable's chip.
            time.sleep(_CLEAR_SECONDS)

    def close(self) -> None:
        """See `Line.close`."""
        self._throw_away()
        with contextlib.suppress(OSError):
            os.close(self._descriptor)

    def _throw_away(self) -> None:
        """Forget what was written and waits on this side, where that is possible before closing."""

    def _receive(self) -> bool:
        """Take what is there; False when it was nothing."""
        try:
            data = os.read(self._descriptor, _MOST_HEARD)
        except BlockingIOError:
            return False
        except OSError as error:
            raise lost(error) from None
        if not data:
            return self._at_end()
        self._heard += data
        return True

    def _at_end(self) -> bool:
        raise Lost(Code.UNPLUGGED)

    def _waiting(self) -> bool:
        """Whether bytes still wait here; sockets and terminals answer alike (tcp(7), tty_ioctl(2))."""
        try:
            (count,) = struct.unpack("i", fcntl.ioctl(self._descriptor, termios.TIOCOUTQ, bytes(4)))
        except OSError as error:
            raise lost(error) from None
        return bool(count)

    def _ready(self, event: int, until: float) -> bool:
        poll = select.poll()
        poll.register(self._descriptor, event)
        return bool(poll.poll(max(0.0, until - time.monotonic()) * 1000))
