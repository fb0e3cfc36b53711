"""An officer's own things: password, PIN, recovery codes, badge, and where he has signed in."""

from __future__ import annotations

from http import HTTPStatus

from flask import redirect, request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk import officer_session
from kiosk.domain.sign_in import Proof
from kiosk.hardware.printer import Printed
from kiosk.papers.badge import badge as slip
from kiosk.routes import access, panel, qr
from kiosk.routes.panel import the_kiosk
from kiosk.routes.sign_in import STATUS
from kiosk.services import account, badge, printing, recovery
from kiosk.services import session as sessions
from kiosk.services.pin import PinRefusal
from kiosk.services.sign_in import SignInRefusal
from kiosk.wording import access as words

bp = panel.blueprint("account", __name__, "/akun")

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


@bp.get("")
def overview() -> Response:
    """Everything at one look."""
    return _page(HTTPStatus.OK, done=request.args.get("done"))


@bp.post("/sandi")
def change_password() -> Response:
    """Choose another password; every other sign-in ends, this browser goes on with a new one."""
    form, kiosk = request.form, the_kiosk()
    problem = account.change_password(
        kiosk, panel.officer(), form.get("present", ""), form.get("password", ""), form.get("again", "")
    )
    match problem:
        case None:
            officer_session.begin(kiosk, panel.officer(), Proof.BOTH)
            return _done("password")
        case SignInRefusal():
            return _page(STATUS[problem.reason], at="password", refusal=problem)
        case _:
            return _page(UNPROCESSABLE, at="password", error=access.errors(problem))


@bp.post("/pin")
def change_pin() -> Response:
    """Choose another PIN, having shown the password."""
    form = request.form
    problem = account.change_pin(
        the_kiosk(), panel.officer(), form.get("present", ""), form.get("new_pin", ""), form.get("again", "")
    )
    match problem:
        case None:
            return _done("pin")
        case SignInRefusal():
            return _page(STATUS[problem.reason], at="pin", refusal=problem)
        case _:
            return _page(UNPROCESSABLE, at="pin", error=access.errors(problem))


@bp.post("/nik")
def give_nik() -> Response:
    """Keep the hash of the officer's own NIK."""
    problem = account.give_nik(the_kiosk(), panel.officer(), request.form.get("nik", ""))
    if problem is not None:
        return _page(UNPROCESSABLE, at="nik", error=access.errors(problem))
    return _done("nik")


@bp.post("/kode-cadangan")
def new_recovery_codes() -> Response:
    """Replace the recovery codes; the answer shows them, this once."""
    codes = account.new_recovery_codes(the_kiosk(), panel.officer(), request.form.get("pin", ""))
    if isinstance(codes, PinRefusal):
        return _page(access.STATUS[codes.reason], at="recovery", pin_problem=codes)
    return panel.render("officer/recovery_codes.html", codes=codes, on_the_way_in=False)


@bp.post("/lencana")
def make_badge() -> Response:
    """Make a badge, print it on the kiosk's printer, and show it this once; an earlier one is void."""
    kiosk, me = the_kiosk(), panel.officer()
    code = account.make_badge(kiosk, me, request.form.get("pin", ""))
    if isinstance(code, PinRefusal):
        return _page(access.STATUS[code.reason], at="badge", pin_problem=code)
    settings = kiosk.settings
    paper = slip(
        name=me.display_name,
        code=code,
        at=kiosk.clock.now().astimezone(settings.zone),
        letterhead=settings.letterhead,
    )
    printed = printing.print_sheet(kiosk, me, paper, "badge")
    return panel.render(
        "officer/badge.html",
        picture=qr.svg(code, _("Kode QR lencana Anda")),
        is_printed=isinstance(printed, Printed),
    )


@bp.post("/lencana/cabut")
def revoke_badge() -> Response:
    """Revoke one's own badge; no PIN, because whoever has lost it is in a hurry."""
    badge.revoke(the_kiosk(), panel.officer(), panel.officer())
    return _done("revoked")


@bp.post("/keluar-lain")
def sign_out_elsewhere() -> Response:
    """End every other sign-in of this officer."""
    signed_in = officer_session.signed_in()
    account.sign_out_elsewhere(the_kiosk(), signed_in.officer, signed_in.row.token_mac)
    return _done("elsewhere")


def _done(what: str) -> Response:
    return redirect(url_for(".overview", done=what), HTTPStatus.SEE_OTHER)


def _page(
    status: HTTPStatus,
    *,
    at: str = "",
    done: str | None = None,
    error: dict[str, LazyString] | None = None,
    refusal: SignInRefusal | None = None,
    pin_problem: PinRefusal | None = None,
) -> Response:
    """The page; `at` names the form that the problem belongs to."""
    kiosk, signed_in = the_kiosk(), officer_session.signed_in()
    me = signed_in.officer
    return panel.render(
        "officer/account.html",
        status,
        officer=me,
        role=words.ROLE[me.role],
        at=at,
        done=done,
        error=error or {},
        refusal=refusal,
        pin_problem=pin_problem,
        codes_left=recovery.left(kiosk, me),
        badge=badge.of(kiosk, me),
        sign_ins=sessions.open_of(kiosk, me),
        this_one=signed_in.row.token_mac,
    )
