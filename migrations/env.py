"""How migrations reach the database: through the app's own engine, so with its keys and its transactions."""

from __future__ import annotations

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


def run() -> None:
    """Migrate in one transaction: a migration that fails leaves nothing half-done."""
    with db.engine.connect().execution_options(writes=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=plain,
        )
        with context.begin_transaction():
            context.run_migrations()


current_app.extensions["kiosk"]  # fails with a clear KeyError outside the app
run()
