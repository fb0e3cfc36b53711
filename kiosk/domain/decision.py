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
    distance      verdict            with the defaults accept 0.52, review 0.60
    ============  =================  ==========================================
    <= accept     `MATCH`            all but 1.8 % of the right people, none of 4,500 wrong pairs
    <= review     `UNCERTAIN`        the rest of the right people, 69 of 4,500 wrong pairs
    else          `NO_MATCH`         also for a distance that is no number
    ============  =================  ==========================================

    Measured with three frames of a visit fused into one template, on ten people (docs/face-evaluation.md). A
    bound that is stricter than the library's 0.60 is right here: a false match gives away an identity, a
    false refusal costs a conversation with an officer.
    """
    if distance <= accept:
        return Verdict.MATCH
    if distance <= review:
        return Verdict.UNCERTAIN
    return Verdict.NO_MATCH
