"""What the kiosk does by itself, and goes on doing when one chore fails."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kiosk import housekeeping
from kiosk.db import db
from kiosk.domain.retention import RETENTION
from kiosk.domain.ticket import TicketState
from kiosk.domain.visit import Step, allowed_idle
from kiosk.housekeeping import Housekeeper
from kiosk.services import redemption, retention, ticket
from kiosk.services import visit as visits
from tests.residents import SARI
from tests.services.scripted import UNCERTAIN


@pytest.fixture
def housekeeper(stand, kiosk):
    """A housekeeper whose thread is not running: its chores are called by the test."""
    return Housekeeper(kiosk, stand.app.app_context)


def test_intents_of_a_crash_are_settled_before_the_first_chore(stand, kiosk):
    visit_id = stand.bring(Step.QR)
    code, digits = stand.offered(visit_id)
    stand.authority.down = True
    redemption.redeem(kiosk, code, digits)
    stand.authority.down = False
    made_after = Housekeeper(kiosk, stand.app.app_context)
    made_after.start()
    until = time.monotonic() + 10
    while stand.activations()[0].state != "open" and time.monotonic() < until:
        time.sleep(0.02)
    made_after.stop()
    assert stand.activations()[0].state == "open"


def test_a_chore_that_fails_is_logged_without_its_words_and_the_next_is_done(
    stand, kiosk, housekeeper, caplog
):
    def fails(_kiosk):
        raise RuntimeError(SARI.nik)

    done = []
    housekeeper._do("first", fails)
    housekeeper._do("second", done.append)
    assert done == [kiosk]
    assert caplog.messages == ["first failed: RuntimeError"]


def test_the_housekeeper_stops_when_it_is_told_to(housekeeper):
    housekeeper.start()
    began = time.monotonic()
    housekeeper.stop()
    assert time.monotonic() - began < 5
    assert not housekeeper._thread.is_alive()


def test_every_chore_runs_on_a_database_with_a_visit_in_it(stand, kiosk, housekeeper, caplog):
    stand.bring(Step.QR)
    for name, _, chore in housekeeping.CHORES:
        housekeeper._do(name, chore)
    assert caplog.messages == []


def test_a_dead_browsers_visit_is_ended_by_the_chore(stand, kiosk, housekeeper):
    visit_id = stand.bring(Step.FACE)
    stand.clock.advance(allowed_idle(Step.FACE).total_seconds() + 1)
    housekeeper._do("abandoned visits", visits.end_abandoned)
    assert stand.row(visit_id).step is Step.ENDED


def test_after_the_office_day_nothing_personal_of_a_waiting_ticket_is_left(stand, kiosk):
    visit_id = stand.bring(Step.FACE)
    stand.face.compared = UNCERTAIN
    stand.show_face(visit_id)
    assert {"review_case.selfie", "visit.nik"} <= set(stand.personal())
    stand.clock.advance(16 * 3600 + 1)
    retention.purge(kiosk)
    assert stand.personal() == {}
    assert stand.row(visit_id).step is Step.ENDED
    assert stand.tickets()[0].state is TicketState.VOID


def test_before_its_time_the_purge_empties_nothing(stand, kiosk):
    ticket.refer(kiosk, stand.bring(Step.EMAIL), Step.EMAIL, None)
    kept = stand.personal()
    stand.clock.advance(15 * 3600)
    assert retention.purge(kiosk) == 0
    assert stand.personal() == kept


def test_a_visit_that_was_never_ended_is_closed_by_the_purge(stand, kiosk):
    visit_id = stand.bring(Step.QR)
    stand.clock.advance(17 * 3600)
    retention.purge(kiosk)
    assert stand.row(visit_id).step is Step.ENDED
    assert [one.state for one in stand.activations()] == ["void"]
    assert stand.personal() == {}


def test_the_purge_knows_every_column_it_is_to_empty():
    for keep in RETENTION:
        table, _, column = keep.column.partition(".")
        assert column in db.metadata.tables[table].c
        assert keep.anchor in db.metadata.tables[table].c
        assert keep.longest > timedelta(0)


def test_what_was_purged_is_not_in_the_file_any_more(stand, kiosk):
    """`secure_delete`: the bytes themselves go, not only the way to them."""
    visit_id = stand.bring(Step.EMAIL)
    with db.engine.connect() as wire:
        cipher = wire.execute(sa.text("SELECT nik FROM visit WHERE id = :id"), {"id": visit_id}).scalar_one()
    visits.leave(kiosk, visit_id)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as wire:
        wire.exec_driver_sql("COMMIT")
        wire.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        wire.exec_driver_sql("BEGIN")
    assert cipher not in (kiosk.settings.data / "kiosk.db").read_bytes()
