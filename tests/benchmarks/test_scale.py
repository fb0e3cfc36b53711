"""What the bench measures on must be what the product would have written, or it measures something else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from benchmarks.scale_data import ENTRIES, Year, fill
from kiosk.db import db, reading
from kiosk.domain.audit import ChainFault
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
        until = (clock.now() - timedelta(hours=9)).replace(tzinfo=None)
        fill(tmp_path / "kiosk.db", audit_head.file_of(kiosk), kiosk.keys, Year(VISITS, until))
    return app


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
