"""The other end of the USB cable: the kernel's gadget functions on sockets that exist in memory only.

Each gadget is a device of its own in a socket of its own (`dummy_hcd`), so that one is pulled without the
others. Layout and names: Documentation/usb/gadget_configfs and gadget-testing of the kernel.
"""

from __future__ import annotations

import contextlib
import os
import select
import time
import tty
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

_CONFIGFS = Path("/sys/kernel/config/usb_gadget")
_ENGLISH = "strings/0x409"
_NODE_SECONDS = 5.0
_KEY_MS = 500
_KEY_SECONDS = 0.004
"""Between press and release: quick for a scanner, whose gaps were seen to be 1 to 44 ms a sign."""

_LINUX_FOUNDATION = 0x1D6B
"""The vendor of what no rule knows."""

SCANNER = 0x05E0, 0x1200
"""Vendor and product of a scanner that the rules of deploy/udev know."""

# A boot keyboard: appendix B.1 of the USB HID specification 1.11.
_KEYBOARD = bytes.fromhex(
    "05010906a101050719e029e715002501750195088102950175088103950575010508"
    "19012905910295017503910395067508150025650507190029658100c0"
)


@dataclass
class Gadget:
    """One USB device in `socket` (0 to 3); in use it is plugged in, and afterwards pulled.

    It is made once a run and never thrown away, and nobody may hold its far node open while it is plugged in
    again: either breaks lists of the kernel's (seen on 6.1: the node's `cdev` is initialised a second time).
    """

    socket: int
    function: str
    product: int
    serial: str
    vendor: int = _LINUX_FOUNDATION
    attributes: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._root = _CONFIGFS / self.serial
        (self._root / _ENGLISH).mkdir(parents=True)
        (self._root / "idVendor").write_text(f"{self.vendor:#06x}")
        (self._root / "idProduct").write_text(f"{self.product:#06x}")
        (self._root / _ENGLISH / "manufacturer").write_text("Anjungan")
        (self._root / _ENGLISH / "product").write_text(self.serial.partition("-")[0])
        (self._root / _ENGLISH / "serialnumber").write_text(self.serial)
        self._settings = self._root / "functions" / f"{self.function}.{self.socket}"
        self._settings.mkdir(parents=True)
        for name, value in self.attributes.items():
            (self._settings / name).write_bytes(value)
        (self._root / "configs/c.1").mkdir(parents=True)
        (self._root / "configs/c.1/function").symlink_to(self._settings)

    def plug(self) -> float:
        """Put it in; returns the monotonic second of it."""
        moment = time.monotonic()
        (self._root / "UDC").write_text(f"dummy_udc.{self.socket}")
        return moment

    def unplug(self) -> float:
        """Pull it, whatever it is doing; returns the monotonic second of it."""
        moment = time.monotonic()
        (self._root / "UDC").write_text("\n")
        return moment

    def read(self, name: str) -> str:
        """One attribute of its function."""
        return (self._settings / name).read_text().strip()

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):  # pulled already
            self.unplug()


def appeared(path: Path) -> Path:
    """`path`, once it is there: the kernel and udev make it some milliseconds after the plug."""
    until = time.monotonic() + _NODE_SECONDS
    while not path.exists():
        assert time.monotonic() < until, f"{path} did not appear"
        time.sleep(0.005)
    return path


class Keyboard(Gadget):
    """A scanner that types, as most do."""

    def __init__(self, socket: int) -> None:
        vendor, product = SCANNER
        super().__init__(
            socket,
            "hid",
            product,
            f"Wedge-{socket}",
            vendor,
            {"protocol": b"1", "subclass": b"1", "report_length": b"8", "report_desc": _KEYBOARD},
        )

    def type(self, text: str) -> None:
        """Press and release each key; a «\\n» is Enter. Raises `OSError` when it is pulled meanwhile."""
        node = os.open(appeared(Path("/dev/hidg0")), os.O_WRONLY | os.O_NONBLOCK)
        try:
            for character in text:
                shift, key = _KEYS[character]
                for report in (bytes([shift, 0, key, 0, 0, 0, 0, 0]), bytes(8)):
                    _write_report(node, report)
                    time.sleep(_KEY_SECONDS)
        finally:
            os.close(node)


def _write_report(node: int, report: bytes) -> None:
    """A write that waits is not woken when the cable is pulled, so none of them waits."""
    poll = select.poll()
    poll.register(node, select.POLLOUT)
    while True:
        try:
            os.write(node, report)
            return
        except BlockingIOError:
            if not poll.poll(_KEY_MS):
                raise ConnectionAbortedError from None


_SHIFT = 0x02
_ROW = "abcdefghijklmnopqrstuvwxyz1234567890\n\x1b\b\t -=[]\\\0;'`,./"
_SHIFTED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()\0\0\0\0\0_+{}|\0:"~<>?'
# USB HID usage tables, chapter 10: the keys stand in this order from usage 4 on, on a US keyboard.
_KEYS = {
    character: (shift, usage)
    for shift, row in ((_SHIFT, _SHIFTED), (0, _ROW))
    for usage, character in enumerate(row, start=4)
    if character != "\0"
}


class SerialLine(Gadget):
    """A scanner or a printer with a serial port inside (CDC ACM). `far` is its own end of the line."""

    def __init__(self, socket: int) -> None:
        super().__init__(socket, "acm", 0x0105, f"Serial-{socket}")

    @property
    def far(self) -> Path:
        """The device's own end; it stays when the cable is pulled."""
        return Path(f"/dev/ttyGS{self.read('port_num')}")

    @property
    def near(self) -> Path:
        """The name that udev gives the kiosk's end, the same after each replug."""
        return Path(f"/dev/serial/by-id/usb-Anjungan_Serial_{self.serial}-if00")

    def send(self, data: bytes) -> None:
        """Write to the line as a device does: every byte as it is."""
        node = os.open(self.far, os.O_WRONLY | os.O_NOCTTY)
        try:
            tty.setraw(node)
            assert os.write(node, data) == len(data)
        finally:
            os.close(node)


class PrinterPort(Gadget):
    """A USB printer of the printer class; `far` is its own end, where jobs arrive and answers are written."""

    def __init__(self, socket: int) -> None:
        super().__init__(
            socket,
            "printer",
            0x0106,
            f"Printer-{socket}",
            attributes={"pnp_string": b"MFG:Anjungan;MDL:Printer;CLS:PRINTER;CMD:ESC/POS;\n", "q_len": b"10"},
        )
        self.far = Path("/dev/g_printer0")
        self.near = Path("/dev/usb/lp0")


@cache
def keyboard() -> Keyboard:
    """The one that all cases share."""
    return Keyboard(0)


@cache
def serial_line() -> SerialLine:
    """The one that all cases share."""
    return SerialLine(1)


@cache
def printer_port() -> PrinterPort:
    """The one that all cases share."""
    return PrinterPort(2)
