"""The counter: what an officer does for somebody whom the kiosk cannot help, and with which reason."""

from __future__ import annotations

from enum import StrEnum


class LostReason(StrEnum):
    """Why an IKD is taken off a phone. Reasons of a list, so that they can be counted."""

    LOST = "lost"
    STOLEN = "stolen"
    BROKEN = "broken"
    REPLACED = "replaced"


class LostRefusal(StrEnum):
    """Why no IKD was taken off a phone; nothing has changed then.

    `AUTHORITY_UNREACHABLE` is the one that is not final: the intent stays, and is settled by asking the
    authority for its outcome.
    """

    NOT_A_NIK = "not_a_nik"
    OWN_NIK = "own_nik"
    LOOKUP_LIMIT = "lookup_limit"
    NOT_ACTIVE = "not_active"
    AUTHORITY_UNREACHABLE = "authority_unreachable"
