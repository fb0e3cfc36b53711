"""What an officer can decide about a case, and with which reason."""

from __future__ import annotations

from enum import StrEnum


class DecisionReason(StrEnum):
    """Reasons of a list, so that decisions can be counted; the note beside it is free."""

    SAME_PERSON = "same_person"
    SAME_PERSON_OLD_PHOTO = "same_person_old_photo"
    SAME_PERSON_DOCUMENTS = "same_person_documents"
    OTHER_PERSON = "other_person"
    NOT_SURE = "not_sure"
    PHOTO_UNUSABLE = "photo_unusable"


APPROVING: frozenset[DecisionReason] = frozenset(
    {
        DecisionReason.SAME_PERSON,
        DecisionReason.SAME_PERSON_OLD_PHOTO,
        DecisionReason.SAME_PERSON_DOCUMENTS,
    }
)
"""Reasons for yes; the others are reasons for no, and a form that mixes them is refused."""

NOTE_MAX = 500
"""Characters of a note; longer ones are refused, not cut."""


class Likeness(StrEnum):
    """How alike the selfie and the register photo are, in the few words an officer can use."""

    ALIKE = "alike"
    NEARLY = "nearly"
    DIFFERENT = "different"
    VERY_DIFFERENT = "very_different"


def likeness(distance: float, *, accept: float, review: float) -> Likeness:
    """Put a face distance (see `decision.decide`; both bounds inclusive) into a band.

    ===========================  ================  ==========================================
    distance                     band              with the defaults accept 0.54, review 0.62
    ===========================  ================  ==========================================
    <= accept                    `ALIKE`           only when the bounds were tightened since
    <= review                    `NEARLY`          one genuine pair in twenty ends here
    <= review + (review-accept)  `DIFFERENT`       up to 0.70: poor light, an old photo, or another person
    else                         `VERY_DIFFERENT`  also for a distance that is no number
    ===========================  ================  ==========================================

    The third band is as wide as the grey zone itself. It decides nothing: it only keeps a bare number, which
    looks more exact than it is, from deciding for the officer.
    """
    if distance <= accept:
        return Likeness.ALIKE
    if distance <= review:
        return Likeness.NEARLY
    if distance <= review + (review - accept):
        return Likeness.DIFFERENT
    return Likeness.VERY_DIFFERENT
