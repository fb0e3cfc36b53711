"""The population register: one question, «who is this NIK?», with one deadline over everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kiosk.adapters.register.local import LocalRegister
from kiosk.adapters.register.types import RegisterDown, RegisterSlow
from kiosk.config import Settings, SettingsError
from kiosk.domain.clock import Clock
from kiosk.domain.eligibility import Person
from kiosk.keys import Keys

__all__ = ["DRIVERS", "Register", "RegisterDown", "RegisterSlow", "build"]


class Register(Protocol):
    """What a register driver can do."""

    driver: str
    simulated: bool

    def look_up(self, nik: str, deadline: float) -> Person | None:
        """Return the record, or None when there is none; at most `deadline` seconds.

        Raises `RegisterDown` when it cannot be reached and `RegisterSlow` when the deadline has passed.
        """
        ...


DRIVERS: dict[str, Callable[[Keys, Clock], Register]] = {"local": LocalRegister}


def build(settings: Settings, keys: Keys, clock: Clock) -> Register:
    """Return the driver that KIOSK_REGISTER names."""
    try:
        return DRIVERS[settings.register](keys, clock)
    except KeyError:
        raise SettingsError(
            f"KIOSK_REGISTER is {settings.register!r}; it can be {', '.join(DRIVERS)}"
        ) from None
