"""Cases: two photos, what is known, one decision that counts."""

from __future__ import annotations

from http import HTTPStatus

from flask import redirect, request, url_for
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from kiosk import wording
from kiosk.domain.nik import NikWarning, grouped
from kiosk.domain.review import APPROVING, NOTE_MAX, DecisionReason, likeness
from kiosk.models.case import CaseState
from kiosk.routes import panel
from kiosk.routes.board import minutes_since
from kiosk.routes.panel import the_kiosk
from kiosk.services import case as cases
from kiosk.services.case import AlreadyDecided, Decided, NotDecided, Seen, Which

bp = panel.blueprint("review", __name__, "/kasus")


@bp.get("/<case_id>")
def case(case_id: str) -> Response:
    """Both photos, what is known, and the decision; or, once it is made, what the resident should do now."""
    return _case_page(_seen(case_id), HTTPStatus.OK)


@bp.post("/<case_id>")
def decide(case_id: str) -> Response:
    """Take one decision; of two at once the later one is shown the earlier one."""
    chosen = request.form.get("reason", "")
    decision = request.form.get("decision")
    if decision not in ("approve", "refuse"):
        raise BadRequest
    if chosen not in DecisionReason.__members__.values():
        return _case_page(_seen(case_id), HTTPStatus.UNPROCESSABLE_ENTITY, NotDecided.NOT_THIS_REASON)
    outcome = cases.decide(
        the_kiosk(),
        panel.officer(),
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


@bp.get("/<case_id>/foto/<any(selfie, register):which>")
def photo(case_id: str, which: str) -> Response:
    """One photo of an open case (JPEG), never kept by the browser; 404 once it is decided."""
    picture = cases.photo(the_kiosk(), panel.officer(), case_id, Which(which))
    if picture is None:
        raise NotFound
    return Response(picture, mimetype="image/jpeg")


def _seen(case_id: str) -> Seen:
    seen = cases.see(the_kiosk(), panel.officer(), case_id)
    if seen is None:
        raise NotFound
    return seen


def _case_page(
    seen: Seen, status: HTTPStatus, problem: AlreadyDecided | NotDecided | None = None
) -> Response:
    settings = the_kiosk().settings
    case = seen.case
    values = {
        "seen": seen,
        "case": case,
        "ticket": seen.ticket,
        "problem": problem,
        "too_late": isinstance(problem, AlreadyDecided),
    }
    if not seen.is_open:
        return panel.render(
            "officer/result.html",
            status,
            is_approved=case.state is CaseState.APPROVED,
            is_decided=case.state is not CaseState.OPEN,
            reason="" if case.decision_reason is None else wording.DECISION[case.decision_reason],
            **values,
        )
    band = likeness(case.distance or 0.0, accept=settings.face_accept, review=settings.face_review)
    return panel.render(
        "officer/case.html",
        status,
        likeness=wording.LIKENESS[band],
        nik=grouped(case.nik or ""),
        minutes=minutes_since(case.opened_at, the_kiosk().clock.now()),
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
