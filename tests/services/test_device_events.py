"""The devices' log: changes only, also over a restart; what is old goes; a page reads it by its index."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from kiosk.db import db, reading
from kiosk.domain.device_events import KEPT
from kiosk.hardware.health import State
from kiosk.services import audit, device_events, terminal_state


@pytest.fixture
def devices(kiosk):
    """The three devices, all of them ready."""
    for device in kiosk.devices:
        device._board.report(State.READY, "ok")
    return kiosk.devices


def _said(kiosk):
    return [(event.device, event.state, event.code) for event in device_events.latest(kiosk, "A1")]


def test_what_changes_is_written_once_and_read_newest_first(stand, kiosk, devices):
    assert device_events.note(kiosk) == 3
    assert device_events.note(kiosk) == 0
    stand.clock.advance(5)
    devices.printer._board.report(State.FAULT, "paper_out")
    assert device_events.note(kiosk) == 1
    assert _said(kiosk)[0] == ("printer", "fault", "paper_out")
    [newest] = device_events.latest(kiosk, "A1", most=1)
    assert (newest.at, newest.driver) == (stand.clock.now(), "simulated")
    assert device_events.latest(kiosk, "B2") == []


def test_a_restart_writes_nothing_about_a_device_that_is_as_it_was(kiosk, devices):
    devices.printer._board.report(State.FAULT, "paper_out")
    device_events.note(kiosk)
    restarted = replace(kiosk, device_changes={})
    assert device_events.note(restarted) == 0
    devices.printer._board.report(State.READY, "ok")
    assert device_events.note(replace(kiosk, device_changes={})) == 1


def test_a_line_that_could_not_be_written_is_written_the_next_time(kiosk, devices, monkeypatch):
    def locked(_kiosk):
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    with monkeypatch.context() as patched:
        patched.setattr(audit, "verb", locked)
        with pytest.raises(OperationalError):
            device_events.note(kiosk)
    assert device_events.note(kiosk) == 3


def test_nothing_is_kept_longer_than_a_quarter_and_both_ways_in_use_the_index(stand, kiosk, devices):
    terminal_state.beat(kiosk)
    device_events.note(kiosk)
    stand.clock.advance(KEPT.total_seconds())
    devices.scanner._board.report(State.ABSENT, "unplugged")
    device_events.note(kiosk)
    assert device_events.purge(kiosk) == 0
    plans = []

    def explain(connection, cursor, statement, parameters, context, many):
        if "device_event" in statement and statement.startswith(("SELECT", "DELETE")):
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            plans.append("; ".join(row[3] for row in rows))

    sa.event.listen(db.engine, "before_cursor_execute", explain)
    stand.clock.advance(timedelta(seconds=1).total_seconds())
    assert device_events.purge(kiosk) == 3
    assert _said(kiosk) == [("scanner", "absent", "unplugged")]
    sa.event.remove(db.engine, "before_cursor_execute", explain)
    assert len(plans) == 2
    assert all("ix_device_event_terminal (terminal=?" in plan for plan in plans), plans


def test_what_is_written_are_our_own_words_never_what_a_device_sent(kiosk, devices):
    devices.scanner._board.report(State.DEGRADED, "scan_too_long", "3273011708900001 was read")
    device_events.note(kiosk)
    with reading() as session:
        rows = session.execute(sa.text("SELECT * FROM device_event")).all()
    assert "3273011708900001" not in repr(rows)
