"""Puts the tests' printer behind a gadget's node: it gets what comes over the cable, and answers."""

from __future__ import annotations

import fcntl
import os
import select
import socket
import threading
import tty
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

from tests.hardware.fake_printer import FakePrinter
from tests.hardware.patience import seconds_until
from tests.machine.gadgets import Gadget

_GLANCE_SECONDS = 0.01
_REPLUG_SECONDS = 5.0
_SET_STATUS = 0xC0016722
"""`GADGET_SET_PRINTER_STATUS` of linux/usb/g_printer.h."""

_MOST_BYTES = 128 * 1024
"""More than the kernel's printer function can hold (10 times 8 kB), so that no buffer is left half read."""


class FarEnd:
    """Carries bytes between `node` and `printer` from enter to exit, over every replug.

    `hangs`: nothing more is fetched from the cable, as by a printer that has crashed.

    The cable is pulled and plugged in through `pulled` and `replugged`: the kernel's printer function frees
    what a call still uses that is under way while it leaves the bus, and what an open descriptor still uses
    when it is back (both seen on 6.1). The kiosk's side of the cable cannot tell the difference.
    """

    def __init__(self, gadget: Gadget, node: Path, printer: FakePrinter) -> None:
        self.hangs = False
        self._gadget = gadget
        self._node = node
        self._printer = printer
        self._at_work = threading.Lock()
        self._cable: int | None = None
        self._let_go = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._carry_on, name="far end", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(5)
        assert not self._thread.is_alive()

    def pulled(self) -> float:
        """Pull the cable, whatever is on it; returns the monotonic second of it."""
        with self._at_work:
            if self._cable is not None:
                self._let_go.clear()
            return self._gadget.unplug()

    def replugged(self) -> float:
        """Plug in what was pulled; returns the monotonic second of it."""
        assert self._let_go.wait(_REPLUG_SECONDS), "the far end holds on to a cable that was pulled"
        return self._gadget.plug()

    def port_says(self, status: int) -> None:
        """Have the port of a USB printer report `status` (USB printer class 1.1, 4.2.2), without a word."""
        seconds_until(lambda: self._cable is not None, _REPLUG_SECONDS)
        with self._at_work:
            assert self._cable is not None
            fcntl.ioctl(self._cable, _SET_STATUS, status)

    def _carry_on(self) -> None:
        while not self._stop.wait(_GLANCE_SECONDS):
            # A node without its cable refuses or ends; it is tried again until the cable is back.
            with suppress(OSError):
                self._carry_while_plugged()
            self._cable = None
            self._let_go.set()

    def _carry_while_plugged(self) -> None:
        with self._at_work, ExitStack() as held:
            cable = os.open(self._node, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
            held.callback(os.close, cable)
            if os.isatty(cable):
                tty.setraw(cable)
            line = held.enter_context(socket.create_connection(self._printer.address))
            plugged = held.pop_all()
            self._cable = cable
        with plugged:
            while not self._stop.wait(_GLANCE_SECONDS):
                with self._at_work:
                    self._carry(cable, line)

    def _carry(self, cable: int, line: socket.socket) -> None:
        """What there is now; raises `OSError` when the cable was pulled."""
        poll = select.poll()
        poll.register(line, select.POLLIN)
        # Who fetches nothing still sees that the cable is pulled: that needs no asking for.
        poll.register(cable, 0 if self.hangs else select.POLLIN)
        for ready, events in poll.poll(0):
            if events & (select.POLLHUP | select.POLLERR):
                raise ConnectionAbortedError
            if ready != cable:
                os.write(cable, line.recv(_MOST_BYTES))
            elif data := self._fetched(cable):
                line.sendall(data)

    @staticmethod
    def _fetched(cable: int) -> bytes:
        try:
            data = os.read(cable, _MOST_BYTES)
        except BlockingIOError:
            return b""
        if not data:
            raise ConnectionAbortedError
        return data
