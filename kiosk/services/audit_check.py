"""Reading every chain from its beginning: `kiosk audit verify` and the panel's button.

In constant memory and at most 1.7 times as long as reading and hashing the rows takes (`make bench-scale`):
the text that is hashed is put together from what is stored, and the head file is read beside the rows.

Every row's hash is computed, and every line of the head file is held against its row. A line's mac is
computed where the line decides something: for each line that names a hash which no row has where it should,
and for the furthest line of each chain. The macs of the others are not, and nothing is lost by it: a line
that repeats its row's hash says nothing that the furthest one does not say of all rows before it, because its
hash was made from theirs.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.audit import (
    GENESIS,
    STORED_TIME_LENGTH,
    Action,
    ChainFault,
    Checked,
    Fault,
    Head,
    hash_of_stored,
)
from kiosk.models.audit import AuditEntry
from kiosk.services import audit, audit_head
from kiosk.services.kiosk import Kiosk

BATCH = 5000
"""Rows read in one transaction: a check of minutes must not hold a snapshot, or nothing can be erased."""

FAULTS_KEPT = 100
"""Faults that are told one by one; of a chain that was rewritten every row is one."""

LONGEST_NUMBER = 19
"""Digits of SQLite's largest whole number."""

WAITING_HEADS = 10 * BATCH
"""Lines of the head file kept for rows still to come; more are looked up one by one, which is slower."""

_ROWS = (
    "SELECT seq, at, action, subject, detail, hash FROM audit_entry "
    "WHERE source = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
)
_ACTIONS = frozenset(str(action) for action in Action)

_HASH = slice(-129, -65)
"""Where a line of the head file has its hash: before a space and the mac, each of 64 digits."""

Progress = Callable[[int, int], None]
"""Called after each batch with the entries read and the entries there are."""


@dataclass
class _Report:
    faults: list[Fault] = field(default_factory=list)
    more: int = 0

    @property
    def is_full(self) -> bool:
        """Whether further faults are only counted."""
        return len(self.faults) >= FAULTS_KEPT

    def add(self, source: str, seq: int, kind: ChainFault) -> None:
        fault = Fault(source, seq, kind)
        if fault in self.faults:
            return
        if self.is_full:
            self.more += 1
        else:
            self.faults.append(fault)


def verify(kiosk: Kiosk, progress: Progress | None = None) -> Checked:
    """Read every chain up to its present end, compare it with the head file, and return what is wrong.

    Entries that the head file does not vouch for are a fault too (`HEAD_BEHIND`): after a crash between
    commit and append it stays until `audit.catch_up` has written them down.
    """
    report = _Report()
    with reading() as session:
        ends = dict(_ends(session, report))
    total, done, heads = sum(ends.values()), 0, []
    strangers = _Strangers(kiosk, report, tuple(ends))
    for source, end in ends.items():
        chain = _Chain(kiosk, source, report, strangers)
        for entries in chain.batches(end):
            done += entries
            if progress is not None:
                progress(done, max(total, done))
        heads.append(Head(source, chain.seq, chain.hash))
    strangers.look_through()
    return Checked(done, tuple(heads), tuple(report.faults), report.more)


def _ends(session: Session, report: _Report) -> Iterator[tuple[str, int]]:
    """Each chain and its newest number."""
    for source in audit.sources(session):
        own = sa.select(sa.func.max(AuditEntry.seq)).where(AuditEntry.source == source)
        end = session.scalar(own)
        if not isinstance(end, int):
            # SQLite keeps any text in a column of numbers, and sorts it behind them.
            report.add(source, 0, ChainFault.CHANGED)
            end = session.scalar(own.where(sa.func.typeof(AuditEntry.seq) == "integer")) or 0
        yield source, end


class _Strangers:
    """Lines of the head file that belong to no chain: forged, or all rows of their chain are gone."""

    def __init__(self, kiosk: Kiosk, report: _Report, sources: tuple[str, ...]) -> None:
        self._kiosk, self._report = kiosk, report
        self._known = tuple(f"{source} " for source in sources)
        self.is_done = False

    def look_at(self, lines: list[str]) -> None:
        """Find them among `lines`."""
        known = self._known
        for line in [line for line in lines if not line.startswith(known)]:
            head = audit_head.head_of(self._kiosk.keys, line)
            if head is None:
                self._report.add(line.partition(" ")[0][:40], 0, ChainFault.HEAD_FORGED)
            else:
                self._report.add(head.source, 1, ChainFault.TAIL_MISSING)

    def look_through(self) -> None:
        """Find them in the whole file, unless it has been read for a chain."""
        if not self.is_done:
            for lines in audit_head.blocks(audit_head.file_of(self._kiosk)):
                self.look_at(lines)


class _Chain:
    """One chain and its lines of the head file, read side by side."""

    def __init__(self, kiosk: Kiosk, source: str, report: _Report, strangers: _Strangers) -> None:
        self._kiosk, self._source, self._report, self._strangers = kiosk, source, report, strangers
        self._prefix = f"{source} "
        self._blocks = audit_head.blocks(audit_head.file_of(kiosk))
        self._reached = 0  # the number in the newest line that was read
        self._waiting: dict[str, str] = {}  # lines whose row has not been read yet, by the hash they name
        self._furthest = ""  # of the lines that agree with their row, the one of the furthest row
        self._vouched = 0  # how far lines with the right mac go
        self._has_forged = self._lacks_rows = False
        self._entries = 0
        self._after: float = 0  # the number of the last row that was read
        self.seq, self.hash = 0, GENESIS

    def batches(self, end: int) -> Iterator[int]:
        """Check up to number `end`; return the rows of each batch, and at last look at what is left over."""
        while True:
            before = self._entries
            self._read_heads(self.seq + BATCH)
            with reading() as session:
                driver: Any = session.connection().connection.driver_connection
                try:
                    self._check(driver, end)
                except sqlite3.OperationalError:
                    # Somebody wrote bytes that are no text: they must be found, not end the check.
                    ordinary, driver.text_factory = driver.text_factory, _any_text
                    try:
                        self._check(driver, end)
                    finally:
                        driver.text_factory = ordinary
            self._settle(self.seq)
            yield self._entries - before
            if self._entries - before < BATCH:
                break
        self._finish()

    def _check(self, driver: Any, end: int) -> None:
        """The hot loop. Only what can be read in one way is hashed as it is stored; all else goes slowly.

        SQLite's own tuples, one at a time: objects, or a list of them, would take longer than all the rest.
        """
        source, agreeing = json.dumps(self._source), self._waiting.pop
        seq, expected, previous, furthest = self._after, self.seq, self.hash, self._furthest
        count = 0
        try:
            for seq, at, action, subject, detail, found in driver.execute(
                _ROWS, (self._source, self._after, end, BATCH)
            ):
                count += 1
                expected += 1
                try:
                    moment = at.replace(" ", "T")
                    text = f'["{previous}",{source},{seq},"{moment}+00:00","{action}","{subject}",{detail}]'
                    is_right = (
                        sha256(text.encode("ascii")).hexdigest() == found
                        and seq == expected
                        and at[10] == " "
                        and len(at) == STORED_TIME_LENGTH
                        and '"' not in subject
                        and "\\" not in subject
                        and action in _ACTIONS
                    )
                except (TypeError, ValueError, AttributeError, IndexError):
                    is_right = False
                if not is_right:
                    row = seq, at, action, subject, detail
                    if not self._is_link(previous, expected, row, found):
                        expected -= 1
                        continue
                    expected = seq
                if (line := agreeing(found, None)) is not None:
                    furthest = line
                previous = found
        finally:
            self._after, self.seq, self.hash, self._furthest = seq, expected, previous, furthest
            self._entries += count

    def _is_link(self, previous: str, expected: int, row: tuple[Any, ...], found: Any) -> bool:
        """Look closely at a row, report what is wrong with it, and return whether it is a link at all."""
        seq = row[0]
        if not isinstance(seq, int):
            self._report.add(self._source, expected, ChainFault.CHANGED)
            return False
        if seq != expected:
            self._report.add(self._source, expected, ChainFault.GAP)
        if hash_of_stored(previous, self._source, row) != found:
            self._report.add(self._source, seq, ChainFault.CHANGED)
        return True

    def _read_heads(self, up_to: int) -> None:
        """Read lines until one is beyond the row `up_to`, or the file has ended."""
        while self._reached < up_to and (lines := next(self._blocks, None)) is not None:
            self._take(lines)

    def _take(self, lines: list[str]) -> None:
        prefix = self._prefix
        # By its hash alone: no row has another's, and a wrong number beside it is found where it matters.
        mine = {line[_HASH]: line for line in lines if line.startswith(prefix)}
        if len(mine) < len(lines) and not self._strangers.is_done:
            self._strangers.look_at(lines)
        self._waiting.update(mine)
        if mine:
            self._reached = max(self._reached, _number(next(reversed(mine.values()))))
        if len(self._waiting) > WAITING_HEADS:
            self._settle(None)

    def _settle(self, seq: int | None) -> None:
        """Judge the lines that wait for a row up to `seq`, which has been read; None: all of them."""
        due = [key for key, line in self._waiting.items() if seq is None or _number(line) <= seq]
        for key in due:
            self._judge(self._waiting.pop(key))

    def _judge(self, line: str) -> None:
        """A line that decides something, or was not met by its row: forged, late, or of another past."""
        if self._report.is_full:
            # Somebody wrote the chain anew: a look at each line would take hours and say the same.
            self._has_forged = True
            self._report.more += 1
            return
        head = audit_head.head_of(self._kiosk.keys, line)
        if head is None:
            self._has_forged = True
            self._report.add(self._source, 0, ChainFault.HEAD_FORGED)
            return
        self._vouched = max(self._vouched, head.seq)
        with reading() as session:
            kept = session.scalar(
                sa.select(AuditEntry.hash).where(AuditEntry.source == head.source, AuditEntry.seq == head.seq)
            )
        if kept is None:
            self._lacks_rows = True
        elif kept != head.hash:
            self._report.add(self._source, head.seq, ChainFault.CHANGED)

    def _finish(self) -> None:
        for lines in self._blocks:
            self._take(lines)
            self._settle(None)
        self._settle(None)
        self._strangers.is_done = True
        if self._furthest:
            self._judge(self._furthest)
        if self._vouched < self.seq and not self._has_forged:
            self._wait_for_the_newest()
        if not self._vouched:
            if not self._report.is_full:
                self._report.add(self._source, 0, ChainFault.HEAD_MISSING)
        elif self._lacks_rows and self._vouched > self.seq:
            self._report.add(self._source, self.seq + 1, ChainFault.TAIL_MISSING)
        elif self._vouched < self.seq and not self._has_forged:
            self._report.add(self._source, self._vouched + 1, ChainFault.HEAD_BEHIND)

    def _wait_for_the_newest(self) -> None:
        """Between a commit and its line there is a moment; a kiosk in use may be just there."""
        self._kiosk.clock.sleep_until(self._kiosk.clock.monotonic() + audit.CATCH_UP_SECONDS)
        head = audit_head.newest(self._kiosk, self._source)
        if head is not None and head.seq > self._vouched:
            self._judge(audit_head.line_of(self._kiosk.keys, head))


def _any_text(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")


def _number(line: str) -> int:
    """The entry's number in a line; 0 when there is none, so that the line is judged at once."""
    number = line.split(" ", 2)[1]
    return int(number) if number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER else 0
