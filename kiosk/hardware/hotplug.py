"""Something was plugged in: the kernel says so, and whoever waits for a lost device tries again at once.

The kernel announces every change of a device on a netlink socket (kobject-uevent: `lib/kobject_uevent.c`),
udev a second time when its rules have run, so that `/dev/serial/by-id/...` and the permissions are there.
Neither needs a library or privileges. Where the socket is refused (many containers) this is silently not
there, and one that breaks is given up: back-off alone then finds the device, later by its pause.
"""

from __future__ import annotations

import errno
import logging
import socket
import sys
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

NETLINK_KOBJECT_UEVENT = 15
"""`linux/netlink.h`; Python's `socket` has no name for it."""

KERNEL_GROUP, UDEV_GROUP = 1, 2
"""Multicast groups: what the kernel says, and what udev says once its rules have run (libudev-monitor)."""

SUBSYSTEMS = frozenset({b"input", b"tty", b"usb", b"usbmisc", b"video4linux"})
"""Where cameras, printers (usbmisc) and scanners (input, tty) appear; disks and networks wake nobody."""

_ARRIVES = frozenset({b"add", b"bind"})
_UDEV_MAGIC = b"libudev\0"
_OFFSET_FIELD = slice(16, 20)  # of udev's header: where the properties begin (systemd, device-monitor.c)
_LARGEST_MESSAGE = 16 * 1024
_GLANCE_SECONDS = 0.25


class Arrivals:
    """Counts what was plugged in since the process began. Written by one thread, read by any, never waits."""

    def __init__(self) -> None:
        self.count = 0


ARRIVALS = Arrivals()
"""One for the process, as there is one kernel: also what a device makes for its own parts looks here."""


def _kernel_socket() -> socket.socket:
    listener = socket.socket(
        socket.AF_NETLINK, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT
    )
    try:
        listener.bind((0, KERNEL_GROUP | UDEV_GROUP))
    except OSError:
        listener.close()
        raise
    return listener


class Hotplug:
    """Listens in a thread between `start` and `stop`, which may be called again. `listen` is for tests."""

    def __init__(
        self, arrivals: Arrivals = ARRIVALS, listen: Callable[[], socket.socket] = _kernel_socket
    ) -> None:
        self._arrivals = arrivals
        self._listen = listen
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> bool:
        """Begin to listen; `False` where the kernel's socket is refused, which is no trouble."""
        if self._thread is not None:
            return True
        try:
            listener = self._listen()
        except OSError as refused:
            log.info("no hot-plug events (%s): lost devices are tried by back-off", type(refused).__name__)
            return False
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._hear, args=(listener, self._stop), name="hotplug", daemon=True
        )
        self._thread.start()
        return True

    def stop(self) -> None:
        """Stop listening, within a quarter of a second."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _hear(self, listener: socket.socket, stop: threading.Event) -> None:
        with listener:
            listener.settimeout(_GLANCE_SECONDS)
            while not stop.is_set():
                try:
                    if announces_a_device(listener.recv(_LARGEST_MESSAGE)):
                        self._arrivals.count += 1
                except TimeoutError:
                    continue
                except OSError as error:
                    if error.errno != errno.ENOBUFS:
                        why = errno.errorcode.get(error.errno or 0, type(error).__name__)
                        log.warning(
                            "no hot-plug events any more (%s): lost devices are tried by back-off", why
                        )
                        return
                    # So many at once that the kernel dropped some (netlink(7)); one may have been ours.
                    self._arrivals.count += 1
                    stop.wait(_GLANCE_SECONDS)


def announces_a_device(message: bytes) -> bool:
    r"""Whether a uevent of the kernel or of udev says that a device of ours may have been plugged in.

    >>> announces_a_device(b"add@/devices/usb1/1-1\0ACTION=add\0SUBSYSTEM=usbmisc\0")
    True
    """
    if message.startswith(_UDEV_MAGIC):
        begins = int.from_bytes(message[_OFFSET_FIELD], sys.byteorder)
        message = message[begins:]
    told = dict(part.split(b"=", 1) for part in message.split(b"\0") if b"=" in part)
    return told.get(b"ACTION") in _ARRIVES and told.get(b"SUBSYSTEM") in SUBSYSTEMS
