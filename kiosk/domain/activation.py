"""The life of one activation: offered by QR, completed once with the e-mailed code."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class ActivationState(StrEnum):
    """Where an activation stands.

    ISSUING → OPEN → REDEEMING → ACTIVE, and from OPEN also VOID. ISSUING and REDEEMING are intents: they
    are committed before the authority is called and settled at start-up by asking for their outcome.
    """

    ISSUING = "issuing"
    OPEN = "open"
    REDEEMING = "redeeming"
    ACTIVE = "active"
    VOID = "void"


class RedeemRefusal(StrEnum):
    """Why a code typed on the phone does not complete the activation."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    USED = "used"
    REPLACED = "replaced"
    IN_PROGRESS = "in_progress"
    WRONG_CODE = "wrong_code"
    TRIES_USED_UP = "tries_used_up"
    TRY_LATER = "try_later"


CODE_DIGITS = 6


def why_not(
    state: ActivationState, expires_at: datetime, wrong_codes: int, allowed: int, now: datetime
) -> RedeemRefusal | None:
    """Return why this activation cannot be redeemed now, before any code is looked at.

    | state     | expired | wrong codes | answer        |
    |-----------|---------|-------------|---------------|
    | ACTIVE    | any     | any         | USED          |
    | REDEEMING | any     | any         | IN_PROGRESS   |
    | VOID      | any     | = allowed   | TRIES_USED_UP |
    | VOID      | any     | < allowed   | REPLACED      |
    | ISSUING   | any     | any         | UNKNOWN       |
    | OPEN      | yes     | any         | EXPIRED       |
    | OPEN      | no      | = allowed   | TRIES_USED_UP |
    | OPEN      | no      | < allowed   | None          |
    """
    match state:
        case ActivationState.ACTIVE:
            return RedeemRefusal.USED
        case ActivationState.REDEEMING:
            return RedeemRefusal.IN_PROGRESS
        case ActivationState.ISSUING:
            return RedeemRefusal.UNKNOWN
        case ActivationState.VOID:
            return RedeemRefusal.TRIES_USED_UP if wrong_codes >= allowed else RedeemRefusal.REPLACED
    if now >= expires_at:
        return RedeemRefusal.EXPIRED
    return RedeemRefusal.TRIES_USED_UP if wrong_codes >= allowed else None
