"""The small officer page: sign in, see who waits, look at two photos, decide."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import LazyString
from werkzeug.exceptions import BadRequest, HTTPException, NotFound
from werkzeug.wrappers import Response

from kiosk import auth, wording
from kiosk.domain.nik import NikWarning, grouped
from kiosk.domain.review import APPROVING, NOTE_MAX, DecisionReason, likeness
from kiosk.models.case import CaseState
from kiosk.services import case as cases
from kiosk.services import officer as officers
from kiosk.services.case import AlreadyDecided, Decided, Listed, NotDecided, Seen, Which
from kiosk.services.kiosk import Kiosk
from kiosk.services.officer import SignInRefusal

bp = Blueprint("officer", __name__, url_prefix=auth.OFFICER_PATH)


@dataclass(frozen=True)
class Line:
    """One line of a list: the number that is called, whole minutes of waiting, the true reason."""

    number: str
    minutes: int
    reason: LazyString
    case_id: str | None = None


@dataclass(frozen=True)
class DeviceLine:
    """One device of the kiosk: what it is called, whether a visit may rely on it, how it is."""

    name: LazyString
    works: bool
    sentence: LazyString


@bp.get("/masuk")
def sign_in() -> Response:
    """The sign-in page; before the first officer it says how to make him."""
    return _sign_in_page(HTTPStatus.OK)


@bp.post("/masuk")
def check_password() -> Response:
    """Check the password; 422 for wrong, 429 while locked, 503 while too many are being checked."""
    outcome = officers.sign_in(_kiosk(), request.form.get("username", ""), request.form.get("password", ""))
    if isinstance(outcome, SignInRefusal):
        return _sign_in_page(_STATUS[outcome.reason], outcome)
    auth.sign_in(outcome)
    return redirect(auth.safe_next(request.form.get("next")), HTTPStatus.SEE_OTHER)


_STATUS = {
    officers.Refused.UNKNOWN_OR_WRONG: HTTPStatus.UNPROCESSABLE_ENTITY,
    officers.Refused.LOCKED: HTTPStatus.TOO_MANY_REQUESTS,
    officers.Refused.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
}


@bp.post("/keluar")
def sign_out() -> Response:
    """End the officer's session."""
    officers.sign_out(_kiosk(), auth.signed_in_officer())
    auth.sign_out()
    return redirect(url_for(auth.SIGN_IN), HTTPStatus.SEE_OTHER)


@bp.get("")
def overview() -> Response:
    """Who waits: cases to decide, tickets that the counter serves; and how the devices are."""
    return _page("officer/overview.html", HTTPStatus.OK, **_queue())


@bp.get("/antrean")
def queue() -> Response:
    """The list alone, for the poll: 204 while it reads the same. Never keeps anybody signed in."""
    lines = _queue()
    if request.args.get("seen") == lines["digest"]:
        return Response(status=HTTPStatus.NO_CONTENT)
    return _page("officer/queue.html", HTTPStatus.OK, **lines)


@bp.get("/masih")
def still() -> Response:
    """204 while the sign-in holds, else the guard's way to the sign-in page: so no photo outstays it."""
    return Response(status=HTTPStatus.NO_CONTENT)


@bp.get("/kasus/<case_id>")
def case(case_id: str) -> Response:
    """Both photos, what is known, and the decision; or, once it is made, what the resident should do now."""
    return _case_page(_seen(case_id), HTTPStatus.OK)


@bp.post("/kasus/<case_id>")
def decide(case_id: str) -> Response:
    """Take one decision; of two at once the later one is shown the earlier one."""
    chosen = request.form.get("reason", "")
    decision = request.form.get("decision")
    if decision not in ("approve", "refuse"):
        raise BadRequest
    if chosen not in DecisionReason.__members__.values():
        return _case_page(_seen(case_id), HTTPStatus.UNPROCESSABLE_ENTITY, NotDecided.NOT_THIS_REASON)
    outcome = cases.decide(
        _kiosk(),
        auth.signed_in_officer(),
        case_id,
        decision == "approve",
        DecisionReason(chosen),
        request.form.get("note", ""),
    )
    match outcome:
        case Decided():
            return redirect(url_for(".case", case_id=case_id), HTTPStatus.SEE_OTHER)
        case AlreadyDecided() | NotDecided.VISIT_OVER:
            return _case_page(_seen(case_id), HTTPStatus.CONFLICT, outcome)
        case NotDecided.UNKNOWN_CASE:
            raise NotFound
        case NotDecided.NOT_THIS_REASON | NotDecided.NOTE_TOO_LONG:
            return _case_page(_seen(case_id), HTTPStatus.UNPROCESSABLE_ENTITY, outcome)


@bp.get("/kasus/<case_id>/foto/<any(selfie, register):which>")
def photo(case_id: str, which: str) -> Response:
    """One photo of an open case (JPEG), never kept by the browser; 404 once it is decided."""
    picture = cases.photo(_kiosk(), auth.signed_in_officer(), case_id, Which(which))
    if picture is None:
        raise NotFound
    return Response(picture, mimetype="image/jpeg")


@bp.errorhandler(HTTPStatus.BAD_REQUEST)
@bp.errorhandler(HTTPStatus.NOT_FOUND)
@bp.errorhandler(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
def problem(error: HTTPException) -> Response:
    """An officer's page for what went wrong: a stale form, too much in it, a case that does not exist."""
    status = HTTPStatus(error.code or HTTPStatus.BAD_REQUEST)
    return _page("officer/problem.html", status, code=status.value)


@bp.after_request
def _leaves_no_trace(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _queue() -> dict[str, object]:
    kiosk = _kiosk()
    now = kiosk.clock.now()
    open_lines = [_line(listed, now) for listed in cases.open_cases(kiosk)]
    waiting = [
        Line(ticket.number, _minutes(ticket.issued_at, now), wording.officer_sentence(ticket.reason))
        for ticket in cases.waiting_tickets(kiosk)
    ]
    healths = kiosk.devices.healths()
    seen = repr(
        [
            [(line.number, line.minutes, line.case_id) for line in open_lines + waiting],
            [(name, health.works, health.code) for name, health in healths.items()],
        ]
    )
    return {
        "open_lines": open_lines,
        "waiting": waiting,
        "devices": [
            DeviceLine(wording.DEVICE_NAME[name], health.works, wording.DEVICE_OFFICER[health.code])
            for name, health in healths.items()
        ],
        "digest": hashlib.sha256(seen.encode()).hexdigest()[:16],
    }


def _line(listed: Listed, now: datetime) -> Line:
    case = listed.case
    return Line(
        listed.ticket.number,
        _minutes(case.opened_at, now),
        wording.officer_sentence(case.reason),
        case.id,
    )


def _minutes(since: datetime, now: datetime) -> int:
    return max(int((now - since).total_seconds() // 60), 0)


def _seen(case_id: str) -> Seen:
    seen = cases.see(_kiosk(), auth.signed_in_officer(), case_id)
    if seen is None:
        raise NotFound
    return seen


def _case_page(
    seen: Seen, status: HTTPStatus, problem: AlreadyDecided | NotDecided | None = None
) -> Response:
    settings = _kiosk().settings
    case = seen.case
    values = {
        "seen": seen,
        "case": case,
        "ticket": seen.ticket,
        "problem": problem,
        "too_late": isinstance(problem, AlreadyDecided),
    }
    if not seen.is_open:
        return _page(
            "officer/result.html",
            status,
            is_approved=case.state is CaseState.APPROVED,
            is_decided=case.state is not CaseState.OPEN,
            reason="" if case.decision_reason is None else wording.DECISION[case.decision_reason],
            **values,
        )
    band = likeness(case.distance, accept=settings.face_accept, review=settings.face_review)
    return _page(
        "officer/case.html",
        status,
        likeness=wording.LIKENESS[band],
        nik=grouped(case.nik or ""),
        minutes=_minutes(case.opened_at, _kiosk().clock.now()),
        reason=wording.officer_sentence(case.reason),
        warnings=[wording.NIK_WARNING[NikWarning(one)] for one in case.nik_warnings.split(",") if one],
        reasons_for={
            "approve": [(one, wording.DECISION[one]) for one in DecisionReason if one in APPROVING],
            "refuse": [(one, wording.DECISION[one]) for one in DecisionReason if one not in APPROVING],
        },
        chosen=request.form.get("reason", ""),
        decision=request.form.get("decision", ""),
        # What was too long is handed back cut to twice the limit: a megabyte helps nobody.
        note=request.form.get("note", "")[: 2 * NOTE_MAX],
        note_max=NOTE_MAX,
        **values,
    )


def _sign_in_page(status: HTTPStatus, refusal: SignInRefusal | None = None) -> Response:
    kiosk = _kiosk()
    until = None if refusal is None else refusal.until
    return _page(
        "officer/sign_in.html",
        status,
        refusal=refusal,
        until="" if until is None else f"{until.astimezone(kiosk.settings.zone):%H.%M.%S}",
        username=request.form.get("username", "")[:40],
        next=auth.safe_next(request.values.get("next")),
        has_ended=request.method == "GET" and "ended" in request.args,
        nobody_yet=not officers.is_anybody_there(kiosk),
    )


def _page(template: str, status: HTTPStatus, **values: object) -> Response:
    page = render_template(template, language="id", settings=_kiosk().settings, **values)
    return make_response(page, status)


def _kiosk() -> Kiosk:
    kiosk: Kiosk = current_app.extensions["kiosk"]
    return kiosk
