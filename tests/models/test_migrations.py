"""The migrations and the models describe the same database, and every step can be taken back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import Migrate, downgrade, upgrade

from kiosk import create_app, keys
from kiosk.config import Settings
from kiosk.db import bring_up_to_date, db, transaction
from tests.fixed_clock import FixedClock
from tests.structure.tree import ROOT

MIGRATIONS = str(ROOT / "migrations")


@pytest.fixture
def app(tmp_path):
    """An app on an empty database: no table was made by the models."""
    keys.create(tmp_path / keys.FILE_NAME)
    return create_app(Settings(data=tmp_path), clock=FixedClock())


def _tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names())


def test_on_an_empty_database_the_migrations_make_what_the_models_say(app):
    bring_up_to_date(app)
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_a_second_run_changes_nothing_and_keeps_the_data(app):
    bring_up_to_date(app)
    with app.app_context(), transaction() as session:
        session.execute(
            sa.text("INSERT INTO terminal_link (token_mac, made_at) VALUES ('m', '2026-11-02 02:00:00')")
        )
    bring_up_to_date(app)
    with app.app_context(), db.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT token_mac FROM terminal_link")).all() == [("m",)]


def test_every_migration_can_be_taken_back_and_made_again(app):
    bring_up_to_date(app)
    with app.app_context():
        made = _tables()
        downgrade(directory=MIGRATIONS, revision="base")
        assert _tables() == {"alembic_version"}
    bring_up_to_date(app)
    with app.app_context():
        assert _tables() == made == set(db.metadata.tables) | {"alembic_version"}


def test_there_is_one_newest_migration():
    configuration = Config()
    configuration.set_main_option("script_location", MIGRATIONS)
    assert len(ScriptDirectory.from_config(configuration).get_heads()) == 1


def test_a_database_in_use_keeps_its_visits_tickets_and_cases_when_the_panel_comes(app):
    Migrate(app, db, directory=MIGRATIONS)
    with app.app_context():
        upgrade(directory=MIGRATIONS, revision="0001")
        with transaction() as session:
            for row in _IN_USE_AT_0001:
                session.execute(sa.text(row))
    bring_up_to_date(app)
    with app.app_context(), db.engine.connect() as connection:
        kept = connection.execute(
            sa.text(
                "SELECT v.channel, v.step_seconds, t.calls, c.distance, o.role FROM review_case c"
                " JOIN ticket t ON t.id = c.ticket_id JOIN visit v ON v.id = t.visit_id, officer o"
            )
        ).all()
        assert kept == [("kiosk", "{}", 0, 0.58, "officer")]
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


_IN_USE_AT_0001 = (
    "INSERT INTO officer (username, display_name, password_hash, active, failures, created_at)"
    " VALUES ('rina', 'Rina', 'x', 1, 0, '2026-11-02 02:00:00')",
    "INSERT INTO visit (id, terminal, language, step, started_at, last_activity_at, nik_warnings,"
    " email_fixes, qr_renewals)"
    " VALUES ('v', 'A1', 'id', 'ticket', '2026-11-02 02:00:00', '2026-11-02 02:00:00', '', 0, 0)",
    "INSERT INTO ticket (id, visit_id, day, serial, reason, state, issued_at)"
    " VALUES ('t', 'v', '2026-11-02', 1, 'face_uncertain', 'waiting', '2026-11-02 02:00:00')",
    "INSERT INTO review_case (id, visit_id, ticket_id, reason, distance, attempts, nik_warnings, opened_at,"
    " state) VALUES ('c', 'v', 't', 'face_uncertain', 0.58, 1, '', '2026-11-02 02:00:00', 'open')",
)
