"""The kiosk's own devices, built from its settings, kept by its own supervisor, and how fast they notice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kiosk.config import Settings
from kiosk.domain.clock import SystemClock
from kiosk.hardware.device import Device
from kiosk.hardware.devices import Devices, build
from kiosk.hardware.health import State
from tests.hardware.patience import seconds_until

Figures = dict[str, int]
"""What a case measured: a name that ends in its unit, and a whole number."""

Case = Callable[[Figures], None]

NOTICED_SECONDS = 2.0
"""From the pulled cable to what the screen says, docs/adr/0020-a-real-kernel-for-devices.md."""

BACK_SECONDS = 5.0
"""From the replugged cable to a device that works."""

START_SECONDS = 10.0
"""An emulated processor is some twenty times slower than a kiosk: what happens once has time."""


@contextmanager
def kiosk_with(**settings: Any) -> Iterator[Devices]:
    """All devices of a kiosk with these settings, served as in the product; every thread has to end."""
    devices = build(Settings(**settings), SystemClock())
    devices.start()
    try:
        yield devices
    finally:
        lingering = devices.stop()
    assert not lingering, f"{lingering} did not let go"


def comes_up(device: Device) -> None:
    """Wait until it works for the first time."""
    _within(START_SECONDS, device, lambda: device.health.works, "work")


def is_missed(device: Device, pulled_at: float, figures: Figures, name: str = "noticed_ms") -> None:
    """It was pulled at that monotonic second: it says so in two seconds."""

    def told() -> bool:
        return device.health.state is State.ABSENT and device.health.code == "unplugged"

    _within(NOTICED_SECONDS, device, told, "be missed", pulled_at)
    figures[name] = _ms_since(pulled_at)


def is_back(device: Device, plugged_at: float, figures: Figures, name: str = "back_ms") -> None:
    """It was plugged in at that monotonic second: it works in five."""
    _within(BACK_SECONDS, device, lambda: device.health.state is State.READY, "come back", plugged_at)
    figures[name] = _ms_since(plugged_at)


def _within(
    seconds: float, device: Device, so: Callable[[], bool], what: str, since: float | None = None
) -> None:
    left = seconds if since is None else since + seconds - time.monotonic()
    try:
        seconds_until(so, left)
    except AssertionError:
        health = device.health
        raise AssertionError(
            f"the {device.name} did not {what} in {seconds} s: {health.state} {health.code} {health.detail}"
        ) from None


def _ms_since(moment: float) -> int:
    return round((time.monotonic() - moment) * 1000)
