"""The audit chain: what is written down, and how one entry is tied to the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum

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
    TICKET_ISSUED = "ticket.issued"
    TICKET_USED = "ticket.used"
    ACTIVATION_ISSUING = "activation.issuing"
    ACTIVATION_OPEN = "activation.open"
    ACTIVATION_VOID = "activation.void"
    ACTIVATION_WRONG_CODE = "activation.wrong_code"
    ACTIVATION_REDEEMING = "activation.redeeming"
    ACTIVATION_ACTIVE = "activation.active"
    ACTIVATION_SETTLED = "activation.settled"
    DEACTIVATION_INTENDED = "deactivation.intended"
    DEACTIVATION_SETTLED = "deactivation.settled"
    EMAIL_CORRECTED = "contact.email_corrected"
    PAPER = "paper.printed"
    RATED = "visit.rated"
    OFFICER_ADDED = "officer.added"
    OFFICER_SIGNED_IN = "officer.signed_in"
    OFFICER_REFUSED = "officer.refused"
    OFFICER_SIGNED_OUT = "officer.signed_out"
    TERMINAL_ADMITTED = "terminal.admitted"
    PURGED = "retention.purged"


def chained(
    previous: str, *, source: str, seq: int, at: str, action: str, subject: str, detail: Mapping[str, object]
) -> str:
    """Return the hex SHA-256 that ties an entry to `previous`.

    Canonical JSON (sorted keys, no spaces, ASCII) makes the same entry give the same bytes on every machine;
    `at` is ISO 8601 in UTC.
    """
    text = json.dumps(
        [previous, source, seq, at, action, subject, dict(detail)], sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode("ascii")).hexdigest()
