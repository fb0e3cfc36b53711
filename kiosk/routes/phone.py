"""The page on the resident's phone: reached by the QR at the kiosk, completes the activation.

The signed code in the address is one key and the e-mailed digits are the other; the page needs no cookie and
no script, and shows nothing personal but the masked address. It is the only page meant for the open network.
"""

from __future__ import annotations

import logging

from flask import Blueprint, Response, current_app, make_response, render_template, request
from flask.blueprints import BlueprintSetupState
from flask_babel import force_locale
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from kiosk.domain.activation import RedeemRefusal
from kiosk.services import phone, redemption
from kiosk.services.kiosk import Kiosk
from kiosk.services.phone import PhoneView
from kiosk.wording import LANGUAGES, REDEEM, REDEEM_NEXT

bp = Blueprint("phone", __name__)
log = logging.getLogger(__name__)

LARGEST_FORM = 2048
"""Bytes; the form holds six digits, and this listener faces strangers."""

REFRESHES: frozenset[RedeemRefusal] = frozenset({RedeemRefusal.IN_PROGRESS, RedeemRefusal.TRY_LATER})
"""States that pass by themselves: the page asks again in three seconds, by GET: nothing is sent twice."""

STATUS: dict[RedeemRefusal, int] = {
    RedeemRefusal.UNKNOWN: 404,
    RedeemRefusal.EXPIRED: 410,
    RedeemRefusal.USED: 410,
    RedeemRefusal.REPLACED: 410,
    RedeemRefusal.TRIES_USED_UP: 410,
    RedeemRefusal.IN_PROGRESS: 409,
    RedeemRefusal.TRY_LATER: 503,
    RedeemRefusal.WRONG_CODE: 422,
}


@bp.record_once
def _needs_no_cookie(state: BlueprintSetupState) -> None:
    # The typed digits are what no other site can know, so they do the work of a CSRF token; a token would
    # need a cookie, and under `no-referrer` its check of the Referer fails.
    state.app.extensions["csrf"].exempt(bp)


@bp.get("/a/<code>")
def show(code: str) -> Response:
    """Show the field for the e-mailed code, or the one sentence that says why there is none."""
    view = phone.look(_kiosk(), code)
    return _page(view, code, view.refusal)


@bp.post("/a/<code>")
def redeem(code: str) -> Response:
    """Complete the activation with the field `kode`; a typing slip is told apart and costs no try."""
    kiosk = _kiosk()
    view = phone.look(kiosk, code)
    typed = _typed()
    digits = phone.tidy_code(typed)
    if view.refusal is not None:
        return _page(view, code, view.refusal)
    if digits is None:
        return _page(view, code, RedeemRefusal.WRONG_CODE, slip=True)
    refusal = redemption.redeem(kiosk, code, digits)
    if refusal is None:
        return _answer("phone/done.html", view, code, 200)
    return _page(phone.look(kiosk, code), code, refusal)


def _kiosk() -> Kiosk:
    kiosk: Kiosk = current_app.extensions["kiosk"]
    return kiosk


def _typed() -> str:
    request.max_content_length = LARGEST_FORM
    try:
        return request.form.get("kode", "")
    except RequestEntityTooLarge:
        return ""


def _page(view: PhoneView, code: str, refusal: RedeemRefusal | None, *, slip: bool = False) -> Response:
    """Render the field (with what was wrong beside it) while a code can be typed, else the refusal."""
    if refusal is None or refusal is RedeemRefusal.WRONG_CODE:
        status = 200 if refusal is None else STATUS[refusal]
        return _answer("phone/code.html", view, code, status, wrong=refusal is not None, slip=slip)
    return _answer(
        "phone/refused.html",
        view,
        code,
        STATUS[refusal],
        sentence=REDEEM[refusal],
        next_step=REDEEM_NEXT[refusal],
        refreshes=refusal in REFRESHES,
    )


def _answer(template: str, view: PhoneView, code: str, status: int, **context: object) -> Response:
    language = view.language or request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    with force_locale(language):
        body = render_template(
            template,
            settings=_kiosk().settings,
            language=language,
            view=view,
            code=code,
            until=f"{view.until:%H.%M %Z}" if view.until else "",
            **context,
        )
    response = make_response(body, status)
    if status == 503:
        response.headers["Retry-After"] = "3"
    return response


@bp.errorhandler(Exception)
def _trouble(error: Exception) -> Response | HTTPException:
    """Say on the phone's own page that something failed: the kiosk's apology would speak of its screen."""
    if isinstance(error, HTTPException):
        return error
    log.error("%s on the phone page", type(error).__name__)  # the text of an error may quote values
    return _answer(
        "phone/refused.html",
        PhoneView(None),
        (request.view_args or {}).get("code", ""),
        503,
        sentence=_("Maaf, ada gangguan sebentar"),
        next_step=_("Kode Anda tidak hilang. Tunggu sebentar, lalu coba lagi."),
        again=True,
    )


@bp.after_request
def leaves_no_trace(response: Response) -> Response:
    """Nothing of a page on a phone stays in a cache, with another site or in a search engine."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
