"""The product put together for a test: real database, fixed clock, background work done at once.

What is the same in every test is made once a process: tables of a new database, compiled templates and
the rules of addresses were half the time of every test that has an app.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from kiosk import create_app, db, keys
from kiosk.adapters import Adapters
from kiosk.config import Settings
from kiosk.domain.clock import Clock
from kiosk.hardware.devices import Devices
from kiosk.services import lockout
from kiosk.services.kiosk import Kiosk
from tests.fixed_clock import FixedClock

# Made and checked at once; what a real hash costs has a test of its own, and here nobody guesses.
lockout._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class _Compiled(BytecodeCache):
    """Compiled templates, kept in memory for all apps; a template that has changed is compiled again."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand out what is kept; Jinja compares its checksum with the template."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was just compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()

_compile = Rule.compile
_compiled: dict[tuple[Any, ...], Rule] = {}


def _compile_once(rule: Rule) -> None:
    """What Werkzeug compiles from a rule to match and to build its addresses depends on nothing but these
    values: whichever rule was first lends it to its likes of later apps.
    """
    key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, repr(rule.defaults))
    first = _compiled.get(key)
    if first is None:
        _compile(rule)
        _compiled[key] = rule
        return
    rule._parts, rule._trace, rule._converters = first._parts, first._trace, first._converters
    rule.arguments |= first.arguments
    rule._build = first._build.__func__.__get__(rule, None)  # type: ignore[attr-defined]
    rule._build_unknown = first._build_unknown.__func__.__get__(rule, None)  # type: ignore[attr-defined]


Rule.compile = _compile_once  # type: ignore[method-assign, assignment]


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
    with_settings = Settings(**chosen)
    app = create_app(
        with_settings,
        clock=clock or FixedClock(),
        devices=devices,
        adapters=adapters,
        background=lambda work: work(),
    )
    app.testing = True
    app.jinja_env.bytecode_cache = _COMPILED
    file = Path(sa.make_url(with_settings.database_url).database or "")
    if not file.exists():
        file.write_bytes(_new_database())
    return app


@cache
def _new_database() -> bytes:
    """The file of a database with every table and no row, as closing the last connection leaves it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "new.db"
        engine = sa.create_engine(f"sqlite:///{file}")
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        db.db.metadata.create_all(engine)
        engine.dispose()
        return file.read_bytes()


def the_kiosk(app: Flask) -> Kiosk:
    """The object that every verb takes first."""
    kiosk: Kiosk = app.extensions["kiosk"]
    return kiosk


@contextmanager
def opened(app: Flask) -> Iterator[Kiosk]:
    """Run a block inside the app, as a verb runs."""
    with app.app_context():
        yield the_kiosk(app)
