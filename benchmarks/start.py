"""How soon the first screen answers after a warm start, and whether the face engine loads behind it.

Warm: the database is prepared, bytecode and file cache are there. From the start of gunicorn's process to the
last byte of `/`. A bare Flask application under the same gunicorn is the floor: what is left is ours.
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from benchmarks.folder import READY
from benchmarks.server import HELLO, MATCHING, Server
from benchmarks.table import Row

GOAL_SECONDS = 2.0
ENGINE_SECONDS = 60.0


def rows(rounds: int, folder: Path) -> list[Row]:
    """Measure on the data that `server.prepare` made in `folder`."""
    _hello(folder)
    _kiosk(folder)
    floors, starts, behind = [], [], []
    for _ in range(rounds):
        floors.append(_hello(folder))
        first, ready = _kiosk(folder)
        starts.append(first)
        behind.append(ready - first)
    start, over = median(starts), median(one / floor for one, floor in zip(starts, floors, strict=True))
    return [
        Row("  start of a bare Flask application", median(floors), "s"),
        Row("  first screen / bare Flask application", start, "s", over),
        Row("  face engine ready after the first screen", median(behind), "s"),
        Row("First screen after a warm start / 2 s", start, "s", start / GOAL_SECONDS, 1.0),
    ]


def _hello(folder: Path) -> float:
    with Server(HELLO, folder) as server:
        return server.first_answer()


def _kiosk(folder: Path) -> tuple[float, float]:
    """Return when the first screen and when the face engine were there, in seconds from the start."""
    ready = folder / READY
    ready.unlink(missing_ok=True)
    with Server(MATCHING, folder) as server:
        first = server.first_answer()
        while not ready.exists() and time.monotonic() - server.began < ENGINE_SECONDS:
            time.sleep(0.02)
        return first, float(ready.read_text()) - server.began
