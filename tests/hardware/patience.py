"""Waiting for a device in tests: as short as possible, with a limit that fails the test."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kiosk.hardware.device import Device
from kiosk.hardware.supervisor import Supervisor


def seconds_until(true: Callable[[], bool], limit: float) -> float:
    """How long it took until `true()`; fails after `limit` seconds."""
    start = time.monotonic()
    while not true():
        assert time.monotonic() - start < limit, f"still not so after {limit} s"
        time.sleep(0.01)
    return time.monotonic() - start


@contextmanager
def served(device: Device) -> Iterator[None]:
    """`device` under its supervisor; leaves no thread behind, or fails."""
    before = set(threading.enumerate())
    stop = threading.Event()
    supervisor = Supervisor(device, stop)
    supervisor.start()
    try:
        yield
    finally:
        stop.set()
        assert supervisor.join()
    assert set(threading.enumerate()) <= before
