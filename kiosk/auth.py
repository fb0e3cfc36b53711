"""Who may open what: three surfaces, each admitted by its own rule; what stands in no table is not there.

*Terminal* is the resident's screen, *phone* the page behind the QR and the only one meant for a public
listener, *officer* needs a sign-in. An address never admits anybody: behind a proxy everybody is 127.0.0.1.
"""

from __future__ import annotations

import re
from enum import StrEnum
from http import HTTPStatus

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from kiosk import officer_session, terminal_cookie
from kiosk.config import Settings, SettingsError
from kiosk.domain.roles import May, may
from kiosk.domain.sign_in import Ended, Step
from kiosk.services import presence
from kiosk.services import session as sessions
from kiosk.services.kiosk import Kiosk
from kiosk.services.session import SignedIn


class Surface(StrEnum):
    """Who a page is for."""

    TERMINAL = "terminal"
    PHONE = "phone"
    OFFICER = "officer"
    SIMULATOR = "simulator"
    MONITORING = "monitoring"
    OPEN = "open"


SURFACES: dict[str, Surface] = {
    "visit": Surface.TERMINAL,
    "waiting": Surface.TERMINAL,
    "pause": Surface.TERMINAL,
    "camera": Surface.TERMINAL,
    "devices": Surface.TERMINAL,
    "scan": Surface.TERMINAL,
    "wedge": Surface.TERMINAL,
    "look": Surface.TERMINAL,
    "help": Surface.TERMINAL,
    "phone": Surface.PHONE,
    "preregistration": Surface.PHONE,
    "sign_in": Surface.OFFICER,
    "set_up": Surface.OFFICER,
    "account": Surface.OFFICER,
    "people": Surface.OFFICER,
    "board": Surface.OFFICER,
    "review": Surface.OFFICER,
    "counter": Surface.OFFICER,
    "care": Surface.OFFICER,
    "lost_phone": Surface.OFFICER,
    "queue": Surface.OFFICER,
    "technician": Surface.OFFICER,
    "poster": Surface.OFFICER,
    "numbers": Surface.OFFICER,
    "audit": Surface.OFFICER,
    "display": Surface.OPEN,
    "simulator": Surface.SIMULATOR,
    "enrol": Surface.SIMULATOR,
    "history": Surface.SIMULATOR,
    "terminal_link": Surface.OPEN,
    "health": Surface.MONITORING,
}
"""Blueprint to surface. A blueprint that is missing here is answered with 404."""

NEEDS: dict[str, May] = {
    "sign_in": May.ACCOUNT,
    "set_up": May.ACCOUNT,
    "account": May.ACCOUNT,
    "people": May.PEOPLE,
    "board": May.BOARD,
    "review": May.REVIEW,
    "counter": May.COUNTER,
    "care": May.COUNTER,
    "lost_phone": May.COUNTER,
    "queue": May.QUEUE,
    "technician": May.DEVICES,
    "poster": May.DEVICES,
    "numbers": May.NUMBERS,
    "audit": May.AUDIT,
}
"""Blueprint of the panel to what its pages need; checked before every view, whatever the form says."""

STATIC = "static"
"""Flask's own endpoint for styles, scripts and icons: everybody's, at every listener."""

SIGN_IN = "sign_in.ask"

HOME = "sign_in.home"
SIGN_OUT = "sign_in.sign_out"

BEFORE_SIGN_IN: frozenset[str] = frozenset(
    {SIGN_IN, "sign_in.check_password", "set_up.first", "set_up.make_first"}
)
"""The only views of the officer's surface that answer a stranger."""

PAGE_OF: dict[Step, str] = {
    Step.CODE: "sign_in.ask_code",
    Step.NEW_PASSWORD: "set_up.ask_password",
    Step.ONE_TIME_CODES: "set_up.ask_codes",
    Step.PIN: "set_up.ask_pin",
}
"""What is asked on the way in, and its page."""

STEPS: dict[str, Step] = {
    **{page: step for step, page in PAGE_OF.items()},
    "sign_in.check_code": Step.CODE,
    "set_up.choose_password": Step.NEW_PASSWORD,
    "set_up.confirm_codes": Step.ONE_TIME_CODES,
    "set_up.choose_pin": Step.PIN,
}
"""Endpoints that are open while their step is asked, and at no other time; all others wait for its end."""

BOARD_POLLS: frozenset[str] = frozenset(
    {"board.content", "review.list_content", "review.still", "queue.content"}
)
"""Polls of pages with cases and tickets: while they come, somebody who may decide is there."""

POLLS: frozenset[str] = BOARD_POLLS | {
    "sign_in.still",
    "audit.check_state",
    "counter.state",
    "care.state",
    "technician.content",
    "technician.picture",
    "technician.scan_state",
}
"""Requests that a page makes by itself: they never keep an officer signed in."""

OFFICER_PATH = officer_session.PATH

LARGEST_FORM = 16 * 1024
"""Bytes: a note of 500 characters, each of four percent-encoded bytes, and the token; strangers post here."""

TAKES_PICTURES = frozenset({"camera.frame", "look.frame"})
"""The forms of a resident that are larger: a frame of the page's camera."""

_NEXT = re.compile(rf"{OFFICER_PATH}(/[A-Za-z0-9-]+)*", re.ASCII)


def surface_of(endpoint: str) -> Surface | None:
    """Return the surface of an endpoint (`blueprint.view`), or None when nobody has given it one."""
    if endpoint == STATIC:
        return Surface.OPEN
    return SURFACES.get(endpoint.rpartition(".")[0])


def guard(app: Flask) -> None:
    """Put the door before every view of `app`; needs `app.extensions["kiosk"]` by the first request.

    Raises `SettingsError` when KIOSK_PUBLIC_BIND is not host:port.
    """
    settings = _kiosk(app).settings
    port = _public_port(settings)
    app.session_interface = officer_session.SessionsBySurface()
    if settings.trusted_proxies:
        # Not the host and not the port: a proxy that does not set them would pass on what a client made up.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies, x_host=0
        )

    def admit() -> Response | None:
        if port is not None and request.environ.get("SERVER_PORT") == port:
            return _admit_from_outside()
        return _admit()

    # First, also before the check of forms: whoever may not be here learns nothing about them.
    app.before_request_funcs.setdefault(None, []).insert(0, admit)


def _public_port(settings: Settings) -> str | None:
    """The port of the public listener. gunicorn fills SERVER_PORT from the socket, never from a header."""
    if not settings.public_bind:
        return None
    port = settings.public_bind.rpartition(":")[2]
    if not (port.isascii() and port.isdigit()):
        raise SettingsError(f"KIOSK_PUBLIC_BIND is {settings.public_bind!r}; it must be host:port")
    return port


def _admit_from_outside() -> Response | None:
    """At the public listener there is the phone page and nothing else, not even a page that says so."""
    if request.endpoint is not None and (
        request.endpoint == STATIC or surface_of(request.endpoint) is Surface.PHONE
    ):
        return None
    return Response("404", status=404, mimetype="text/plain")


def _admit() -> Response | None:
    """Let a request pass, or answer it: 404 for what is not there, 403 for a browser that is no terminal."""
    if request.endpoint is None:
        return None  # no view: Flask's own 404 or 405
    kiosk = _kiosk(current_app)
    match surface_of(request.endpoint):
        case Surface.OPEN | Surface.PHONE | Surface.MONITORING:
            return None  # what monitoring sees beyond one word, its view decides by the token
        case Surface.TERMINAL:
            if not kiosk.settings.is_demo and not terminal_cookie.of_request(kiosk):
                raise Forbidden
            if request.endpoint not in TAKES_PICTURES:
                request.max_content_length = LARGEST_FORM
            return None
        case Surface.OFFICER:
            return _admit_officer(kiosk)
        case Surface.SIMULATOR if kiosk.settings.is_demo:
            return None
        case _:
            raise NotFound


def _admit_officer(kiosk: Kiosk) -> Response | None:
    """Let an officer pass to what his role may use, once nothing more is asked of him than he has shown."""
    request.max_content_length = LARGEST_FORM
    endpoint = request.endpoint or ""
    found = officer_session.load(kiosk)
    if endpoint in BEFORE_SIGN_IN:
        return None
    if not isinstance(found, SignedIn):
        return _ask_to_sign_in(found)
    if endpoint in POLLS:
        if endpoint in BOARD_POLLS and found.asked is None:
            presence.seen(kiosk, found.row)
    else:
        sessions.touch(kiosk, found.row)
    if endpoint == SIGN_OUT:
        return None
    if STEPS.get(endpoint) is not found.asked:
        return _moved(way_on(found.asked))
    # A blueprint without a row is nobody's.
    needed = NEEDS.get(endpoint.partition(".")[0])
    if needed is None or not may(found.officer.role, needed):
        raise Forbidden
    return None


def way_on(asked: Step | None) -> str:
    """The page on which a sign-in goes on: that of the step that is asked, else the panel's first."""
    return url_for(HOME if asked is None else PAGE_OF[asked])


def safe_next(text: str | None) -> str:
    """Where to go after the sign-in: a plain path below /petugas, else /petugas itself.

    >>> safe_next("/petugas/kasus/ABC"), safe_next("//evil.example"), safe_next("/petugas/../x")
    ('/petugas/kasus/ABC', '/petugas', '/petugas')
    """
    return text if text and _NEXT.fullmatch(text) else OFFICER_PATH


def _ask_to_sign_in(ended: Ended | None) -> Response:
    """To the sign-in page; an htmx request moves the whole page there: nothing may stay on the screen."""
    officer_session.forget()
    wanted = safe_next(request.path) if request.method == "GET" and request.endpoint not in POLLS else None
    return _moved(url_for(SIGN_IN, next=None if wanted == OFFICER_PATH else wanted, ended=ended))


def _moved(page: str) -> Response:
    if "HX-Request" in request.headers:
        return Response(status=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": page})
    return redirect(page, HTTPStatus.SEE_OTHER)


def _kiosk(app: Flask) -> Kiosk:
    kiosk: Kiosk = app.extensions["kiosk"]
    return kiosk
