"""The panel after a million visits and five million audit entries: `make bench-scale` (`ARGS=--short`).

Two offices have the same morning, one of them a year behind it: so their pages show the same lines, and what
differs is what the database has to pass by. Each page is asked for in turn in both, and what is judged is how
much longer it takes in the old one. The check of the audit chain is held against a loop that only reads and
hashes the same rows, and its memory against that of checking a new chain.

The numbers pages draw a year of daily counts, and a day has as many of them after ten visits as after ten
thousand. So the new office has the same counts, as after a year of few visits: both draw the same page, and
what is judged is whether it still costs the same with a million visits behind it. What drawing costs beside
the page of an office that has counted nothing, which is another, shorter page, is told and not judged.

`--short` makes a fiftieth of the year and asks for each page a few times. It judges what a small busy machine
can tell: memory, and that no fault is found in a chain that has none.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient

from benchmarks.scale_data import ENTRIES, Year, fill, fill_counts
from benchmarks.table import ROUNDS, Row, print_table
from kiosk import housekeeping
from kiosk.domain.audit import Action
from kiosk.domain.reasons import ReferReason
from kiosk.domain.roles import Role
from kiosk.services import audit, audit_check, audit_head
from tests.fixed_clock import FixedClock
from tests.officers import Office
from tests.support import make_app

VISITS, SHORT_VISITS = 1_000_000, 20_000

NUMBERS, NUMBERS_OF_A_YEAR = "/petugas/angka", "/petugas/angka?periode=tahun"

PAGES: tuple[tuple[str, str], ...] = (
    ("Board", "/petugas/papan"),
    ("Board, its poll", "/petugas/papan/isi"),
    ("Review list", "/petugas/kasus"),
    ("Queue", "/petugas/antrean"),
    ("Numbers, the same counts in both", NUMBERS),
    ("Numbers of a year, the same in both", NUMBERS_OF_A_YEAR),
    ("Audit", "/petugas/audit"),
    ("Audit, one officer", "/petugas/audit?petugas=100"),
    ("Audit, an action that never was", "/petugas/audit?tindakan=badge"),
    ("Audit, frequent action, a week", "/petugas/audit?tindakan=visit&dari=2026-10-27&sampai=2026-11-02"),
    ("Audit, one visit", "/petugas/audit?perihal=morning"),
)
"""Pages that must stay as quick as on the first day."""

DRAWN: tuple[tuple[str, str], ...] = (
    ("  Numbers / when nothing is counted", NUMBERS),
    ("  Numbers of a year / when nothing is", NUMBERS_OF_A_YEAR),
)
"""Told only: what drawing a page costs beside one that has nothing to draw."""

PAGE_BOUND = 1.3
REQUESTS, SHORT_REQUESTS = 15, 3
"""Of each page in each office in a round, taking turns."""

SPEED = 0.6
"""Of the bare loop, at least; as a ratio of times that is a bound of 1 / 0.6."""

MEMORY_BOUND = 1.1
VERIFY_ROUNDS = 3

WAITING, CASES, LOOKS = 6, 3, 60
"""Of the morning: tickets, cases, and how often an officer looked at one, which fills a page of the log."""

OFFICER, VISIT = 100, "morning"


@dataclass
class Scene:
    """An office with its data folder, and the browser of its supervisor."""

    office: Office
    folder: Path
    browser: FlaskClient

    def ask(self, path: str) -> float:
        """Ask for a page; return the milliseconds. Raises `AssertionError` when it is not shown."""
        began = time.perf_counter()
        answer = self.browser.get(path)
        took = (time.perf_counter() - began) * 1000
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return took


def main() -> int:
    """Measure everything, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description="Measure the panel after a year.")
    parser.add_argument("--short", action="store_true", help="a fiftieth of the year; judge memory only")
    short: bool = parser.parse_args().short
    visits = SHORT_VISITS if short else VISITS
    turns = (1, SHORT_REQUESTS) if short else (ROUNDS, REQUESTS)
    with tempfile.TemporaryDirectory(prefix="bench-scale-") as temporary:
        began = time.monotonic()
        old = _scene(Path(temporary) / "old", visits)
        new, empty = _scene(Path(temporary) / "new", 0), _scene(Path(temporary) / "empty", None)
        made = time.monotonic() - began
        rows = [
            *(_page(name, path, old, new, turns, PAGE_BOUND) for name, path in PAGES),
            *(_page(name, path, old, empty, turns) for name, path in DRAWN),
            *_chores(old, new, turns),
            *_verify(old, new, 1 if short else VERIFY_ROUNDS),
        ]
    holds = print_table(rows, short=short)
    print(
        f"\n{visits:,} visits and {visits * ENTRIES:,} audit entries, made in {made:.0f} s; "
        f"{turns[0]} rounds of {turns[1]} on {os.cpu_count()} cores."
    )
    return 0 if holds else 1


def _scene(folder: Path, visits: int | None) -> Scene:
    """An office with its morning. With no visits it has a year's counts, with None not even these."""
    folder.mkdir()
    clock = FixedClock()
    app = make_app(folder, clock=clock)
    office = Office(app, clock)
    # The last visit ended at midnight: today's ticket numbers begin with this morning in both offices.
    year = Year(visits or 0, (clock.now() - timedelta(hours=9)).replace(tzinfo=None))
    if visits:
        fill(folder / "kiosk.db", folder / audit_head.HEAD_FILE, office.kiosk.keys, year)
    elif visits == 0:
        fill_counts(folder / "kiosk.db", year)
    office.officer("sri", Role.SUPERVISOR)
    if not visits:
        office.officer("budi", id=OFFICER)
    for _ in range(WAITING):
        office.ticket(ReferReason.WANTS_PERSON)
    for _ in range(CASES):
        office.case()
    with app.app_context():
        for action in (Action.CASE_SEEN, Action.VISIT_MOVED) * LOOKS:
            with audit.verb(office.kiosk) as session:
                audit.record(office.kiosk, session, action, VISIT, officer=OFFICER, what="case")
    return Scene(office, folder, office.signed_in("sri"))


def _page(
    name: str, path: str, old: Scene, new: Scene, turns: tuple[int, int], bound: float | None = None
) -> Row:
    for scene in (old, new):
        scene.ask(path)
    after_a_year, ratio = _compared(lambda scene: scene.ask(path), old, new, turns)
    return Row(name, after_a_year, "ms", ratio, bound)


def _compared(
    measure: Callable[[Scene], float], old: Scene, new: Scene, turns: tuple[int, int]
) -> tuple[float, float]:
    """The median in the old office, and the median of the rounds' ratios of medians.

    `turns`: how many rounds, and how often in each it is measured in both.
    """
    rounds, times = turns
    olds, ratios = [], []
    for _ in range(rounds):
        pairs = [(measure(old), measure(new)) for _ in range(times)]
        slow, quick = (median(some) for some in zip(*pairs, strict=True))
        olds.append(slow)
        ratios.append(slow / quick)
    return median(olds), median(ratios)


def _chores(old: Scene, new: Scene, turns: tuple[int, int]) -> list[Row]:
    """What the kiosk does by itself, some of it every second: told, not judged."""
    rows = []
    for name, _, chore in housekeeping.CHORES:

        def do(scene: Scene, chore: housekeeping.Chore = chore) -> float:
            with scene.office.app.app_context():
                began = time.perf_counter()
                chore(scene.office.kiosk)
                return (time.perf_counter() - began) * 1000

        do(old), do(new)
        took, ratio = _compared(do, old, new, turns)
        rows.append(Row(f"  by itself: {name}", took, "ms", ratio))
    return rows


def _verify(old: Scene, new: Scene, rounds: int) -> list[Row]:
    bare, checked, ratios = [], [], []
    entries = 0
    for _ in range(rounds):
        entries = _bare(old.folder / "kiosk.db")  # also warms the file cache for both
        began = time.process_time()
        _bare(old.folder / "kiosk.db")
        bare.append(time.process_time() - began)
        began = time.process_time()
        with old.office.app.app_context():
            answer = audit_check.verify(old.office.kiosk)
        checked.append(time.process_time() - began)
        assert answer.faults == (), answer.faults[:3]
        assert answer.entries == entries
        ratios.append(checked[-1] / bare[-1])
    large, small = peak(old.folder), peak(new.folder)
    each = 1_000_000 / entries
    note = f"{1 / median(ratios):.2f} of its speed"
    return [
        Row("  bare loop: read and hash a row", median(bare) * each, "µs"),
        Row(
            "Audit chain: check a row / bare loop",
            median(checked) * each,
            "µs",
            median(ratios),
            1 / SPEED,
            note,
        ),
        Row(
            "Peak memory of the check / of a new chain", large, "MB", large / small, MEMORY_BOUND, steady=True
        ),
    ]


def _bare(database: Path) -> int:
    """Read every row as it is stored and hash its text: what no check can do without. Return how many."""
    connection = sqlite3.connect(database)
    entries = 0
    try:
        question = (
            "SELECT source, seq, at, action, subject, detail, hash FROM audit_entry ORDER BY source, seq"
        )
        for source, seq, at, action, subject, detail, digest in connection.execute(question):
            hashlib.sha256(f"{source}{seq}{at}{action}{subject}{detail}{digest}".encode()).hexdigest()
            entries += 1
    finally:
        connection.close()
    return entries


_STARTED_BY_A_SMALL_ONE = """
import os, sys
_, status, used = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ), 0)
print(used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A process inherits the peak of the one that starts it (Linux, `exec_mmap`): so a bare Python starts it."""


def peak(folder: Path) -> float:
    """The largest memory of `kiosk audit verify` in a process of its own, in MB.

    Raises `CalledProcessError` when it finds a fault.
    """
    own = {name: text for name, text in os.environ.items() if not name.startswith("KIOSK_")}
    kiosk = str(Path(sys.executable).with_name("kiosk"))
    told = subprocess.run(
        [sys.executable, "-c", _STARTED_BY_A_SMALL_ONE, kiosk, "audit", "verify"],
        env=own | {"KIOSK_DATA": str(folder)},
        check=True,
        stdout=subprocess.PIPE,
    )
    return int(told.stdout.split()[-1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
