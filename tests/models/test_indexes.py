"""What the kiosk asks again and again, by itself, must not read a year of rows each time."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from kiosk.db import db
from kiosk.domain.retention import RETENTION
from kiosk.models.retention import GROWING, index_name
from kiosk.services import retention, visit
from tests.fixed_clock import FixedClock
from tests.support import make_app, opened


@pytest.fixture
def plans(tmp_path):
    """Every statement that is run from now on with SQLite's plan for it, in the order in which they come."""
    app = make_app(tmp_path, clock=FixedClock())
    found: list[tuple[str, str]] = []

    def explain(connection, cursor, statement, parameters, context, many):
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            found.append((statement, "; ".join(row[3] for row in rows)))

    with opened(app) as kiosk:
        sa.event.listen(db.engine, "before_cursor_execute", explain)
        yield kiosk, found
        sa.event.remove(db.engine, "before_cursor_execute", explain)


def test_the_purge_reads_only_what_is_still_kept(plans):
    kiosk, found = plans
    retention.purge(kiosk)
    for keep in RETENTION:
        table, _, column = keep.column.partition(".")
        if table in GROWING:
            begins = (f"UPDATE {table} SET {column}=", f'UPDATE {table} SET "{column}"=')
            mine = [plan for text, plan in found if text.startswith(begins)]
            assert any(f"USING INDEX {index_name(keep.column)}" in plan for plan in mine), (
                keep.column,
                found,
            )
    scans = [(text, plan) for text, plan in found if "SCAN" in plan and any(name in plan for name in GROWING)]
    assert scans == []


def test_looking_for_abandoned_visits_reads_only_those_under_way_and_nothing_personal(plans):
    kiosk, found = plans
    visit.end_abandoned(kiosk)
    [(text, plan)] = found
    assert plan == "SCAN visit USING INDEX ix_visit_open"
    assert [keep.column for keep in RETENTION if keep.column in text.replace('"', "")] == []
