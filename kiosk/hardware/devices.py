"""The kiosk's three devices together: built from the settings, started and stopped as one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from kiosk.config import Settings
from kiosk.domain.clock import Clock
from kiosk.hardware import camera as cameras
from kiosk.hardware import printer as printers
from kiosk.hardware import scanner as scanners
from kiosk.hardware.camera import Camera
from kiosk.hardware.device import Device
from kiosk.hardware.health import Health
from kiosk.hardware.hotplug import Hotplug
from kiosk.hardware.printer import Printer
from kiosk.hardware.scanner import Scanner
from kiosk.hardware.supervisor import Supervisor


@dataclass(frozen=True)
class Devices:
    """What has a cable. Works as well as each of its devices does; none of them can keep it from starting."""

    camera: Camera
    printer: Printer
    scanner: Scanner
    _crew: list[tuple[Supervisor, threading.Event]] = field(default_factory=list, repr=False, compare=False)
    _hotplug: Hotplug = field(default_factory=Hotplug, repr=False, compare=False)

    def __iter__(self) -> Iterator[Device]:
        """Camera, printer, scanner."""
        yield from (self.camera, self.printer, self.scanner)

    def start(self) -> None:
        """Serve all of them from threads of their own; returns at once. What runs already is left alone."""
        if self._crew:
            return
        self._hotplug.start()
        for device in self:
            stop = threading.Event()
            supervisor = Supervisor(device, stop)
            supervisor.start()
            self._crew.append((supervisor, stop))

    def stop(self) -> list[str]:
        """Let go of all of them and name those that would not in three seconds. They may be started again."""
        crew, names = list(self._crew), [device.name for device in self]
        self._crew.clear()
        for _, stop in crew:
            stop.set()
        self._hotplug.stop()
        return [name for name, (supervisor, _) in zip(names, crew, strict=False) if not supervisor.join()]

    def healths(self) -> dict[str, Health]:
        """The latest reading of each, by name. Never waits and never throws."""
        return {device.name: device.health for device in self}


def build(settings: Settings, clock: Clock) -> Devices:
    """The devices that the settings name, not yet started. Raises `SettingsError` for an unknown driver."""
    camera = cameras.build(settings, clock)
    return Devices(camera, printers.build(settings, clock), scanners.build(settings, clock, camera))
