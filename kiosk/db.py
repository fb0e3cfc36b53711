"""The database: how connections are opened, how transactions begin, and the column types of our own.

SQLite rules and why (measured in docs/adr/): write transactions begin IMMEDIATE, because a deferred one that
writes later fails at once with «database is locked» under threads; reads begin plainly and see one snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from kiosk.keys import Keys

BUSY_TIMEOUT_MS = 5000


class Base(DeclarativeBase):
    """What every model is made from; constraint names are fixed so that migrations can name them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept as naive UTC; a naive value is refused, because nobody knows what it means."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


class _Encrypted(TypeDecorator[Any]):
    """Encrypts with the keys that `set_up` has hung on the engine's dialect; `place` is «table.column»."""

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place


class EncryptedBytes(_Encrypted):
    """Bytes that only the key holder can read (AES-GCM, bound to table and column)."""

    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _keys_of(dialect).encrypt(value, self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _keys_of(dialect).decrypt(value, self.place)


class EncryptedText(_Encrypted):
    """Text that only the key holder can read (AES-GCM, bound to table and column)."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _keys_of(dialect).encrypt(value.encode(), self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else _keys_of(dialect).decrypt(value, self.place).decode()


def _keys_of(dialect: Dialect) -> Keys:
    keys: Keys = dialect.kiosk_keys  # type: ignore[attr-defined]
    return keys


def enum_column(kind: type[StrEnum]) -> sa.Enum:
    """A column type that keeps a StrEnum by its value, as text every database understands."""
    return sa.Enum(
        kind,
        native_enum=False,
        length=32,
        create_constraint=False,
        values_callable=lambda members: [member.value for member in members],
    )


def set_up(app: Flask, keys: Keys) -> None:
    """Open the database of `app`: its engine options, its keys, and how its transactions begin."""
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    engine.dialect.kiosk_keys = keys  # type: ignore[attr-defined]
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _on_connect)
        sa.event.listen(engine, "begin", _on_begin)


def bring_up_to_date(app: Flask) -> None:
    """Run every migration that this database has not had yet; one that fails leaves nothing half-done."""
    # Alembic costs a third of the start-up time and serving never needs it.
    from flask_migrate import Migrate, upgrade

    directory = str(Path(__file__).parent.parent / "migrations")
    Migrate(app, db, directory=directory)
    with app.app_context():
        upgrade(directory=directory)


def engine_options(url: str) -> dict[str, Any]:
    """Return what `create_engine` needs for `url`."""
    if url.startswith("sqlite"):
        # With isolation_level None the driver never begins a transaction behind our back. As many connections
        # as threads: while writers wait for a lock, those who only read do not wait for a connection.
        return {
            "connect_args": {"isolation_level": None, "timeout": BUSY_TIMEOUT_MS / 1000},
            "max_overflow": -1,
        }
    return {"pool_pre_ping": True}


def _on_connect(connection: Any, _record: object) -> None:
    for pragma in (
        "journal_mode=WAL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
        "synchronous=FULL",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def overwrite_log() -> None:
    """Empty SQLite's write-ahead log: what was erased from the database would stay readable there."""
    if db.engine.dialect.name != "sqlite":
        return
    connection = db.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


class TransactionOpen(Exception):
    """A transaction was begun inside another one: a verb called a verb."""


@contextmanager
def transaction(after_commit: Callable[[Session], None] | None = None) -> Iterator[Session]:
    """Begin a write transaction, commit it at the end, roll it back when anything is raised.

    Raises `sqlalchemy.exc.OperationalError` when the database is locked for longer than the busy timeout
    or the disk is full; nothing of the block has then happened.
    """
    session = _closed()
    try:
        session.connection(execution_options={"writes": True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        # The next verb must read the row under its own lock, not the copy that somebody still holds.
        session.expunge_all()
    if after_commit is not None:
        after_commit(session)


class WroteWhileReading(Exception):
    """Something was changed inside `reading`: it would have been lost, or worse, written without the lock."""


@contextmanager
def reading() -> Iterator[Session]:
    """Begin a read transaction and end it: objects stay usable, the transaction does not stay open."""
    session = _closed()
    try:
        yield session
        if session.new or session.dirty or session.deleted:
            raise WroteWhileReading
        # A rollback would expire what was read, and its next use would begin a transaction unseen.
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.expunge_all()


def _closed() -> Session:
    session: Session = db.session()
    if session.in_transaction():
        raise TransactionOpen
    return session


def is_in_transaction() -> bool:
    """Whether the calling thread holds a transaction: an adapter or device must not be called then."""
    return bool(db.session().in_transaction())
