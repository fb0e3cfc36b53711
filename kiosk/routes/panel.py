"""What every page of the officers' panel shares: its frame, its menu, who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, current_app, make_response, render_template
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from kiosk import auth, officer_session
from kiosk.domain.roles import May, Role, may
from kiosk.models.officer import Officer
from kiosk.services.kiosk import Kiosk


@dataclass(frozen=True)
class Page:
    """One entry of the menu: where it leads, what it is called, and who may follow it."""

    endpoint: str
    name: LazyString
    icon: str
    needs: May

    @property
    def blueprint(self) -> str:
        """The part of the panel; the menu marks it while one of its pages is open."""
        return self.endpoint.partition(".")[0]


MENU: tuple[Page, ...] = (
    Page("board.overview", _l("Papan"), "layout-dashboard", May.BOARD),
    Page("review.cases", _l("Kasus"), "scan-face", May.REVIEW),
    Page("queue.overview", _l("Antrean"), "list-ordered", May.QUEUE),
    Page("counter.overview", _l("Loket"), "hand-helping", May.COUNTER),
    Page("technician.overview", _l("Perangkat"), "monitor", May.DEVICES),
    Page("numbers.overview", _l("Angka"), "chart-column", May.NUMBERS),
    Page("audit.overview", _l("Audit"), "scroll-text", May.AUDIT),
    Page("people.overview", _l("Petugas"), "users-round", May.PEOPLE),
)
"""In the order of a working day; the first that somebody may open is where his sign-in leads."""


def menu_of(role: Role) -> list[Page]:
    """The entries that somebody in `role` sees."""
    return [page for page in MENU if may(role, page.needs)]


def the_kiosk() -> Kiosk:
    """What every verb takes first."""
    kiosk: Kiosk = current_app.extensions["kiosk"]
    return kiosk


def officer() -> Officer:
    """Who asks; the guard has let him in."""
    return officer_session.officer()


def render(template: str, status: HTTPStatus = HTTPStatus.OK, **values: object) -> Response:
    """Render a page or a part of one (for a poll), in Indonesian, which is the office's language."""
    signed_in = officer_session.of_request()
    me = None if signed_in is None or signed_in.asked is not None else signed_in.officer
    menu = [] if me is None else menu_of(me.role)
    page = render_template(template, language="id", settings=the_kiosk().settings, me=me, menu=menu, **values)
    return make_response(page, status)


def nothing() -> Response:
    """Tell a poll that nothing has changed."""
    return Response(status=HTTPStatus.NO_CONTENT)


def blueprint(name: str, module: str, path: str = "") -> Blueprint:
    """A part of the panel below /petugas, with its pages for errors, which leaves no trace in the browser."""
    bp = Blueprint(name, module, url_prefix=f"{auth.OFFICER_PATH}{path}")
    for status in (
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ):
        bp.register_error_handler(status, _problem)
    bp.after_request(_leaves_no_trace)
    return bp


def _problem(error: HTTPException) -> Response:
    """What went wrong: a stale form, a page for others, something that does not exist, too much in a form."""
    status = HTTPStatus(error.code or HTTPStatus.BAD_REQUEST)
    return render("officer/problem.html", status, code=status.value)


def _leaves_no_trace(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
