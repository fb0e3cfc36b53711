"""Every verb's transaction, and the entry it leaves in the audit chain.

The chain's head is also appended to a file beside the database after each commit (`audit_head.py`), so that
rows cut off the end are missed; `audit_check.py` verifies. What remains possible: docs/threat-model.md.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading, transaction
from kiosk.domain.audit import GENESIS, Action, Head, canonical, chained
from kiosk.models.audit import AuditEntry
from kiosk.services import audit_head
from kiosk.services.kiosk import Kiosk

CATCH_UP_SECONDS = 0.2
"""How long a line may come after its commit before it counts as missing; it takes well below 1 ms."""

_HEADS = "audit heads"

log = logging.getLogger(__name__)


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
    source = source_of(kiosk)
    last = _newest(session, source)
    seq = 1 if last is None else last.seq + 1
    at = kiosk.clock.now()
    entry = AuditEntry(
        source=source,
        seq=seq,
        at=at,
        action=action,
        subject=subject,
        detail=canonical(detail),
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
    session.info[_HEADS] = Head(source, seq, entry.hash)


def source_of(kiosk: Kiosk) -> str:
    """The name of the chain that this terminal writes."""
    return terminal_subject(kiosk.settings.terminal)


def terminal_subject(name: str) -> str:
    """What an entry about a terminal, and no visit there, is about."""
    return f"terminal:{name}"


def officer_subject(number: int) -> str:
    """How an entry about an officer names him."""
    return f"officer:{number}"


def sources(session: Session) -> Iterator[str]:
    """The name of every chain, found by steps through the key: no row is read."""
    following = sa.select(sa.func.min(AuditEntry.source)).where(AuditEntry.source > sa.bindparam("after"))
    source: str | None = ""
    while (source := session.scalar(following, {"after": source})) is not None:
        yield source


def heads(kiosk: Kiosk) -> list[Head]:  # noqa: ARG001
    """Return how far every chain has come."""
    with reading() as session:
        found = [_newest(session, source) for source in sources(session)]
    return [head for head in found if head is not None]


def newest_head(kiosk: Kiosk) -> Head | None:
    """Return how far this terminal's chain has come, or None before its first entry."""
    with reading() as session:
        return _newest(session, source_of(kiosk))


def catch_up(kiosk: Kiosk) -> int:
    """Write down how many entries the head file does not vouch for, and let it vouch again; return how many.

    A crash or a full disk between commit and append leaves a few. Somebody who cut the file leaves more, and
    without this entry the next head would hide it: this is done at the start and then regularly.
    """
    source = source_of(kiosk)
    missing = _missing(kiosk, source)
    if missing:
        kiosk.clock.sleep_until(kiosk.clock.monotonic() + CATCH_UP_SECONDS)
        missing = min(missing, _missing(kiosk, source))
    if missing:
        log.error("audit head file did not vouch for %d entries", missing)
        with verb(kiosk) as session:
            record(kiosk, session, Action.AUDIT_HEAD_BEHIND, kiosk.settings.terminal, missing=missing)
    return missing


def _missing(kiosk: Kiosk, source: str) -> int:
    committed = newest_head(kiosk)
    if committed is None:
        return 0
    vouched = audit_head.newest(kiosk, source)
    return max(committed.seq - (0 if vouched is None else vouched.seq), 0)


def _newest(session: Session, source: str) -> Head | None:
    last = session.execute(
        sa.select(AuditEntry.seq, AuditEntry.hash)
        .where(AuditEntry.source == source)
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    ).one_or_none()
    return None if last is None else Head(source, last.seq, last.hash)


def _publish(kiosk: Kiosk, session: Session) -> None:
    head: Head | None = session.info.pop(_HEADS, None)
    if head is None:
        return
    try:
        audit_head.append(kiosk, head)
    except OSError as error:
        # The visit has been committed: a full disk must not turn it into an error on the resident's screen.
        log.error("audit head not written: %s", error.strerror)
