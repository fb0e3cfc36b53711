"""Keeps a device served: starts it, notices when it is lost, tries again, and tells the log what changed."""

from __future__ import annotations

import logging
import threading
import traceback
from pathlib import PurePath
from time import monotonic
from weakref import WeakKeyDictionary

from kiosk.hardware.device import Device, DeviceGone
from kiosk.hardware.health import Health
from kiosk.hardware.hotplug import ARRIVALS

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 3.0
"""Soon enough that a replugged device works before anybody complains, and a dead port is left in peace."""

_SHORTEST_PAUSE_SECONDS = 0.1
"""One plug is a dozen events of the kernel: this often at most is a device tried because of them."""

_WATCH_SECONDS = 0.25
_FAREWELL_SECONDS = 2.0

_turns: WeakKeyDictionary[Device, threading.Lock] = WeakKeyDictionary()
_taking_turns = threading.Lock()


def _turn_of(device: Device) -> threading.Lock:
    """One lock a device, whoever supervises it: a worker that hangs in the kernel keeps it until it is out,
    so that a restart of its supervisor never has two workers on one cable."""
    with _taking_turns:
        return _turns.setdefault(device, threading.Lock())


class Supervisor:
    """Runs `device` in a daemon thread until `stop` is set, whatever happens to it.

    A second thread watches. It reads only `device.health`, so that a device which hangs can neither stop the
    watching nor delay whoever asks. A device that was lost is tried again after a pause, or at once when
    something was plugged in (`hotplug.py`).
    """

    def __init__(self, device: Device, stop: threading.Event) -> None:
        self._device = device
        self._stop = stop
        self._turn = _turn_of(device)
        self._logged: tuple[str, str] | None = None
        self._worker = self._new_worker()
        self._watcher = threading.Thread(target=self._watch, name=f"{device.name}-supervisor", daemon=True)

    def start(self) -> None:
        """Begin; returns at once, also when the device is broken. To be called once."""
        self._watcher.start()

    def join(self, timeout: float = _FAREWELL_SECONDS + 1) -> bool:
        """After `stop` was set: wait for the end. `False` if the device did not let go in time."""
        self._watcher.join(timeout)
        return not self._watcher.is_alive() and not self._worker.is_alive()

    def _watch(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._stop.is_set():
            arrivals = ARRIVALS.count
            self._worker = self._new_worker()
            self._worker.start()
            if self._watch_worker():
                pause, arrivals = FIRST_PAUSE_SECONDS, ARRIVALS.count
            # A new device may need a moment until it answers: after an arrival the pauses begin anew.
            woken = self._rest(pause, arrivals)
            pause = FIRST_PAUSE_SECONDS if woken else min(pause * 2, LONGEST_PAUSE_SECONDS)
        if self._worker.ident is not None:
            self._worker.join(_FAREWELL_SECONDS)

    def _rest(self, seconds: float, arrivals: int) -> bool:
        """Pause; says whether it was cut short because something was plugged in since `arrivals` was read."""
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0 and not self._stop.wait(min(left, _SHORTEST_PAUSE_SECONDS)):
            if ARRIVALS.count != arrivals:
                return True
        return False

    def _new_worker(self) -> threading.Thread:
        return threading.Thread(target=self._serve, name=self._device.name, daemon=True)

    def _watch_worker(self) -> bool:
        """Until the attempt ends; says whether the device worked in it."""
        worked = False
        while True:
            self._worker.join(_WATCH_SECONDS)
            worked = self._note_health().works or worked
            if self._stop.is_set() or not self._worker.is_alive():
                return worked

    def _serve(self) -> None:
        """One attempt, once nobody else serves the device."""
        while not self._turn.acquire(timeout=_WATCH_SECONDS):
            if self._stop.is_set():
                return
        try:
            self._attempt()
        finally:
            self._turn.release()

    def _attempt(self) -> None:
        """Without the close, a device that is plugged in again comes back under a new name."""
        device = self._device
        try:
            try:
                device.open()
                device.run(self._stop)
            finally:
                device.close()
        except DeviceGone:
            pass  # Expected, and on the board already.
        except Exception as surprise:
            # Its place and kind, not its message: what a device has sent may stand in that.
            log.error("%s failed: %s at %s", self._label, type(surprise).__name__, _place(surprise))

    def _note_health(self) -> Health:
        health = self._device.health
        # A device that was asked to stop is no news.
        if (health.state.value, health.code) != self._logged and not self._stop.is_set():
            self._logged = (health.state.value, health.code)
            log.log(_level(health), "%s is %s: %s", self._label, health.state.value, health.code)
        return health

    @property
    def _label(self) -> str:
        return f"{self._device.name} ({self._device.driver})"


def _level(health: Health) -> int:
    return logging.INFO if health.works else logging.WARNING


def _place(surprise: Exception) -> str:
    where = traceback.extract_tb(surprise.__traceback__)[-1]
    return f"{PurePath(where.filename).name}:{where.lineno}"
