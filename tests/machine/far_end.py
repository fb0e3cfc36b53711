"""Puts the tests' printer behind a gadget's node: it gets what comes over the cable, and answers."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import tty
from pathlib import Path
from typing import Self

from tests.hardware.fake_printer import FakePrinter

_GLANCE_MS = 20
_CHUNK = 1024


class FarEnd:
    """Carries bytes between `node` and `printer` from enter to exit, over every replug.

    `hangs`: nothing more is fetched from the cable, as by a printer that has crashed. `is_open` ends when the
    cable is pulled; only then may it be plugged in again (`gadgets.Gadget`).
    """

    def __init__(self, node: Path, printer: FakePrinter) -> None:
        self.hangs = False
        self.is_open = False
        self._node = node
        self._printer = printer
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._carry_on, name="far end", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(5)
        assert not self._thread.is_alive()

    def _carry_on(self) -> None:
        while not self._stop.wait(_GLANCE_MS / 1000):
            # A node without its cable refuses or ends; it is tried again until the cable is back.
            with contextlib.suppress(OSError):
                descriptor = os.open(self._node, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
                self.is_open = True
                try:
                    if os.isatty(descriptor):
                        tty.setraw(descriptor)
                    with socket.create_connection(self._printer.address) as line:
                        self._carry(descriptor, line)
                finally:
                    os.close(descriptor)
                    self.is_open = False

    def _carry(self, cable: int, line: socket.socket) -> None:
        """Until the cable is pulled (`OSError`), or the end."""
        poll = select.poll()
        poll.register(line, select.POLLIN)
        while not self._stop.is_set():
            # Who fetches nothing still sees that the cable is pulled: that needs no asking for.
            poll.register(cable, 0 if self.hangs else select.POLLIN)
            for ready, events in poll.poll(_GLANCE_MS):
                if events & (select.POLLHUP | select.POLLERR):
                    return
                if ready == cable:
                    line.sendall(self._fetch(cable))
                else:
                    os.write(cable, line.recv(_CHUNK))

    @staticmethod
    def _fetch(cable: int) -> bytes:
        try:
            data = os.read(cable, _CHUNK)
        except BlockingIOError:
            return b""
        if not data:
            raise ConnectionResetError
        return data
