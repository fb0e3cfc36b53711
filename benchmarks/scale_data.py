"""A year of an office that never rests: visits with what hangs on them, linked audit chains and their heads.

Written past the product, straight into SQLite, because through its verbs a million visits would take a day.
What the product would say of the result is checked by the bench itself: `verify` must find no fault.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kiosk.db import Base, UtcDateTime
from kiosk.domain.audit import GENESIS, Action
from kiosk.domain.fairness import AGES, SEXES, labels
from kiosk.domain.numbers import Domicile, Measure, Wait
from kiosk.domain.reasons import ReferReason
from kiosk.domain.terminal_state import Readiness
from kiosk.domain.visit import Channel, Step
from kiosk.keys import Keys
from kiosk.models.visit import VisitEnd

TERMINALS = ("A1", "A2")
DAYS = 365
ENTRIES = 5
"""Audit entries of each visit: begun, agreed and moved on in one commit, and two more."""

STEP = timedelta(seconds=5)
LONG_AGO = "2026-01-01 00:00:00.000001"
ZONE = timedelta(hours=7)
OFFICERS = 4

TICKETS, CASES = (60, 85), (60, 65)
"""Of a hundred visits: those from 60 to 84 end with a ticket, those from 60 to 64 with a decided case."""

_ENDS = ((60, VisitEnd.ACTIVATED), (85, VisitEnd.TICKET), (90, VisitEnd.LEFT), (97, VisitEnd.IDLE))

LABELS: dict[Measure, Sequence[str]] = {
    Measure.OUTCOME: tuple(VisitEnd),
    Measure.VISIT_SECONDS: tuple(VisitEnd),
    Measure.DOMICILE: tuple(Domicile),
    Measure.CHANNEL: tuple(Channel),
    Measure.STEP_SECONDS: tuple(Step),
    Measure.GAVE_UP: tuple(Step),
    Measure.REFERRED: tuple(ReferReason),
    Measure.SATISFACTION: ("1", "2", "3", "4"),
    Measure.WAIT: tuple(Wait),
    Measure.SERVED: ("Loket 1", "Loket 2"),
    Measure.UPTIME: tuple(Readiness),
    Measure.FAIRNESS: tuple(
        label
        for sex in SEXES
        for age in AGES
        for label in labels(f"{sex} {age}", VisitEnd.TICKET, ReferReason.FACE_UNCERTAIN)
    ),
}


@dataclass(frozen=True)
class Year:
    """How many visits, and the moment (UTC without its zone, as it is stored) at which the last one ended."""

    visits: int
    until: datetime

    def moment(self, number: int) -> datetime:
        """When a visit began: all through the year, one after another."""
        seconds = DAYS * 86400 * (number / self.visits - 1) - 60
        # A real clock hardly ever stands at a whole second, and such a time is checked more slowly.
        return self.until + timedelta(seconds=int(seconds), microseconds=1 + number % 999_983)

    @property
    def numbers(self) -> range:
        """The visits in their order."""
        return range(self.visits)

    @property
    def days(self) -> list[date]:
        """The office's days of the year."""
        last = (self.until + ZONE).date()
        return [last - timedelta(days=before) for before in reversed(range(DAYS))]


def fill(database: Path, head_file: Path, keys: Keys, year: Year) -> None:
    """Write the year into a database that has the schema and nothing in these tables."""
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-200000"):
            connection.execute(f"PRAGMA {pragma}")
        indexes = connection.execute("SELECT name, sql FROM sqlite_master WHERE type='index' AND sql NOTNULL")
        later = indexes.fetchall()
        for name, _ in later:
            connection.execute(f"DROP INDEX {name}")
        connection.execute("BEGIN")
        _officers(connection, year)
        _visits(connection, year)
        _counts(connection, year.days)
        _entries(connection, head_file, keys, year)
        for _, statement in later:
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def fill_counts(database: Path, year: Year) -> None:
    """Write the daily and monthly counts that `fill` writes, and nothing else of the year."""
    connection = sqlite3.connect(database)
    try:
        with connection:
            _counts(connection, year.days)
    finally:
        connection.close()


def _insert(
    connection: sqlite3.Connection, table: str, names: str, rows: Iterable[tuple[Any, ...]], **same: Any
) -> None:
    """Insert rows; a column that must not be empty and is not named gets its default, or none of its kind."""
    given = names.split()
    rest = {
        column.name: _filler(column)
        for column in Base.metadata.tables[table].columns
        if not (column.nullable or column.primary_key or column.computed) and column.name not in given
    }
    rest |= same
    columns = ", ".join(f'"{name}"' for name in (*given, *rest))
    values = ", ".join([*("?" for _ in given), *(_literal(value) for value in rest.values())])
    connection.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({values})', rows)


def _filler(column: sa.Column[Any]) -> Any:
    default = column.default
    if isinstance(default, sa.ColumnDefault) and default.is_scalar:
        return default.arg
    if isinstance(column.type, UtcDateTime):
        return LONG_AGO
    return 0 if column.type.python_type in (int, float, bool) else ""


def _literal(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool | int) else "'" + str(value).replace("'", "''") + "'"


def _stored(moment: datetime) -> str:
    return moment.isoformat(" ", "microseconds")


def _id(number: int) -> str:
    """As long as a real one (`token_urlsafe(16)`)."""
    return f"{number:09x}KaMpUngDuren_"


def _end(number: int) -> VisitEnd:
    return next((end for below, end in _ENDS if number % 100 < below), VisitEnd.TOO_YOUNG)


def _terminal(number: int) -> str:
    return TERMINALS[number % 3 == 0]


def _nik_hash(number: int) -> str:
    return f"{number % 800_000:064x}"


def _among(year: Year, some: tuple[int, int]) -> Iterator[int]:
    return (number for number in year.numbers if some[0] <= number % 100 < some[1])


def _officers(connection: sqlite3.Connection, year: Year) -> None:
    began = _stored(year.moment(0))
    rows = (
        (number, f"petugas-{number}", f"Petugas {number}", began) for number in range(100, 100 + OFFICERS)
    )
    _insert(connection, "officer", "id username display_name created_at", rows, active=False)


def _visits(connection: sqlite3.Connection, year: Year) -> None:
    visits = (
        (
            _id(number),
            _terminal(number),
            _stored(began := year.moment(number)),
            _stored(began + 4 * STEP),
            _stored(began + 4 * STEP),
            _end(number),
            _nik_hash(number),
        )
        for number in year.numbers
    )
    names = "id terminal started_at last_activity_at ended_at end nik_hash"
    _insert(connection, "visit", names, visits, step=Step.ENDED, language="id")
    _insert(connection, "ticket", "id visit_id day serial issued_at", _tickets(year),
            reason=ReferReason.FACE_UNCERTAIN, state="done")  # fmt: skip
    cases = (
        (_id(number)[:16], _id(number), _id(number)[:16], _stored(year.moment(number)), _nik_hash(number),
         100 + number % OFFICERS)
        for number in _among(year, CASES)
    )  # fmt: skip
    _insert(connection, "review_case", "id visit_id ticket_id opened_at nik_hash decided_by", cases,
            reason=ReferReason.FACE_UNCERTAIN, state="approved", decision_reason="same_person")  # fmt: skip
    done = list(_among(year, (0, 60)))
    stamps = ((_id(number), _id(number), _stored(year.moment(number))) for number in done)
    _insert(connection, "activation", "id visit_id created_at", stamps, state="active")
    mails = ((_id(number), _id(number), _id(number), _stored(year.moment(number))) for number in done)
    _insert(connection, "mail", "message_id visit_id activation_id created_at", mails)
    asked = (
        (_id(number), _terminal(number), _stored(year.moment(number))) for number in _among(year, (0, 85))
    )
    _insert(connection, "look_up", "visit_id terminal at", asked)
    faces = (
        (_id(number), _nik_hash(number), _stored(at := year.moment(number)), (at + ZONE).date().isoformat())
        for number in _among(year, (0, 65))
    )
    _insert(connection, "face_attempt", "visit_id nik_hash at day", faces, state="match")


def _tickets(year: Year) -> Iterator[tuple[Any, ...]]:
    today, serial = "", 0
    for number in _among(year, TICKETS):
        at = year.moment(number)
        day = (at + ZONE).date().isoformat()
        serial = serial + 1 if day == today else 1
        today = day
        yield _id(number)[:16], _id(number), day, serial, _stored(at)


def _counts(connection: sqlite3.Connection, days: list[date]) -> None:
    """Each measure with each label on each day; the sums are made up, their number is what costs time.

    A visit adds to a count that stands there: a year of few visits has as many rows as one of a million.
    """
    for table, keys in (
        ("daily_count", days),
        ("monthly_count", sorted({day.replace(day=1) for day in days})),
    ):
        rows = (
            (measure, day.isoformat(), terminal, str(label))
            for measure, several in LABELS.items()
            for day in keys
            for terminal in TERMINALS
            for label in several
        )
        _insert(connection, table, "measure day terminal label", rows, count=20, total=900)


def _entries(connection: sqlite3.Connection, head_file: Path, keys: Keys, year: Year) -> None:
    with head_file.open("a", encoding="ascii") as heads:
        connection.executemany(
            "INSERT INTO audit_entry (source, seq, at, action, subject, detail, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            _chains(keys, year, heads.write),
        )


def _chains(keys: Keys, year: Year, head: Any) -> Iterator[tuple[Any, ...]]:
    """The entries of every visit, each tied to the one before at its terminal; a head for each commit."""
    mac = _mac(keys.derived("audit-head", min(keys.masters)))
    ends = {f"terminal:{terminal}": (0, GENESIS) for terminal in TERMINALS}
    for number in year.numbers:
        source, subject, began = f"terminal:{_terminal(number)}", _id(number), year.moment(number)
        seq, previous = ends[source]
        for count, (action, detail) in enumerate(_story(number)):
            seq += 1
            at = _stored(began + count * STEP)
            moment = (at[:19] if at.endswith(".000000") else at).replace(" ", "T")
            text = f'["{previous}","{source}",{seq},"{moment}+00:00","{action}","{subject}",{detail}]'
            previous = hashlib.sha256(text.encode()).hexdigest()
            yield source, seq, at, action, subject, detail, previous
            if count != 1:  # consent and the step after it are one commit
                line = f"{source} {seq} {previous}"
                head(f"{line} {mac(line)}\n")
        ends[source] = seq, previous


_BEGUN = (
    (str(Action.VISIT_STARTED), '{"language":"id"}'),
    (str(Action.CONSENT_GIVEN), '{"version":"2026-11"}'),
    (str(Action.VISIT_MOVED), '{"event":"consented","origin":"consent","to":"nik"}'),
)


def _story(number: int) -> Iterator[tuple[str, str]]:
    yield from _BEGUN
    if CASES[0] <= number % 100 < CASES[1]:
        officer = 100 + number % OFFICERS
        yield str(Action.CASE_SEEN), f'{{"case":"{_id(number)[:16]}","officer":{officer},"what":"case"}}'
        yield (
            str(Action.CASE_DECIDED),
            f'{{"case":"{_id(number)[:16]}","decision":"approved","officer":{officer}}}',
        )
        return
    yield str(Action.LOOKUP), f'{{"nik":"{_nik_hash(number)}"}}'
    yield str(Action.VISIT_ENDED), f'{{"end":"{_end(number)}"}}'


def _mac(key: bytes) -> Any:
    """HMAC-SHA256 (RFC 2104) with the key's part of the work done once: four million lines are signed."""
    inner, outer = hashlib.sha256(), hashlib.sha256()
    block = key.ljust(64, b"\0")
    inner.update(bytes(byte ^ 0x36 for byte in block))
    outer.update(bytes(byte ^ 0x5C for byte in block))

    def mac(line: str) -> str:
        one, two = inner.copy(), outer.copy()
        one.update(line.encode())
        two.update(one.digest())
        return two.hexdigest()

    return mac
