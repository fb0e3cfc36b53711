"""Our own codes: signed, so that a mis-keyed, made-up or foreign one is refused before anything is looked up.

ASCII and at most 40 bytes, because the kiosk's own camera must read them (docs/facts.md, codes).
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass

from kiosk.domain.scan import Kind as Kind
from kiosk.keys import Keys

MAC_CHARACTERS = 16
"""80 bits in base 32: a guess succeeds once in 10^24, and each costs a look-up."""


@dataclass(frozen=True)
class OwnCode:
    """A code whose signature is ours."""

    kind: Kind
    id: str


def new_id(characters: int) -> str:
    """Return a random id of `characters` capital letters and digits (5 bits each)."""
    return base64.b32encode(secrets.token_bytes(characters)).decode()[:characters]


def write(keys: Keys, kind: Kind, id_: str) -> str:
    """Return the text to print: kind, id and signature, parted by dots."""
    return f"{kind}.{id_}.{_mac(keys, kind, id_)}"


def read(keys: Keys, text: str) -> OwnCode | None:
    """Return what `text` stands for, or None when we have not written it."""
    kind, _, rest = text.strip().partition(".")
    id_, _, mac = rest.partition(".")
    if kind not in Kind.__members__.values() or not text.isascii():
        return None
    if not hmac.compare_digest(mac, _mac(keys, kind, id_)):
        return None
    return OwnCode(Kind(kind), id_)


def _mac(keys: Keys, kind: str, id_: str) -> str:
    digest = bytes.fromhex(keys.mac("codes", f"{kind}.{id_}"))
    return base64.b32encode(digest).decode()[:MAC_CHARACTERS]
