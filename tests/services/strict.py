"""Adapters and devices that refuse to be called while a transaction is open (docs/architecture.md, «Ideas»).

What goes wrong is also kept in a list: an error that is turned into an apology would hide it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import has_app_context

from kiosk.adapters import Adapters
from kiosk.db import is_in_transaction
from kiosk.hardware.devices import Devices


class CalledInTransaction(AssertionError):
    """Something outside was asked while this thread held the database."""


class Strict:
    """Passes everything on to `inner`; a call inside a transaction is noted in `breaches` and raises."""

    def __init__(self, inner: Any, name: str, breaches: list[str]) -> None:
        self._inner, self._name, self._breaches = inner, name, breaches

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self._inner, attribute)
        return self._guarded(attribute, value) if callable(value) else value

    def _guarded(self, attribute: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*arguments: Any, **named: Any) -> Any:
            # A device's own thread has no app context, and so no session that could be open.
            if has_app_context() and is_in_transaction():
                self._breaches.append(f"{self._name}.{attribute}")
                raise CalledInTransaction(self._breaches[-1])
            return call(*arguments, **named)

        return guarded


def strict_adapters(adapters: Adapters, breaches: list[str]) -> Adapters:
    """The same adapters, each of them watched."""
    return Adapters(
        **{
            name: cast(Any, Strict(getattr(adapters, name), name, breaches))
            for name in ("register", "face", "authority", "mail", "voice")
        }
    )


def strict_devices(devices: Devices, breaches: list[str]) -> Devices:
    """The same devices, each of them watched."""
    return Devices(*(cast(Any, Strict(device, device.name, breaches)) for device in devices))
