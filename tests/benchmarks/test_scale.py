"""What the bench measures on must be what the product would have written, or it measures something else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from benchmarks.scale import peak
from benchmarks.scale_data import ENTRIES, Year, fill, fill_counts
from kiosk.db import db, reading
from kiosk.domain.audit import ChainFault
from kiosk.models.numbers import DailyCount, MonthlyCount
from kiosk.models.visit import Visit
from kiosk.services import audit_check, audit_head, visit
from tests.fixed_clock import FixedClock
from tests.support import make_app, opened

VISITS = 400


@pytest.fixture
def app(tmp_path):
    """A kiosk with a small year behind it."""
    clock = FixedClock()
    app = make_app(tmp_path, clock=clock)
    with opened(app) as kiosk:
        db.engine.dispose()
        fill(tmp_path / "kiosk.db", audit_head.file_of(kiosk), kiosk.keys, _year(clock, VISITS))
    return app


def _year(clock, visits):
    return Year(visits, (clock.now() - timedelta(hours=9)).replace(tzinfo=None))


def _counts(app):
    """How many counts there are, their first and last day, and what is counted."""
    with opened(app), reading() as session:
        return [
            session.execute(
                sa.select(
                    sa.func.count(),
                    sa.func.min(kind.day),
                    sa.func.max(kind.day),
                    sa.func.count(kind.label.distinct()),
                    sa.func.sum(kind.total),
                )
            ).one()
            for kind in (DailyCount, MonthlyCount)
        ]


def test_the_made_chains_are_whole_and_the_product_goes_on_with_them(app):
    with opened(app) as kiosk:
        assert audit_check.verify(kiosk).faults == ()
        visit.start(kiosk, "id")
        checked = audit_check.verify(kiosk)
    assert (checked.entries, checked.faults) == (VISITS * ENTRIES + 1, ())
    assert len(checked.heads) == 2


def test_a_fault_in_them_is_found(app, tmp_path):
    with opened(app) as kiosk:
        with db.engine.begin() as connection:
            connection.execute(sa.text("UPDATE audit_entry SET subject = 'x' WHERE seq = 77"))
        assert {fault.kind for fault in audit_check.verify(kiosk).faults} == {ChainFault.CHANGED}


def test_every_row_can_be_read_by_its_model_and_no_index_is_lost(app):
    with opened(app):
        inspector = sa.inspect(db.engine)
        for mapper in db.Model.registry.mappers:
            table = mapper.local_table
            with reading() as session:
                session.scalars(sa.select(mapper.class_).limit(5)).all()
            assert {index["name"] for index in inspector.get_indexes(table.name)} == {
                index.name for index in table.indexes
            }
        with reading() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Visit)) == VISITS


def test_the_office_it_is_compared_with_has_the_same_counts_and_nothing_else(app, tmp_path):
    folder = tmp_path / "new"
    folder.mkdir()
    clock = FixedClock()
    new = make_app(folder, clock=clock)
    fill_counts(folder / "kiosk.db", _year(clock, 0))
    assert _counts(new) == _counts(app)
    assert all(row[0] > 1000 for row in _counts(new))
    with opened(new), reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Visit)) == 0


def test_the_memory_that_is_measured_is_not_that_of_the_measuring_process(tmp_path):
    make_app(tmp_path)
    ours = b"x" * 256 * 1024 * 1024
    assert 40 < peak(tmp_path) < 220
    assert len(ours) > 0
