"""The way in for the first time: the first supervisor's link, then password, one-time codes, PIN."""

from __future__ import annotations

from http import HTTPStatus

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk import auth, officer_session
from kiosk.domain.nik import NikProblem
from kiosk.domain.password import PasswordFault
from kiosk.domain.pin import PinFault
from kiosk.domain.sign_in import Proof
from kiosk.routes import access, panel, qr
from kiosk.routes.panel import the_kiosk
from kiosk.services import account, set_up, totp
from kiosk.services import session as sessions
from kiosk.services.officer import AddRefusal
from kiosk.services.set_up import LinkDead

bp = panel.blueprint("set_up", __name__)


@bp.get("/mulai/<token>")
def first(token: str) -> Response:
    """The form for the first supervisor; 404 once the link is used, old, or somebody works here."""
    if not set_up.is_open(the_kiosk(), token):
        raise NotFound
    return _first_page(token, HTTPStatus.OK)


@bp.post("/mulai/<token>")
def make_first(token: str) -> Response:
    """Make the first supervisor, and sign him in as far as his password goes."""
    form = request.form
    made = set_up.make_first(
        the_kiosk(),
        token,
        form.get("username", ""),
        form.get("name", ""),
        form.get("password", ""),
        form.get("again", ""),
    )
    match made:
        case LinkDead():
            raise NotFound
        case AddRefusal() | PasswordFault():
            return _first_page(token, HTTPStatus.UNPROCESSABLE_ENTITY, made)
    officer_session.begin(the_kiosk(), made, Proof.PASSWORD)
    return redirect(auth.way_on(sessions.asked_of(made, Proof.PASSWORD)), HTTPStatus.SEE_OTHER)


@bp.get("/siapkan/sandi")
def ask_password() -> Response:
    """The page for a password of one's own, in place of the temporary one."""
    return _step_page("officer/setup_password.html", HTTPStatus.OK)


@bp.post("/siapkan/sandi")
def choose_password() -> Response:
    """Keep the new password and go on with a new sign-in: the old password's are over."""
    signed_in = officer_session.signed_in()
    fault = account.choose_password(
        the_kiosk(), signed_in.officer, request.form.get("password", ""), request.form.get("again", "")
    )
    if fault is not None:
        return _step_page("officer/setup_password.html", HTTPStatus.UNPROCESSABLE_ENTITY, fault)
    officer_session.begin(the_kiosk(), signed_in.officer, signed_in.row.proof)
    return _on()


@bp.get("/siapkan/kode")
def ask_codes() -> Response:
    """The QR for the officer's app, and the same as text."""
    return _codes_page(HTTPStatus.OK)


@bp.post("/siapkan/kode")
def confirm_codes() -> Response:
    """Confirm the app by its code; the answer shows the recovery codes, this once."""
    codes = account.confirm_codes(the_kiosk(), panel.officer(), request.form.get("code", ""))
    if codes is None:
        return _codes_page(HTTPStatus.UNPROCESSABLE_ENTITY, is_wrong=True)
    officer_session.begin(the_kiosk(), panel.officer(), Proof.BOTH)
    return panel.render("officer/recovery_codes.html", codes=codes, on_the_way_in=True)


@bp.get("/siapkan/pin")
def ask_pin() -> Response:
    """The page for the PIN and, if he likes, the officer's own NIK."""
    return _step_page("officer/setup_pin.html", HTTPStatus.OK)


@bp.post("/siapkan/pin")
def choose_pin() -> Response:
    """Keep the first PIN; with it the set-up is done."""
    form = request.form
    problem = account.choose_pin(
        the_kiosk(), panel.officer(), form.get("new_pin", ""), form.get("again", ""), form.get("nik", "")
    )
    if problem is not None:
        return _step_page("officer/setup_pin.html", HTTPStatus.UNPROCESSABLE_ENTITY, problem)
    return _on()


def _on() -> Response:
    """To whatever is still asked: the guard of the panel's first page knows."""
    return redirect(url_for(auth.HOME), HTTPStatus.SEE_OTHER)


def _first_page(
    token: str, status: HTTPStatus, problem: AddRefusal | PasswordFault | None = None
) -> Response:
    return panel.render(
        "officer/setup_first.html",
        status,
        token=token,
        error=access.errors(problem),
        username=request.form.get("username", "")[:40],
        name=request.form.get("name", "")[:80],
    )


def _step_page(
    template: str, status: HTTPStatus, problem: PasswordFault | PinFault | NikProblem | None = None
) -> Response:
    return panel.render(template, status, officer=panel.officer(), error=access.errors(problem))


def _codes_page(status: HTTPStatus, *, is_wrong: bool = False) -> Response:
    secret = account.secret_to_show(the_kiosk(), panel.officer())
    if secret is None:
        return _on()
    address = totp.address(secret, panel.officer().username)
    return panel.render(
        "officer/setup_codes.html",
        status,
        picture=qr.svg(address, _("Kode QR untuk aplikasi autentikator")),
        key=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        is_wrong=is_wrong,
    )
