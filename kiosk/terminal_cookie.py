"""The credential of the terminal's own browser: what it got from the one-time link, until it is closed."""

from __future__ import annotations

import hmac
import secrets

from flask import request
from werkzeug.wrappers import Response

from kiosk.services.kiosk import Kiosk

TERMINAL_COOKIE = "terminal"


def hand_out(kiosk: Kiosk, answer: Response) -> None:
    """Make the browser that gets `answer` this terminal's own, until it is closed."""
    nonce = secrets.token_urlsafe(16)
    value = f"{nonce}.{_mac(kiosk, nonce)}"
    answer.set_cookie(TERMINAL_COOKIE, value, httponly=True, secure=True, samesite="Strict")


def of_request(kiosk: Kiosk) -> str:
    """The credential that this request shows, or an empty text when it shows none of ours."""
    value = request.cookies.get(TERMINAL_COOKIE, "")
    nonce, _, mac = value.partition(".")
    return value if hmac.compare_digest(mac.encode(), _mac(kiosk, nonce).encode()) else ""


def _mac(kiosk: Kiosk, nonce: str) -> str:
    """Bound to the terminal's name: the cookie of A1 opens nothing at A2, also with the same key file."""
    return kiosk.keys.mac("terminal-credential", f"{kiosk.settings.terminal}\n{nonce}")
