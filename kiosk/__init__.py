"""Anjungan IKD: the kiosk that activates Indonesia's digital identity.

Importing the package stays cheap, because the face process imports it too: the web framework and everything
else is loaded by `create_app`, the only assembly (`kiosk/assembly.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from kiosk.adapters import Adapters
    from kiosk.config import Settings
    from kiosk.domain.clock import Clock
    from kiosk.hardware.devices import Devices


def create_app(
    settings: Settings,
    *,
    devices: Devices | None = None,
    adapters: Adapters | None = None,
    clock: Clock | None = None,
    background: Callable[[Callable[[], None]], None] | None = None,
) -> Flask:
    """Put the product together; nothing runs yet (`kiosk.assembly.start` does that).

    What is not handed in is built from `settings`. Raises `SettingsError` or `KeyFileError` with a sentence
    that names what is wrong.
    """
    from kiosk.assembly import assemble

    return assemble(settings, devices=devices, adapters=adapters, clock=clock, background=background)
