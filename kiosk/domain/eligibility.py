"""Who may activate IKD, from what the register says (docs/facts.md; Permendagri 72/2022)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.domain.nik import ADULT_AGE, Sex, age
from kiosk.domain.reasons import ReferReason


class RecordState(StrEnum):
    """What a register says about a record."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DECEASED = "deceased"


@dataclass(frozen=True)
class Person:
    """One register record, only the fields in use; religion, parents and blood type never get here.

    `photo` is a JPEG or None. `region` is the four-digit code of the regency or city of domicile.
    """

    nik: str
    name: str
    born: date
    sex: Sex
    married: bool
    recorded: bool
    state: RecordState
    region: str
    photo: bytes | None


def refusal(person: Person | None, today: date) -> ReferReason | None:
    """Return why the register's answer ends the visit, or None. The photo is judged separately.

    | person                          | answer                |
    |---------------------------------|-----------------------|
    | None                            | REGISTER_NOT_FOUND    |
    | deceased                        | REGISTER_DECEASED     |
    | record not active               | REGISTER_INACTIVE     |
    | under 17 by the register, single| REGISTER_TOO_YOUNG    |
    | under 17 by the register, married, recorded | None      |
    | no biometric recording          | REGISTER_NOT_RECORDED |
    | recorded, no photo              | REGISTER_PHOTO_UNUSABLE |
    """
    match person:
        case None:
            return ReferReason.REGISTER_NOT_FOUND
        case Person(state=RecordState.DECEASED):
            return ReferReason.REGISTER_DECEASED
        case Person(state=RecordState.INACTIVE):
            return ReferReason.REGISTER_INACTIVE
    if age(person.born, today) < ADULT_AGE and not person.married:
        return ReferReason.REGISTER_TOO_YOUNG
    if not person.recorded:
        return ReferReason.REGISTER_NOT_RECORDED
    if person.photo is None:
        return ReferReason.REGISTER_PHOTO_UNUSABLE
    return None


def is_question_of_age(born_by_nik: date, today: date) -> bool:
    """Whether the date in the NIK makes its holder younger than 17: a question, never a refusal."""
    return age(born_by_nik, today) < ADULT_AGE
