"""Signing in and out of the panel."""

from __future__ import annotations

from http import HTTPStatus

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kiosk import auth
from kiosk.routes import panel
from kiosk.routes.panel import the_kiosk
from kiosk.services import officer as officers
from kiosk.services.officer import SignInRefusal

bp = panel.blueprint("sign_in", __name__)


@bp.get("")
def home() -> Response:
    """Where a sign-in leads: to the first page of the menu that is open to this officer."""
    return redirect(url_for(panel.menu_of(panel.officer().role)[0].endpoint), HTTPStatus.SEE_OTHER)


@bp.get("/masuk")
def ask() -> Response:
    """The sign-in page; before the first officer it says how to make him."""
    return _sign_in_page(HTTPStatus.OK)


@bp.post("/masuk")
def check_password() -> Response:
    """Check the password; 422 for wrong, 429 while locked, 503 while too many are being checked."""
    outcome = officers.sign_in(
        the_kiosk(), request.form.get("username", ""), request.form.get("password", "")
    )
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
    officers.sign_out(the_kiosk(), panel.officer())
    auth.sign_out()
    return redirect(url_for(auth.SIGN_IN), HTTPStatus.SEE_OTHER)


@bp.get("/masih")
def still() -> Response:
    """204 while the sign-in holds, else the guard's way to the sign-in page: so no photo outstays it."""
    return panel.nothing()


def _sign_in_page(status: HTTPStatus, refusal: SignInRefusal | None = None) -> Response:
    kiosk = the_kiosk()
    until = None if refusal is None else refusal.until
    return panel.render(
        "officer/sign_in.html",
        status,
        refusal=refusal,
        until="" if until is None else f"{until.astimezone(kiosk.settings.zone):%H.%M.%S}",
        username=request.form.get("username", "")[:40],
        next=auth.safe_next(request.values.get("next")),
        has_ended=request.method == "GET" and "ended" in request.args,
        nobody_yet=not officers.is_anybody_there(kiosk),
    )
