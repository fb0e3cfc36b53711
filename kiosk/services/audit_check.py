"""Reading every chain from its beginning: `kiosk audit verify` and the panel's button.

In constant memory and at most 1.7 times as long as reading and hashing the rows takes (`make bench-scale`):
the text that is hashed is put together from what is stored, and the head file is read beside the rows.

Every row's hash is computed, and every line of the head file is compared with its row. A line's mac is
computed where the line decides something: for each line that does not agree with its row, and for the
furthest line of each chain that does. The macs of the others are not, and nothing is lost by it: a line that
repeats its row's hash says nothing that the furthest one does not say of all rows before it, because its hash
was made from theirs.
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
    ChainFault,
    Checked,
    Fault,
    Head,
    hash_of_stored,
)
from kiosk.models.audit import AuditEntry
from kiosk.services import audit, audit_head
from kiosk.services.kiosk import Kiosk

BATCH = 2000
"""Rows read in one transaction: a check of minutes must not hold a snapshot, or nothing can be erased."""

FAULTS_KEPT = 100
"""Faults that are told one by one; of a chain that was rewritten every row is one."""

LONGEST_NUMBER = 19
"""Digits of SQLite's largest whole number."""

WAITING_HEADS = 20 * BATCH
"""Lines of the head file kept for rows still to come; more are looked up one by one, which is slower."""

_ROWS = (
    "SELECT seq, at, action, subject, detail, hash FROM audit_entry "
    "WHERE source = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
)
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
        for line in lines:
            if line.startswith(self._known):
                continue
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
        self._waiting: dict[str, str] = {}  # lines whose row has not been read yet: text to mac
        self._agreed: tuple[int, str] = 0, ""  # of the furthest line that agrees with its row: number, mac
        self._agreed_hash = ""
        self._vouched = 0  # how far lines with the right mac go
        self._has_forged = self._lacks_rows = False
        self.seq, self.hash = 0, GENESIS

    def batches(self, end: int) -> Iterator[int]:
        """Check up to number `end`; return the rows of each batch, and at last look at what is left over."""
        after: float = 0
        while rows := _rows(self._source, after, end):
            after = rows[-1][0]
            self._read_heads(int(after))
            self._check(rows)
            self._settle(self.seq)
            yield len(rows)
        self._finish()

    def _check(self, rows: list[tuple[Any, ...]]) -> None:
        """The hot loop. Only what can be read in one way is hashed as it is stored; all else goes slowly."""
        source, prefix, vouching = json.dumps(self._source), self._prefix, self._waiting.pop
        expected, previous = self.seq, self.hash
        for row in rows:
            seq, at, action, subject, detail, found = row
            expected += 1
            try:
                moment = at.replace(" ", "T") if at[-7:] != ".000000" else at[:19].replace(" ", "T")
                text = f'["{previous}",{source},{seq},"{moment}+00:00","{action}","{subject}",{detail}]'
                is_right = (
                    sha256(text.encode("ascii")).hexdigest() == found
                    and seq == expected
                    and len(at) == STORED_TIME_LENGTH
                    and at[10] == " "
                    and '"' not in action
                    and '"' not in subject
                    and "\\" not in action
                    and "\\" not in subject
                )
            except (TypeError, ValueError, AttributeError, IndexError):
                is_right = False
            if not is_right:
                if not isinstance(seq, int):
                    self._report.add(self._source, expected, ChainFault.CHANGED)
                    expected -= 1
                    continue
                if seq != expected:
                    self._report.add(self._source, expected, ChainFault.GAP)
                if hash_of_stored(previous, self._source, row[:-1]) != found:
                    self._report.add(self._source, seq, ChainFault.CHANGED)
                expected = seq
            if (mac := vouching(f"{prefix}{seq} {found}", None)) is not None:
                self._agreed, self._agreed_hash = (seq, mac), found
            previous = found
        self.seq, self.hash = expected, previous

    def _read_heads(self, up_to: int) -> None:
        """Read lines until one is beyond the row `up_to`, or the file has ended."""
        while self._reached < up_to and (lines := next(self._blocks, None)) is not None:
            self._take(lines)

    def _take(self, lines: list[str]) -> None:
        mine = [line for line in lines if line.startswith(self._prefix)]
        if len(mine) < len(lines) and not self._strangers.is_done:
            self._strangers.look_at(lines)
        self._waiting.update(line.rsplit(" ", 1) for line in mine)  # type: ignore[misc]
        if mine:
            self._reached = max(self._reached, _number(mine[-1]))
        if len(self._waiting) > WAITING_HEADS:
            self._settle(None)

    def _settle(self, seq: int | None) -> None:
        """Judge the lines that wait for a row up to `seq`, which has been read; None: all of them."""
        due = [text for text in self._waiting if seq is None or _number(text) <= seq]
        for text in due:
            self._judge(text, self._waiting.pop(text))

    def _judge(self, text: str, mac: str) -> None:
        """A line that was not met by its row: forged, out of order, without its row, or of another past."""
        if self._report.is_full:
            # Somebody wrote the chain anew: a look at each line would take hours and say the same.
            self._has_forged = True
            self._report.more += 1
            return
        head = audit_head.head_of(self._kiosk.keys, f"{text} {mac}")
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
        number, mac = self._agreed
        if number:
            self._judge(f"{self._prefix}{number} {self._agreed_hash}", mac)
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
            self._judge(head.text, audit_head.mac(self._kiosk.keys, head.text))


def _rows(source: str, after: float, end: int) -> list[tuple[Any, ...]]:
    """The next rows as SQLite keeps them, not as objects: that would take longer than all the rest."""
    with reading() as session:
        driver: Any = session.connection().connection.driver_connection
        asked = _ROWS, (source, after, end, BATCH)
        try:
            return driver.execute(*asked).fetchall()  # type: ignore[no-any-return]
        except sqlite3.OperationalError:
            # Somebody wrote bytes that are no text: they must be found, not end the check.
            ordinary, driver.text_factory = driver.text_factory, _any_text
            try:
                return driver.execute(*asked).fetchall()  # type: ignore[no-any-return]
            finally:
                driver.text_factory = ordinary


def _any_text(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")


def _number(line: str) -> int:
    """The entry's number in a line; 0 when there is none, so that the line is judged at once."""
    number = line.split(" ", 2)[1]
    return int(number) if number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER else 0
