"""Who works here: officers made, changed and removed by a supervisor, each time with his PIN."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import redirect, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest, Forbidden, NotFound
from werkzeug.wrappers import Response

from kiosk.domain.roles import Role
from kiosk.models.officer import Officer
from kiosk.routes import access, panel
from kiosk.routes.panel import the_kiosk
from kiosk.services import people
from kiosk.services.kiosk import Kiosk
from kiosk.services.officer import AddRefusal
from kiosk.services.people import NotChanged, Temporary
from kiosk.services.pin import PinRefusal
from kiosk.wording import access as words

bp = panel.blueprint("people", __name__, "/orang")

Change = Callable[[Kiosk, Officer, str, int], NotChanged | PinRefusal | None]

DONE: dict[str, LazyString] = {
    "role": _l("Peran diubah. Sesinya diakhiri, jadi ia perlu masuk lagi."),
    "codes": _l("Kode sekali pakai diatur ulang. Ia memasangnya lagi saat masuk."),
    "nik": _l("Catatan NIK dihapus. Ia dapat mengisinya lagi di akunnya."),
    "removed": _l("Petugas dikeluarkan: sesi diakhiri, lencana dicabut, kode sekali pakai dihapus."),
}

_STATUS: dict[NotChanged, HTTPStatus] = {
    NotChanged.HIMSELF: HTTPStatus.CONFLICT,
    NotChanged.LAST_SUPERVISOR: HTTPStatus.CONFLICT,
    NotChanged.NO_LONGER_SUPERVISOR: HTTPStatus.FORBIDDEN,
    NotChanged.UNKNOWN: HTTPStatus.NOT_FOUND,
}


@bp.get("")
def overview() -> Response:
    """Everybody, with role and state."""
    kiosk = the_kiosk()
    return panel.render(
        "officer/people.html",
        everybody=people.everybody(kiosk),
        roles=words.ROLE,
        done=DONE.get(request.args.get("done", "")),
    )


@bp.get("/baru")
def ask_new() -> Response:
    """The form for somebody new."""
    return _new_page(HTTPStatus.OK)


@bp.post("/baru")
def add() -> Response:
    """Make somebody; the answer shows his temporary password, this once."""
    form = request.form
    made = people.add(
        the_kiosk(),
        panel.officer(),
        form.get("pin", ""),
        form.get("username", ""),
        form.get("name", ""),
        _role(),
    )
    match made:
        case Temporary():
            return _password_page(made)
        case PinRefusal():
            return _new_page(access.STATUS[made.reason], pin_problem=made)
        case NotChanged():
            raise Forbidden
        case AddRefusal():
            return _new_page(HTTPStatus.UNPROCESSABLE_ENTITY, error=access.errors(made))


@bp.get("/<int:officer_id>")
def person(officer_id: int) -> Response:
    """One of them, and what can be done about him."""
    return _person_page(officer_id, HTTPStatus.OK)


@bp.post("/<int:officer_id>/peran")
def change_role(officer_id: int) -> Response:
    """Give him another role."""
    role = _role()

    def change(kiosk: Kiosk, by: Officer, pin: str, whom: int) -> NotChanged | PinRefusal | None:
        return people.change_role(kiosk, by, pin, whom, role)

    return _changed(officer_id, "role", change)


@bp.post("/<int:officer_id>/kode")
def reset_codes(officer_id: int) -> Response:
    """Take away his one-time codes, because his phone is lost."""
    return _changed(officer_id, "codes", people.reset_codes)


@bp.post("/<int:officer_id>/nik")
def forget_nik(officer_id: int) -> Response:
    """Drop the hash of his own NIK, because he has mistyped it."""
    return _changed(officer_id, "nik", people.forget_nik)


@bp.post("/<int:officer_id>/sandi")
def reset_password(officer_id: int) -> Response:
    """Give him a temporary password; the answer shows it, this once."""
    outcome = people.reset_password(the_kiosk(), panel.officer(), request.form.get("pin", ""), officer_id)
    if isinstance(outcome, Temporary):
        return _password_page(outcome)
    return _refused(officer_id, "password", outcome)


@bp.post("/<int:officer_id>/keluarkan")
def remove(officer_id: int) -> Response:
    """Remove him: he is out with his next request."""
    return _changed(officer_id, "removed", people.remove)


def _role() -> Role:
    """The role of the form; what is no role was not sent by our page."""
    chosen = request.form.get("role", "")
    if chosen not in Role.__members__.values():
        raise BadRequest
    return Role(chosen)


def _changed(officer_id: int, what: str, change: Change) -> Response:
    refusal = change(the_kiosk(), panel.officer(), request.form.get("pin", ""), officer_id)
    if refusal is not None:
        return _refused(officer_id, what, refusal)
    return redirect(url_for(".overview", done=what), HTTPStatus.SEE_OTHER)


def _refused(officer_id: int, what: str, refusal: NotChanged | PinRefusal) -> Response:
    match refusal:
        case PinRefusal():
            return _person_page(officer_id, access.STATUS[refusal.reason], at=what, pin_problem=refusal)
        case NotChanged():
            return _person_page(officer_id, _STATUS[refusal], at=what, refused=refusal)


def _new_page(
    status: HTTPStatus,
    *,
    error: dict[str, LazyString] | None = None,
    pin_problem: PinRefusal | None = None,
) -> Response:
    return panel.render(
        "officer/people_new.html",
        status,
        roles=words.ROLE,
        does=words.ROLE_DOES,
        error=error or {},
        pin_problem=pin_problem,
        username=request.form.get("username", "")[:40],
        name=request.form.get("name", "")[:80],
        chosen=request.form.get("role", Role.OFFICER.value),
    )


def _password_page(made: Temporary) -> Response:
    return panel.render(
        "officer/people_password.html",
        officer=made.officer,
        password=made.password,
        address=url_for("sign_in.ask", _external=True),
    )


def _person_page(
    officer_id: int,
    status: HTTPStatus,
    *,
    at: str = "",
    pin_problem: PinRefusal | None = None,
    refused: NotChanged | None = None,
) -> Response:
    kiosk = the_kiosk()
    person = people.find(kiosk, officer_id)
    if person is None:
        raise NotFound
    return panel.render(
        "officer/person.html",
        status,
        person=person,
        officer=person.officer,
        is_himself=person.officer.id == panel.officer().id,
        roles=words.ROLE,
        does=words.ROLE_DOES,
        at=at,
        pin_problem=pin_problem,
        refused=refused,
    )
