"""How soon a resident reads that a device was unplugged, how soon it works again, what a hanging one costs.

The product's own devices under their supervisors: a network printer on loopback, whose cable is pulled by
closing its port, and the simulated camera and scanner. The bar is asked as the page asks it, once a second,
at phases that are spread over the second. What is judged is the slowest, because the goals say «at most».
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, cast

from flask.testing import FlaskClient

from benchmarks.table import Row
from kiosk import wording
from kiosk.config import Settings
from kiosk.domain.clock import SystemClock
from kiosk.hardware import devices as hardware
from kiosk.hardware.device import Device
from kiosk.hardware.devices import Devices
from tests.hardware.fake_printer import FakePrinter
from tests.support import make_app

POLL_SECONDS = 1.0
"""What the bar's `hx-trigger` says."""

SHOWN_SECONDS, WORKS_SECONDS = 2.0, 5.0
"""The goals: unplugged to the message on the screen, plugged in to working."""

HANG_MS = 50.0
"""The goal: no page waits longer for a device that hangs."""

LOST_SECONDS = 4.0
"""Until the supervisors' pauses have grown to their longest."""

PAGES = ("/", "/devices/bar", "/healthz")
ASKED = 20

SHOWN_NAME = "Device unplugged to the resident's bar, slowest / goal of 2 s"
WORKS_NAME = "Device plugged in to working, slowest / goal of 5 s"
HANG_NAME = "What a page waits for devices that hang / goal of 50 ms"

_LIMIT_SECONDS = 30.0


class StillNot(Exception):
    """A device was not said to be gone, or did not come back, within half a minute; the message names it."""


def rows(rounds: int, folder: Path) -> list[Row]:
    """Three rows: shown, working again, and what a hang costs."""
    with FakePrinter() as printer:
        settings = Settings(data=folder / "devices", printer=printer.url)
    settings.data.mkdir(parents=True, exist_ok=True)
    machines = hardware.build(settings, SystemClock())
    app = make_app(settings.data, clock=SystemClock(), devices=machines, printer=settings.printer)
    client = app.test_client()
    shown: list[float] = []
    working: list[float] = []
    machines.start()
    try:
        for number in range(rounds):
            shown += _shown(client, machines, printer, phase=(number + 0.5) / rounds)
            working += _working(machines, printer)
        with printer:
            waits = _hanging(client, machines, printer)
    finally:
        machines.stop()
    return [
        _slowest(SHOWN_NAME, shown, SHOWN_SECONDS),
        _slowest(WORKS_NAME, working, WORKS_SECONDS),
        Row(HANG_NAME, waits, "ms", waits / HANG_MS, 1.0, f"median of {ASKED} askings of each page"),
    ]


def _slowest(name: str, seconds: list[float], goal: float) -> Row:
    note = f"median {median(seconds):.2f} s of {len(seconds)}; printer by TCP, camera, scanner"
    return Row(name, max(seconds), "s", max(seconds) / goal, 1.0, note)


def _shown(client: FlaskClient, machines: Devices, printer: FakePrinter, phase: float) -> list[float]:
    """Let everything work, unplug it all, and return when the bar has said each; `phase` of its second."""
    with printer:
        _until(lambda: all(health.works for health in machines.healths().values()), "a device")
        client.get("/devices/bar")
        began = time.monotonic()
        time.sleep(phase * POLL_SECONDS)
        _unplug(machines, True)
    gone = time.monotonic()
    missing = {device.name for device in machines}
    seconds = []
    number = 0
    while missing:
        number += 1
        time.sleep(max(began + number * POLL_SECONDS - time.monotonic(), 0))
        text = client.get("/devices/bar").text
        for name in sorted(missing):
            if str(wording.device_sentence(name, "unplugged")) in text:
                seconds.append(time.monotonic() - gone)
                missing.discard(name)
        if time.monotonic() - gone > _LIMIT_SECONDS:
            raise StillNot(", ".join(sorted(missing)))
    return seconds


def _working(machines: Devices, printer: FakePrinter) -> list[float]:
    """Let the pauses grow to their longest, plug everything in, and return when each works."""
    time.sleep(LOST_SECONDS)
    with printer:
        _unplug(machines, False)
        plugged = time.monotonic()
        seconds = []
        for device in machines:
            # One after the other, by moments that the devices themselves have noted.
            _until(partial(_works, device), device.name)
            since = device.health.since.timestamp()
            seconds.append(max(since - (time.time() - (time.monotonic() - plugged)), 0.0))
    return seconds


def _hanging(client: FlaskClient, machines: Devices, printer: FakePrinter) -> float:
    """Return by how many milliseconds the slowest page's median grows while every device hangs."""
    _until(lambda: all(health.works for health in machines.healths().values()), "a device")
    usual = {page: _asked(client, page) for page in PAGES}
    printer.silent = True
    for controls in _simulated(machines):
        controls.hang = True
    _until(lambda: not machines.printer.health.works, "the printer's hang")
    slow = {page: _asked(client, page) for page in PAGES}
    for controls in _simulated(machines):
        controls.hang = False
    printer.silent = False
    return max(max(slow[page] - usual[page] for page in PAGES), 0.0)


def _works(device: Device) -> bool:
    return device.health.works


def _asked(client: FlaskClient, page: str) -> float:
    took = []
    for _ in range(ASKED):
        began = time.perf_counter()
        client.get(page)
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def _unplug(machines: Devices, gone: bool) -> None:
    for controls in _simulated(machines):
        controls.unplugged = gone


def _simulated(machines: Devices) -> list[Any]:
    """What can be made to go wrong with the two that are simulated."""
    return [cast(Any, device).controls for device in (machines.camera, machines.scanner)]


def _until(true: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + _LIMIT_SECONDS
    while not true():
        if time.monotonic() > limit:
            raise StillNot(what)
        time.sleep(0.01)
