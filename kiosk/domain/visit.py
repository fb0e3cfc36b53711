"""The visit: the steps a resident goes through, and the one table that says what leads where.

The table only routes. What *happened* (is this person eligible, does the face match) is decided in
`eligibility.py` and `decision.py`; they produce the events that stand here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Channel(StrEnum):
    """Where a visit is made: at the kiosk by the resident, or at a counter by an officer for him."""

    KIOSK = "kiosk"
    COUNTER = "counter"


class Step(StrEnum):
    """Where a visit stands. Each step has exactly one screen, `templates/steps/<value>.html`."""

    CHOICE = "choice"
    GET_APP = "get_app"
    WANTS_PERSON = "wants_person"
    CONSENT = "consent"
    NIK = "nik"
    NIK_CHECK = "nik_check"
    UNDERAGE = "underage"
    NOT_YET_17 = "not_yet_17"
    REGISTER_REFUSED = "register_refused"
    EMAIL = "email"
    PHONE = "phone"
    CONTACT_CHECK = "contact_check"
    FACE = "face"
    FACE_AGAIN = "face_again"
    WAITING_FOR_OFFICER = "waiting_for_officer"
    ALREADY_ACTIVE = "already_active"
    QR = "qr"
    EMAIL_FIX = "email_fix"
    THANKS = "thanks"
    PAUSED = "paused"
    TICKET = "ticket"
    ENDED = "ended"


class Event(StrEnum):
    """What can happen to a visit."""

    HAS_APP = "has_app"
    NEEDS_APP = "needs_app"
    CANNOT = "cannot"
    CONSENTED = "consented"
    NIK_ENTERED = "nik_entered"
    NIK_KNOWN = "nik_known"
    UNDER_17_BY_DATE = "under_17_by_date"
    TOO_YOUNG = "too_young"
    REGISTER_KNOWS = "register_knows"
    REGISTER_REFUSES = "register_refuses"
    EMAIL_ENTERED = "email_entered"
    PHONE_ENTERED = "phone_entered"
    CONTACT_KNOWN = "contact_known"
    CONTACT_CONFIRMED = "contact_confirmed"
    FACE_MATCHED = "face_matched"
    FACE_NOT_MATCHED = "face_not_matched"
    FACE_NOT_LIVE = "face_not_live"
    TRY_AGAIN = "try_again"
    IS_ACTIVE_ELSEWHERE = "is_active_elsewhere"
    WRONG_EMAIL = "wrong_email"
    EMAIL_CORRECTED = "email_corrected"
    ACTIVATED = "activated"
    BACK = "back"
    REFERRED = "referred"
    OFFICER_ASKED = "officer_asked"
    OFFICER_APPROVED = "officer_approved"
    OFFICER_VOUCHED = "officer_vouched"
    PAUSED = "paused"
    RESUMED = "resumed"
    FINISHED = "finished"
    LEFT = "left"


_S, _E = Step, Event

TRANSITIONS: dict[tuple[Step, Event], Step] = {
    (_S.CHOICE, _E.HAS_APP): _S.CONSENT,
    (_S.CHOICE, _E.NEEDS_APP): _S.GET_APP,
    (_S.CHOICE, _E.CANNOT): _S.WANTS_PERSON,
    (_S.GET_APP, _E.HAS_APP): _S.CONSENT,
    (_S.GET_APP, _E.CANNOT): _S.WANTS_PERSON,
    (_S.GET_APP, _E.BACK): _S.CHOICE,
    (_S.WANTS_PERSON, _E.BACK): _S.CHOICE,
    (_S.CONSENT, _E.CONSENTED): _S.NIK,
    (_S.CONSENT, _E.NIK_KNOWN): _S.NIK_CHECK,
    (_S.CONSENT, _E.BACK): _S.CHOICE,
    (_S.NIK, _E.NIK_ENTERED): _S.NIK_CHECK,
    (_S.NIK, _E.NIK_KNOWN): _S.NIK_CHECK,
    (_S.NIK, _E.BACK): _S.CONSENT,
    (_S.NIK_CHECK, _E.BACK): _S.NIK,
    (_S.NIK_CHECK, _E.UNDER_17_BY_DATE): _S.UNDERAGE,
    (_S.NIK_CHECK, _E.REGISTER_KNOWS): _S.EMAIL,
    (_S.NIK_CHECK, _E.CONTACT_KNOWN): _S.CONTACT_CHECK,
    (_S.NIK_CHECK, _E.REGISTER_REFUSES): _S.REGISTER_REFUSED,
    (_S.UNDERAGE, _E.BACK): _S.NIK,
    (_S.UNDERAGE, _E.TOO_YOUNG): _S.NOT_YET_17,
    (_S.REGISTER_REFUSED, _E.BACK): _S.NIK,
    (_S.EMAIL, _E.EMAIL_ENTERED): _S.PHONE,
    (_S.PHONE, _E.PHONE_ENTERED): _S.CONTACT_CHECK,
    (_S.PHONE, _E.BACK): _S.EMAIL,
    (_S.CONTACT_CHECK, _E.BACK): _S.EMAIL,
    (_S.CONTACT_CHECK, _E.CONTACT_CONFIRMED): _S.FACE,
    (_S.FACE, _E.FACE_MATCHED): _S.QR,
    (_S.FACE, _E.FACE_NOT_MATCHED): _S.FACE_AGAIN,
    (_S.FACE, _E.FACE_NOT_LIVE): _S.FACE_AGAIN,
    (_S.FACE, _E.IS_ACTIVE_ELSEWHERE): _S.ALREADY_ACTIVE,
    (_S.FACE_AGAIN, _E.TRY_AGAIN): _S.FACE,
    (_S.FACE, _E.OFFICER_ASKED): _S.WAITING_FOR_OFFICER,
    (_S.FACE_AGAIN, _E.OFFICER_ASKED): _S.WAITING_FOR_OFFICER,
    (_S.ALREADY_ACTIVE, _E.OFFICER_ASKED): _S.WAITING_FOR_OFFICER,
    (_S.WAITING_FOR_OFFICER, _E.OFFICER_APPROVED): _S.QR,
    (_S.WAITING_FOR_OFFICER, _E.IS_ACTIVE_ELSEWHERE): _S.ALREADY_ACTIVE,
    (_S.CONTACT_CHECK, _E.OFFICER_VOUCHED): _S.QR,
    (_S.QR, _E.WRONG_EMAIL): _S.EMAIL_FIX,
    (_S.QR, _E.IS_ACTIVE_ELSEWHERE): _S.ALREADY_ACTIVE,
    (_S.EMAIL_FIX, _E.BACK): _S.QR,
    (_S.EMAIL_FIX, _E.EMAIL_CORRECTED): _S.QR,
    (_S.QR, _E.ACTIVATED): _S.THANKS,
    (_S.EMAIL_FIX, _E.ACTIVATED): _S.THANKS,
    (_S.PAUSED, _E.RESUMED): _S.NIK,
    (_S.PAUSED, _E.NIK_KNOWN): _S.NIK_CHECK,
    (_S.TICKET, _E.OFFICER_APPROVED): _S.FACE,
    (_S.NOT_YET_17, _E.FINISHED): _S.ENDED,
    (_S.THANKS, _E.FINISHED): _S.ENDED,
    (_S.TICKET, _E.FINISHED): _S.ENDED,
}
"""Everything that can lead on. `REFERRED`, `PAUSED` and `LEFT` lead from many steps and stand in `follow`."""

HOLDS_FACE_IMAGE: frozenset[Step] = frozenset(
    {_S.EMAIL, _S.PHONE, _S.CONTACT_CHECK, _S.FACE, _S.FACE_AGAIN, _S.ALREADY_ACTIVE}
)
"""Steps during which the visit itself may keep the register photo. Leaving the group erases it."""

HOLDS_CONTACT: frozenset[Step] = HOLDS_FACE_IMAGE | {
    _S.WAITING_FOR_OFFICER,
    _S.QR,
    _S.EMAIL_FIX,
    _S.PAUSED,
    _S.TICKET,
}
"""Steps during which NIK, e-mail and phone number may stand in clear (encrypted) beside the visit."""

CLOSED: frozenset[Step] = frozenset({_S.ENDED})
"""Steps that nothing leads out of."""

REFERABLE: frozenset[Step] = frozenset(set(Step) - {_S.TICKET, _S.THANKS, _S.ENDED})
"""Steps with the way to a person: every one in which the resident still wants something."""

PAUSABLE: frozenset[Step] = frozenset(
    {_S.NIK, _S.NIK_CHECK, _S.EMAIL, _S.PHONE, _S.CONTACT_CHECK, _S.FACE, _S.FACE_AGAIN}
)
"""Steps with the way to a pause: after the consent, and while nobody else is asked for anything."""

PAUSE_LASTS = timedelta(minutes=10)
"""How long a paused visit waits for its ticket (issue 4, scanner)."""

QUESTION_SECONDS = 30
"""How long the question «are you still there?» counts down (docs/facts.md: warn at 30 s)."""

IDLE_SECONDS: dict[Step, int] = {
    _S.CHOICE: 45,
    _S.GET_APP: 120,
    _S.WANTS_PERSON: 60,
    _S.CONSENT: 120,
    _S.NIK: 60,
    _S.NIK_CHECK: 45,
    _S.UNDERAGE: 60,
    _S.NOT_YET_17: 30,
    _S.REGISTER_REFUSED: 45,
    _S.EMAIL: 90,
    _S.PHONE: 60,
    _S.CONTACT_CHECK: 60,
    _S.FACE: 60,
    _S.FACE_AGAIN: 60,
    _S.WAITING_FOR_OFFICER: 300,
    _S.ALREADY_ACTIVE: 60,
    _S.QR: 240,
    _S.EMAIL_FIX: 90,
    _S.THANKS: 25,
    _S.PAUSED: 40,
    _S.TICKET: 25,
}
"""Seconds without a touch until the question is asked. Reading and typing steps get longer; the QR step must
outlast finding the e-mail on the phone, waiting for an officer the longest KIOSK_OFFICER_WAIT_SECONDS. Steps
without personal data to lose are short."""

COUNTER_IDLE = timedelta(minutes=10)
"""How long a visit at a counter may rest: its officer reads papers and asks questions, and it is his own
sign-in, which rests no longer than KIOSK_OFFICER_IDLE_MINUTES, that keeps strangers from it."""

WITHOUT_QUESTION: frozenset[Step] = frozenset({_S.NOT_YET_17, _S.THANKS, _S.PAUSED, _S.TICKET})
"""Steps that are over: they end by themselves, without asking."""

WAITS_ELSEWHERE: frozenset[Step] = frozenset({_S.PAUSED, _S.TICKET})
"""Steps that outlive the screen: the kiosk goes back to the start, the visit waits for its ticket or for a
person."""


class NotPossible(Exception):
    """The event does not lead anywhere from this step: the form that sent it is stale."""


def follow(step: Step, event: Event) -> Step:
    """Return the step that `event` leads to from `step`; raise `NotPossible` when it leads nowhere."""
    if event is Event.LEFT and step not in CLOSED:
        return Step.ENDED
    if event is Event.REFERRED and step in REFERABLE:
        return Step.TICKET
    if event is Event.PAUSED and step in PAUSABLE:
        return Step.PAUSED
    try:
        return TRANSITIONS[step, event]
    except KeyError:
        raise NotPossible(f"{event} from {step}") from None


def allowed_idle(step: Step, channel: Channel = Channel.KIOSK) -> timedelta:
    """How long a visit may stand in `step` without activity before it is wiped, question included."""
    if channel is Channel.COUNTER:
        return COUNTER_IDLE
    seconds = IDLE_SECONDS[step]
    return timedelta(seconds=seconds if step in WITHOUT_QUESTION else seconds + QUESTION_SECONDS)


def waits_elsewhere(step: Step, *, is_without_paper: bool) -> bool:
    """Whether a visit outlives its screen. A number can be read off the screen, but nobody can come back to a
    paused visit whose ticket was not printed: it waits for nobody.
    """
    return step in WAITS_ELSEWHERE and not (step is Step.PAUSED and is_without_paper)


def is_abandoned(
    step: Step, last_activity_at: datetime, now: datetime, channel: Channel = Channel.KIOSK
) -> bool:
    """Whether a visit is to be wiped whose screen was left; one that `waits_elsewhere` is not asked about.

    A clock that was set back never ends a visit.
    """
    return step not in CLOSED and now - last_activity_at > allowed_idle(step, channel)


def pause_is_over(paused_at: datetime, now: datetime) -> bool:
    """Whether a paused visit waits no longer, to the second that stands on its ticket."""
    return now - paused_at > PAUSE_LASTS
