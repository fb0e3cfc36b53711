"""What a stolen database file shows, and what happens to a value that somebody moved."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from kiosk import keys
from kiosk.db import db, reading, transaction
from kiosk.domain.eligibility import RecordState
from kiosk.domain.nik import Sex
from kiosk.domain.visit import Step
from kiosk.models.register import RegisterPerson
from kiosk.models.visit import Visit
from tests.support import make_app, opened

NIK, NAME, EMAIL, PHONE = "3273014101900001", "Sari Wulandari", "sari.w@contoh.example", "+6281234567890"
PHOTO = b"\xff\xd8 a face \xff\xd9"


def _visit(id_="v1", **other):
    now = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
    values = {
        "nik": NIK,
        "name": NAME,
        "email": EMAIL,
        "phone": PHONE,
        "register_photo": PHOTO,
        "face_template": b"128 numbers",
    }
    return Visit(
        id=id_,
        terminal="A1",
        language="id",
        step=Step.EMAIL,
        started_at=now,
        last_activity_at=now,
        **values | other,
    )


@pytest.fixture
def app(tmp_path):
    app = make_app(tmp_path)
    with app.app_context(), transaction() as session:
        session.add(_visit())
    return app


def _stored(folder: Path) -> bytes:
    """Everything in the database's files, with what SQLite has not yet moved out of its log."""
    found = {path.name: path.read_bytes() for path in folder.glob("kiosk.db*")}
    assert len(found["kiosk.db-wal"]) > 0
    return b"".join(found.values())


@pytest.mark.parametrize("secret", [NIK, NAME, "Wulandari", EMAIL, PHONE, PHOTO, b"128 numbers"])
def test_the_files_of_the_database_show_nobody(app, tmp_path, secret):
    stored = _stored(tmp_path)
    assert b"A1" in stored  # what is not personal does stand there
    assert (secret if isinstance(secret, bytes) else secret.encode()) not in stored


def test_what_was_erased_is_gone_from_the_files_too(app, tmp_path):
    ring = app.extensions["kiosk"].keys
    with app.app_context():
        with db.engine.connect() as connection:
            kept = connection.exec_driver_sql("SELECT nik FROM visit").scalar_one()
        assert ring.decrypt(kept, "visit.nik") == NIK.encode()
        with transaction() as session:
            session.get_one(Visit, "v1").nik = None
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert kept not in b"".join(path.read_bytes() for path in tmp_path.glob("kiosk.db*"))


def test_everything_is_read_back(app):
    with app.app_context(), reading() as session:
        visit = session.get_one(Visit, "v1")
    assert (visit.nik, visit.name, visit.email, visit.phone) == (NIK, NAME, EMAIL, PHONE)
    assert visit.register_photo == PHOTO


def test_nothing_stays_nothing(app):
    with app.app_context():
        with transaction() as session:
            session.add(_visit("v2", nik=None, register_photo=None))
        with reading() as session:
            raw = session.execute(sa.text("SELECT nik, register_photo FROM visit WHERE id='v2'")).one()
    assert tuple(raw) == (None, None)


@pytest.mark.parametrize("text", ["", "Ñ é 名前", "a" * 100_000, "\x00"])
def test_any_text_is_read_back(app, text):
    with app.app_context():
        with transaction() as session:
            session.add(_visit("v2", name=text))
        with reading() as session:
            assert session.get_one(Visit, "v2").name == text


def test_a_value_moved_to_another_column_is_not_read(app):
    with app.app_context():
        with transaction() as session:
            session.execute(sa.text("UPDATE visit SET email = nik"))
        with pytest.raises(InvalidTag), reading() as session:
            session.get_one(Visit, "v1")


def test_a_value_moved_to_another_table_is_not_read(app):
    """Whoever may write to the database cannot make the register answer with a resident's selfie or name."""
    with app.app_context():
        with transaction() as session:
            session.add(
                RegisterPerson(
                    nik_hash="h",
                    nik=NIK,
                    name="Somebody Else",
                    born=date(1990, 1, 1),
                    sex=Sex.FEMALE,
                    married=False,
                    recorded=True,
                    state=RecordState.ACTIVE,
                    region="3273",
                    photo=None,
                )
            )
        with transaction() as session:
            session.execute(sa.text("UPDATE register_person SET name = (SELECT name FROM visit)"))
        with pytest.raises(InvalidTag), reading() as session:
            session.get_one(RegisterPerson, "h")


def test_another_key_reads_nothing(app, tmp_path):
    other = tmp_path / "other-keys.txt"
    keys.create(other)
    with (
        make_app(tmp_path, key_file=other).app_context(),
        pytest.raises(InvalidTag),
        reading() as session,
    ):
        session.get_one(Visit, "v1")


def test_after_a_new_key_version_old_values_are_read_and_new_ones_need_it(app, tmp_path):
    path = tmp_path / keys.FILE_NAME
    with path.open("a", encoding="ascii") as file:
        file.write(f"2 {'ab' * 32}\n")
    with opened(make_app(tmp_path)) as kiosk:
        assert kiosk.keys.current == 2
        with reading() as session:
            assert session.get_one(Visit, "v1").nik == NIK
        with transaction() as session:
            session.add(_visit("v2"))
    with app.app_context(), pytest.raises(KeyError), reading() as session:
        session.get_one(Visit, "v2")


def test_a_moment_without_a_time_zone_is_refused(app):
    moved = sa.update(Visit).values(ended_at=datetime(2026, 11, 2, 2, 0))  # noqa: DTZ001
    with (
        app.app_context(),
        transaction() as session,
        pytest.raises(sa.exc.StatementError, match="naive datetime"),
    ):
        session.execute(moved)
