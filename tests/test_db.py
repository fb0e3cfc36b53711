"""Transactions: what fails leaves nothing, what is read does not move, and threads wait for one another."""

from __future__ import annotations

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from kiosk import db as database
from kiosk.db import TransactionOpen, WroteWhileReading, db, is_in_transaction, reading, transaction
from kiosk.domain.visit import Step
from kiosk.models.visit import LookUp, Visit
from tests.support import make_app

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


def _visit(id_: str) -> Visit:
    return Visit(id=id_, terminal="A1", language="id", step=Step.CHOICE, started_at=NOW, last_activity_at=NOW)


@pytest.fixture
def app(tmp_path):
    app = make_app(tmp_path)
    with app.app_context(), transaction() as session:
        session.add(_visit("v"))
    return app


def _fixes(app) -> int:
    with app.app_context(), reading() as session:
        return session.get_one(Visit, "v").email_fixes


def test_eight_threads_that_read_and_then_write_lose_nothing_and_never_fail(app):
    ready = threading.Barrier(8)

    def count(_: int) -> None:
        ready.wait(timeout=10)
        for _ in range(10):
            with app.app_context(), transaction() as session:
                visit = session.get_one(Visit, "v")
                visit.email_fixes += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    assert _fixes(app) == 80


def test_a_transaction_inside_another_is_refused_and_the_outer_one_goes_on(app):
    with app.app_context():
        with transaction() as session:
            session.get_one(Visit, "v").email_fixes = 5
            for inner in (transaction, reading):
                with pytest.raises(TransactionOpen):
                    inner().__enter__()
        assert not is_in_transaction()
    assert _fixes(app) == 5


class Unexpected(Exception):
    """Something nobody foresaw."""


def _fail_after_writing(after_commit=None):
    with transaction(after_commit) as session:
        session.get_one(Visit, "v").email_fixes = 7
        session.add(_visit("other"))
        session.flush()
        raise Unexpected


def test_what_is_raised_leaves_nothing_behind(app):
    published = []
    with app.app_context():
        with pytest.raises(Unexpected):
            _fail_after_writing(published.append)
        assert not is_in_transaction()
        with reading() as session:
            assert session.get(Visit, "other") is None
            assert session.get_one(Visit, "v").email_fixes == 0
    assert published == []


def test_what_comes_after_the_commit_happens_outside_the_transaction(app):
    seen = []
    with app.app_context(), transaction(lambda _: seen.append(is_in_transaction())):
        assert is_in_transaction()
    assert seen == [False]


def test_a_reader_sees_one_moment_however_long_it_reads(app):
    with app.app_context(), reading() as session:
        before = session.scalar(sa.select(Visit.email_fixes))
        _in_another_thread(app, lambda other: other.execute(sa.update(Visit).values(email_fixes=9)))
        assert (session.scalar(sa.select(Visit.email_fixes)), before) == (0, 0)
    assert _fixes(app) == 9


def _in_another_thread(app, change):
    def work():
        with app.app_context(), transaction() as session:
            change(session)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result(timeout=10)


def test_a_writer_does_not_keep_readers_waiting(app):
    with app.app_context(), transaction() as session:
        session.execute(sa.update(Visit).values(email_fixes=3))
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(_fixes, app).result(timeout=2) == 0


def test_what_was_read_stays_usable_and_holds_no_transaction(app):
    with app.app_context():
        with reading() as session:
            visit = session.get_one(Visit, "v")
        assert visit.step is Step.CHOICE
        assert visit.nik is None
        assert not is_in_transaction()


def _change_while_reading(change):
    with reading() as session:
        change(session)


@pytest.mark.parametrize(
    "change",
    [
        lambda session: session.add(_visit("other")),
        lambda session: setattr(session.get_one(Visit, "v"), "email_fixes", 4),
        lambda session: session.delete(session.get_one(Visit, "v")),
    ],
    ids=["added", "changed", "deleted"],
)
def test_a_change_while_reading_is_refused_and_lost(app, change):
    with app.app_context():
        with pytest.raises(WroteWhileReading):
            _change_while_reading(change)
        assert not is_in_transaction()
        with reading() as session:
            assert [(visit.id, visit.email_fixes) for visit in session.scalars(sa.select(Visit))] == [
                ("v", 0)
            ]


def test_a_verb_reads_the_row_under_its_own_lock_and_not_an_older_copy(app):
    with app.app_context():
        with reading() as session:
            seen = session.get_one(Visit, "v")
        _in_another_thread(app, lambda other: other.execute(sa.update(Visit).values(email_fixes=6)))
        with transaction() as session:
            assert session.get_one(Visit, "v").email_fixes == 6
        assert seen.email_fixes == 0


def test_a_database_locked_for_too_long_is_an_error_and_nothing_is_half_done(app, tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 100)
    impatient = make_app(tmp_path)
    holder = sqlite3.connect(tmp_path / "kiosk.db", isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        with (
            impatient.app_context(),
            pytest.raises(sa.exc.OperationalError, match="database is locked"),
            transaction(),
        ):
            pytest.fail("the block must not begin")
    finally:
        holder.close()
    with impatient.app_context():
        assert not is_in_transaction()
    assert _fixes(impatient) == 0


def test_writers_who_wait_for_a_lock_keep_nobody_from_reading(app, tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 1500)
    patient = make_app(tmp_path)
    began = threading.Barrier(21)

    def write(_: int) -> bool:
        began.wait(timeout=10)
        try:
            with patient.app_context(), transaction():
                return False
        except sa.exc.OperationalError:
            return True

    holder = sqlite3.connect(tmp_path / "kiosk.db", isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(20) as pool:
            writers = [pool.submit(write, number) for number in range(20)]
            began.wait(timeout=10)
            time.sleep(0.2)
            before = time.monotonic()
            assert _fixes(patient) == 0
            assert time.monotonic() - before < 1
            assert all(writer.result() for writer in writers)
    finally:
        holder.close()


def test_a_full_disk_is_an_error_and_nothing_is_half_done(app):
    with app.app_context():
        with db.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            # SQLite's own way to a disk that has no page left (SQLITE_FULL), for this one connection.
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(sa.exc.OperationalError, match="full"):
            _fill_the_disk()
        assert not is_in_transaction()
        with reading() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Visit)) == 1


def _fill_the_disk():
    with transaction() as session:
        for number in range(500):
            visit = _visit(f"v{number}")
            visit.register_photo = bytes(10_000)
            session.add(visit)
            session.flush()


def test_a_row_that_names_a_visit_that_is_not_there_is_refused(app):
    with app.app_context(), pytest.raises(sa.exc.IntegrityError), transaction() as session:
        session.add(LookUp(visit_id="nobody", terminal="A1", at=NOW))


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("foreign_keys", 1), ("synchronous", 2), ("secure_delete", 1)],
)
def test_every_connection_keeps_its_promises(app, pragma, value):
    with app.app_context(), db.engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
