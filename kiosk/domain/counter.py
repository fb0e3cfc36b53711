"""The counter: what an officer does for somebody whom the kiosk cannot help, and with which reason.

Reasons come from lists, so that they can be counted; a note beside them is free.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain import nik as niks
from kiosk.domain.visit import Step


class LostReason(StrEnum):
    """Why an IKD is taken off a phone."""

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


class Override(StrEnum):
    """What an officer puts his own word for: each with a reason and his PIN."""

    VOUCH = "vouch"
    RENEW = "renew"
    REVOKE = "revoke"
    CORRECT_EMAIL = "correct_email"
    REPRINT = "reprint"
    DEACTIVATE = "deactivate"


class OverrideReason(StrEnum):
    """Why he does; `REASONS` says which belong to what."""

    KTP_EL = "ktp_el"
    FAMILY_CARD = "family_card"
    BIOMETRICS = "biometrics"
    RECORDED_HERE = "recorded_here"
    CODE_LATE = "code_late"
    PHONE_TROUBLE = "phone_trouble"
    TIME_RAN_OUT = "time_ran_out"
    RESIDENT_ASKS = "resident_asks"
    WRONG_PERSON = "wrong_person"
    IN_DOUBT = "in_doubt"
    MISTYPED = "mistyped"
    MAILBOX_LOST = "mailbox_lost"
    NOT_PRINTED = "not_printed"
    UNREADABLE = "unreadable"
    PAPER_LOST = "paper_lost"
    FOR_THE_FILE = "for_the_file"


_O, _R = Override, OverrideReason

REASONS: dict[Override, tuple[OverrideReason | LostReason, ...]] = {
    _O.VOUCH: (_R.KTP_EL, _R.FAMILY_CARD, _R.BIOMETRICS, _R.RECORDED_HERE),
    _O.RENEW: (_R.CODE_LATE, _R.TIME_RAN_OUT, _R.PHONE_TROUBLE),
    _O.REVOKE: (_R.RESIDENT_ASKS, _R.WRONG_PERSON, _R.IN_DOUBT),
    _O.CORRECT_EMAIL: (_R.MISTYPED, _R.MAILBOX_LOST),
    _O.REPRINT: (_R.NOT_PRINTED, _R.UNREADABLE, _R.PAPER_LOST, _R.FOR_THE_FILE),
    _O.DEACTIVATE: tuple(LostReason),
}
"""What may be said for each; anything else in a form is refused."""

NOTE_MAX = 500
"""Characters of a note; longer ones are refused, not cut."""


def possible(
    step: Step,
    *,
    is_in_use: bool,
    has_receipt: bool,
    has_ticket: bool,
    has_nik: bool,
    is_active_elsewhere: bool,
) -> tuple[Override, ...]:
    """What an officer can do for a visit of which he was told, in the order in which a page offers it.

    `is_in_use`: a phone has the right code already, so nothing about it may be changed any more.

    | step                 | is_in_use | else                            | possible                       |
    |----------------------|-----------|---------------------------------|--------------------------------|
    | QR, EMAIL_FIX        | no        |                                 | RENEW, CORRECT_EMAIL, REVOKE   |
    | QR, EMAIL_FIX        | yes       |                                 | nothing                        |
    | any                  | any       | has_receipt or has_ticket       | REPRINT                        |
    | any                  | any       | is_active_elsewhere and has_nik | DEACTIVATE                     |
    """
    found: list[Override] = []
    if step in (Step.QR, Step.EMAIL_FIX) and not is_in_use:
        found += [Override.RENEW, Override.CORRECT_EMAIL, Override.REVOKE]
    if has_receipt or has_ticket:
        found.append(Override.REPRINT)
    if is_active_elsewhere and has_nik:
        found.append(Override.DEACTIVATE)
    return tuple(found)


class By(StrEnum):
    """With what a visit is looked for."""

    TICKET = "ticket"
    REFERENCE = "reference"
    NIK = "nik"


@dataclass(frozen=True)
class Sought:
    """What was typed to find a visit: a ticket's serial of today, a reference, or a NIK."""

    by: By
    value: str


_TICKET = re.compile(r"A?(\d{1,5})")
_REFERENCE = re.compile(r"IKD([A-Z2-7]{8})")


def sought(text: str) -> Sought | None:
    """Tell the three apart, or None when it is none of them; spaces, dots, hyphens and case do not matter.

    >>> sought("a-012")
    Sought(by=<By.TICKET: 'ticket'>, value='12')
    >>> sought("ikd-abcd2345")
    Sought(by=<By.REFERENCE: 'reference'>, value='IKD-ABCD2345')
    >>> sought("3273 0155 0790 0001").by, sought("9773014101900001")
    (<By.NIK: 'nik'>, None)
    """
    word = niks.clean(text).upper()
    if not word.isascii():
        return None
    if found := _TICKET.fullmatch(word):
        return Sought(By.TICKET, str(int(found[1])))
    if found := _REFERENCE.fullmatch(word):
        return Sought(By.REFERENCE, f"IKD-{found[1]}")
    return None if niks.problems(word) else Sought(By.NIK, word)
