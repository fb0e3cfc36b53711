"""What a resident enters on his own phone while he waits: the page behind the poster's QR.

It works without a script, asks no register and shows nothing back but to whoever has just typed it. The code
that it gives is an address of its own, with nothing personal in it.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import LazyString, force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from kiosk import wording
from kiosk.domain.contact import EMAIL_MAX, grouped_phone, suggestion, tidy_email, tidy_phone
from kiosk.domain.nik import grouped
from kiosk.domain.preregistration import Full, State
from kiosk.domain.retention import PREREGISTERED
from kiosk.routes import qr
from kiosk.routes.phone import LARGEST_FORM, leaves_no_trace
from kiosk.services import preregistration as registrations
from kiosk.services.kiosk import Kiosk
from kiosk.services.preregistration import Entered, Slips
from kiosk.wording import LANGUAGES
from kiosk.wording.preregistration import FULL, GONE, TROUBLE

bp = Blueprint("preregistration", __name__, url_prefix=registrations.PATH)
bp.after_request(leaves_no_trace)
log = logging.getLogger(__name__)

COOKIE = "daftar"
"""Holds the code that this browser got last: so it finds it again, and replaces it with the same NIK."""

STATUS: dict[State, HTTPStatus] = {
    State.OPEN: HTTPStatus.OK,
    State.USED: HTTPStatus.GONE,
    State.EXPIRED: HTTPStatus.GONE,
    State.UNKNOWN: HTTPStatus.NOT_FOUND,
}


@bp.record_once
def _needs_no_token(state: BlueprintSetupState) -> None:
    # The token would need a session, and under `no-referrer` the check of the Referer fails for everybody:
    # `_from_elsewhere` does that work.
    state.app.extensions["csrf"].exempt(bp)


@bp.before_request
def _from_elsewhere() -> Response | None:
    """Refuse a form that another site has sent: it could put its own code on this phone, with the resident's
    NIK and a stranger's e-mail in it, and the next visit here would offer that code as «yours».

    `Origin` is `null` under `no-referrer`; `Sec-Fetch-Site` is not (W3C Fetch Metadata). A browser of before
    2023, or an address without TLS, sends none: then the owner's eye on the read-back remains.
    """
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin":
        return None
    return _form(Entered("", "", ""), status=HTTPStatus.FORBIDDEN)


@bp.get("")
def ask() -> Response:
    """The form; a browser that has a code already is told so."""
    return _form(Entered("", "", ""))


@bp.post("")
def enter() -> Response:
    """Judge the form, let it be read back, and give a code for it: three answers of one form.

    `langkah` is empty for the form itself, `ubah` to correct it, `simpan` once it was read back.
    """
    request.max_content_length = LARGEST_FORM
    try:
        form = request.form
    except RequestEntityTooLarge:
        return _gone(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TROUBLE)
    entered = Entered(
        form.get("nik", "")[:60], form.get("email", "")[: EMAIL_MAX + 1], form.get("phone", "")[:40]
    )
    if form.get("langkah") == "ubah":
        return _form(entered)
    slips = registrations.slips(entered)
    if slips:
        return _form(entered, slips, HTTPStatus.UNPROCESSABLE_ENTITY)
    if form.get("langkah") != "simpan":
        return _page(
            "phone/before_check.html",
            entered=entered,
            nik=grouped(entered.nik),
            email=tidy_email(entered.email),
            phone=grouped_phone(tidy_phone(entered.phone) or ""),
            meant=suggestion(entered.email),
        )
    return _give(entered)


@bp.get("/<code>")
def show(code: str) -> Response:
    """The code for the kiosk's scanner, or why there is none any more."""
    standing = registrations.look(_kiosk(), code)
    if standing.state is not State.OPEN or standing.until is None:
        return _gone(STATUS[standing.state], GONE[standing.state])
    language = _language(standing.language)
    with force_locale(language):
        picture = qr.svg(code, _("Kode untuk pemindai anjungan"))
    until = standing.until.astimezone(_kiosk().settings.zone)
    return _page(
        "phone/before_code.html",
        language=language,
        code=code,
        picture=picture,
        minutes=standing.minutes_left,
        until=f"{until:%H.%M}",
    )


@bp.post("/<code>/hapus")
def erase(code: str) -> Response:
    """Its owner does not want it any more."""
    registrations.erase(_kiosk(), code)
    answer = make_response(redirect(url_for(".show", code=code), HTTPStatus.SEE_OTHER))
    answer.delete_cookie(COOKIE, path=registrations.PATH)
    return answer


def _give(entered: Entered) -> Response:
    kiosk, language = _kiosk(), _language()
    given = registrations.register(
        kiosk, entered, language, request.remote_addr or "", request.cookies.get(COOKIE, "")
    )
    if isinstance(given, Full):
        return _gone(HTTPStatus.TOO_MANY_REQUESTS, FULL)
    answer = make_response(redirect(url_for(".show", code=given), HTTPStatus.SEE_OTHER))
    answer.set_cookie(
        COOKIE,
        given,
        max_age=PREREGISTERED,
        path=registrations.PATH,
        httponly=True,
        secure=not kiosk.settings.is_demo,
        samesite="Strict",
    )
    return answer


def _kiosk() -> Kiosk:
    kiosk: Kiosk = current_app.extensions["kiosk"]
    return kiosk


def _language(kept: str | None = None) -> str:
    """What the page speaks: what was touched, else what the code was made in, else what the phone prefers."""
    for chosen in (request.args.get("bahasa"), request.form.get("bahasa"), kept):
        if chosen in LANGUAGES:
            return chosen
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def _form(entered: Entered, slips: Slips | None = None, status: HTTPStatus = HTTPStatus.OK) -> Response:
    held = request.cookies.get(COOKIE, "")
    is_held = bool(held) and registrations.look(_kiosk(), held).state is State.OPEN
    return _page(
        "phone/before.html",
        status,
        entered=entered,
        nik_slips=[] if slips is None else [wording.NIK[problem] for problem in slips.nik],
        email_slip=wording.CONTACT[slips.email] if slips and slips.email else None,
        phone_slip=wording.CONTACT[slips.phone] if slips and slips.phone else None,
        held=held if is_held else None,
        hours=PREREGISTERED // timedelta(hours=1),
    )


def _gone(status: HTTPStatus, words: tuple[LazyString, LazyString]) -> Response:
    return _page("phone/before_gone.html", status, sentence=words[0], next_step=words[1])


def _page(
    template: str, status: HTTPStatus = HTTPStatus.OK, *, language: str = "", **context: object
) -> Response:
    language = language or _language()
    with force_locale(language):
        body = render_template(template, settings=_kiosk().settings, language=language, **context)
    return make_response(body, status)


@bp.errorhandler(Exception)
def _trouble(error: Exception) -> Response | HTTPException:
    """Say on the phone's own page that something failed: the kiosk's apology would speak of its screen."""
    if isinstance(error, HTTPException):
        return error
    log.error("%s on the registration page", type(error).__name__)  # its text may quote what was typed
    return _gone(HTTPStatus.SERVICE_UNAVAILABLE, TROUBLE)
