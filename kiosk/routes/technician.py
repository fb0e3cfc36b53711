"""Devices and terminals: paper, test print, camera view, out of service.

Whatever moves a device can be done only by the process that holds its cable: for other terminals the page
says where to go.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk.domain.terminal_state import MESSAGE_MAX
from kiosk.routes import health, panel
from kiosk.routes.panel import the_kiosk
from kiosk.routes.technician_lines import Condition, ScanTest, condition_of, scan_test_of
from kiosk.services import scan_test, technician, terminal_state
from kiosk.services.technician import NotDone, Sight
from kiosk.services.terminal_state import TerminalSeen
from kiosk.wording.terminal import CLOSING, NOT_DONE, printed

bp = panel.blueprint("technician", __name__, "/perangkat")


@dataclass(frozen=True)
class Refused:
    """What could not be done, at which terminal, and the message that was typed."""

    name: str
    problem: NotDone
    typed: str = ""


@bp.get("")
def overview() -> Response:
    """Every terminal with its devices and what can be done about them."""
    return _page(HTTPStatus.OK)


@bp.get("/healthz")
def healthz() -> Response:
    """What monitoring sees with its token, as JSON."""
    return health.answer(the_kiosk(), with_details=True)


@bp.get("/metrics")
def metrics() -> Response:
    """What Prometheus sees with its token."""
    return health.exposition(the_kiosk())


@bp.get("/<name>/isi")
def content(name: str) -> Response:
    """How one terminal is, for its poll: 204 while it reads the same."""
    condition = _condition(_terminal(name))
    if request.args.get("seen") == condition.digest:
        return panel.nothing()
    return panel.render("officer/technician_condition.html", condition=condition)


@bp.post("/<name>/kertas")
def paper(name: str) -> Response:
    """A new roll lies in the printer."""
    return _back(name, technician.paper_changed(the_kiosk(), panel.officer(), name))


@bp.post("/<name>/cetak")
def test_print(name: str) -> Response:
    """Print the test page and say what became of it."""
    _own(name)
    outcome = technician.test_print(the_kiosk(), panel.officer())
    return _page(HTTPStatus.OK, outcome=printed(outcome))


@bp.post("/<name>/tutup")
def close(name: str) -> Response:
    """Take a terminal out of service with a message."""
    typed = request.form.get("message", "")
    return _back(name, technician.close(the_kiosk(), panel.officer(), name, typed), typed)


@bp.post("/<name>/buka")
def reopen(name: str) -> Response:
    """Put a terminal back into service."""
    return _back(name, technician.reopen(the_kiosk(), panel.officer(), name))


@bp.post("/<name>/kamera")
def open_camera(name: str) -> Response:
    """Begin a look through the camera; it is written down."""
    _own(name)
    match technician.open_sight(the_kiosk(), panel.officer()):
        case Sight(code=code):
            return redirect(url_for(".camera", code=code), HTTPStatus.SEE_OTHER)
        case problem:
            return _page(HTTPStatus.CONFLICT, refused=Refused(name, problem))


@bp.get("/kamera/<code>")
def camera(code: str) -> Response:
    """What the camera sees, a picture a second, until the look closes itself."""
    problem = technician.sight_problem(the_kiosk(), panel.officer(), code)
    return panel.render(
        "officer/technician_camera.html",
        HTTPStatus.OK if problem is None else HTTPStatus.GONE,
        code=code,
        problem=None if problem is None else NOT_DONE[problem],
        name=the_kiosk().settings.terminal,
        seconds=int(technician.SIGHT_LASTS.total_seconds()),
        shows_by_itself=the_kiosk().devices.camera.driver != "browser",
    )


@bp.get("/kamera/<code>/gambar")
def picture(code: str) -> Response:
    """One picture; 204 when the camera shows nothing, 410 when the look is over or somebody stands there."""
    seen = technician.look(the_kiosk(), panel.officer(), code)
    if seen is None:
        return panel.nothing()
    if isinstance(seen, NotDone):
        return Response(status=HTTPStatus.GONE)
    return Response(seen, mimetype="image/jpeg")


@bp.post("/<name>/pindai")
def begin_scan(name: str) -> Response:
    """Begin a scan test."""
    _own(name)
    problem = scan_test.begin(the_kiosk(), panel.officer())
    if problem is not None:
        return _page(HTTPStatus.CONFLICT, refused=Refused(name, problem))
    return redirect(url_for(".scan"), HTTPStatus.SEE_OTHER)


@bp.get("/uji-pindai")
def scan() -> Response:
    """The scan test, while it goes on and afterwards."""
    return panel.render("officer/technician_scan.html", test=_scan_test(), name=the_kiosk().settings.terminal)


@bp.get("/uji-pindai/isi")
def scan_state() -> Response:
    """What was read so far, for the test's poll: 204 while nothing has come."""
    test = _scan_test()
    if request.args.get("seen") == test.digest:
        return panel.nothing()
    return panel.render("officer/technician_scan_state.html", test=test)


def _own(name: str) -> None:
    """Only the own terminal's devices are here."""
    if name != the_kiosk().settings.terminal:
        raise NotFound


def _terminal(name: str) -> TerminalSeen:
    seen = terminal_state.terminal(the_kiosk(), name)
    if seen is None:
        raise NotFound
    return seen


def _back(name: str, problem: NotDone | None, typed: str = "") -> Response:
    if problem is None:
        return redirect(url_for(".overview", _anchor=name), HTTPStatus.SEE_OTHER)
    if problem is NotDone.UNKNOWN:
        raise NotFound
    return _page(HTTPStatus.UNPROCESSABLE_ENTITY, refused=Refused(name, problem, typed[: 2 * MESSAGE_MAX]))


def _page(status: HTTPStatus, refused: Refused | None = None, outcome: object = None) -> Response:
    kiosk = the_kiosk()
    return panel.render(
        "officer/technician.html",
        status,
        terminals=[(seen, _condition(seen)) for seen in terminal_state.terminals(kiosk)],
        own=kiosk.settings.terminal,
        refused=refused,
        problem=None if refused is None else NOT_DONE[refused.problem],
        outcome=outcome,
        closing=CLOSING,
        message_max=MESSAGE_MAX,
    )


def _condition(seen: TerminalSeen) -> Condition:
    return condition_of(the_kiosk(), seen)


def _scan_test() -> ScanTest:
    kiosk = the_kiosk()
    return scan_test_of(kiosk, scan_test.state(kiosk, panel.officer()))
