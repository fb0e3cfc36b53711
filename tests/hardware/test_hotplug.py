"""Events of the kernel: those of our devices count, all others do not, and their absence is no trouble."""

from __future__ import annotations

import errno
import logging
import socket
import struct
import threading
from collections.abc import Callable

import pytest

from kiosk.hardware.hotplug import Arrivals, Hotplug, announces_a_device
from tests.hardware.patience import seconds_until

# As a kernel 6.18 sent it when a USB printer was plugged in.
PRINTER = (
    b"add@/devices/pci0000:00/usb1/1-1/1-1:1.0/usbmisc/lp0\0ACTION=add\0"
    b"DEVPATH=/devices/pci0000:00/usb1/1-1/1-1:1.0/usbmisc/lp0\0SUBSYSTEM=usbmisc\0MAJOR=180\0MINOR=0\0"
    b"DEVNAME=usb/lp0\0SEQNUM=813\0"
)


def by_udev(message: bytes) -> bytes:
    """`message` as udev passes it on: its header of 40 bytes, then the properties."""
    properties = message.partition(b"\0")[2]
    numbers = struct.pack("=3I", 40, 40, len(properties))
    return b"libudev\0" + b"\xfe\xed\xca\xfe" + numbers + b"=;\x01=" * 4 + properties


@pytest.mark.parametrize(
    ("message", "counts"),
    [
        (PRINTER, True),
        (by_udev(PRINTER), True),
        (PRINTER.replace(b"usbmisc", b"video4linux"), True),
        (PRINTER.replace(b"usbmisc", b"block"), False),
        (PRINTER.replace(b"ACTION=add", b"ACTION=remove"), False),
        (by_udev(PRINTER.replace(b"ACTION=add", b"ACTION=remove")), False),
        (b"", False),
        (b"libudev\0", False),
        (b"\xff=\xfe\0=\0ACTION\0", False),
    ],
)
def test_only_a_device_that_may_be_ours_counts(message: bytes, counts: bool) -> None:
    assert announces_a_device(message) is counts


def _pair() -> tuple[socket.socket, Callable[[], socket.socket]]:
    kernel, ours = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    return kernel, lambda: ours


def test_every_arrival_is_counted_until_it_is_stopped_and_no_thread_is_left() -> None:
    before = set(threading.enumerate())
    arrivals = Arrivals()
    kernel, listen = _pair()
    with kernel:
        hotplug = Hotplug(arrivals, listen)
        assert hotplug.start()
        assert hotplug.start()  # a second time is the same
        for message in (PRINTER, PRINTER.replace(b"usbmisc", b"net"), by_udev(PRINTER)):
            kernel.send(message)
        seconds_until(lambda: arrivals.count == 2, 1)
        hotplug.stop()
        hotplug.stop()
    assert set(threading.enumerate()) <= before


def test_events_that_were_lost_wake_whoever_waits() -> None:
    class Overrun(socket.socket):
        def recv(self, bufsize: int, flags: int = 0) -> bytes:
            raise OSError(errno.ENOBUFS, "No buffer space available")

    arrivals = Arrivals()
    hotplug = Hotplug(arrivals, lambda: Overrun(socket.AF_UNIX, socket.SOCK_DGRAM))
    assert hotplug.start()
    seconds_until(lambda: arrivals.count >= 1, 1)
    hotplug.stop()
    assert arrivals.count <= 2


def test_a_socket_that_breaks_is_given_up_at_once_and_is_no_arrival(caplog: pytest.LogCaptureFixture) -> None:
    asked = []

    class Broken(socket.socket):
        def recv(self, bufsize: int, flags: int = 0) -> bytes:
            asked.append(bufsize)
            raise OSError(errno.EBADF, "Bad file descriptor")

    before = set(threading.enumerate())
    arrivals = Arrivals()
    hotplug = Hotplug(arrivals, lambda: Broken(socket.AF_UNIX, socket.SOCK_DGRAM))
    with caplog.at_level(logging.WARNING, "kiosk.hardware.hotplug"):
        assert hotplug.start()
        seconds_until(lambda: set(threading.enumerate()) <= before, 1)
    assert (len(asked), arrivals.count) == (1, 0)
    assert [record.args for record in caplog.records] == [("EBADF",)]
    hotplug.stop()
    assert hotplug.start()  # and may be tried anew
    hotplug.stop()


def test_where_the_socket_is_refused_it_is_not_there_and_nothing_breaks() -> None:
    def refused() -> socket.socket:
        raise PermissionError(1, "Operation not permitted")

    hotplug = Hotplug(Arrivals(), refused)
    assert not hotplug.start()
    hotplug.stop()


def test_the_kernels_own_socket_is_opened_or_refused_and_let_go() -> None:
    before = set(threading.enumerate())
    hotplug = Hotplug(Arrivals())
    assert hotplug.start() in (True, False)
    hotplug.stop()
    assert set(threading.enumerate()) <= before
