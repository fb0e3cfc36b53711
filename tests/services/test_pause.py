"""A visit put down: what waits, what is erased, who can take it up, and for how long."""

from __future__ import annotations

import pytest

from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import PAUSABLE, Event, Step
from kiosk.hardware.printer import Failed
from kiosk.models.visit import VisitEnd
from kiosk.services import attempt, codes, contact, pause, register, scan, selfie, terminal_state, ticket
from kiosk.services import visit as visits
from kiosk.services.codes import Kind
from kiosk.services.printing import FAILED, PRINTED
from kiosk.services.scan import Seen, Told
from tests.services.scripted import NO_MATCH
from tests.stand import LAST_STEPS

PAUSED_AT = [step for step in LAST_STEPS if step in PAUSABLE]


def paper(stand, visit_id):
    """The code on the resume ticket."""
    return codes.write(stand.kiosk.keys, Kind.PAUSE, stand.row(visit_id).pause_key)


def pause_at(stand, step):
    """Bring somebody to `step` and pause there; the visit's id."""
    visit_id = stand.bring(step)
    assert pause.pause(stand.kiosk, visit_id, step).step is Step.PAUSED
    return visit_id


@pytest.mark.parametrize("step", PAUSED_AT)
def test_a_ticket_brings_back_language_consent_and_contact_but_no_face(stand, kiosk, step):
    visit_id = pause_at(stand, step)
    held = stand.row(visit_id)
    assert (held.register_photo, held.face_template, held.name, held.paper) == (None, None, None, PRINTED)
    code = paper(stand, visit_id)
    visits.leave(kiosk, visit_id)
    stand.clock.advance(599)
    back = scan.take(kiosk, None, code)
    assert (back.id, back.language, back.consent_at) == (visit_id, "id", held.consent_at)
    if step is Step.NIK:
        assert back.step is Step.NIK
        return
    assert back.step is Step.NIK_CHECK
    knows_contact = step in (Step.CONTACT_CHECK, Step.FACE)
    expected = Step.CONTACT_CHECK if knows_contact else Step.EMAIL
    assert register.look_up(kiosk, visit_id, Step.NIK_CHECK).step is expected
    assert stand.row(visit_id).register_photo is not None


def test_a_ticket_is_used_once_and_void_after_ten_minutes(stand, kiosk):
    first, second = pause_at(stand, Step.EMAIL), pause_at(stand, Step.EMAIL)
    code = paper(stand, first)
    answers = stand.at_once(*[lambda: scan.take(kiosk, None, code)] * 3)
    told = [answer for answer in answers if isinstance(answer, Told)]
    assert {one.result.seen for one in told} == {Seen.PAUSE_OVER}
    assert len(told) == 2
    late = paper(stand, second)
    stand.clock.advance(601)
    assert scan.take(kiosk, None, late).result.seen is Seen.PAUSE_OVER
    assert visits.end_abandoned(kiosk) >= 1
    row = stand.row(second)
    assert (row.step, row.end, row.nik, row.email, row.pause_key) == (
        Step.ENDED,
        VisitEnd.IDLE,
        None,
        None,
        None,
    )
    assert "paused" in row.step_seconds


def test_a_screen_that_was_left_shows_no_paused_visit_and_the_terminal_is_free(stand, kiosk):
    visit_id = pause_at(stand, Step.FACE)
    assert visits.find(kiosk, visit_id) is not None
    stand.clock.advance(41)
    assert visits.find(kiosk, visit_id) is None
    visits.end_abandoned(kiosk)
    assert stand.row(visit_id).step is Step.PAUSED
    terminal_state.beat(kiosk)
    assert terminal_state.terminal(kiosk, kiosk.settings.terminal).step is None


def test_a_pause_gives_no_new_face_tries(stand, kiosk):
    stand.face.compared = NO_MATCH
    visit_id = stand.bring(Step.CONTACT_CHECK)
    selfie.confirm_contact(kiosk, visit_id, Step.CONTACT_CHECK)
    stand.show_face(visit_id)
    assert attempt.left(kiosk, stand.row(visit_id)) == 2
    pause.pause(kiosk, visit_id, Step.FACE_AGAIN)
    scan.take(kiosk, None, paper(stand, visit_id))
    register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    selfie.confirm_contact(kiosk, visit_id, Step.CONTACT_CHECK)
    assert attempt.left(kiosk, stand.row(visit_id)) == 2


@pytest.mark.parametrize("leaves", [True, False])
def test_without_paper_nothing_waits_for_a_resident_who_leaves(stand, kiosk, leaves):
    stand.printer.controls.paper_out = True
    visit_id = pause_at(stand, Step.EMAIL)
    if leaves:
        visits.leave(kiosk, visit_id, came_from=Step.PAUSED)
    else:
        stand.clock.advance(41)
        visits.end_abandoned(kiosk)
    row = stand.row(visit_id)
    assert (row.step, row.nik, row.end) == (Step.ENDED, None, VisitEnd.LEFT if leaves else VisitEnd.IDLE)


def test_a_screen_that_goes_by_itself_does_not_end_a_visit_whose_ticket_is_just_held_up(stand, kiosk):
    visit_id = pause_at(stand, Step.EMAIL)
    scan.take(kiosk, visit_id, paper(stand, visit_id))
    assert visits.leave(kiosk, visit_id, came_from=Step.PAUSED).step is Step.NIK_CHECK
    assert visits.leave(kiosk, visit_id, came_from=Step.NIK_CHECK).step is Step.ENDED


def test_another_language_and_an_officer_beside_the_screen_do_not_make_ten_minutes_longer(stand, kiosk):
    visit_id = pause_at(stand, Step.EMAIL)
    code = paper(stand, visit_id)
    stand.clock.advance(35)
    visits.speak(kiosk, visit_id, "en")
    visits.stay(kiosk, visit_id)
    stand.clock.advance(566)
    assert scan.take(kiosk, None, code).result.seen is Seen.PAUSE_OVER
    visits.end_abandoned(kiosk)
    assert stand.row(visit_id).step is Step.ENDED


def test_the_sheet_of_an_earlier_pause_says_nothing_about_the_present_one(stand, kiosk):
    visit_id = stand.bring(Step.EMAIL)
    real = kiosk.devices.printer.print

    def goes_on_meanwhile(job, name, seconds):
        kiosk.devices.printer.print = real
        stand.clock.advance(1)
        pause.go_on(kiosk, visit_id, Step.PAUSED)
        pause.pause(kiosk, visit_id, Step.NIK_CHECK)
        return Failed("paper_out")

    kiosk.devices.printer.print = goes_on_meanwhile
    pause.pause(kiosk, visit_id, Step.EMAIL)
    assert stand.row(visit_id).paper == PRINTED


def test_without_paper_the_visit_goes_on_at_its_screen_or_gets_a_number(stand, kiosk):
    stand.printer.controls.paper_out = True
    visit_id = pause_at(stand, Step.EMAIL)
    assert stand.row(visit_id).paper == FAILED
    void = paper(stand, visit_id)
    assert visits.end_abandoned(kiosk) == 0, "its resident stands there and reads"
    assert pause.go_on(kiosk, visit_id, Step.PAUSED).step is Step.NIK_CHECK
    assert scan.take(kiosk, None, void).result.seen is Seen.PAUSE_OVER
    pause.pause(kiosk, visit_id, Step.NIK_CHECK)
    void = paper(stand, visit_id)
    assert ticket.refer(kiosk, visit_id, Step.PAUSED, None).step is Step.TICKET
    assert scan.take(kiosk, None, void).result.seen is Seen.PAUSE_OVER


def test_what_an_officer_has_let_go_on_is_not_paused_but_referred(stand, kiosk):
    visit_id = stand.bring(Step.FACE)
    from kiosk.services import audit

    with audit.verb(kiosk) as session:
        session.get_one(type(stand.row(visit_id)), visit_id).resumed_at = stand.clock.now()
    assert pause.pause(kiosk, visit_id, Step.FACE).step is Step.FACE
    assert selfie.camera_gone(kiosk, visit_id).step is Step.TICKET
    assert [one.reason for one in stand.tickets()] == [ReferReason.CAMERA_GONE]


def test_a_stale_form_pauses_nothing(stand, kiosk):
    visit_id = stand.bring(Step.QR)
    assert pause.pause(kiosk, visit_id, Step.FACE).step is Step.QR
    assert pause.pause(kiosk, visit_id, Step.QR).step is Step.QR
    assert pause.go_on(kiosk, visit_id, Step.QR).step is Step.QR


def test_what_a_found_ticket_brings_back_stays_masked_also_one_step_back(stand, kiosk):
    visit_id = pause_at(stand, Step.FACE)
    assert scan.take(kiosk, None, paper(stand, visit_id)).brought
    visits.move(kiosk, visit_id, Step.NIK_CHECK, Event.BACK)
    assert stand.row(visit_id).brought


def test_contact_typed_anew_replaces_all_that_was_brought(stand, kiosk):
    visit_id = pause_at(stand, Step.FACE)
    pause.go_on(kiosk, visit_id, Step.PAUSED)
    register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    visits.move(kiosk, visit_id, Step.CONTACT_CHECK, Event.BACK)
    contact.enter_email(kiosk, visit_id, Step.EMAIL, "lain@contoh.example")
    row = stand.row(visit_id)
    assert (row.step, row.phone, row.brought) == (Step.PHONE, None, False)


def test_before_the_consent_a_ticket_takes_the_place_of_an_empty_visit(stand, kiosk):
    visit_id = pause_at(stand, Step.EMAIL)
    code = paper(stand, visit_id)
    empty = visits.start(kiosk, "id").id
    assert scan.take(kiosk, empty, code).id == visit_id
    assert stand.row(empty).step is Step.ENDED


def test_in_anothers_visit_a_ticket_only_gets_a_note(stand, kiosk):
    visit_id = pause_at(stand, Step.EMAIL)
    code = paper(stand, visit_id)
    other = stand.bring(Step.PHONE)
    told = scan.take(kiosk, other, code)
    assert (told.result.seen, told.is_note) == (Seen.PAUSE_NOT_NOW, True)
    assert (stand.row(other).step, stand.row(visit_id).step) == (Step.PHONE, Step.PAUSED)
