"""Every reason a visit does not simply go on. The sentences for them stand in `kiosk/wording/`.

A value here is also the neutral code's index: paper and logs show `R-xx`, never the reason itself,
because a slip that says «deceased» or «not found» tells a stranger about a NIK (issue 2, step 5).
"""

from __future__ import annotations

from enum import StrEnum


class ReferReason(StrEnum):
    """Why a resident is handed to a person."""

    WANTS_PERSON = "wants_person"
    NO_PHONE = "no_phone"
    PHONE_UNSUITABLE = "phone_unsuitable"
    NO_EMAIL = "no_email"
    NO_CONSENT = "no_consent"
    NIK_DATE_WRONG = "nik_date_wrong"
    MARRIED_UNDER_17 = "married_under_17"
    REGISTER_NOT_FOUND = "register_not_found"
    REGISTER_NOT_RECORDED = "register_not_recorded"
    REGISTER_DECEASED = "register_deceased"
    REGISTER_INACTIVE = "register_inactive"
    REGISTER_TOO_YOUNG = "register_too_young"
    REGISTER_PHOTO_UNUSABLE = "register_photo_unusable"
    REGISTER_UNREACHABLE = "register_unreachable"
    LOOKUP_LIMIT = "lookup_limit"
    FACE_UNCERTAIN = "face_uncertain"
    FACE_NOT_MATCHED = "face_not_matched"
    FACE_TRIES_USED_UP = "face_tries_used_up"
    FACE_NOT_WANTED = "face_not_wanted"
    FACE_ENGINE_DOWN = "face_engine_down"
    CAMERA_GONE = "camera_gone"
    ALREADY_ACTIVE = "already_active"
    AUTHORITY_UNREACHABLE = "authority_unreachable"
    EMAIL_NOT_ARRIVED = "email_not_arrived"
    CODE_TRIES_USED_UP = "code_tries_used_up"
    SENT_BY_OFFICER = "sent_by_officer"
    LIVENESS_NOT_SHOWN = "liveness_not_shown"
    LIVENESS_NOT_POSSIBLE = "liveness_not_possible"
    LIVENESS_DOUBTED = "liveness_doubted"
    CAMERA_TOO_SLOW = "camera_too_slow"


NEUTRAL_CODE: dict[ReferReason, str] = {
    reason: f"R-{number:02}" for number, reason in enumerate(ReferReason, start=1)
}
"""What paper shows instead of the reason. Append new reasons at the end: a code keeps its meaning."""

FROM_REGISTER: frozenset[ReferReason] = frozenset(
    {
        ReferReason.REGISTER_NOT_FOUND,
        ReferReason.REGISTER_NOT_RECORDED,
        ReferReason.REGISTER_DECEASED,
        ReferReason.REGISTER_INACTIVE,
        ReferReason.REGISTER_TOO_YOUNG,
        ReferReason.REGISTER_PHOTO_UNUSABLE,
    }
)
"""Refusals that share one screen, one paper and one moment, so that none can be told from another."""

OF_LIVENESS: frozenset[ReferReason] = frozenset(
    {
        ReferReason.LIVENESS_NOT_SHOWN,
        ReferReason.LIVENESS_NOT_POSSIBLE,
        ReferReason.LIVENESS_DOUBTED,
        ReferReason.CAMERA_TOO_SLOW,
    }
)
"""Reasons for which an officer must see the living person; who then goes on is asked for no turns."""

RESUMABLE: frozenset[ReferReason] = OF_LIVENESS | {
    ReferReason.FACE_UNCERTAIN,
    ReferReason.FACE_NOT_MATCHED,
    ReferReason.ALREADY_ACTIVE,
}
"""Reasons after which the visit goes on at the kiosk once an officer has approved."""

NEEDS_REVIEW: frozenset[ReferReason] = RESUMABLE | {
    ReferReason.REGISTER_PHOTO_UNUSABLE,
    ReferReason.NIK_DATE_WRONG,
}
"""Reasons that open a case for an officer's eyes."""

RESIDENT_MAY_SAY: frozenset[ReferReason] = frozenset(
    {
        ReferReason.WANTS_PERSON,
        ReferReason.NO_PHONE,
        ReferReason.PHONE_UNSUITABLE,
        ReferReason.NO_EMAIL,
        ReferReason.NO_CONSENT,
        ReferReason.NIK_DATE_WRONG,
        ReferReason.MARRIED_UNDER_17,
        ReferReason.FACE_NOT_WANTED,
        ReferReason.EMAIL_NOT_ARRIVED,
    }
)
"""Reasons a form may name. The others are the server's to find; a form that names one is answered with
the reason the server knows, or «wants a person»."""
