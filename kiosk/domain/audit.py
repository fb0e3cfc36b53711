"""The audit chain: what is written down, and how one entry is tied to the one before."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

GENESIS = "0" * 64
"""The hash before the first entry of every chain."""


class Action(StrEnum):
    """What an entry says was done."""

    VISIT_STARTED = "visit.started"
    VISIT_MOVED = "visit.moved"
    VISIT_ENDED = "visit.ended"
    CONSENT_GIVEN = "consent.given"
    LOOKUP = "register.lookup"
    LOOKUP_LIMITED = "register.lookup_limited"
    FACE_ATTEMPT = "face.attempt"
    FACE_DECIDED = "face.decided"
    CASE_OPENED = "case.opened"
    CASE_SEEN = "case.seen"
    CASE_DECIDED = "case.decided"
    CASE_OVER = "case.over"
    TICKET_ISSUED = "ticket.issued"
    TICKET_USED = "ticket.used"
    ACTIVATION_ISSUING = "activation.issuing"
    ACTIVATION_OPEN = "activation.open"
    ACTIVATION_VOID = "activation.void"
    ACTIVATION_WRONG_CODE = "activation.wrong_code"
    ACTIVATION_REDEEMING = "activation.redeeming"
    ACTIVATION_ACTIVE = "activation.active"
    ACTIVATION_SETTLED = "activation.settled"
    VISIT_SEEN = "visit.seen"
    VISIT_SOUGHT = "visit.sought"
    OVERRIDE = "officer.override"
    DEACTIVATION_INTENDED = "deactivation.intended"
    DEACTIVATION_SETTLED = "deactivation.settled"
    EMAIL_CORRECTED = "contact.email_corrected"
    PAPER = "paper.printed"
    RATED = "visit.rated"
    OFFICER_ADDED = "officer.added"
    OFFICER_SIGNED_IN = "officer.signed_in"
    OFFICER_REFUSED = "officer.refused"
    OFFICER_SIGNED_OUT = "officer.signed_out"
    OFFICER_CHANGED = "officer.changed"
    OFFICER_REMOVED = "officer.removed"
    OFFICER_LINK_MADE = "officer.link_made"
    BADGE_MADE = "badge.made"
    BADGE_REVOKED = "badge.revoked"
    HELP_CALLED = "help.called"
    HELP_ANSWERED = "help.answered"
    HELP_CALL_ENDED = "help.call_ended"
    HELP_BEGAN = "help.began"
    HELP_ACTED = "help.acted"
    HELP_ENDED = "help.ended"
    TERMINAL_ADMITTED = "terminal.admitted"
    TERMINAL_CLOSED = "terminal.closed"
    TERMINAL_OPENED = "terminal.opened"
    PAPER_CHANGED = "paper.changed"
    CAMERA_SEEN = "camera.seen"
    PURGED = "retention.purged"
    AUDIT_SEEN = "audit.seen"
    AUDIT_EXPORTED = "audit.exported"
    AUDIT_CHECKED = "audit.checked"
    AUDIT_HEAD_BEHIND = "audit.head_behind"
    COUNTER_CHOSEN = "counter.chosen"
    TICKET_CALLED = "ticket.called"
    TICKET_CALLED_AGAIN = "ticket.called_again"
    TICKET_SKIPPED = "ticket.skipped"
    TICKET_HANDED_ON = "ticket.handed_on"
    TICKET_TAKEN_OVER = "ticket.taken_over"
    TICKET_FINISHED = "ticket.finished"
    NUMBERS_EXPORTED = "numbers.exported"
    PREREGISTERED = "preregistration.made"
    PREREGISTRATION_USED = "preregistration.used"
    PREREGISTRATION_ERASED = "preregistration.erased"


def canonical(detail: Mapping[str, object]) -> str:
    """Write details as canonical JSON: sorted keys, no spaces, ASCII."""
    return json.dumps(dict(detail), sort_keys=True, separators=(",", ":"))


def chained(
    previous: str, *, source: str, seq: int, at: str, action: str, subject: str, detail: Mapping[str, object]
) -> str:
    """Return the hex SHA-256 that ties an entry to `previous`.

    Canonical JSON of all seven makes the same entry give the same bytes on every machine; `at` is ISO 8601 in
    UTC.
    """
    fields = json.dumps([previous, source, seq, at, action, subject], separators=(",", ":"))
    return hashlib.sha256(f"{fields[:-1]},{canonical(detail)}]".encode("ascii")).hexdigest()


STORED_TIME_LENGTH = len("2026-11-02 02:00:00.000000")

_STORED_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\.(\d{6})", re.ASCII)


def hash_of_stored(previous: str, source: str, row: tuple[Any, ...]) -> str | None:
    """The hash that a row should have, or None when nothing that writes entries could have written it.

    `row` is seq, at, action, subject, detail as SQLite keeps them. Before the officer panel details were kept
    with spaces; any other spelling would show something else than what was hashed: to a parser,
    `{"a":2,"a":1}` is `{"a":1}`.
    """
    seq, at, action, subject, detail = row
    try:
        match = _STORED_TIME.fullmatch(at)
        values = json.loads(detail)
        if match is None or detail not in (canonical(values), json.dumps(values, sort_keys=True)):
            return None
        day, time, fraction = match.groups()
        return chained(
            previous,
            source=source,
            seq=seq,
            at=f"{day}T{time}{'' if fraction == '000000' else f'.{fraction}'}+00:00",
            action=action,
            subject=subject,
            detail=values,
        )
    except (TypeError, ValueError):
        return None


class ChainFault(StrEnum):
    """What is wrong with a chain."""

    CHANGED = "changed"
    GAP = "gap"
    TAIL_MISSING = "tail_missing"
    HEAD_FORGED = "head_forged"
    HEAD_MISSING = "head_missing"
    HEAD_BEHIND = "head_behind"


@dataclass(frozen=True)
class Fault:
    """Where a chain is broken; `seq` is 0 where it is the head file that is wrong as a whole."""

    source: str
    seq: int
    kind: ChainFault


@dataclass(frozen=True)
class Head:
    """How far a chain has come: its newest entry's number and hash (64 hex digits)."""

    source: str
    seq: int
    hash: str

    @property
    def text(self) -> str:
        """What the mac is made of."""
        return f"{self.source} {self.seq} {self.hash}"


@dataclass(frozen=True)
class Checked:
    """The answer: entries read, the head of each chain, the first faults, and how many more there are."""

    entries: int
    heads: tuple[Head, ...]
    faults: tuple[Fault, ...]
    more: int
