"""A printer on loopback or on a pty: speaks ESC/POS status and completion marks on a real line, and can fail.

It is no copy of the driver: it knows the commands from the printer's side, as a stream of bytes.
"""

from __future__ import annotations

import os
import re
import selectors
import socket
import threading
import time
import tty
from dataclasses import dataclass, field
from pathlib import Path

COMMANDS = re.compile(
    rb"\x10\x04(?P<ask>[\x01-\x04])"
    rb"|(?P<clear>\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08)"
    rb"|\x1d\(H\x06\x00\x30\x30(?P<mark>.{4})"
    rb"|(?P<sensor>\x1dr\x01)",
    re.DOTALL,
)
FINE = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}


class _Wire:
    """The printer's end of the line."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def recv(self) -> bytes:
        return os.read(self.descriptor, 1024)

    def send(self, data: bytes) -> None:
        os.write(self.descriptor, data)


@dataclass
class FakePrinter:
    """One printer; set its attributes at any time.

    `status` maps n of `DLE EOT n` to the byte answered. `knows` are the completion marks it can give.
    `late` are the seconds that the next status answers take, one each; `in_turn` has them wait for the sheet.
    `stall_after` and `close_after` count bytes of a job; `on_job` is called when a job's first bytes arrive.
    """

    status: dict[int, int] = field(default_factory=lambda: dict(FINE))
    knows: frozenset[str] = frozenset({"mark", "sensor"})
    silent: bool = False
    garbage: bytes = b""
    seconds: float = 0.0
    late: list[float] = field(default_factory=list)
    in_turn: bool = False
    stall_after: int | None = None
    close_after: int | None = None
    on_job: dict[int, int] | None = None
    connections: int = 0
    cleared: int = 0
    port: int = 0
    device: Path | None = None
    job: bytearray = field(default_factory=bytearray)

    def __enter__(self) -> FakePrinter:
        """Plug it in: on a TCP port, or on a pty that the link `device` names, as udev's by-id links do."""
        self._stop = threading.Event()
        if self.device is None:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            self.port = self._listener.getsockname()[1]
        else:
            self._end, self._cable = os.openpty()
            tty.setraw(self._cable)
            os.set_blocking(self._end, False)
            self.device.symlink_to(os.ttyname(self._cable))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(5)
        if self.device is None:
            self._listener.close()
        else:
            self._pull_the_cable()

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    @property
    def url(self) -> str:
        """As `KIOSK_PRINTER` names it, but for the scheme of a pty."""
        return f"tcp://127.0.0.1:{self.port}" if self.device is None else str(self.device)

    def _serve(self) -> None:
        if self.device is not None:
            self._talk(_Wire(self._end))
            if self.close_after is not None:
                self._pull_the_cable()
            return
        self._listener.settimeout(0.02)
        while not self._stop.is_set():
            try:
                line, _ = self._listener.accept()
            except TimeoutError:
                continue
            self.connections += 1
            with line:
                line.setblocking(False)
                self._talk(_Wire(line.fileno()))

    def _pull_the_cable(self) -> None:
        if self.device is not None and self.device.is_symlink():
            self.device.unlink()
            os.close(self._cable)
            os.close(self._end)

    def _talk(self, line: _Wire) -> None:
        heard = b""
        with selectors.DefaultSelector() as selector:
            selector.register(line.descriptor, selectors.EVENT_READ)
            while not self._stop.is_set():
                if self.stall_after is not None and len(self.job) >= self.stall_after:
                    self._stop.wait(0.02)
                    continue
                if not selector.select(0.02):
                    continue
                try:
                    data = line.recv()
                except BlockingIOError:
                    continue  # the kiosk threw it away just now
                except OSError:
                    return
                if not data:
                    return
                try:
                    heard = self._obey(line, heard + data)
                except OSError:
                    return  # the kiosk gave up while it was answered
                if self.close_after is not None and len(self.job) >= self.close_after:
                    return

    def _obey(self, line: _Wire, heard: bytes) -> bytes:
        at = 0
        for found in COMMANDS.finditer(heard):
            self._take(heard[at : found.start()])
            at = found.end()
            self._answer(line, found)
        # A command may be cut in two by the network; none is longer than 11 bytes.
        start = re.search(rb"[\x10\x1d][^\x10\x1d]{0,10}\Z", heard[at:], re.DOTALL)
        keep = (
            len(heard) - (at + start.start()) if start and not self._whole(heard[at:][start.start() :]) else 0
        )
        self._take(heard[at : len(heard) - keep])
        return heard[len(heard) - keep :]

    @staticmethod
    def _whole(tail: bytes) -> bool:
        return not any(
            command.startswith(tail) or (command == b"\x1d(H\x06\x00\x30\x30" and tail.startswith(command))
            for command in (b"\x10\x04", b"\x10\x14\x08", b"\x1d(H\x06\x00\x30\x30", b"\x1dr\x01")
        )

    def _take(self, data: bytes) -> None:
        data = data.removesuffix(b"\x1b@") if data == b"\x1b@" else data
        if data and self.on_job is not None:
            self.status = self.on_job
        self.job += data

    def _answer(self, line: _Wire, found: re.Match[bytes]) -> None:
        if self.silent:
            return
        if self.garbage:
            line.send(self.garbage)
            return
        if found["ask"]:
            self._stop.wait(self.late.pop(0) if self.late else 0)
            line.send(bytes([self.status[found["ask"][0]]]))
        elif found["clear"]:
            self.cleared += 1
        elif self.status[2] != 0x12:
            return  # out of paper or open: it stands still, so it comes to no mark
        elif found["mark"] and "mark" in self.knows:
            self._print_for_a_while(line)
            line.send(b"\x37\x22" + found["mark"] + b"\x00")
        elif found["sensor"] and "sensor" in self.knows:
            self._print_for_a_while(line)
            line.send(b"\x00")

    def _print_for_a_while(self, line: _Wire) -> None:
        """Real printers answer status questions while they print, cheap copies afterwards (`in_turn`)."""
        until = time.monotonic() + (self.seconds if self.job else 0)
        while time.monotonic() < until and not self._stop.wait(0.01):
            if self.in_turn:
                continue
            try:
                data = line.recv()
            except BlockingIOError:
                continue
            except OSError:
                return
            for found in COMMANDS.finditer(data):
                if found["ask"]:
                    line.send(bytes([self.status[found["ask"][0]]]))
                elif found["clear"]:
                    self.cleared += 1
