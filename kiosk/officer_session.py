"""The officer's sign-in as his browser holds it: two cookies for /petugas, one row in the database.

One cookie is signed and holds the sign-in's random token, the other a key of this browser that stays for
months. A sign-in belongs to the key, and at a terminal also to the terminal's credential: see
docs/adr/0016-officers-sign-in.md.
"""

from __future__ import annotations

import re
import secrets

from flask import Flask, after_this_request, g, request, session
from flask.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response

from kiosk import terminal_cookie
from kiosk.domain.sign_in import Ended, Proof
from kiosk.models.officer import Officer
from kiosk.services import session as sessions
from kiosk.services.kiosk import Kiosk
from kiosk.services.session import SignedIn

PATH = "/petugas"
DEVICE_COOKIE = "petugas_device"

DEVICE_COOKIE_SECONDS = 400 * 24 * 3600
"""The longest that browsers keep a cookie (RFC 6265bis, section 5.5)."""

_TOKEN = "sign_in"  # noqa: S105 - a name in the cookie
_KEY = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def load(kiosk: Kiosk) -> SignedIn | Ended | None:
    """Read the sign-in of this request, once, before its view; None where there was none."""
    token = session.get(_TOKEN)
    found = None if token is None else sessions.find(kiosk, token, _device(kiosk, _key_shown()))
    g.signed_in = found if isinstance(found, SignedIn) else None
    return found


def of_request() -> SignedIn | None:
    """The sign-in of this request, also one on its way in; None for a stranger."""
    found: SignedIn | None = g.get("signed_in")
    return found


def signed_in() -> SignedIn:
    """The sign-in of this request; only for views behind the guard."""
    found: SignedIn = g.signed_in
    return found


def officer() -> Officer:
    """The officer of this request; only for views behind the guard."""
    return signed_in().officer


def begin(kiosk: Kiosk, officer: Officer, proof: Proof) -> None:
    """Begin a sign-in in this browser, dropping what the cookie held before: somebody may have planted it."""
    key = _key_shown() or secrets.token_urlsafe(32)
    token = sessions.begin(kiosk, officer, proof, _device(kiosk, key), instead_of=session.get(_TOKEN))
    session.clear()
    session[_TOKEN] = token
    after_this_request(lambda answer: _with_key(kiosk, key, answer))


def forget() -> None:
    """Drop what this browser holds of a sign-in; its key stays."""
    session.clear()


def _with_key(kiosk: Kiosk, key: str, answer: Response) -> Response:
    answer.set_cookie(
        DEVICE_COOKIE,
        key,
        max_age=DEVICE_COOKIE_SECONDS,
        path=PATH,
        httponly=True,
        secure=not kiosk.settings.is_demo,
        samesite="Strict",
    )
    return answer


def _key_shown() -> str:
    key = request.cookies.get(DEVICE_COOKIE, "")
    return key if _KEY.fullmatch(key) else ""


def _device(kiosk: Kiosk, key: str) -> str:
    return f"{key}\n{terminal_cookie.of_request(kiosk)}"


class SessionsBySurface(SecureCookieSessionInterface):
    """The officer's cookie is another one and goes to /petugas only: in a demonstration both surfaces sit in
    one browser, and neither a finished visit nor a sign-in may end the other."""

    def get_cookie_name(self, app: Flask) -> str:
        """The name by surface."""
        name = super().get_cookie_name(app)
        return f"{name}_petugas" if is_officers() else name

    def get_cookie_path(self, app: Flask) -> str:
        """The path by surface."""
        return PATH if is_officers() else super().get_cookie_path(app)

    def get_cookie_samesite(self, app: Flask) -> str | None:
        """No other site leads into the panel with a sign-in."""
        return "Strict" if is_officers() else super().get_cookie_samesite(app)


def is_officers() -> bool:
    """Whether this request is for the panel, also at an address that is none."""
    return request.path == PATH or request.path.startswith(f"{PATH}/")
