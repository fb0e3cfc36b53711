"""An officer's own word: with a reason of a list and his PIN, written down before it takes effect."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from kiosk.domain.audit import Action
from kiosk.domain.counter import NOTE_MAX, REASONS, Override, OverrideReason
from kiosk.models.counter import OfficerOverride
from kiosk.models.officer import Officer
from kiosk.models.visit import Visit
from kiosk.services import audit
from kiosk.services.kiosk import Kiosk
from kiosk.services.pin import PinRefusal


class Problem(StrEnum):
    """Why an override was not taken; nothing has changed then; only `NOT_OFFERED` has voided a code."""

    NOT_THIS_REASON = "not_this_reason"
    NOTE_TOO_LONG = "note_too_long"
    PIN = "pin"
    OWN_NIK = "own_nik"
    OTHER_OFFICER = "other_officer"
    MOVED_ON = "moved_on"
    SECOND_NEEDED = "second_needed"
    SECOND_UNKNOWN = "second_unknown"
    SECOND_PIN = "second_pin"
    SECOND_OWN_NIK = "second_own_nik"
    AUTHORITY_UNREACHABLE = "authority_unreachable"
    NOT_OFFERED = "not_offered"


@dataclass(frozen=True)
class NotDone:
    """An override that was not taken; `pin` says more about a refused PIN."""

    problem: Problem
    pin: PinRefusal | None = None


@dataclass(frozen=True)
class Word:
    """What an officer types for an override: a reason of the list, a free note, his PIN."""

    reason: str
    pin: str
    note: str = ""

    @property
    def tidy_note(self) -> str:
        """The note as it is kept."""
        return self.note.replace("\r\n", "\n").strip()


def form_problem(kind: Override, word: Word) -> NotDone | None:
    """Judge what needs no PIN to be wrong, so that nobody types his for nothing."""
    if word.reason not in REASONS[kind]:
        return NotDone(Problem.NOT_THIS_REASON)
    return NotDone(Problem.NOTE_TOO_LONG) if len(word.tidy_note) > NOTE_MAX else None


def is_own(session: Session, officer_id: int, nik_hash: str | None) -> bool:
    """Whether the NIK is the officer's own, as it is noted now."""
    own = session.get_one(Officer, officer_id).nik_hash
    return own is not None and nik_hash is not None and hmac.compare_digest(own, nik_hash)


def keep(
    kiosk: Kiosk,
    session: Session,
    officer: Officer,
    visit: Visit,
    kind: Override,
    word: Word,
    second: Officer | None = None,
) -> None:
    """Write an override down inside the caller's verb; the note stays out of the audit chain."""
    reason = OverrideReason(word.reason)
    session.add(
        OfficerOverride(
            visit_id=visit.id,
            officer_id=officer.id,
            second_id=None if second is None else second.id,
            kind=kind,
            reason=reason,
            note=word.tidy_note or None,
            at=kiosk.clock.now(),
        )
    )
    agreed = {} if second is None else {"second": second.id}
    audit.record(
        kiosk, session, Action.OVERRIDE, visit.id, kind=kind, reason=reason, officer=officer.id, **agreed
    )
