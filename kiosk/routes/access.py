"""What the pages of sign-in, set-up, account and people say and share."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus

from flask_babel import LazyString

from kiosk import wording
from kiosk.domain.nik import NikProblem
from kiosk.domain.password import PasswordFault
from kiosk.domain.pin import PinFault
from kiosk.services.officer import AddRefusal
from kiosk.services.pin import PinProblem
from kiosk.wording import access as words

STATUS: dict[PinProblem, HTTPStatus] = {
    PinProblem.WRONG: HTTPStatus.UNPROCESSABLE_ENTITY,
    PinProblem.NOT_SET: HTTPStatus.UNPROCESSABLE_ENTITY,
    PinProblem.LOCKED: HTTPStatus.TOO_MANY_REQUESTS,
    PinProblem.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""What a page answers to a PIN that does not open it."""

_FIELD: dict[StrEnum, str] = {
    AddRefusal.USERNAME_NOT_POSSIBLE: "username",
    AddRefusal.USERNAME_TAKEN: "username",
    AddRefusal.NAME_NOT_POSSIBLE: "name",
    PasswordFault.NOT_THE_SAME_TWICE: "again",
    PinFault.NOT_THE_SAME_TWICE: "again",
}


def errors(problem: AddRefusal | PasswordFault | PinFault | NikProblem | None) -> dict[str, LazyString]:
    """The sentence for what is wrong, under the name of the field beside which it stands."""
    match problem:
        case None:
            return {}
        case AddRefusal():
            return {_FIELD[problem]: words.ADD[problem]}
        case PasswordFault():
            return {_FIELD.get(problem, "password"): words.PASSWORD[problem]}
        case PinFault():
            return {_FIELD.get(problem, "new_pin"): words.PIN[problem]}
        case NikProblem():
            return {"nik": wording.NIK[problem]}
