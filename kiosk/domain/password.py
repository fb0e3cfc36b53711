"""Which password may be chosen, as a pure rule."""

from __future__ import annotations

from enum import StrEnum

PASSWORD_MIN = 10
"""With a second factor and a lock-out beside it (NIST SP 800-63B, 3.1.1.2 asks for 8 in that case)."""

PASSWORD_MAX = 200
"""Long enough for any sentence; what is longer is no password but a load."""


class PasswordFault(StrEnum):
    """Why a password is not taken."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    IS_USERNAME = "is_username"
    SAME_AS_BEFORE = "same_as_before"
    NOT_THE_SAME_TWICE = "not_the_same_twice"


def fault_of(username: str, password: str) -> PasswordFault | None:
    """Return why `password` may not be chosen by `username` (folded), or None; no letters are prescribed."""
    if len(password) < PASSWORD_MIN:
        return PasswordFault.TOO_SHORT
    if len(password) > PASSWORD_MAX:
        return PasswordFault.TOO_LONG
    if username in password.casefold():
        return PasswordFault.IS_USERNAME
    return None
