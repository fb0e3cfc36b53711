"""The line to a USB printer: the kernel's `usblp`, `/dev/usb/lp*`.

Many of these printers answer nothing, be it for want of a wire back or of a will. Then the port itself is
asked (`LPGETSTATUS`), which knows paper and error, and no sheet is proven. Facts about usblp: its source in
the kernel, drivers/usb/class/usblp.c.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import stat
import struct
import time

from kiosk.hardware.printer import Code, Lost
from kiosk.hardware.printer.line import DescriptorLine, lost

_STATUS = 0x060B
_SOFT_RESET = 0x5007
"""`LPGETSTATUS` and `LPIOC_SOFT_RESET`; the latter has the printer empty its buffers. Both go to the printer,
and one that has crashed keeps the kernel waiting for 5 s at most."""

_NOT_ERROR, _SELECTED, _NO_PAPER = 0x08, 0x10, 0x20
"""Bits of the port's status: USB printer class 1.1, 4.2.2."""

_EMPTY_SECONDS = 0.02


def connect(path: str, until: float) -> LpLine:  # noqa: ARG001
    """Open the port, for this process alone; raises `Lost`. Opening does not wait."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        raise lost(error) from None
    try:
        if not stat.S_ISCHR(os.fstat(descriptor).st_mode):
            raise Lost(Code.NOT_FOUND)
        # usblp lets one open it (EBUSY); the lock says the same where the port itself would not.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except Lost:
        os.close(descriptor)
        raise
    except OSError as error:
        os.close(descriptor)
        raise lost(error) from None
    return LpLine(descriptor)


class LpLine(DescriptorLine):
    """Closing it takes back what the printer has not fetched yet."""

    may_be_mute = True

    def port_status(self) -> Code:
        """What the port's own wire says; `OK` for a port without one."""
        try:
            (status,) = struct.unpack("i", fcntl.ioctl(self._descriptor, _STATUS, bytes(4)))
        except OSError as error:
            if error.errno == errno.ENODEV:
                raise Lost(Code.UNPLUGGED) from None
            return Code.OK
        if not status:
            return Code.OK  # a port that reports nothing at all: no wire, or no will
        if status & _NO_PAPER:
            return Code.PAPER_OUT
        if not status & _NOT_ERROR:
            return Code.ERROR
        return Code.OK if status & _SELECTED else Code.OFFLINE

    def finish(self, until: float) -> None:
        """Writable again is what usblp says when the printer has fetched everything."""
        if not self._ready(select.POLLOUT, until):
            raise Lost(Code.HANG)

    def clear(self) -> None:
        """As on every line, and then over the control pipe, which is open when the other one is stalled."""
        super().clear()
        with contextlib.suppress(OSError):
            fcntl.ioctl(self._descriptor, _SOFT_RESET)

    def _at_end(self) -> bool:
        # An empty answer is no end here: some printers send them without pause.
        time.sleep(_EMPTY_SECONDS)
        return False
