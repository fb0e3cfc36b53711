"""Help at the kiosk: the call for a person, and the officer who comes with badge and PIN."""

from __future__ import annotations

from types import SimpleNamespace

from flask import Blueprint, Response, render_template, request, session
from flask_babel import force_locale
from flask_babel import gettext as _

from kiosk import wording
from kiosk.domain.help import HELP_REASONS, HELP_SECONDS, HelpAct, leads_back
from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import REFERABLE, NotPossible, Step
from kiosk.routes.screen import current_visit, nothing, render_screen, render_visit, the_kiosk
from kiosk.services import help as helps
from kiosk.services import help_call, look, scan_test, technician, terminal_state
from kiosk.services.help import BadgeProblem, Helping
from kiosk.services.pin import PinProblem, PinRefusal
from kiosk.wording import moments
from kiosk.wording.terminal import BADGE, CLOSING, STEP, device_advice, printed

bp = Blueprint("help", __name__, url_prefix="/help")

OFFICERS_LANGUAGE = "id"

STALE_SECONDS = 3.0
"""A badge that was read longer ago was meant for a screen that is gone."""


@bp.errorhandler(NotPossible)
def _stale(_error: NotPossible) -> Response:
    """No step back from here (any more)."""
    return _desk_or_visit()


@bp.post("/call")
def call() -> Response:
    """Somebody to this terminal, please. With a script only the bar changes: what is typed stays."""
    visit = current_visit()
    help_call.call(the_kiosk(), None if visit is None else visit.id)
    return _bar() if request.htmx else render_visit(visit)  # type: ignore[attr-defined]


@bp.get("/state")
def state() -> Response:
    """A poll of the bar: what has become of the call?"""
    now = help_call.state(the_kiosk())
    if now is not None:
        look.for_badge(the_kiosk())
    return nothing() if now == request.args.get("shown", "") else _bar()


@bp.get("/badge")
def badge() -> Response:
    """A poll of the page: has an officer held his badge before the scanner, or left without a word?

    It has an ear of its own at the scanner, so the start screen still gets every ticket.
    """
    kiosk, visit = the_kiosk(), current_visit()
    if "help" in session and helps.present(kiosk, session["help"]) is None:
        session.pop("help")
        return render_visit(visit)
    scan = kiosk.badges.next(0)
    if scan is None or kiosk.clock.monotonic() - scan.at > STALE_SECONDS or not helps.is_badge(scan.text):
        return nothing()
    if scan_test.took(kiosk, scan):
        return nothing()
    arrived = helps.arrive(kiosk, scan.text, None if visit is None else visit.id)
    if isinstance(arrived, BadgeProblem):
        answer = _bar(badge_problem=BADGE[arrived])
        answer.headers["HX-Retarget"] = "#help"
        answer.headers["HX-Reswap"] = "outerHTML"
        return answer
    session["help"] = arrived
    return _desk_or_visit()


@bp.post("/pin")
def confirm() -> Response:
    """The officer's PIN; a wrong one counts in his lock-out."""
    kiosk = the_kiosk()
    match helps.confirm(kiosk, session.get("help"), request.form.get("pin", "")):
        case PinRefusal() as refusal:
            helping = helps.present(kiosk, session.get("help"))
            return _go() if helping is None else _pin(helping, refusal)
        case Helping() as helping:
            return _desk(helping)
    return _go()


@bp.post("/go-on")
def go_on() -> Response:
    """The screen belongs to the resident again, and the call is answered."""
    helps.go_on(the_kiosk(), session.get("help"))
    return _go()


@bp.post("/leave")
def leave() -> Response:
    """The officer goes, finished or not."""
    helps.leave(the_kiosk(), session.get("help"))
    return _go()


@bp.post("/back")
def back() -> Response:
    """One step back for the resident."""
    step = _from()
    if step is not None:
        helps.step_back(the_kiosk(), session.get("help"), step)
    return _desk_or_visit()


@bp.post("/ticket")
def ticket() -> Response:
    """A number for the counter, with a reason that the officer can know."""
    step, word = _from(), request.form.get("reason", "")
    reason = ReferReason(word) if word in HELP_REASONS else None
    if step and reason and helps.give_ticket(the_kiosk(), session.get("help"), step, reason):
        return _go()
    return _desk_or_visit()


@bp.post("/end")
def end() -> Response:
    """End the visit: the screen forgets everything."""
    if not helps.end_visit(the_kiosk(), session.get("help")):
        return _desk_or_visit()
    session.clear()
    return render_visit(None)


@bp.post("/print")
def test_print() -> Response:
    """The test page, and what became of it."""
    officer = helps.acting_officer(the_kiosk(), session.get("help"), HelpAct.TEST_PRINT)
    if officer is None:
        return _desk_or_visit()
    outcome = technician.test_print(the_kiosk(), officer)
    with force_locale(OFFICERS_LANGUAGE):
        return _desk_or_visit(printed(outcome))


@bp.post("/close")
def close() -> Response:
    """Out of service, with one of the messages of the list."""
    kiosk, message = the_kiosk(), request.form.get("message", "")
    officer = helps.acting_officer(kiosk, session.get("help"), HelpAct.CLOSE)
    with force_locale(OFFICERS_LANGUAGE):
        is_offered = message in map(str, CLOSING)
    if officer is not None and is_offered:
        technician.close(kiosk, officer, kiosk.settings.terminal, message)
    return _desk_or_visit()


@bp.post("/open")
def reopen() -> Response:
    """Back into service."""
    kiosk = the_kiosk()
    officer = helps.acting_officer(kiosk, session.get("help"), HelpAct.OPEN)
    if officer is not None:
        technician.reopen(kiosk, officer, kiosk.settings.terminal)
    return _desk_or_visit()


def _from() -> Step | None:
    word = request.form.get("from", "")
    return Step(word) if word in Step.__members__.values() else None


def _go() -> Response:
    """Away from the officer's screens, to where the visit is."""
    session.pop("help", None)
    return render_visit(current_visit())


def _desk_or_visit(notice: object = "") -> Response:
    helping = helps.present(the_kiosk(), session.get("help"))
    if helping is None:
        return _go()
    return _desk(helping, notice) if helping.is_confirmed else _pin(helping)


def _pin(helping: Helping, refusal: PinRefusal | None = None) -> Response:
    with force_locale(OFFICERS_LANGUAGE):
        return render_screen(
            "help/pin.html",
            view=SimpleNamespace(name=helping.officer.display_name),
            error={} if refusal is None else {"pin": _words(refusal)},
            status=200 if refusal is None else 422,
            for_officer=True,
        )


def _words(refusal: PinRefusal) -> str:
    match refusal:
        case PinRefusal(PinProblem.LOCKED, until) if until is not None:
            at = moments.clock_to_the_second(until, the_kiosk().settings.zone)
            return str(_("Terlalu banyak percobaan. Coba lagi setelah pukul %(time)s.", time=at))
        case PinRefusal(PinProblem.NOT_SET):
            return str(_("Anda belum punya PIN. Buat PIN di halaman akun Anda."))
        case PinRefusal(PinProblem.BUSY):
            return str(_("Sistem sedang sibuk. Tunggu sebentar, lalu ketik PIN lagi."))
    return str(_("PIN belum cocok. Silakan coba lagi."))


def _desk(helping: Helping, notice: object = "") -> Response:
    kiosk = the_kiosk()
    step = None if helping.visit is None else helping.visit.step
    with force_locale(OFFICERS_LANGUAGE):
        view = SimpleNamespace(
            name=helping.officer.display_name,
            step=step or "",
            step_words="" if step is None else STEP[step],
            seconds=HELP_SECONDS,
            notice=str(notice),
            devices=[
                SimpleNamespace(
                    name=wording.DEVICE_NAME[name], works=health.works, sentence=device_advice(health.code)
                )
                for name, health in kiosk.devices.healths().items()
            ],
            may_back=step is not None and leads_back(step) and helping.may(HelpAct.BACK),
            may_ticket=step in REFERABLE and helping.may(HelpAct.TICKET),
            may_end=step is not None and helping.may(HelpAct.END_VISIT),
            is_closed=terminal_state.closed_message(kiosk) is not None,
            reasons=[(reason.value, wording.officer_sentence(reason)) for reason in HELP_REASONS],
            closing=CLOSING,
        )
        return render_screen("help/desk.html", view=view, for_officer=True)


def _bar(badge_problem: object = "") -> Response:
    """The call alone: the button, or what has become of it."""
    return Response(
        render_template(
            "partials/help_call.html",
            call_state=help_call.state(the_kiosk()),
            badge_problem=badge_problem,
        )
    )
