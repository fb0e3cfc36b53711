"""Every verb's transaction, and the entry it leaves in the audit chain.

The chain's head is also appended to a file beside the database after each commit, so that rows cut off the
end are missed: see docs/threat-model.md for what remains possible.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True)
class Fault:
    """Where a chain is broken."""

    source: str
    seq: int
    kind: ChainFault


def verify(kiosk: Kiosk) -> list[Fault]:
    """Read every chain from its beginning, compare it with the head file, and return what is wrong."""
    heads, faults = _heads(kiosk)
    with reading() as session:
        rows = session.scalars(
            sa.select(AuditEntry)
            .order_by(AuditEntry.source, AuditEntry.seq)
            .execution_options(yield_per=1000)
        )
        source, seq, digest = "", 0, GENESIS
        for row in rows:
            if row.source != source:
                faults += _missing(heads, source, seq)
                source, seq, digest = row.source, 0, GENESIS
            if row.seq != seq + 1:
                faults.append(Fault(source, seq + 1, ChainFault.GAP))
            expected = chained(
                digest,
                source=source,
                seq=row.seq,
                at=row.at.isoformat(),
                action=row.action,
                subject=row.subject,
                detail=json.loads(row.detail),
            )
            if row.hash != expected or heads.get((source, row.seq), row.hash) != row.hash:
                faults.append(Fault(source, row.seq, ChainFault.CHANGED))
            seq, digest = row.seq, row.hash
        faults += _missing(heads, source, seq)
    known = {fault.source for fault in faults} | {source}
    faults += [
        Fault(lost, 1, ChainFault.TAIL_MISSING)
        for lost in sorted({name for name, _ in heads} - known - _sources(kiosk))
    ]
    return faults


def _sources(kiosk: Kiosk) -> set[str]:  # noqa: ARG001
    with reading() as session:
        return set(session.scalars(sa.select(AuditEntry.source).distinct()))


def _missing(heads: dict[tuple[str, int], str], source: str, seq: int) -> list[Fault]:
    last = max((number for name, number in heads if name == source), default=0)
    return [Fault(source, seq + 1, ChainFault.TAIL_MISSING)] if last > seq else []


def _heads(kiosk: Kiosk) -> tuple[dict[tuple[str, int], str], list[Fault]]:
    path = kiosk.settings.data / HEAD_FILE
    heads: dict[tuple[str, int], str] = {}
    faults: list[Fault] = []
    for line in path.read_text("ascii").splitlines() if path.exists() else ():
        text, _, mac = line.rpartition(" ")
        if mac != kiosk.keys.mac("audit-head", text):
            faults.append(Fault(text.partition(" ")[0], 0, ChainFault.HEAD_FORGED))
            continue
        source, seq, digest = text.split(" ")
        heads[source, int(seq)] = digest
    return heads, faults
