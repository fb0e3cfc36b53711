"""What officers can decide about a case, with which reason, who may, and when two must agree."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.domain.counter import LostReason
from kiosk.domain.reasons import OF_LIVENESS, ReferReason


class Decision(StrEnum):
    """The three ways out of a case."""

    APPROVE = "approve"
    COUNTER = "counter"
    REFUSE = "refuse"


class DecisionReason(StrEnum):
    """Reasons of a list, so that decisions can be counted; the note beside it is free."""

    SAME_PERSON = "same_person"
    SAME_PERSON_OLD_PHOTO = "same_person_old_photo"
    SAME_PERSON_DOCUMENTS = "same_person_documents"
    SEEN_IN_PERSON = "seen_in_person"
    SEEN_WITH_DOCUMENTS = "seen_with_documents"
    NOT_SEEN = "not_seen"
    OTHER_PERSON = "other_person"
    NOT_SURE = "not_sure"
    PHOTO_UNUSABLE = "photo_unusable"
    PHONE_LOST = "phone_lost"
    PHONE_STOLEN = "phone_stolen"
    PHONE_BROKEN = "phone_broken"
    PHONE_REPLACED = "phone_replaced"
    PHONE_STILL_USED = "phone_still_used"
    DATA_TO_CORRECT = "data_to_correct"
    DOCUMENTS_NEEDED = "documents_needed"
    NOT_ENTITLED = "not_entitled"
    MISUSE = "misuse"


_R = DecisionReason

_IS_IT_HIM: dict[Decision, tuple[DecisionReason, ...]] = {
    Decision.APPROVE: (_R.SAME_PERSON, _R.SAME_PERSON_OLD_PHOTO, _R.SAME_PERSON_DOCUMENTS),
    Decision.COUNTER: (_R.NOT_SURE, _R.PHOTO_UNUSABLE, _R.DOCUMENTS_NEEDED),
    Decision.REFUSE: (_R.OTHER_PERSON, _R.MISUSE),
}
_IS_HE_THERE: dict[Decision, tuple[DecisionReason, ...]] = {
    Decision.APPROVE: (_R.SEEN_IN_PERSON, _R.SEEN_WITH_DOCUMENTS),
    Decision.COUNTER: (_R.NOT_SEEN, _R.NOT_SURE, _R.DOCUMENTS_NEEDED),
    Decision.REFUSE: (_R.OTHER_PERSON, _R.MISUSE),
}
"""What the camera could not tell, two photos cannot tell either: only who has met the person may approve."""

_OLD_PHONE: dict[Decision, tuple[DecisionReason, ...]] = {
    Decision.APPROVE: (_R.PHONE_LOST, _R.PHONE_STOLEN, _R.PHONE_BROKEN, _R.PHONE_REPLACED),
    Decision.COUNTER: (_R.NOT_SURE, _R.DOCUMENTS_NEEDED),
    Decision.REFUSE: (_R.PHONE_STILL_USED, _R.MISUSE),
}
_ONLY_A_PERSON: dict[Decision, tuple[DecisionReason, ...]] = {
    Decision.COUNTER: (_R.DATA_TO_CORRECT, _R.PHOTO_UNUSABLE, _R.DOCUMENTS_NEEDED),
    Decision.REFUSE: (_R.NOT_ENTITLED, _R.MISUSE),
}

LOST_REASON: dict[DecisionReason, LostReason] = {
    _R.PHONE_LOST: LostReason.LOST,
    _R.PHONE_STOLEN: LostReason.STOLEN,
    _R.PHONE_BROKEN: LostReason.BROKEN,
    _R.PHONE_REPLACED: LostReason.REPLACED,
}
"""Approving with one of these takes the IKD off the old phone first."""


def choices(reason: ReferReason, *, can_go_on: bool) -> dict[Decision, tuple[DecisionReason, ...]]:
    """What can be decided about a case, and with which reasons; none stands under two decisions.

    `can_go_on`: there is a face with which the kiosk can know the resident again. Without one nothing can be
    approved, because nobody could go on.

    | reason of the case        | can_go_on | question                     | to approve          |
    |---------------------------|-----------|------------------------------|---------------------|
    | ALREADY_ACTIVE            | True      | where is the old phone?      | four fates of it    |
    | `OF_LIVENESS`             | True      | who stands there, in person? | two ways of meeting |
    | every other one           | True      | is it the same person?       | three kinds of same |
    | any                       | False     | what should he bring?        | nothing             |
    """
    if not can_go_on:
        return _ONLY_A_PERSON
    if reason in OF_LIVENESS:
        return _IS_HE_THERE
    return _OLD_PHONE if reason is ReferReason.ALREADY_ACTIVE else _IS_IT_HIM


def decision_of(
    chosen: DecisionReason, offered: dict[Decision, tuple[DecisionReason, ...]]
) -> Decision | None:
    """Return the decision that a reason stands under, or None when it was not offered."""
    return next((decision for decision, reasons in offered.items() if chosen in reasons), None)


class Bar(StrEnum):
    """Why an officer may look at a case and not decide about it."""

    OWN_NIK = "own_nik"
    OWN_VISIT = "own_visit"
    HELPED = "helped"
    AGREED_ALREADY = "agreed_already"


def bar(
    *,
    is_own_nik: bool,
    has_opened_visit: bool,
    has_helped: bool,
    is_first: bool = False,
    decision: Decision | None = None,
) -> Bar | None:
    """Return why an officer may not take `decision` (None: any of them), or None when he may.

    Nobody decides his own case (issue 3, «Review»); whoever agreed first may still take it back by refusing.

    | own NIK | opened the visit | badge used in it | agreed first | decision | answer           |
    |---------|------------------|------------------|--------------|----------|------------------|
    | no      | no               | no               | no           | any      | None             |
    | yes     | any              | any              | any          | any      | `OWN_NIK`        |
    | no      | yes              | any              | any          | any      | `OWN_VISIT`      |
    | no      | no               | yes              | any          | any      | `HELPED`         |
    | no      | no               | no               | yes          | approve  | `AGREED_ALREADY` |
    | no      | no               | no               | yes          | refuse   | None             |
    """
    if is_own_nik:
        return Bar.OWN_NIK
    if has_opened_visit:
        return Bar.OWN_VISIT
    if has_helped:
        return Bar.HELPED
    return Bar.AGREED_ALREADY if is_first and decision is Decision.APPROVE else None


def two_must_agree(distance: float | None, *, review: float, approved_before: bool) -> bool:
    """Whether one officer's yes is not enough (issue 3, «Review»).

    A case of liveness is judged by the same table: otherwise whoever looks like somebody else would only have
    to keep his head still, and one officer's yes were enough.

    | distance (review bound 0.60) | he approved this NIK before | answer |
    |------------------------------|-----------------------------|--------|
    | 0.60                         | no                          | False  |
    | 0.6001                       | no                          | True   |
    | 0.58                         | yes                         | True   |
    | None: no face was in doubt   | no                          | False  |
    | no number                    | no                          | True   |
    """
    is_beyond = distance is not None and not distance <= review
    return is_beyond or approved_before


HOLD = timedelta(seconds=60)
"""How long an officer has a case open after his page was last heard of."""


def is_held(held_at: datetime | None, now: datetime) -> bool:
    """Whether somebody still has a case open; a hold from the future (the clock was set back) is none."""
    return held_at is not None and timedelta(0) <= now - held_at < HOLD


def seconds_left(opened_at: datetime, now: datetime, wait_seconds: int) -> int:
    """How long a resident still waits at the kiosk: `wait_seconds` down to 0, whatever the clock does."""
    passed = (now - opened_at).total_seconds()
    return min(max(int(wait_seconds - passed), 0), wait_seconds)


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
    distance                     band              with the defaults accept 0.52, review 0.60
    ===========================  ================  ==========================================
    <= accept                    `ALIKE`           the face matched, and something else was in doubt
    <= review                    `NEARLY`          one genuine visit in fifty ends here
    <= review + (review-accept)  `DIFFERENT`       up to 0.68: poor light, an old photo, or another person
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
