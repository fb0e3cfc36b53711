"""What is plugged in, read from the tree of files alone, with the line of settings that would use it.

`find` opens no device and needs no privileges, so it may run beside a kiosk that is serving. It reads what
the kernel says in `/sys` and what udev has made in `/dev`; a test hands it a tree of its own.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.config import Settings

LPSTAT_SECONDS = 3.0

SCANNER_VENDORS = {
    "05e0": "Symbol/Zebra",
    "05f9": "Datalogic (PSC)",
    "080c": "Datalogic",
    "0536": "Hand Held Products",
    "0c2e": "Honeywell (Metrologic)",
    "065a": "Opticon",
    "0745": "CipherLab (Syntech)",
    "1eab": "Newland",
}
"""USB vendors whose keyboards are scanners (the public list of USB ids)."""

_SCANS = re.compile("scan|barcode|bar code|imager|symbol|honeywell|metrologic|datalogic|zebra|newland", re.I)
_PRINTS = re.compile("print|pos[-_ ]|thermal|receipt|epson|star_|bixolon|citizen", re.I)

_TYPES = (*range(2, 12), 28, 30, 44)
"""KEY_1 to KEY_0, KEY_ENTER, KEY_A, KEY_Z (`linux/input-event-codes.h`): what spells a code."""

_PLUGGED = frozenset({"0003", "0005"})
"""BUS_USB, BUS_BLUETOOTH (`linux/input.h`); power buttons and the built-in keyboard sit on others."""

_WORD_BITS = 64


class Kind(StrEnum):
    """Which setting something is for; the setting is `KIOSK_` and this in capitals."""

    CAMERA = "camera"
    PRINTER = "printer"
    SCANNER = "scanner"


@dataclass(frozen=True)
class Found:
    """One device. `value` is what its setting would be, `says` its own name and what to know of it."""

    kind: Kind
    value: str
    says: str = ""

    @property
    def line(self) -> str:
        """The line of the environment file."""
        return f"KIOSK_{self.kind.upper()}={self.value}"


@dataclass(frozen=True)
class Missing:
    """A setting names a device that is not there."""

    kind: Kind
    value: str


def find(root: Path = Path("/"), queues: Iterable[str] = ()) -> tuple[Found, ...]:
    """Return what is plugged in below `root`; `queues` are CUPS' printers. Never raises."""
    found = [*_cameras(root), *_printers(root), *_serial(root), *_keyboards(root)]
    found += [Found(Kind.PRINTER, f"cups:{queue}", "a queue of CUPS") for queue in queues]
    order = list(Kind)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: order.index(one.kind)))


def missing(settings: Settings, root: Path = Path("/")) -> tuple[Missing, ...]:
    """Return the devices that the settings name by path or by vendor and product, and that are not there."""
    present = {one.value for one in _keyboards(root)}
    gone = []
    for kind in Kind:
        for value in getattr(settings, kind.value).split(";"):
            driver, _, place = value.strip().partition(":")
            path = place.partition("?")[0]
            is_file = driver in ("v4l2", "lp", "serial") and path.startswith("/")
            if (is_file and not (root / path.lstrip("/")).exists()) or (
                driver == "evdev" and f"evdev:{place.lower()}" not in present
            ):
                gone.append(Missing(kind, value.strip()))
    return tuple(gone)


def cups_queues() -> tuple[str, ...]:
    """Return the names of CUPS' queues; none where CUPS is not installed or does not answer in time."""
    lpstat = shutil.which("lpstat")
    if lpstat is None:
        return ()
    try:
        told = subprocess.run(  # noqa: S603 - found in the PATH, without a shell
            [lpstat, "-e"], capture_output=True, text=True, timeout=LPSTAT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(line.strip() for line in told.stdout.splitlines() if line.strip())


def _cameras(root: Path) -> Iterator[Found]:
    """By their lasting name; a camera's second node (index 1) holds no pictures but their description."""
    named = set()
    for link in _in(root / "dev/v4l/by-id"):
        if link.name.endswith("-video-index0"):
            node = _target(link)
            named.add(node)
            says = _text(root / "sys/class/video4linux" / node / "name")
            yield Found(Kind.CAMERA, f"v4l2:/dev/v4l/by-id/{link.name}", says)
    for entry in _in(root / "sys/class/video4linux"):
        is_picture = _text(entry / "index") in ("", "0")
        if is_picture and entry.name not in named and (root / "dev" / entry.name).exists():
            says = f"{_text(entry / 'name')} (its number may change when it is plugged in again)".strip()
            yield Found(Kind.CAMERA, f"v4l2:/dev/{entry.name}", says)


def _printers(root: Path) -> Iterator[Found]:
    for node in _in(root / "dev/usb"):
        if re.fullmatch(r"lp\d+", node.name):
            told = _text(root / "sys/class/usbmisc" / node.name / "device/ieee1284_id")
            fields = dict(part.split(":", 1) for part in told.split(";") if ":" in part)
            maker = fields.get("MFG") or fields.get("MANUFACTURER", "")
            model = fields.get("MDL") or fields.get("MODEL", "")
            yield Found(Kind.PRINTER, f"lp:/dev/usb/{node.name}", f"{maker} {model}".strip())


def _serial(root: Path) -> Iterator[Found]:
    """A serial line does not say what hangs on it: its name may, and where it does not, both are offered."""
    for link in _in(root / "dev/serial/by-id"):
        path = f"serial:/dev/serial/by-id/{link.name}"
        scans, prints = bool(_SCANS.search(link.name)), bool(_PRINTS.search(link.name))
        says = "" if scans != prints else "if it is this; a serial line does not say what hangs on it"
        if prints or not scans:
            yield Found(Kind.PRINTER, f"{path}?baud=115200", says)
        if scans or not prints:
            yield Found(Kind.SCANNER, f"{path}?baud=9600", says)


def _keyboards(root: Path) -> Iterator[Found]:
    """Whatever can spell a code and was plugged in; those that are known as scanners come first."""
    sure, unsure = [], []
    for entry in _in(root / "sys/class/input"):
        device = entry / "device"
        if not re.fullmatch(r"event\d+", entry.name) or _text(device / "id/bustype") not in _PLUGGED:
            continue
        if not _spells(_text(device / "capabilities/key")):
            continue
        vendor, product = (_text(device / "id" / each).lower() for each in ("vendor", "product"))
        name = _text(device / "name")
        value = f"evdev:{vendor}:{product}"
        if vendor in SCANNER_VENDORS or _SCANS.search(name):
            sure.append(Found(Kind.SCANNER, value, name or SCANNER_VENDORS[vendor]))
        else:
            unsure.append(Found(Kind.SCANNER, value, f"{name or 'a keyboard'} (if this is the scanner)"))
    yield from (*sure, *unsure)


def _spells(bitmap: str) -> bool:
    """Whether a bitmap of keys (words of 64 bits in hex, the highest first) holds letters and digits."""
    try:
        words = [int(word, 16) for word in bitmap.split()]
    except ValueError:
        return False
    keys = sum(word << (_WORD_BITS * place) for place, word in enumerate(reversed(words)))
    return all(keys >> key & 1 for key in _TYPES)


def _in(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _target(link: Path) -> str:
    try:
        return link.readlink().name
    except OSError:
        return ""


def _text(path: Path) -> str:
    """One line of /sys; a device names itself, so what is no printable character is left out."""
    try:
        raw = path.read_text("utf-8", "replace")
    except OSError:
        return ""
    return "".join(letter for letter in raw if letter.isprintable()).strip()[:120]
