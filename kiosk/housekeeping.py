"""What the kiosk does by itself: send mails, end abandoned visits, settle intents, erase what is due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from kiosk.domain.terminal_state import BEAT_SECONDS
from kiosk.services import (
    audit,
    device_events,
    help,
    help_call,
    lost_phone,
    outbox,
    redemption,
    retention,
    scan_test,
    terminal_state,
    visit,
)
from kiosk.services.kiosk import Kiosk

log = logging.getLogger(__name__)

Chore = Callable[[Kiosk], object]

CHORES: tuple[tuple[str, timedelta, Chore], ...] = (
    ("outbox", timedelta(seconds=1), outbox.deliver_due),
    ("abandoned visits", timedelta(seconds=2), visit.end_abandoned),
    ("open intents", timedelta(seconds=5), redemption.settle),
    ("open deactivations", timedelta(seconds=5), lost_phone.settle),
    ("officers at the kiosk", timedelta(seconds=2), help.watch_over),
    ("calls for help", timedelta(seconds=2), help_call.end_over),
    (terminal_state.SIGN_OF_LIFE, timedelta(seconds=BEAT_SECONDS), terminal_state.beat),
    ("scan test", timedelta(seconds=2), scan_test.end_over),
    ("device events", timedelta(seconds=1), device_events.note),
    ("purge", timedelta(minutes=10), retention.purge),
    ("old device events", timedelta(hours=1), device_events.purge),
    ("audit head", timedelta(minutes=10), audit.catch_up),
)
"""Name, how often, and the verb. A chore that fails is logged, shows in `/healthz`, and is done again when it
is next due."""


class Housekeeper:
    """Does the chores in one thread until it is stopped."""

    def __init__(self, kiosk: Kiosk, context: Callable[[], AbstractContextManager[object]]) -> None:
        self._kiosk = kiosk
        self._context = context
        self._began = kiosk.clock.now()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="housekeeper", daemon=True)

    def start(self) -> None:
        """Settle what a crash has left, then begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the chore in hand; at most ten seconds."""
        self._stop.set()
        self._thread.join(timeout=10)

    def _work(self) -> None:
        self._do("intents left by a crash", lambda kiosk: redemption.settle(kiosk, self._began))
        self._do("deactivations left by a crash", lambda kiosk: lost_phone.settle(kiosk, self._began))
        due = dict.fromkeys((name for name, _, _ in CHORES), 0.0)
        while not self._stop.wait(0.5):
            now = self._kiosk.clock.monotonic()
            for name, every, chore in CHORES:
                if now >= due[name]:
                    due[name] = now + every.total_seconds()
                    self._do(name, chore)

    def _do(self, name: str, chore: Chore) -> None:
        try:
            with self._context():
                chore(self._kiosk)
            self._kiosk.failing.discard(name)
        except Exception as error:
            self._kiosk.failing.add(name)
            log.error("%s failed: %s", name, type(error).__name__)
