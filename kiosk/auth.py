"""Who may open what: three surfaces, each admitted by its own rule; what stands in no table is not there.

*Terminal* is the resident's screen, *phone* the page behind the QR and the only one meant for a public
listener, *officer* needs a sign-in. An address never admits anybody: behind a proxy everybody is 127.0.0.1.
"""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import timedelta
from enum import StrEnum

from flask import Flask, current_app, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from kiosk.config import Settings, SettingsError
from kiosk.domain.roles import May, may
from kiosk.models.officer import Officer
from kiosk.services import officer as officers
from kiosk.services.kiosk import Kiosk


class Surface(StrEnum):
    """Who a page is for."""

    TERMINAL = "terminal"
    PHONE = "phone"
    OFFICER = "officer"
    SIMULATOR = "simulator"
    OPEN = "open"


SURFACES: dict[str, Surface] = {
    "visit": Surface.TERMINAL,
    "camera": Surface.TERMINAL,
    "devices": Surface.TERMINAL,
    "scan": Surface.TERMINAL,
    "help": Surface.TERMINAL,
    "phone": Surface.PHONE,
    "sign_in": Surface.OFFICER,
    "account": Surface.OFFICER,
    "people": Surface.OFFICER,
    "board": Surface.OFFICER,
    "review": Surface.OFFICER,
    "counter": Surface.OFFICER,
    "queue": Surface.OFFICER,
    "technician": Surface.OFFICER,
    "numbers": Surface.OFFICER,
    "audit": Surface.OFFICER,
    "display": Surface.OPEN,
    "simulator": Surface.SIMULATOR,
    "terminal_link": Surface.OPEN,
}
"""Blueprint to surface. A blueprint that is missing here is answered with 404."""

NEEDS: dict[str, May] = {
    "sign_in": May.ACCOUNT,
    "account": May.ACCOUNT,
    "people": May.PEOPLE,
    "board": May.BOARD,
    "review": May.REVIEW,
    "counter": May.COUNTER,
    "queue": May.QUEUE,
    "technician": May.DEVICES,
    "numbers": May.NUMBERS,
    "audit": May.AUDIT,
}
"""Blueprint of the panel to what its pages need; checked before every view, whatever the form says."""

STATIC = "static"
"""Flask's own endpoint for styles, scripts and icons: everybody's, at every listener."""

SIGN_IN = "sign_in.ask"

BEFORE_SIGN_IN: frozenset[str] = frozenset({SIGN_IN, "sign_in.check_password"})
"""The only views of the officer's surface that answer a stranger."""

POLLS: frozenset[str] = frozenset({"board.content", "sign_in.still"})
"""Requests that a page makes by itself: they never keep an officer signed in."""

OFFICER_PATH = "/petugas"
TERMINAL_COOKIE = "terminal"

LARGEST_FORM = 16 * 1024
"""Bytes: a note of 500 characters, each of four percent-encoded bytes, and the token; strangers post here."""

TAKES_PICTURES = "camera.frame"
"""The one form of a resident that is larger: a frame of the page's camera."""

LONGEST_SIGN_IN = timedelta(hours=12)
"""Nobody's shift is longer; it also ends what a copied cookie is worth."""

_SIGNED_IN_AT, _SEEN_AT = "signed_in_at", "seen_at"
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
    app.session_interface = _SessionsBySurface()
    _set_up_sign_in(app)
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
        case Surface.OPEN | Surface.PHONE:
            return None
        case Surface.TERMINAL:
            if not kiosk.settings.is_demo and not _is_terminal(kiosk):
                raise Forbidden
            if request.endpoint != TAKES_PICTURES:
                request.max_content_length = LARGEST_FORM
            return None
        case Surface.OFFICER:
            return _admit_officer(kiosk)
        case Surface.SIMULATOR if kiosk.settings.is_demo:
            return None
        case _:
            raise NotFound


def _admit_officer(kiosk: Kiosk) -> Response | None:
    request.max_content_length = LARGEST_FORM
    if request.endpoint in BEFORE_SIGN_IN:
        return None
    if not current_user.is_authenticated:
        answer: Response = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        return answer
    if not may(signed_in_officer().role, NEEDS[request.endpoint.partition(".")[0]]):  # type: ignore[union-attr]
        raise Forbidden
    if request.endpoint not in POLLS:
        session[_SEEN_AT] = _seconds(kiosk)
    return None


# Terminal


def hand_credential(kiosk: Kiosk, answer: Response) -> None:
    """Make the browser that gets `answer` this terminal's own, until it is closed."""
    nonce = secrets.token_urlsafe(16)
    value = f"{nonce}.{_credential_mac(kiosk, nonce)}"
    answer.set_cookie(TERMINAL_COOKIE, value, httponly=True, secure=True, samesite="Strict")


def _is_terminal(kiosk: Kiosk) -> bool:
    nonce, _, mac = request.cookies.get(TERMINAL_COOKIE, "").partition(".")
    return hmac.compare_digest(mac.encode(), _credential_mac(kiosk, nonce).encode())


def _credential_mac(kiosk: Kiosk, nonce: str) -> str:
    """Bound to the terminal's name: the cookie of A1 opens nothing at A2, also with the same key file."""
    return kiosk.keys.mac("terminal-credential", f"{kiosk.settings.terminal}\n{nonce}")


# Officer


class SignedIn:
    """An officer as Flask-Login wants him; the models stay free of it.

    The id holds a mac of the password's hash: a new password ends every sign-in made with the old one.
    """

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, kiosk: Kiosk, officer: Officer) -> None:
        self.officer = officer
        self._id = f"{officer.id}.{kiosk.keys.mac('officer-session', officer.password_hash)[:16]}"

    def get_id(self) -> str:
        """What stands in the (signed) cookie."""
        return self._id


def sign_in(officer: Officer) -> None:
    """Begin an officer's session, dropping what the cookie held before: somebody may have planted it."""
    kiosk = _kiosk(current_app)
    session.clear()
    login_user(SignedIn(kiosk, officer))
    session[_SIGNED_IN_AT] = session[_SEEN_AT] = _seconds(kiosk)


def sign_out() -> None:
    """End the officer's session in this browser."""
    logout_user()
    session.clear()


def signed_in_officer() -> Officer:
    """The officer of this request; only for views behind the guard."""
    officer: Officer = current_user.officer
    return officer


def officer_or_none() -> Officer | None:
    """The officer of this request if somebody is signed in, for pages that also answer strangers."""
    return current_user.officer if current_user.is_authenticated else None


def safe_next(text: str | None) -> str:
    """Where to go after the sign-in: a plain path below /petugas, else /petugas itself.

    >>> safe_next("/petugas/kasus/ABC"), safe_next("//evil.example"), safe_next("/petugas/../x")
    ('/petugas/kasus/ABC', '/petugas', '/petugas')
    """
    return text if text and _NEXT.fullmatch(text) else OFFICER_PATH


def _set_up_sign_in(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = "strong"
    manager.user_loader(_load)
    manager.unauthorized_handler(_ask_to_sign_in)
    manager.init_app(app)


def _load(cookie_id: str) -> SignedIn | None:
    kiosk = _kiosk(current_app)
    if not _is_recent(kiosk):
        return None
    officer = officers.find_active(kiosk, int(cookie_id.partition(".")[0]))
    if officer is None:
        return None
    user = SignedIn(kiosk, officer)
    return user if hmac.compare_digest(user.get_id(), cookie_id) else None


def _is_recent(kiosk: Kiosk) -> bool:
    now = _seconds(kiosk)
    idle: int = now - session.get(_SEEN_AT, 0)
    whole: int = now - session.get(_SIGNED_IN_AT, 0)
    # Both ways: a clock that was set back must not make a sign-in last longer.
    return (
        abs(idle) < kiosk.settings.officer_idle_minutes * 60 and abs(whole) < LONGEST_SIGN_IN.total_seconds()
    )


def _ask_to_sign_in() -> Response:
    """To the sign-in page; an htmx request moves the whole page there: nothing may stay on the screen."""
    has_ended = session.get("_user_id") is not None
    session.clear()
    wanted = safe_next(request.path) if request.method == "GET" and request.endpoint not in POLLS else None
    page = url_for(SIGN_IN, next=None if wanted == OFFICER_PATH else wanted, ended=1 if has_ended else None)
    if "HX-Request" in request.headers:
        return Response(status=401, headers={"HX-Redirect": page})
    return redirect(page, 303)


class _SessionsBySurface(SecureCookieSessionInterface):
    """The officer's cookie is another one and goes to /petugas only: in a demonstration both surfaces sit in
    one browser, and neither a finished visit nor a sign-in may end the other."""

    def get_cookie_name(self, app: Flask) -> str:
        name = super().get_cookie_name(app)
        return f"{name}_petugas" if _is_officers() else name

    def get_cookie_path(self, app: Flask) -> str:
        return OFFICER_PATH if _is_officers() else super().get_cookie_path(app)

    def get_cookie_samesite(self, app: Flask) -> str | None:
        return "Strict" if _is_officers() else super().get_cookie_samesite(app)


def _is_officers() -> bool:
    return request.path == OFFICER_PATH or request.path.startswith(f"{OFFICER_PATH}/")


def _seconds(kiosk: Kiosk) -> int:
    return int(kiosk.clock.now().timestamp())


def _kiosk(app: Flask) -> Kiosk:
    kiosk: Kiosk = app.extensions["kiosk"]
    return kiosk
