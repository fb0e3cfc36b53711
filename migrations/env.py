"""How migrations reach the database: through the app's own engine, so with its keys and its transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app

from kiosk import models
from kiosk.db import EncryptedBytes, EncryptedText, UtcDateTime, db

assert models.__all__  # importing the package registers every table


def plain(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write our own column types as what the database has: a migration must outlive the code of its day."""
    if kind != "type":
        return False
    match item:
        case UtcDateTime():
            return "sa.DateTime()"
        case EncryptedBytes() | EncryptedText():
            return "sa.LargeBinary()"
        case sa.Enum():
            return f"sa.String({item.length})"
    return False


@contextmanager
def unchecked(connection: sa.Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, which would break every reference to it on the way: so they
    are checked once, at the end of the transaction (sqlite.org/lang_altertable.html, section 7)."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.dbapi_connection
    assert driver is not None
    # Not through SQLAlchemy: it would begin the transaction, inside which SQLite ignores this pragma.
    driver.execute("PRAGMA foreign_keys=OFF")  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.rollback()  # after a commit there is nothing to take back, but the pragma needs it over
        driver.execute("PRAGMA foreign_keys=ON")  # type: ignore[attr-defined]


def run() -> None:
    """Migrate in one transaction: a migration that fails leaves nothing half-done."""
    with db.engine.connect().execution_options(writes=True) as connection, unchecked(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=plain,
        )
        with context.begin_transaction():
            context.run_migrations()
            if connection.dialect.name == "sqlite":
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                assert not broken, f"{len(broken)} rows refer to nothing"


current_app.extensions["kiosk"]  # fails with a clear KeyError outside the app
run()
