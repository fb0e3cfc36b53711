"""The product put together for a test: real database, fixed clock, background work done at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from kiosk import create_app, db, keys
from kiosk.adapters import Adapters
from kiosk.config import Settings
from kiosk.domain.clock import Clock
from kiosk.hardware.devices import Devices
from kiosk.services.kiosk import Kiosk
from tests.fixed_clock import FixedClock


def make_app(
    folder: Path,
    *,
    clock: Clock | None = None,
    devices: Devices | None = None,
    adapters: Adapters | None = None,
    **settings: Any,
) -> Flask:
    """Return an app on a new database under `folder`. Devices and face engine are not started."""
    chosen: dict[str, Any] = {"data": folder, "public_url": "http://127.0.0.1:8000", **settings}
    if "key_file" not in chosen and not (folder / keys.FILE_NAME).exists():
        keys.create(folder / keys.FILE_NAME)
    app = create_app(
        Settings(**chosen),
        clock=clock or FixedClock(),
        devices=devices,
        adapters=adapters,
        background=lambda work: work(),
    )
    app.testing = True
    with app.app_context():
        db.db.create_all()
    return app


def the_kiosk(app: Flask) -> Kiosk:
    """The object that every verb takes first."""
    kiosk: Kiosk = app.extensions["kiosk"]
    return kiosk


@contextmanager
def opened(app: Flask) -> Iterator[Kiosk]:
    """Run a block inside the app, as a verb runs."""
    with app.app_context():
        yield the_kiosk(app)
