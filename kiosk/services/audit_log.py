"""Reading the audit log for people: a page at a time, newest first, or all of it for an export.

A page is found through the index of what it is asked for and begins where the one before ended, so it takes
as long at five million entries as at fifty (`make bench-scale`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.models.audit import AuditEntry
from kiosk.models.officer import Officer
from kiosk.models.ticket import Ticket
from kiosk.services import audit
from kiosk.services.kiosk import Kiosk

PAGE = 50
"""Entries on a page: two screens of a desk PC."""

EXPORT_BATCH = 1000
"""Entries read in one transaction of an export, so that erasing never waits for somebody's download."""

YEARS = range(1901, 9999)
"""Of a time that can be shown in every zone and in a spreadsheet; another one somebody has made up."""

UNKNOWN = "unknown"
"""Stands in an entry about looking for a subject that no entry has."""

_ROW = sa.literal_column("audit_entry.rowid", sa.Integer)
"""SQLite's own number of the row: the order of the commits over all sources, and the end of every index."""


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; what is empty does not matter. `since` and `until` are whole office days."""

    since: date | None = None
    until: date | None = None
    actions: frozenset[Action] = frozenset()
    officer: int | None = None
    subject: str = ""
    source: str = ""


@dataclass(frozen=True)
class Mark:
    """The last entry of a page: the next one begins after it."""

    at: str
    row: int

    def __str__(self) -> str:
        return f"{self.row}~{self.at}"

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """Undo `str`; None for anything else."""
        row, _, at = text.partition("~")
        return cls(at, int(row)) if row.isascii() and row.isdigit() and len(row) < 19 and at else None


@dataclass(frozen=True)
class Entry:
    """One entry as it stands in the database, also where somebody has tampered with it.

    `at` is None for a time that is none, `action` the bare word, `detail` what could be read of it; `number`
    is the newest ticket of the visit that it tells of.
    """

    at: datetime | None
    source: str
    seq: int
    action: str
    subject: str
    detail: dict[str, Any]
    officer: str | None
    number: str | None
    hash: str


@dataclass(frozen=True)
class Page:
    """A page of the log; `following` is None on the last one."""

    entries: tuple[Entry, ...]
    following: Mark | None


@dataclass(frozen=True)
class Choices:
    """What the log can be filtered by: officers (number to name), also those who have left, and sources."""

    officers: dict[int, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


def page(kiosk: Kiosk, officer: Officer, wanted: Wanted, after: Mark | None = None) -> Page:
    """Return a page of what is wanted, and write down who has looked."""
    with reading() as session:
        rows = _rows(kiosk, session, wanted, after, PAGE + 1)
        entries = _entries(session, rows[:PAGE])
    _write_down(kiosk, officer, Action.AUDIT_SEEN, wanted, page="further" if after else "newest")
    return Page(entries, _mark(rows[PAGE - 1]) if len(rows) > PAGE else None)


def export(kiosk: Kiosk, officer: Officer, wanted: Wanted, kind: str) -> Iterator[Entry]:
    """Write down who takes a copy (`kind`: csv, xlsx), then return all that is wanted, newest first.

    Needs the app's context until the last entry is read.
    """
    _write_down(kiosk, officer, Action.AUDIT_EXPORTED, wanted, kind=kind)
    return _all(kiosk, wanted)


def choices(kiosk: Kiosk) -> Choices:  # noqa: ARG001
    """Return what the filter offers."""
    with reading() as session:
        named = session.execute(sa.select(Officer.id, Officer.display_name).order_by(Officer.display_name))
        return Choices({one.id: one.display_name for one in named}, tuple(audit.sources(session)))


def _all(kiosk: Kiosk, wanted: Wanted) -> Iterator[Entry]:
    after: Mark | None = None
    while True:
        with reading() as session:
            rows = _rows(kiosk, session, wanted, after, EXPORT_BATCH)
            entries = _entries(session, rows)
        yield from entries
        if len(rows) < EXPORT_BATCH:
            return
        after = _mark(rows[-1])


def _write_down(kiosk: Kiosk, officer: Officer, action: Action, wanted: Wanted, **more: str) -> None:
    filters: dict[str, str | int | None] = {
        "since": None if wanted.since is None else wanted.since.isoformat(),
        "until": None if wanted.until is None else wanted.until.isoformat(),
        "actions": ",".join(sorted(wanted.actions)) or None,
        "about_officer": wanted.officer,
        "source": wanted.source or None,
    }
    kept = {name: value for name, value in filters.items() if value is not None}
    with audit.verb(kiosk) as session:
        if wanted.subject:
            # Anything else was typed by hand, and could be somebody's name: that must never stand here.
            is_reference = session.scalar(sa.select(sa.exists().where(AuditEntry.subject == wanted.subject)))
            kept["about"] = wanted.subject if is_reference else UNKNOWN
        audit.record(kiosk, session, action, "audit", officer=officer.id, **kept, **more)


def _rows(kiosk: Kiosk, session: Session, wanted: Wanted, after: Mark | None, most: int) -> list[sa.Row[Any]]:
    """The newest `most` rows: each branch by its own index, together and cut again."""
    columns = AuditEntry.__table__.c
    # As text: a time or a word that somebody has made up must be shown, not end the page.
    at = sa.type_coerce(columns.at, sa.String)
    asked = sa.select(
        _ROW.label("row"),
        at.label("at"),
        columns.source,
        columns.seq,
        sa.type_coerce(columns.action, sa.String).label("action"),
        columns.subject,
        columns.detail,
        columns.officer,
        columns.hash,
    ).order_by(at.desc(), _ROW.desc())
    if wanted.since is not None:
        asked = asked.where(at >= _stored(_begin(kiosk, wanted.since)))
    if wanted.until is not None:
        asked = asked.where(at < _stored(_begin(kiosk, wanted.until + timedelta(days=1))))
    if after is not None:
        asked = asked.where(sa.tuple_(at, _ROW) < sa.tuple_(sa.literal(after.at), sa.literal(after.row)))
    found: dict[int, sa.Row[Any]] = {}
    for branch in _branches(wanted):
        for row in session.execute(asked.where(*branch).limit(most)):
            found[row.row] = row
    return sorted(found.values(), key=lambda row: (row.at, row.row), reverse=True)[:most]


def _branches(wanted: Wanted) -> list[list[sa.ColumnElement[bool]]]:
    """What is wanted, as questions that one index each answers in the right order.

    SQLite knows nothing of how many rows a condition has, so the one that is looked up is chosen here: the
    others are hidden from it behind a `+`.
    """
    columns = AuditEntry.__table__.c
    actions = [str(action) for action in sorted(wanted.actions)]
    is_action = [_hidden(columns.action).in_(actions)] if actions else []
    is_source = [_hidden(columns.source) == wanted.source] if wanted.source else []
    if wanted.subject:
        is_officer = [] if wanted.officer is None else [_hidden(columns.officer) == wanted.officer]
        return [[columns.subject == wanted.subject, *is_officer, *is_action, *is_source]]
    if wanted.officer is not None:
        himself = columns.subject == audit.officer_subject(wanted.officer)
        return [[did, *is_action, *is_source] for did in (columns.officer == wanted.officer, himself)]
    if actions:
        action = sa.type_coerce(columns.action, sa.String)
        return [[action == one, *is_source] for one in actions]
    return [[columns.source == wanted.source]] if wanted.source else [[]]


def _hidden(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The column with SQLite's unary plus, which no index is used for (sqlite.org/optoverview.html)."""
    return sa.type_coerce(
        sa.literal_column(f"+{column}"), sa.String if column.type.python_type is str else sa.Integer
    )


def _entries(session: Session, rows: list[sa.Row[Any]]) -> tuple[Entry, ...]:
    numbers = {row.officer for row in rows if isinstance(row.officer, int)}
    officers = session.execute(sa.select(Officer.id, Officer.display_name).where(Officer.id.in_(numbers)))
    names = {one.id: one.display_name for one in officers}
    tickets = session.scalars(
        sa.select(Ticket)
        .where(Ticket.visit_id.in_({str(row.subject) for row in rows}))
        .order_by(Ticket.issued_at, Ticket.serial)
    )
    called = {ticket.visit_id: ticket.number for ticket in tickets}
    return tuple(
        Entry(
            at=_time(row.at),
            source=row.source,
            seq=row.seq,
            action=str(row.action),
            subject=str(row.subject),
            detail=_detail(row.detail),
            officer=None if row.officer is None else names.get(row.officer, str(row.officer)),
            number=called.get(str(row.subject)),
            hash=str(row.hash),
        )
        for row in rows
    )


def _detail(text: Any) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except (TypeError, ValueError):
        return {"?": str(text)}
    return values if isinstance(values, dict) else {"?": str(text)}


def _time(stored: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(stored).replace(tzinfo=UTC)
    except (TypeError, ValueError):
        return None
    return at if at.year in YEARS else None


def _mark(row: sa.Row[Any]) -> Mark:
    return Mark(str(row.at), row.row)


def _begin(kiosk: Kiosk, day: date) -> datetime:
    return datetime.combine(day, time(), kiosk.settings.zone).astimezone(UTC)


def _stored(moment: datetime) -> str:
    """As SQLAlchemy writes a time into SQLite."""
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"
