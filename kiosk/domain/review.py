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
