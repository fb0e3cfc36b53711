"""A lost phone: its owner's NIK, a reason, the officer's PIN, and the IKD is off it."""

from __future__ import annotations

from http import HTTPStatus

from flask import request
from werkzeug.wrappers import Response

from kiosk import wording
from kiosk.domain import nik as niks
from kiosk.domain.counter import LostReason, Override
from kiosk.routes import panel
from kiosk.routes.override import word_of_form
from kiosk.routes.panel import the_kiosk
from kiosk.services import lost_phone
from kiosk.services.lost_phone import NotDeactivated
from kiosk.services.override import Problem
from kiosk.services.pin import PinRefusal
from kiosk.wording import counter as words

bp = panel.blueprint("lost_phone", __name__, "/loket/hp-hilang")


@bp.get("")
def ask() -> Response:
    """The form for a lost phone."""
    return _page()


@bp.post("")
def take_off() -> Response:
    """Take the IKD off a lost phone, by its owner's NIK."""
    word = word_of_form()
    typed = request.form.get("nik", "")[:60]
    error: dict[str, object] = {}
    if problems := niks.problems(typed):
        error["nik"] = " ".join(str(wording.NIK[problem]) for problem in problems)
    if word.reason not in LostReason.__members__.values():
        error["reason"] = words.PROBLEM[Problem.NOT_THIS_REASON]
    if error:
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY, error, typed)
    reason = LostReason(word.reason)
    match lost_phone.take_off(the_kiosk(), panel.officer(), typed, reason, word.pin):
        case PinRefusal() as wrong:
            return _page(HTTPStatus.UNPROCESSABLE_ENTITY, {}, typed, wrong)
        case NotDeactivated(why):
            return _page(HTTPStatus.CONFLICT, {"whole": words.LOST[why]}, typed)
    return panel.render("officer/counter_lost_done.html", masked=niks.masked(typed))


def _page(
    status: HTTPStatus = HTTPStatus.OK,
    error: dict[str, object] | None = None,
    typed: str = "",
    pin: PinRefusal | None = None,
) -> Response:
    return panel.render(
        "officer/counter_lost.html",
        status,
        error=error or {},
        typed=typed,
        pin_problem=pin,
        reasons=words.reasons(Override.DEACTIVATE),
        chosen=request.form.get("reason", ""),
    )
