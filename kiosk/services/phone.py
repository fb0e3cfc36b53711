"""What the page on the resident's phone may know: where its activation stands, and no more."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from kiosk.db import reading
from kiosk.domain.activation import CODE_DIGITS, RedeemRefusal, why_not
from kiosk.domain.contact import masked_email
from kiosk.domain.limits import tries_left
from kiosk.models.visit import Visit
from kiosk.services import activation
from kiosk.services.kiosk import Kiosk


@dataclass(frozen=True)
class PhoneView:
    """The state of one activation as its phone page shows it.

    `refusal` is None while a code can be typed. `language` is the visit's, None for an unknown code;
    `email` is masked, empty once it has been erased; `until` is the office's local time.
    """

    refusal: RedeemRefusal | None
    language: str | None = None
    email: str = ""
    tries_left: int = 0
    until: datetime | None = None


def look(kiosk: Kiosk, code: str) -> PhoneView:
    """Return where the activation stands that `code` from a QR names."""
    found = activation.find(kiosk, code)
    if found is None:
        return PhoneView(RedeemRefusal.UNKNOWN)
    with reading() as session:
        visit = session.get_one(Visit, found.visit_id)
        language, email = visit.language, visit.email
    allowed = kiosk.settings.code_tries
    return PhoneView(
        refusal=why_not(found.state, found.expires_at, found.wrong_codes, allowed, kiosk.clock.now()),
        language=language,
        email=masked_email(email) if email else "",
        tries_left=tries_left(found.wrong_codes, allowed),
        until=found.expires_at.astimezone(kiosk.settings.zone),
    )


def tidy_code(text: str) -> str | None:
    """Return the digits of a typed or pasted code, or None when it cannot be one (which costs no try).

    >>> tidy_code(" 123-456 ")
    '123456'
    >>> tidy_code("12345") is None
    True
    """
    digits = re.sub(r"[\s.\-]", "", unicodedata.normalize("NFKC", text))
    return digits if len(digits) == CODE_DIGITS and digits.isascii() and digits.isdigit() else None
