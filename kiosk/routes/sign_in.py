"""Signing in and out of the panel: the password, then a one-time code."""

from __future__ import annotations

from http import HTTPStatus

from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response

from kiosk import auth, officer_session
from kiosk.domain.sign_in import Ended, Proof
from kiosk.routes import panel
from kiosk.routes.panel import the_kiosk
from kiosk.services import officer as officers
from kiosk.services import session as sessions
from kiosk.services import sign_in
from kiosk.services.sign_in import SignInRefusal

bp = panel.blueprint("sign_in", __name__)

STATUS = {
    sign_in.Refused.UNKNOWN_OR_WRONG: HTTPStatus.UNPROCESSABLE_ENTITY,
    sign_in.Refused.LOCKED: HTTPStatus.TOO_MANY_REQUESTS,
    sign_in.Refused.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
}

_NEXT = "next"
"""Where the sign-in was meant to lead, in the signed cookie until it does."""


@bp.get("")
def home() -> Response:
    """Where a sign-in leads: to the first page of the menu that is open to this officer."""
    return redirect(url_for(panel.menu_of(panel.officer().role)[0].endpoint), HTTPStatus.SEE_OTHER)


@bp.get("/masuk")
def ask() -> Response:
    """The sign-in page; before the first officer it says how to make him."""
    return _password_page(HTTPStatus.OK)


@bp.post("/masuk")
def check_password() -> Response:
    """Check the password; 422 for wrong, 429 while locked, 503 while too many are being checked."""
    outcome = sign_in.check_password(
        the_kiosk(), request.form.get("username", ""), request.form.get("password", "")
    )
    if isinstance(outcome, SignInRefusal):
        return _password_page(STATUS[outcome.reason], outcome)
    officer_session.begin(the_kiosk(), outcome, Proof.PASSWORD)
    session[_NEXT] = auth.safe_next(request.form.get("next"))
    return redirect(auth.way_on(sessions.asked_of(outcome, Proof.PASSWORD)), HTTPStatus.SEE_OTHER)


@bp.get("/masuk/kode")
def ask_code() -> Response:
    """The page for the one-time code."""
    return _code_page(HTTPStatus.OK)


@bp.post("/masuk/kode")
def check_code() -> Response:
    """Check a one-time or recovery code; the same answers as for a password."""
    outcome = sign_in.check_code(the_kiosk(), panel.officer().id, request.form.get("code", ""))
    if isinstance(outcome, SignInRefusal):
        return _code_page(STATUS[outcome.reason], outcome)
    wanted = auth.safe_next(session.get(_NEXT))
    officer_session.begin(the_kiosk(), outcome, Proof.BOTH)
    asked = sessions.asked_of(outcome, Proof.BOTH)
    return redirect(wanted if asked is None else auth.way_on(asked), HTTPStatus.SEE_OTHER)


@bp.post("/keluar")
def sign_out() -> Response:
    """End the officer's sign-in, also one on its way in."""
    sessions.sign_out(the_kiosk(), officer_session.signed_in())
    officer_session.forget()
    return redirect(url_for(auth.SIGN_IN), HTTPStatus.SEE_OTHER)


@bp.get("/masih")
def still() -> Response:
    """204 while the sign-in holds, else the guard's way to the sign-in page: so no photo outstays it."""
    return panel.nothing()


def _password_page(status: HTTPStatus, refusal: SignInRefusal | None = None) -> Response:
    ended = request.args.get("ended") if request.method == "GET" else None
    return panel.render(
        "officer/sign_in.html",
        status,
        refusal=refusal,
        username=request.form.get("username", "")[:40],
        next=auth.safe_next(request.values.get("next")),
        ended=ended if ended in Ended.__members__.values() else None,
        nobody_yet=not officers.is_anybody_there(the_kiosk()),
    )


def _code_page(status: HTTPStatus, refusal: SignInRefusal | None = None) -> Response:
    return panel.render("officer/code.html", status, refusal=refusal)
