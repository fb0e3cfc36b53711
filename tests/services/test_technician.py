"""Paper, test print, camera look, out of service: written down, and still so after a restart."""

from __future__ import annotations

import pytest

from kiosk.domain.visit import Step
from kiosk.hardware.printer import Failed, Printed
from kiosk.services import technician, terminal_state
from kiosk.services.technician import NotDone, Sight
from tests.officers import Office
from tests.routes.walk import PICTURE
from tests.support import make_app, opened


@pytest.fixture
def tono(stand, kiosk):
    terminal_state.beat(kiosk)
    return Office(stand.app, stand.clock).officer("tono", pin_hash=None)


def _seen(kiosk):
    return terminal_state.terminals(kiosk)[0]


def test_a_closed_terminal_stays_closed_after_a_restart(stand, kiosk, tono):
    assert technician.close(kiosk, tono, "A1", "  Sedang\n diperbaiki ") is None
    assert terminal_state.closed_message(kiosk) == "Sedang diperbaiki"
    again = make_app(kiosk.settings.data, clock=stand.clock)
    with opened(again) as restarted:
        assert terminal_state.closed_message(restarted) == "Sedang diperbaiki"
        terminal_state.beat(restarted)
    assert _seen(kiosk).is_closed
    assert technician.reopen(kiosk, tono, "A1") is None
    assert terminal_state.closed_message(kiosk) is None


@pytest.mark.parametrize(
    ("message", "problem"),
    [("", NotDone.MESSAGE_EMPTY), (" \n ", NotDone.MESSAGE_EMPTY), ("a" * 201, NotDone.MESSAGE_TOO_LONG)],
)
def test_a_message_of_nothing_or_too_much_closes_nothing(stand, kiosk, tono, message, problem):
    assert technician.close(kiosk, tono, "A1", message) is problem
    assert terminal_state.closed_message(kiosk) is None
    assert technician.close(kiosk, tono, "A1", "a" * 200) is None


def test_a_terminal_that_nobody_knows_is_not_made_by_asking(kiosk, tono):
    assert technician.close(kiosk, tono, "Z9", "x") is NotDone.UNKNOWN
    assert technician.reopen(kiosk, tono, "Z9") is NotDone.UNKNOWN
    assert technician.paper_changed(kiosk, tono, "Z9") is NotDone.UNKNOWN
    assert [one.name for one in terminal_state.terminals(kiosk)] == ["A1"]


def test_a_new_roll_is_counted_from_none_and_says_how_much_it_gives(stand, kiosk, tono):
    assert technician.paper_left(kiosk, _seen(kiosk)) is None
    technician.paper_changed(kiosk, tono, "A1")
    full = technician.paper_left(kiosk, _seen(kiosk))
    stand.printer.open()
    assert isinstance(technician.test_print(kiosk, tono), Printed)
    assert technician.paper_left(kiosk, _seen(kiosk)) == full - 1
    stand.printer.controls.paper_out = True
    assert isinstance(technician.test_print(kiosk, tono), Failed)
    assert _seen(kiosk).sheets == 1
    technician.paper_changed(kiosk, tono, "A1")
    assert (_seen(kiosk).sheets, _seen(kiosk).paper_changed_at) == (0, kiosk.clock.now())


def test_what_was_done_is_written_down_without_the_message(stand, kiosk, tono):
    technician.close(kiosk, tono, "A1", "Bu Sari sakit")
    technician.reopen(kiosk, tono, "A1")
    technician.reopen(kiosk, tono, "A1")  # open already: nothing happened
    technician.paper_changed(kiosk, tono, "A1")
    technician.test_print(kiosk, tono)
    technician.open_sight(kiosk, tono)
    entries = stand.audited()
    assert [entry.action.value for entry in entries] == [
        "terminal.closed",
        "terminal.opened",
        "paper.changed",
        "paper.printed",
        "camera.seen",
    ]
    assert {entry.subject for entry in entries} == {"terminal:A1"}
    assert "Sari" not in "".join(entry.detail for entry in entries)


def test_a_look_through_the_camera_closes_itself_and_is_nobody_elses(stand, kiosk, tono):
    stand.kiosk.devices.camera._viewing.publish(PICTURE)
    sight = technician.open_sight(kiosk, tono)
    assert isinstance(sight, Sight)
    assert technician.look(kiosk, tono, sight.code) == PICTURE
    rina = Office(stand.app, stand.clock).officer("rina", pin_hash=None)
    assert technician.look(kiosk, rina, sight.code) is NotDone.SIGHT_OVER
    stand.clock.advance(60)
    assert technician.look(kiosk, tono, sight.code) is NotDone.SIGHT_OVER


@pytest.mark.parametrize("code", ["", "x", "99999999999.00", "9" * 40, "-1.ab", "é.é", f"1793584860.{0:032}"])
def test_a_made_up_look_shows_nothing(kiosk, tono, code):
    assert technician.look(kiosk, tono, code) is NotDone.SIGHT_OVER


@pytest.mark.parametrize("at", [Step.NIK, Step.FACE, Step.QR])
def test_nobody_looks_on_while_a_resident_is_before_the_camera(stand, kiosk, tono, at):
    sight = technician.open_sight(kiosk, tono)
    stand.bring(at)
    stand.kiosk.devices.camera._viewing.publish(PICTURE)
    assert technician.look(kiosk, tono, sight.code) is NotDone.SOMEBODY_THERE
    assert technician.open_sight(kiosk, tono) is NotDone.SOMEBODY_THERE
