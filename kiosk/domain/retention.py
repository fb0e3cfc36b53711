"""How long personal data are kept, column by column, and why (UU PDP 27/2022, articles 16 and 43).

A test compares this table with the encrypted columns of `kiosk/models/` and the scores of faces: a personal
column without a row here cannot be added. Time is counted from the row's own time column named in `anchor`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Keep:
    """`column` («table.column») is emptied once `anchor` lies further back than `longest`.

    `when_closed` names the moment that usually empties it much sooner; the purge is the safety net.
    """

    column: str
    anchor: str
    longest: timedelta
    when_closed: str
    why: str


OFFICE_DAY = timedelta(hours=16)
"""A ticket is worth something until the office closes; no visit outlives the day it was made on."""

PREREGISTERED = timedelta(hours=2)
"""How long what was entered on the phone waits for its owner's turn at the kiosk."""

SCORES = timedelta(days=90)
"""How long it is known how alike a face was: an office measures once it has been open for a month
(docs/face-evaluation.md). The consent's screen says it: another time is another version of its text."""

RETENTION: tuple[Keep, ...] = (
    Keep("visit.nik", "started_at", OFFICE_DAY, "the visit ends", "look-up, activation, counter"),
    Keep("visit.name", "started_at", OFFICE_DAY, "the visit ends", "masked greeting, counter"),
    Keep("visit.email", "started_at", OFFICE_DAY, "the visit ends", "sending the code"),
    Keep("visit.phone", "started_at", OFFICE_DAY, "the visit ends", "contact of the activation"),
    Keep("visit.group", "started_at", OFFICE_DAY, "the visit ends", "sex and age band, counted for fairness"),
    Keep("visit.register_photo", "started_at", OFFICE_DAY, "the face step is left", "face match"),
    Keep("visit.face_template", "started_at", OFFICE_DAY, "the face step is left", "face match"),
    Keep("face_attempt.distance", "at", SCORES, "the purge", "how well faces are known here"),
    Keep("face_attempt.spread", "at", SCORES, "the purge", "how well faces are known here"),
    Keep("face_attempt.real", "at", SCORES, "the purge", "how well living faces are known here"),
    Keep("preregistration.nik", "made_at", PREREGISTERED, "the code is used", "no typing at the kiosk"),
    Keep("preregistration.email", "made_at", PREREGISTERED, "the code is used", "no typing at the kiosk"),
    Keep("preregistration.phone", "made_at", PREREGISTERED, "the code is used", "no typing at the kiosk"),
    Keep("review_case.selfie", "opened_at", OFFICE_DAY, "the officer decides", "officer's review"),
    Keep("review_case.register_photo", "opened_at", OFFICE_DAY, "the officer decides", "officer's review"),
    Keep(
        "review_case.selfie_template", "opened_at", OFFICE_DAY, "the ticket is used", "is it the same person"
    ),
    Keep("review_case.nik", "opened_at", OFFICE_DAY, "the day ends", "officer's review"),
    Keep("review_case.name", "opened_at", OFFICE_DAY, "the day ends", "officer's review"),
    Keep("review_case.distance", "opened_at", SCORES, "the purge", "what an officer has decided on"),
    Keep("review_case.note", "opened_at", timedelta(days=90), "the purge", "why an officer decided so"),
    Keep("review_case.first_note", "opened_at", timedelta(days=90), "the purge", "why the first agreed"),
    Keep("officer_override.note", "at", timedelta(days=90), "the purge", "why an officer vouched"),
    Keep("officer.totp_secret", "removed_at", timedelta(hours=1), "the officer leaves", "one-time codes"),
    Keep("mail.recipient", "created_at", timedelta(days=2), "the mail is sent", "delivery"),
    Keep("mail.body", "created_at", timedelta(days=2), "the mail is sent", "delivery"),
    Keep("register_person.nik", "enrolled_at", OFFICE_DAY, "the day ends", "a newcomer tries his own face"),
    Keep("register_person.name", "enrolled_at", OFFICE_DAY, "the day ends", "a newcomer tries his own face"),
    Keep("register_person.photo", "enrolled_at", OFFICE_DAY, "the day ends", "a newcomer tries his own face"),
)
