"""Same person or not? The rule that turns a distance between two faces into a verdict."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What the distance means. `UNCERTAIN` is never decided by the machine: an officer looks (UU PDP)."""

    MATCH = "match"
    UNCERTAIN = "uncertain"
    NO_MATCH = "no_match"


def decide(distance: float, *, accept: float, review: float) -> Verdict:
    """Judge a distance (0 is the same picture, about 1.5 the greatest seen; both bounds inclusive).

    ============  =================  ==========================================
    distance      verdict            with the defaults accept 0.54, review 0.62
    ============  =================  ==========================================
    <= accept     `MATCH`            refuses 6.3 % of genuine pairs, lets 0.005 % of impostors pass
    <= review     `UNCERTAIN`        all but some 2 % of genuine pairs end here or above
    else          `NO_MATCH`         also for a distance that is no number
    ============  =================  ==========================================

    The shares are those of docs/facts.md (1,206 genuine and about 19,000 impostor pairs). A bound that is
    stricter than the library's 0.60 is right here: a false match gives away an identity, a false refusal
    costs a conversation with an officer.
    """
    if distance <= accept:
        return Verdict.MATCH
    if distance <= review:
        return Verdict.UNCERTAIN
    return Verdict.NO_MATCH
