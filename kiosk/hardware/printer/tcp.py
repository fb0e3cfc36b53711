"""The line to a network printer: one TCP connection to its raw port."""

from __future__ import annotations

import socket
import struct
import time

from kiosk.hardware.printer import Code, Lost
from kiosk.hardware.printer.line import DescriptorLine

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_SMALL_BUFFER = 4096


def connect(address: tuple[str, int], until: float) -> DescriptorLine:
    """Connect to `address` by `until`; raises `Lost`.

    Closing the line resets the connection: whatever was still queued on this side is gone.
    """
    try:
        made = socket.create_connection(address, timeout=max(0.01, until - time.monotonic()))
    except OSError:
        raise Lost(Code.UNPLUGGED) from None
    made.setblocking(False)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # Little may wait on our side, and a close throws it away: nothing is printed after we gave up.
    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SMALL_BUFFER)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    return DescriptorLine(made.detach())
