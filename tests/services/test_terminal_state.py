"""The sign of life: true, without a name, counted once, and no dearer with a million visits behind it."""

from __future__ import annotations

import sqlalchemy as sa

from kiosk.db import db
from kiosk.domain.numbers import Measure
from kiosk.domain.terminal_state import TerminalState
from kiosk.domain.visit import Step
from kiosk.hardware.health import State
from kiosk.models.numbers import DailyCount
from kiosk.models.terminal import Terminal
from kiosk.services import audit, technician, terminal_state, ticket
from kiosk.services import visit as visits
from tests.officers import Office
from tests.residents import SARI


def _works(stand):
    for device in stand.kiosk.devices:
        device._board.report(State.READY, "ok")


def _uptime(stand):
    rows = stand.all(sa.select(DailyCount).where(DailyCount.measure == Measure.UPTIME))
    return {row.label: row.total for row in rows}


def test_a_beat_says_step_and_health_and_never_whose_visit_it_is(stand, kiosk):
    _works(stand)
    visit_id = stand.bring(Step.EMAIL)
    stand.clock.advance(30)
    terminal_state.beat(kiosk)
    (seen,) = terminal_state.terminals(kiosk)
    assert (seen.name, seen.state, seen.step) == ("A1", TerminalState.SERVING, Step.EMAIL)
    assert seen.step_since == stand.row(visit_id).step_since
    assert {one.name: (one.code, one.works) for one in seen.devices} == {
        "camera": ("ok", True),
        "printer": ("ok", True),
        "scanner": ("ok", True),
    }
    row = stand.one(sa.select(Terminal))
    kept = repr([getattr(row, column.key) for column in Terminal.__table__.columns])
    assert [word for word in (*SARI.secrets, visit_id) if word in kept] == []


def test_a_terminal_that_does_not_speak_is_silent_with_its_last_word_kept(stand, kiosk):
    terminal_state.beat(kiosk)
    heard = kiosk.clock.now()
    stand.clock.advance(16)
    (seen,) = terminal_state.terminals(kiosk)
    assert (seen.state, seen.seen_at) == (TerminalState.SILENT, heard)
    stand.clock.advance(8 * 24 * 3600)
    assert terminal_state.terminals(kiosk) == []


def test_a_visit_that_has_left_the_screen_is_not_shown_as_served(stand, kiosk):
    visit_id = stand.bring(Step.EMAIL)
    ticket.refer(kiosk, visit_id, Step.EMAIL, None)
    terminal_state.beat(kiosk)
    assert terminal_state.terminals(kiosk)[0].step is Step.TICKET
    stand.clock.advance(26)
    terminal_state.beat(kiosk)
    assert terminal_state.terminals(kiosk)[0].state is TerminalState.IDLE
    visits.leave(kiosk, stand.bring(Step.NIK))
    terminal_state.beat(kiosk)
    assert terminal_state.terminals(kiosk)[0].step is None


def test_every_second_is_counted_once_as_what_it_was_and_silence_as_nothing(stand, kiosk):
    _works(stand)
    terminal_state.beat(kiosk)
    stand.clock.advance(5)
    terminal_state.beat(kiosk)
    stand.clock.advance(3600)  # nobody knows how it was
    terminal_state.beat(kiosk)
    stand.printer._board.report(State.FAULT, "paper_out")
    stand.clock.advance(5)
    terminal_state.beat(kiosk)
    technician.close(kiosk, Office(stand.app, stand.clock).officer(), "A1", "Sedang dibersihkan")
    stand.clock.advance(6)
    terminal_state.beat(kiosk)
    assert _uptime(stand) == {"ready": 20.0, "not_ready": 5.0, "closed": 6.0}


def test_finding_the_present_visit_reads_an_index_and_not_every_visit(stand, kiosk):
    asked = []

    def note(_conn, _cursor, statement, parameters, _context, _many):
        if "FROM visit" in statement:
            asked.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    with audit.verb(kiosk) as session:
        terminal_state.present_visit(kiosk, session)
    sa.event.remove(db.engine, "before_cursor_execute", note)
    ((statement, parameters),) = asked
    with db.engine.connect() as wire:
        plan = [row[-1] for row in wire.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    assert any("USING INDEX ix_visit_step" in line for line in plan), plan


def test_a_printed_sheet_comes_off_the_roll_and_one_that_never_left_does_not(stand, kiosk):
    stand.printer.open()
    terminal_state.beat(kiosk)
    ticket.refer(kiosk, stand.bring(Step.EMAIL), Step.EMAIL, None)
    assert terminal_state.terminals(kiosk)[0].sheets == 1
    stand.printer.controls.paper_out = True
    ticket.refer(kiosk, stand.bring(Step.EMAIL), Step.EMAIL, None)
    assert terminal_state.terminals(kiosk)[0].sheets == 1
