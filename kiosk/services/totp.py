"""An officer's one-time codes: the secret that his phone shares with the kiosk, and what his app shows."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from kiosk.domain.totp import DIGITS, PERIOD_SECONDS, acceptable_steps, step_at

SECRET_BYTES = 20
"""160 bits, the length of the hash (RFC 4226, section 4, requirement 6)."""

ISSUER = "Anjungan IKD"


def new_secret() -> str:
    """Return a new secret in base 32, as apps take it when it is typed."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code_at(secret: str, step: int) -> str:
    """Return the six digits of one step."""
    return _totp(secret).generate(step * PERIOD_SECONDS).decode()


def code_now(secret: str, now: datetime) -> str:
    """Return the six digits that an app shows at `now`."""
    return code_at(secret, step_at(now))


def accepted_step(secret: str, typed: str, now: datetime, last_used: int) -> int | None:
    """Return the step whose code was typed, or None; keep it as `last_used`, so that it is good once."""
    for step in acceptable_steps(now, last_used):
        if hmac.compare_digest(code_at(secret, step).encode(), typed.encode()):
            return step
    return None


def address(secret: str, username: str) -> str:
    """Return the `otpauth:` address that an app reads from a QR (google-authenticator's Key-Uri-Format)."""
    return _totp(secret).get_provisioning_uri(username, ISSUER)


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), PERIOD_SECONDS)  # noqa: S303
