"""The activation authority: who has an active IKD, and the effect that nobody else can bring about.

SIAK's own QR payload and issuing interface are not public (docs/facts.md), so they stay behind this Protocol.
Every effect carries an idempotency key, so that asking twice does it once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kiosk.adapters.authority.local import LocalAuthority
from kiosk.adapters.authority.types import AuthorityDown, AuthorityRefused, Outcome
from kiosk.config import Settings, SettingsError
from kiosk.domain.clock import Clock
from kiosk.keys import Keys

__all__ = ["DRIVERS", "Authority", "AuthorityDown", "AuthorityRefused", "Outcome", "build"]


class Authority(Protocol):
    """What an authority driver can do. Every call takes at most `deadline` seconds, else `AuthorityDown`."""

    driver: str
    simulated: bool

    def is_active(self, nik: str, deadline: float) -> bool:
        """Whether this NIK has an active device."""
        ...

    def issue(self, key: str, nik: str, deadline: float) -> None:
        """Announce an activation under `key`; raises `AuthorityRefused` when the NIK is active already."""
        ...

    def activate(self, key: str, deadline: float) -> None:
        """Make the announced activation real; doing it twice is one activation.

        Raises `AuthorityRefused` for an unknown key and when the NIK has become active elsewhere.
        """
        ...

    def deactivate(self, key: str, nik: str, deadline: float) -> None:
        """Take the IKD off the phone that has it; under one `key` it is done once.

        Raises `AuthorityRefused` when no phone has it. Afterwards `is_active` says no and another phone can
        be activated.
        """
        ...

    def outcome(self, key: str, deadline: float) -> Outcome:
        """What became of `key`: asked at start-up about every intent without an answer."""
        ...


DRIVERS: dict[str, Callable[[Keys, Clock], Authority]] = {"local": LocalAuthority}


def build(settings: Settings, keys: Keys, clock: Clock) -> Authority:
    """Return the driver that KIOSK_AUTHORITY names."""
    try:
        return DRIVERS[settings.authority](keys, clock)
    except KeyError:
        raise SettingsError(
            f"KIOSK_AUTHORITY is {settings.authority!r}; it can be {', '.join(DRIVERS)}"
        ) from None
