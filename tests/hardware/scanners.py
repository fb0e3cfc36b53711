"""Readers to test against: a keyboard without a kernel, a line without a cable, a code before a camera."""

from __future__ import annotations

import errno
import io
import os
import pty
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import qrcode
from evdev import InputEvent, ecodes

from kiosk.config import Settings
from kiosk.domain.clock import Clock
from kiosk.hardware.camera.acting import Person
from kiosk.hardware.camera.simulated import SimulatedCamera
from kiosk.hardware.device import Device
from kiosk.hardware.scanner import Scanner, build
from kiosk.hardware.scanner.browser import BrowserScanner
from kiosk.hardware.scanner.camera import CameraScanner
from kiosk.hardware.scanner.evdev import _SPELLS, EvdevScanner
from kiosk.hardware.scanner.feed import ScanFeed
from kiosk.hardware.scanner.serial import SerialScanner
from kiosk.hardware.scanner.simulated import SimulatedScanner

VENDOR, PRODUCT = 0x05E0, 0x1200


@dataclass
class Rig:
    """A reader with the means to hold a code before it, to pull its cable and to put it back."""

    scanner: Scanner
    read: Callable[[str], object]
    unplug: Callable[[], object] | None = None
    replug: Callable[[], object] | None = None
    done: Callable[[], object] = lambda: None
    beside: tuple[Device, ...] = ()


class FakeKeyboard:
    """As `evdev.InputDevice`, with the errors that the kernel's have; the real one is proven in the machine.

    Its node is named in a folder like sysfs, so that the driver finds it as it finds a real one.
    """

    def __init__(self, inputs: Path, node: str = "event7", keys: frozenset[int] = frozenset(_SPELLS)) -> None:
        self.keys = keys | {ecodes.KEY_ENTER} if keys else keys
        self.node, self.inputs = node, inputs
        self.is_there = self.is_grabbed = False
        self.is_forbidden = self.is_busy = False
        self.opened = 0
        self._waiting: list[InputEvent] = []
        self.fd, self._bell = os.pipe()

    def plug_in(self) -> None:
        ids = self.inputs / self.node / "device" / "id"
        ids.mkdir(parents=True, exist_ok=True)
        (ids / "vendor").write_text(f"{VENDOR:04x}\n")
        (ids / "product").write_text(f"{PRODUCT:04x}\n")
        self.is_there = True

    def pull_out(self) -> None:
        for part in ("vendor", "product"):
            (self.inputs / self.node / "device" / "id" / part).unlink()
        self.is_there = False
        os.write(self._bell, b"!")

    def open(self, path: Path) -> FakeKeyboard:
        assert path == Path("/dev/input") / self.node
        if self.is_forbidden:
            raise PermissionError(errno.EACCES, "Permission denied")
        self.opened += 1
        return self

    def capabilities(self) -> dict[int, list[int]]:
        return {ecodes.EV_KEY: sorted(self.keys)}

    def grab(self) -> None:
        if self.is_busy:
            raise OSError(errno.EBUSY, "Device or resource busy")
        self.is_grabbed = True

    def close(self) -> None:
        self.is_grabbed = False

    def read(self) -> list[InputEvent]:
        os.read(self.fd, 65536)
        if not self.is_there:
            raise OSError(errno.ENODEV, "No such device")
        waiting, self._waiting = self._waiting, []
        return waiting

    def press(self, *events: tuple[int, int]) -> None:
        """Keys and their values (1 down, 0 up), as one packet of the kernel's."""
        self._waiting += [_event(ecodes.EV_KEY, code, value) for code, value in events]
        self._waiting.append(_event(ecodes.EV_SYN, ecodes.SYN_REPORT, 0))
        os.write(self._bell, b"!")

    def drop(self) -> None:
        """Say that more was typed than the kernel keeps for a reader."""
        self._waiting.append(_event(ecodes.EV_SYN, ecodes.SYN_DROPPED, 0))

    def type(self, text: str, end: int = ecodes.KEY_ENTER) -> None:
        """As a US reader does: Shift around what needs it, then Enter."""
        self.press(*keys_for(text), (end, 1), (end, 0))

    def done(self) -> None:
        os.close(self.fd)
        os.close(self._bell)


def _event(kind: int, code: int, value: int) -> InputEvent:
    seconds, micros = divmod(time.time_ns() // 1000, 1_000_000)
    return InputEvent(seconds, micros, kind, code, value)


def keys_for(text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for sign in text:
        code, is_shifted = next((code, sign != signs[0]) for code, signs in _SPELLS.items() if sign in signs)
        shift = [(ecodes.KEY_LEFTSHIFT, 1)] if is_shifted else []
        found += [*shift, (code, 1), (code, 0), *((key, 0) for key, _ in shift)]
    return found


class Line:
    """A pseudo-terminal under a name that stays, as udev's by-id names do; the far end is ours."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.plug_in()

    def plug_in(self) -> None:
        self.far, near = pty.openpty()
        self.path.symlink_to(os.ttyname(near))
        os.close(near)

    def pull_out(self) -> None:
        self.path.unlink()
        os.close(self.far)

    def send(self, data: bytes) -> None:
        os.write(self.far, data)


def code_picture(text: str) -> bytes:
    """A QR code alone, as PNG bytes."""
    out = io.BytesIO()
    code = qrcode.QRCode(border=4, box_size=8)
    code.add_data(text)
    code.make_image().get_image().convert("RGB").save(out, "PNG")
    return out.getvalue()


def simulated(clock: Clock, folder: Path) -> Rig:
    scanner = SimulatedScanner(clock, ScanFeed(clock))
    return Rig(
        scanner,
        scanner.controls.read,
        lambda: setattr(scanner.controls, "unplugged", True),
        lambda: setattr(scanner.controls, "unplugged", False),
    )


def evdev(clock: Clock, folder: Path) -> Rig:
    keyboard = FakeKeyboard(folder)
    keyboard.plug_in()
    scanner = EvdevScanner(clock, ScanFeed(clock), VENDOR, PRODUCT, opened=keyboard.open, inputs=folder)
    return Rig(scanner, keyboard.type, keyboard.pull_out, keyboard.plug_in, keyboard.done)


def serial(clock: Clock, folder: Path) -> Rig:
    line = Line(folder / "reader")
    scanner = SerialScanner(clock, ScanFeed(clock), str(line.path))
    return Rig(
        scanner,
        lambda text: line.send(text.encode() + b"\r\n"),
        line.pull_out,
        line.plug_in,
        lambda: os.close(line.far),
    )


def browser(clock: Clock, folder: Path) -> Rig:
    scanner = BrowserScanner(clock, ScanFeed(clock))
    return Rig(scanner, scanner.accept)


def camera(clock: Clock, folder: Path) -> Rig:
    shown = SimulatedCamera(clock)
    scanner = CameraScanner(clock, ScanFeed(clock), shown)

    def read(text: str) -> None:
        shown.controls.portrait = Person(code_picture(text))
        scanner.look(5)

    return Rig(scanner, read, beside=(shown,))


def several(clock: Clock, folder: Path) -> Rig:
    scanner = build(Settings(scanner="simulated;browser"), clock, SimulatedCamera(clock))
    part = scanner.parts[0]
    assert isinstance(part, SimulatedScanner)
    return Rig(scanner, part.controls.read)


RIGS: dict[str, Callable[[Clock, Path], Rig]] = {
    "simulated": simulated,
    "evdev": evdev,
    "serial": serial,
    "browser": browser,
    "camera": camera,
    "several": several,
}
