"""E-mail address and phone number: tidied, judged, and compared with what people usually mean.

The grammar of addresses is checked by the service with a library; here stand the rules of our own.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from enum import StrEnum

COMMON_DOMAINS: tuple[str, ...] = (
    "gmail.com",
    "yahoo.com",
    "yahoo.co.id",
    "icloud.com",
    "outlook.com",
    "hotmail.com",
)
"""Offered as one-touch endings; ordered by what residents are expected to use."""

EMAIL_MAX = 254
"""Longest address that mail servers must accept (RFC 5321, section 4.5.3.1.3, less the brackets)."""


class ContactProblem(StrEnum):
    """What is wrong with an address or number. Sentences stand in `wording.py`."""

    EMAIL_EMPTY = "email_empty"
    EMAIL_FORM = "email_form"
    EMAIL_LONG = "email_long"
    PHONE_EMPTY = "phone_empty"
    PHONE_FORM = "phone_form"


def tidy_email(text: str) -> str:
    """Drop surrounding and inner spaces and write the domain in small letters."""
    local, at, domain = "".join(text.split()).rpartition("@")
    return local + at + domain.lower()


def suggestion(email: str) -> str | None:
    """Return the address with the domain that was probably meant, or None when nothing is odd.

    >>> suggestion("sari@gmial.com")
    'sari@gmail.com'
    """
    local, at, domain = tidy_email(email).rpartition("@")
    if not at or not local or domain in COMMON_DOMAINS:
        return None
    near = get_close_matches(domain, COMMON_DOMAINS, n=1, cutoff=0.8)
    return f"{local}@{near[0]}" if near else None


def masked_email(email: str) -> str:
    """Enough for its owner to recognise: `s•••@gmail.com`."""
    local, at, domain = email.rpartition("@")
    return f"{local[:1]}•••{at}{domain}"


_PHONE = re.compile(r"628[1-9]\d{7,10}")


def tidy_phone(text: str) -> str | None:
    """Return an Indonesian mobile number as `+628…`, or None when it is none.

    Accepts 08…, 628… and +628… with spaces, dots, brackets and hyphens; 9 to 12 digits after the country code
    (Kominfo's numbering plan, PM 14/2018: mobile numbers begin with 8).

    >>> tidy_phone("0812-3456-7890")
    '+6281234567890'
    """
    digits = re.sub(r"[\s.\-()]", "", text)
    if digits.startswith("+"):
        digits = digits[1:]
    if digits.startswith("0"):
        digits = "62" + digits[1:]
    if not (digits.isascii() and _PHONE.fullmatch(digits)):
        return None
    return "+" + digits


def grouped_phone(phone: str) -> str:
    """`+6281234567890` as people read it: `0812 3456 7890`."""
    local = "0" + phone.removeprefix("+62")
    return " ".join(local[start : start + 4] for start in range(0, len(local), 4))


def masked_phone(phone: str) -> str:
    """Enough for its owner to recognise.

    >>> masked_phone("+6281234567890")
    '0812 •••• ••90'
    """
    local = "0" + phone.removeprefix("+62")
    hidden = local[:4] + "•" * max(len(local) - 6, 0) + local[-2:]
    return " ".join(hidden[start : start + 4] for start in range(0, len(hidden), 4))
