"""Every verb's transaction, and the entry it leaves in the audit chain.

The chain's head is also appended to a file beside the database after each commit, so that rows cut off the
end are missed: see docs/threat-model.md for what remains possible.
"""

from __future__ import annotations

import itertools
import json
import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading, transaction
from kiosk.domain.audit import GENESIS, Action, chained
from kiosk.models.audit import AuditEntry
from kiosk.services.kiosk import Kiosk

HEAD_FILE = "audit-head.txt"
_HEADS = "audit heads"
_append = threading.Lock()


@contextmanager
def verb(kiosk: Kiosk) -> Iterator[Session]:
    """Begin a verb's transaction; at its end commit it and append the chain's new head to the file."""
    with transaction(lambda session: _publish(kiosk, session)) as session:
        session.info.pop(_HEADS, None)
        yield session


def record(kiosk: Kiosk, session: Session, action: Action, subject: str, **detail: str | int | None) -> None:
    """Add an entry to this terminal's chain, inside the verb's transaction.

    `subject` is a reference; `detail` holds words and counts, never personal data (a test reads every entry
    of whole visits and looks for it).
    """
    source = f"terminal:{kiosk.settings.terminal}"
    last = session.scalar(
        sa.select(AuditEntry).where(AuditEntry.source == source).order_by(AuditEntry.seq.desc()).limit(1)
    )
    seq = 1 if last is None else last.seq + 1
    at = kiosk.clock.now()
    entry = AuditEntry(
        source=source,
        seq=seq,
        at=at,
        action=action,
        subject=subject,
        detail=json.dumps(detail, sort_keys=True),
        hash=chained(
            GENESIS if last is None else last.hash,
            source=source,
            seq=seq,
            at=at.isoformat(),
            action=action,
            subject=subject,
            detail=detail,
        ),
    )
    session.add(entry)
    session.flush()
    session.info[_HEADS] = (source, seq, entry.hash)


def _publish(kiosk: Kiosk, session: Session) -> None:
    head = session.info.pop(_HEADS, None)
    if head is None:
        return
    source, seq, digest = head
    line = f"{source} {seq} {digest}"
    try:
        with _append, (kiosk.settings.data / HEAD_FILE).open("a", encoding="ascii") as file:
            file.write(f"{line} {kiosk.keys.mac('audit-head', line)}\n")
    except OSError as error:
        # The visit has been committed: a full disk must not turn it into an error on the resident's screen.
        logging.getLogger(__name__).error("audit head not written: %s", error.strerror)


class ChainFault(StrEnum):
    """What is wrong with a chain."""

    CHANGED = "changed"
    GAP = "gap"
    TAIL_MISSING = "tail_missing"
    HEAD_FORGED = "head_forged"
    HEAD_MISSING = "head_missing"


@dataclass(frozen=True)
class Fault:
    """Where a chain is broken."""

    source: str
    seq: int
    kind: ChainFault


def verify(kiosk: Kiosk) -> list[Fault]:
    """Read every chain from its beginning, compare it with the head file, and return what is wrong.

    Rows may be ahead of the file (a full disk, a crash between the two); a chain without any head may not,
    or whoever cut its end off would only have to delete the file.
    """
    heads, faults = _heads(kiosk)
    columns = AuditEntry.__table__.c
    # The action as text: a word that is no action is a changed row, not a crash.
    action = sa.type_coerce(columns.action, sa.String).label("action")
    others = [column for column in columns if column.name != "action"]
    found: set[str] = set()
    with reading() as session:
        rows = session.execute(
            sa.select(*others, action).order_by(columns.source, columns.seq).execution_options(yield_per=1000)
        )
        for source, chain in itertools.groupby(rows, key=lambda row: str(row.source)):
            found.add(source)
            faults += _of_chain(source, chain, heads.get(source, {}))
    lost = sorted(set(heads) - found)
    return faults + [Fault(source, 1, ChainFault.TAIL_MISSING) for source in lost]


def _of_chain(source: str, rows: Iterable[Any], heads: dict[int, str]) -> list[Fault]:
    """What is wrong with one chain; `heads` holds what the file says, by seq."""
    faults: list[Fault] = []
    seq, digest = 0, GENESIS
    for row in rows:
        if row.seq != seq + 1:
            faults.append(Fault(source, seq + 1, ChainFault.GAP))
        if row.hash != _hash(digest, row) or heads.get(row.seq, row.hash) != row.hash:
            faults.append(Fault(source, row.seq, ChainFault.CHANGED))
        seq, digest = row.seq, row.hash
    if not heads:
        faults.append(Fault(source, 0, ChainFault.HEAD_MISSING))
    elif max(heads) > seq:
        faults.append(Fault(source, seq + 1, ChainFault.TAIL_MISSING))
    return faults


def _hash(previous: str, row: Any) -> str | None:
    """The hash that a row should have, or None when it was not written by `record`."""
    try:
        detail = json.loads(row.detail)
    except ValueError:
        return None
    return chained(
        previous,
        source=row.source,
        seq=row.seq,
        at=row.at.isoformat(),
        action=row.action,
        subject=row.subject,
        detail=detail,
    )


def _heads(kiosk: Kiosk) -> tuple[dict[str, dict[int, str]], list[Fault]]:
    """The hashes that the head file vouches for, by source and seq, and its lines that nobody vouches for."""
    path = kiosk.settings.data / HEAD_FILE
    heads: dict[str, dict[int, str]] = {}
    faults: list[Fault] = []
    for line in path.read_text("ascii", "replace").splitlines() if path.exists() else ():
        text, _, mac = line.rpartition(" ")
        if mac != kiosk.keys.mac("audit-head", text):
            faults.append(Fault(text.partition(" ")[0], 0, ChainFault.HEAD_FORGED))
            continue
        source, seq, digest = text.split(" ")
        heads.setdefault(source, {})[int(seq)] = digest
    return heads, faults
