"""The one object that every verb takes first: settings, clock, devices, adapters, keys."""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kiosk.adapters import Adapters
from kiosk.config import Settings
from kiosk.domain.audit import Checked
from kiosk.domain.clock import Clock
from kiosk.domain.device_events import Changes
from kiosk.hardware.devices import Devices
from kiosk.hardware.scanner import Subscription
from kiosk.keys import Keys
from kiosk.services.watch import Watch

Work = Callable[[], None]


@dataclass
class Helper:
    """An officer whose badge was read here; he helps once his PIN was right. A restart sends him away.

    `touched_at` is the clock's monotonic second of the last thing he did.
    """

    officer_id: int
    visit_id: str | None
    touched_at: float
    is_confirmed: bool = False


@dataclass
class ChainCheck:
    """The check of the audit chain that an officer has started, or the last one; a restart forgets it.

    `done` of `total` entries are read; `result` stays None while it runs, and if it failed.
    """

    is_running: bool = False
    done: int = 0
    total: int = 0
    ended_at: datetime | None = None
    result: Checked | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class ScanTest:
    """An officer's half minute in which codes are shown to him alone, or the last one; a restart forgets it.

    `began` and `until` are the clock's monotonic seconds; `found` holds no code's text (`scan_test.Found`).
    """

    officer_id: int = 0
    began: float = 0.0
    until: float = -1.0
    ear: Subscription | None = None
    found: deque[Any] = field(default_factory=lambda: deque(maxlen=8))
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class Kiosk:
    """Made by `create_app` and kept at `app.extensions["kiosk"]`.

    `background` runs something after the answer has left (printing, sending) with the database at hand;
    tests hand in one that runs it at once. `scans` is the start screen's own ear at the scanner, `badges`
    that of the officer who comes to help. `helpers` are known by the token in the browser's cookie.
    `device_changes` holds by device what its event log says, `prints` what became of sheets since the start,
    `failing` the chores (`kiosk/housekeeping.py`) that failed when they were last done.
    """

    settings: Settings
    clock: Clock
    devices: Devices
    adapters: Adapters
    keys: Keys
    background: Callable[[Work], None]
    scans: Subscription
    badges: Subscription
    began_at: datetime
    watches: dict[str, Watch] = field(default_factory=dict)
    chain_check: ChainCheck = field(default_factory=ChainCheck)
    helpers: dict[str, Helper] = field(default_factory=dict)
    scan_test: ScanTest = field(default_factory=ScanTest)
    device_changes: dict[str, Changes] = field(default_factory=dict)
    prints: Counter[str] = field(default_factory=Counter)
    failing: set[str] = field(default_factory=set)


def in_a_thread(work: Work) -> None:
    """Run `work` in a thread of its own; what it raises is logged, because nobody waits for it."""

    def guarded() -> None:
        try:
            work()
        except Exception:
            logging.getLogger(__name__).exception("background work failed")

    threading.Thread(target=guarded, name="background", daemon=True).start()
