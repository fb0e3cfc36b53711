"""The PIN: six digits that an officer types for every override, worth one decision each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.domain.pin import PinFault, fault_of
from kiosk.models.officer import Officer
from kiosk.services import audit, lockout
from kiosk.services.kiosk import Kiosk
from kiosk.services.officer import subject_of


class PinProblem(StrEnum):
    """Why a PIN does not open what it was typed for."""

    WRONG = "wrong"
    LOCKED = "locked"
    NOT_SET = "not_set"
    BUSY = "busy"


@dataclass(frozen=True)
class PinRefusal:
    """A refused PIN; `until` says when a locked one may be tried again (aware, UTC)."""

    reason: PinProblem
    until: datetime | None = None


def confirm(kiosk: Kiosk, officer: Officer, typed: str) -> PinRefusal | None:
    """Check an officer's PIN; None means right, and is worth the one decision that follows it.

    Call it first, with no transaction open. A wrong PIN counts like a wrong password, in the same lock-out.
    """
    with reading() as session:
        kept = session.get_one(Officer, officer.id)
    if not kept.active or kept.pin_hash is None:
        return PinRefusal(PinProblem.NOT_SET)
    counted = lockout.count(kiosk, kept.username, subject_of(kept), "pin")
    if isinstance(counted, lockout.Locked):
        return PinRefusal(PinProblem.LOCKED, counted.until)
    is_right = lockout.matches(kept.pin_hash, _peppered(kiosk, kept.id, typed))
    with audit.verb(kiosk) as session:
        if is_right:
            lockout.forgive(session, counted)
            return None
        problem = PinProblem.BUSY if is_right is None else PinProblem.WRONG
        if problem is PinProblem.BUSY:
            # Nobody has looked at it: it must not count against the officer.
            lockout.take_back(session, counted)
        audit.record(kiosk, session, Action.OFFICER_REFUSED, subject_of(kept), what="pin", reason=problem)
    return PinRefusal(problem)


def hash_of(kiosk: Kiosk, officer_id: int, pin: str) -> str | PinFault:
    """Return what is kept of a newly chosen PIN, or why it may not be chosen. Never inside a transaction."""
    return fault_of(pin) or lockout.hashed(_peppered(kiosk, officer_id, pin))


def _peppered(kiosk: Kiosk, officer_id: int, pin: str) -> str:
    """What is hashed. A million PINs are tried within days, so the database alone must not be enough."""
    return kiosk.keys.mac("officer-pin", f"{officer_id}\n{pin[: lockout.LONGEST_SECRET]}")
