"""`KIOSK_PRINTER`, read: what stands behind the colon, or one sentence for what is wrong with it."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, urlsplit

from kiosk.config import SettingsError

FORMS = (
    "simulated, tcp://address:9100, lp:/dev/usb/lp0, serial:/dev/serial/by-id/NAME?baud=115200 or cups:QUEUE"
)

BAUDS = (9600, 19200, 38400, 57600, 115200)
"""The rates that receipt printers offer. At 9600 a receipt of 17 kB takes 18 s, more than a job may."""

_QUEUE = re.compile(r"[A-Za-z0-9_.+][A-Za-z0-9_.+-]{0,126}")
"""CUPS allows more letters (RFC 8011 and `lpadmin`: all but space, / and #); a leading - is an option."""


class Flow(StrEnum):
    """How a serial printer holds the sender back while its buffer is full; its switches say which."""

    NONE = "none"
    XONXOFF = "xonxoff"
    RTSCTS = "rtscts"


@dataclass(frozen=True)
class SerialPort:
    """A serial line as it is to be set up: 8 bits, no parity, one stop bit."""

    path: str
    baud: int = 115200
    flow: Flow = Flow.NONE


def driver_of(text: str, drivers: Iterable[str]) -> str:
    """The driver's name in a setting. Raises `SettingsError` for one that is unknown or lacks its address."""
    name, colon, _ = text.partition(":")
    if name not in drivers:
        near = difflib.get_close_matches(name, list(drivers), n=1)
        raise _refused(text, f"did you mean {near[0]}? It can be {FORMS}" if near else f"it can be {FORMS}")
    if (name == "simulated") == bool(colon):
        raise _refused(text, f"it can be {FORMS}")
    return name


def tcp_address(text: str) -> tuple[str, int]:
    """Host and port of `tcp://host[:port]`; port 9100 if left out. Raises `SettingsError`.

    The host is `localhost` or an IP address: looking up a name has no time limit, and a status must have one.
    """
    refusal = _refused(text, "it must be tcp://host:port, host an IP address")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", 9100 if parts.port is None else parts.port
        if host != "localhost":
            ipaddress.ip_address(host)
    except ValueError:
        raise refusal from None
    if port == 0 or not text.startswith("tcp://") or parts.username or parts.query or parts.path.strip("/"):
        raise refusal
    return host, port


def device_path(text: str) -> str:
    """The device file of `lp:/dev/usb/lp0`. Raises `SettingsError`."""
    return _path(text, text.partition(":")[2], "lp:/dev/usb/lp0")


def serial_port(text: str) -> SerialPort:
    """The line of `serial:/dev/...[?baud=115200&flow=none|xonxoff|rtscts]`. Raises `SettingsError`."""
    address, _, query = text.partition(":")[2].partition("?")
    path = _path(text, address, "serial:/dev/serial/by-id/NAME")
    given: dict[str, str] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key not in ("baud", "flow"):
            raise _refused(text, f"{key!r} is unknown behind the ?; baud and flow are known")
        if key in given:
            raise _refused(text, f"{key} stands there twice")
        given[key] = value
    return SerialPort(path, _baud(text, given.get("baud")), _flow(text, given.get("flow")))


def queue_name(text: str) -> str:
    """The queue of `cups:queue`. Raises `SettingsError`."""
    queue = text.partition(":")[2]
    if not _QUEUE.fullmatch(queue):
        raise _refused(text, "a queue's name has letters, digits, _ . + - and does not begin with -")
    return queue


def _path(text: str, path: str, example: str) -> str:
    if not path.startswith("/") or path.startswith("//") or ".." in PurePosixPath(path).parts:
        raise _refused(text, f"the device is a whole path, such as {example}")
    if "\0" in path or "?" in path:
        raise _refused(text, "only serial: may have a ? behind its path")
    return path


def _baud(text: str, given: str | None) -> int:
    if given is None:
        return SerialPort("").baud
    if not re.fullmatch("[0-9]{1,7}", given) or int(given) not in BAUDS:
        raise _refused(text, f"baud can be {', '.join(map(str, BAUDS))}")
    return int(given)


def _flow(text: str, given: str | None) -> Flow:
    if given is None:
        return Flow.NONE
    if given not in list(Flow):
        raise _refused(text, f"flow can be {', '.join(Flow)}")
    return Flow(given)


def _refused(text: str, why: str) -> SettingsError:
    return SettingsError(f"KIOSK_PRINTER is {text!r}; {why}")
