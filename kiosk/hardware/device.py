"""What every device has in common: its contract, how it says that it is gone, where it writes its health."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from kiosk.domain.clock import Clock
from kiosk.hardware.health import Health, State


class DeviceGone(Exception):
    """The device cannot be reached now; its supervisor tries again. `code` becomes the code of its health."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Device(Protocol):
    """A thing with a cable, as its supervisor sees it."""

    name: str
    driver: str
    simulated: bool

    @property
    def health(self) -> Health:
        """The latest reading. Never throws, never waits."""
        ...

    def open(self) -> None:
        """Get hold of the device; may raise `DeviceGone`. Opening what is open is fine."""
        ...

    def run(self, stop: threading.Event) -> None:
        """Serve it until `stop` is set; raises when it is lost. Called from one thread at a time."""
        ...

    def close(self) -> None:
        """Let go of it. Closing what is closed is fine."""
        ...


class HealthBoard:
    """Holds a device's newest `Health`. Written by its thread, read by any, without a lock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.health = Health(State.ABSENT, "closed", clock.now())

    def report(self, state: State, code: str, detail: str = "") -> None:
        """Replace the reading; one that says nothing new keeps the old one and its `since`."""
        last = self.health
        if (state, code, detail) != (last.state, last.code, last.detail):
            self.health = Health(state, code, self._clock.now(), detail)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Whatever ends the block early is on the board before it reaches the supervisor."""
        try:
            yield
        except DeviceGone as gone:
            self.report(State.ABSENT, gone.code)
            raise
        except Exception as surprise:
            self.report(State.FAULT, "crashed", type(surprise).__name__)
            raise

    def closed(self) -> None:
        """The device was let go; why it was lost, if it was, stays readable."""
        if self.health.works or self.health.state is State.OPENING:
            self.report(State.ABSENT, "closed")
