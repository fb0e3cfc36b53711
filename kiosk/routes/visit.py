"""The resident's forms: each POST calls one verb and answers with the screen where the visit then is."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, session
from flask_babel import refresh

from kiosk import wording
from kiosk.domain import nik as niks
from kiosk.domain.contact import suggestion
from kiosk.domain.nik import NikProblem
from kiosk.domain.reasons import RESIDENT_MAY_SAY, ReferReason
from kiosk.domain.visit import CLOSED, WAITS_ELSEWHERE, Event, NotPossible, Step
from kiosk.models.visit import Visit
from kiosk.routes.screen import came_from, current_visit, nothing, render_visit, the_kiosk
from kiosk.routes.views import of as view_of
from kiosk.services import activation, contact, nik, rating, register, selfie, terminal_state, ticket
from kiosk.services import consent as consents
from kiosk.services import visit as visits

bp = Blueprint("visit", __name__)


@bp.errorhandler(NotPossible)
def _stale(_error: NotPossible) -> Response:
    """A form that does not fit the step: show where the visit is."""
    return render_visit(current_visit())


@bp.get("/")
def index() -> Response:
    """The kiosk's page: the visit of this browser, or the start screen."""
    return render_visit(current_visit())


@bp.post("/visit/start")
def start() -> Response:
    """Begin, or go on with what has begun (a double tap); a closed terminal begins nothing."""
    visit = current_visit()
    if visit is None and terminal_state.closed_message(the_kiosk()) is not None:
        return render_visit(None)
    if visit is None:
        visit = visits.start(the_kiosk(), session.get("language", wording.LANGUAGES[0]))
        session["visit"] = visit.id
    return render_visit(visit)


@bp.post("/visit/language")
def language() -> Response:
    """Another language, in the middle of everything."""
    chosen = request.form.get("language")
    visit = current_visit()
    if chosen in wording.LANGUAGES:
        session["language"] = chosen
        refresh()
        if visit is not None:
            visit = visits.speak(the_kiosk(), visit.id, chosen)
    response = render_visit(visit)
    # The device bar stands outside the screen and asks again by itself.
    response.headers["HX-Trigger"] = "language"
    return response


CHOICES = {"has_app": Event.HAS_APP, "needs_app": Event.NEEDS_APP, "cannot": Event.CANNOT}


@bp.post("/visit/choose")
def choose() -> Response:
    """App on the phone, not yet, or not possible."""
    event = CHOICES.get(request.form.get("choice", ""))
    visit, step = current_visit(), came_from()
    if visit is None or step is None or event is None:
        return render_visit(visit)
    return render_visit(visits.move(the_kiosk(), visit.id, step, event))


@bp.post("/visit/back")
def back() -> Response:
    """One step back."""
    return _move(Event.BACK)


@bp.post("/visit/consent")
def consent() -> Response:
    """The resident agrees."""
    visit, step = current_visit(), came_from()
    if visit is None or step is None:
        return render_visit(visit)
    return render_visit(consents.give(the_kiosk(), visit.id, step))


@bp.post("/visit/refer")
def refer() -> Response:
    """A person, please. Only reasons that a resident can know are taken from the form."""
    visit, step = current_visit(), came_from()
    if visit is None or step is None:
        return render_visit(visit)
    word = request.form.get("reason", "")
    reason = ReferReason(word) if word in RESIDENT_MAY_SAY else None
    if visit.refer_reason is not None and step in (Step.REGISTER_REFUSED, Step.ALREADY_ACTIVE):
        reason = visit.refer_reason
    return render_visit(ticket.refer(the_kiosk(), visit.id, step, reason))


@bp.post("/visit/nik/check")
def nik_check() -> Response:
    """Judge what is typed so far; says nothing about whose it is."""
    typed = request.form.get("nik", "")[:60]
    problems = niks.problems(typed)
    spoken = [problem for problem in problems if problem not in (NikProblem.TOO_SHORT, NikProblem.EMPTY)]
    return Response(
        render_template(
            "partials/nik_advice.html",
            advice=[wording.NIK[problem] for problem in spoken],
            complete=not problems,
            grouped=niks.grouped(typed) if not spoken else "",
        )
    )


@bp.post("/visit/nik")
def enter_nik() -> Response:
    """The NIK, to be read back."""
    visit, step, typed = current_visit(), came_from(), request.form.get("nik", "")
    if visit is None or step is None:
        return render_visit(visit)
    answer = nik.enter(the_kiosk(), visit.id, step, typed)
    if isinstance(answer, Visit):
        return render_visit(answer)
    sentence = " ".join(str(wording.NIK[problem]) for problem in answer.problems)
    return render_visit(answer.visit, error={"nik": sentence}, typed=typed, status=422)


@bp.post("/visit/nik/confirm")
def look_up() -> Response:
    """The number is right: ask the register."""
    visit, step = current_visit(), came_from()
    if visit is None or step is None:
        return render_visit(visit)
    return render_visit(register.look_up(the_kiosk(), visit.id, step))


@bp.post("/visit/age")
def age() -> Response:
    """Not yet seventeen."""
    return _move(Event.TOO_YOUNG)


@bp.post("/visit/email/check")
def email_check() -> Response:
    """A likely slip in the address."""
    typed = request.form.get("email", "")[:254]
    return Response(render_template("partials/email_advice.html", suggestion=suggestion(typed), advice=None))


@bp.post("/visit/email")
def enter_email() -> Response:
    """The e-mail address."""
    visit, step, typed = current_visit(), came_from(), request.form.get("email", "")
    if visit is None or step is None:
        return render_visit(visit)
    return _contact(contact.enter_email(the_kiosk(), visit.id, step, typed), "email", typed)


@bp.post("/visit/phone")
def enter_phone() -> Response:
    """The phone number."""
    visit, step, typed = current_visit(), came_from(), request.form.get("phone", "")
    if visit is None or step is None:
        return render_visit(visit)
    return _contact(contact.enter_phone(the_kiosk(), visit.id, step, typed), "phone", typed)


@bp.post("/visit/contact/confirm")
def confirm_contact() -> Response:
    """Address and number are right: on to the camera."""
    visit, step = current_visit(), came_from()
    if visit is None or step is None:
        return render_visit(visit)
    return render_visit(selfie.confirm_contact(the_kiosk(), visit.id, step))


@bp.post("/visit/face/again")
def face_again() -> Response:
    """Another try."""
    return _move(Event.TRY_AGAIN)


@bp.post("/visit/qr/renew")
def renew() -> Response:
    """A new QR with a new code."""
    visit, step = current_visit(), came_from()
    if visit is None or step is None:
        return render_visit(visit)
    return render_visit(activation.renew(the_kiosk(), visit.id, step))


@bp.get("/visit/qr/state")
def qr_state() -> Response:
    """A poll: has the phone finished, has the QR expired, is the mail late?"""
    visit = current_visit()
    if visit is None or visit.step not in (Step.QR, Step.EMAIL_FIX):
        return render_visit(visit)
    if visit.step is Step.EMAIL_FIX or view_of(the_kiosk(), visit, None).shown == request.args.get("shown"):
        return nothing()
    return render_visit(visit)


@bp.get("/visit/step")
def step_state() -> Response:
    """A poll of a screen that only its resident or an officer moves on: has one of them?"""
    visit = current_visit()
    if visit is not None and visit.step == request.args.get("shown"):
        return nothing()
    return render_visit(visit)


@bp.get("/visit/paper")
def paper() -> Response:
    """A poll: what became of the sheet?"""
    visit = current_visit()
    if visit is not None and visit.paper == request.args.get("shown"):
        return nothing()
    return render_visit(visit)


@bp.post("/visit/email/wrong")
def email_wrong() -> Response:
    """The mail does not come."""
    return _move(Event.WRONG_EMAIL)


@bp.post("/visit/email/correct")
def correct_email() -> Response:
    """The address once more."""
    visit, step, typed = current_visit(), came_from(), request.form.get("email", "")
    if visit is None or step is None:
        return render_visit(visit)
    return _contact(activation.correct_email(the_kiosk(), visit.id, step, typed), "email", typed)


@bp.post("/visit/thanks/rate")
def rate() -> Response:
    """One touch of satisfaction, 1 to 4."""
    visit, word = current_visit(), request.form.get("satisfaction", "")
    if visit is None or word not in ("1", "2", "3", "4"):
        return render_visit(visit)
    return render_visit(rating.rate(the_kiosk(), visit.id, int(word)))


@bp.post("/visit/stay")
def stay() -> Response:
    """The resident is still there; what is typed stays."""
    visit = current_visit()
    if visit is None:
        return render_visit(None)
    visits.stay(the_kiosk(), visit.id)
    return nothing() if request.htmx else render_visit(visit)  # type: ignore[attr-defined]


@bp.post("/visit/leave")
@bp.post("/visit/finish")
def leave() -> Response:
    """Finished, walked away, or idle: the screen forgets everything."""
    visit = current_visit()
    if visit is not None:
        visit = visits.leave(the_kiosk(), visit.id, came_from=came_from())
        if visit.step not in CLOSED | WAITS_ELSEWHERE:
            return render_visit(visit)
    session.clear()
    return render_visit(None)


def _move(event: Event) -> Response:
    visit, step = current_visit(), came_from()
    if visit is None or step is None:
        return render_visit(visit)
    return render_visit(visits.move(the_kiosk(), visit.id, step, event))


def _contact(answer: Visit | contact.Refused, field: str, typed: str) -> Response:
    match answer:
        case contact.Refused(visit, problem):
            return render_visit(visit, error={field: wording.CONTACT[problem]}, typed=typed, status=422)
    return render_visit(answer)
