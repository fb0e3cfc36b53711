"""The look-up: refusals that cannot be told apart, their one moment, the limit, and a register in trouble."""

from __future__ import annotations

import logging
from datetime import date

import pytest

from kiosk.adapters.face import (
    EngineDown,
    EngineTimeout,
    NoFaceReason,
    NotAPicture,
    NoUsableFace,
    PictureTooLarge,
)
from kiosk.domain.eligibility import RecordState
from kiosk.domain.nik import Sex
from kiosk.domain.reasons import FROM_REGISTER, ReferReason
from kiosk.domain.visit import Event, Step
from kiosk.services import nik, register, ticket
from kiosk.services import visit as visits
from tests.residents import BUDI, SARI, YOUNG
from tests.services.scripted import TEMPLATE

MOMENT = 1.5

REFUSALS = {
    ReferReason.REGISTER_NOT_FOUND: None,
    ReferReason.REGISTER_NOT_RECORDED: {"recorded": False, "photo": None},
    ReferReason.REGISTER_DECEASED: {"state": RecordState.DECEASED},
    ReferReason.REGISTER_INACTIVE: {"state": RecordState.INACTIVE},
    ReferReason.REGISTER_TOO_YOUNG: {"born": date(2012, 7, 15)},
    ReferReason.REGISTER_PHOTO_UNUSABLE: {"photo": None},
}
"""What the register says for each reason; None: it has no record."""


def refused(stand, reason):
    """Let the register know BUDI so that it refuses him for `reason`; return his visit at the question."""
    record = REFUSALS[reason]
    if record is not None:
        stand.enrol(BUDI, **record)
    return stand.bring(Step.NIK_CHECK, BUDI)


def test_every_refusal_of_the_register_is_tried_here():
    assert set(REFUSALS) == FROM_REGISTER


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_refusal_shows_nothing_and_only_the_officer_learns_why(stand, kiosk, reason):
    visit_id = refused(stand, reason)
    visit = register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    assert (visit.step, visit.refer_reason) == (Step.REGISTER_REFUSED, reason)
    row = stand.row(visit_id)
    assert row.name is row.register_photo is row.face_template is row.region is None
    ticket.refer(kiosk, visit_id, Step.REGISTER_REFUSED, None)
    assert [one.reason for one in stand.tickets()] == [reason]


@pytest.mark.parametrize("reason", REFUSALS)
@pytest.mark.parametrize("delay", [0.0, 0.1, 1.4])
def test_the_answer_leaves_at_one_moment_whatever_the_reason(stand, kiosk, reason, delay):
    visit_id = refused(stand, reason)
    stand.register.delay = delay
    asked_at = stand.clock.monotonic()
    register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    assert stand.clock.waited_until[-1] == asked_at + MOMENT
    assert stand.clock.monotonic() == asked_at + MOMENT


@pytest.mark.parametrize("unusable", [NoUsableFace(NoFaceReason.TOO_SMALL), NotAPicture(), PictureTooLarge()])
def test_a_poor_photo_leaves_at_the_same_moment_as_no_record(stand, kiosk, unusable):
    stand.enrol(BUDI)
    stand.face.described, stand.face.takes = unusable, 0.4
    visit_id = stand.bring(Step.NIK_CHECK, BUDI)
    asked_at = stand.clock.monotonic()
    visit = register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    assert visit.refer_reason is ReferReason.REGISTER_PHOTO_UNUSABLE
    assert visit.step is Step.REGISTER_REFUSED
    assert stand.clock.waited_until[-1] == asked_at + MOMENT


def test_an_eligible_nik_leaves_at_that_moment_too(stand, kiosk):
    visit_id = stand.bring(Step.NIK_CHECK)
    asked_at = stand.clock.monotonic()
    stand.face.takes = 0.1
    assert register.look_up(kiosk, visit_id, Step.NIK_CHECK).step is Step.EMAIL
    assert stand.clock.waited_until == [asked_at + MOMENT]
    assert stand.row(visit_id).face_template == TEMPLATE


@pytest.mark.parametrize(("delay", "multiple"), [(1.51, 2), (2.9, 2), (3.1, 3), (5.9, 4), (7.4, 5)])
def test_a_slower_register_is_answered_at_a_whole_multiple(stand, kiosk, delay, multiple):
    visit_id = refused(stand, ReferReason.REGISTER_NOT_FOUND)
    stand.register.delay = delay
    asked_at = stand.clock.monotonic()
    register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    assert stand.clock.waited_until[-1] == pytest.approx(asked_at + multiple * MOMENT)


def test_register_down_gives_a_ticket(stand, kiosk, caplog):
    visit_id = stand.bring(Step.NIK_CHECK)
    stand.register.down = True
    visit = register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.REGISTER_UNREACHABLE)
    assert len(stand.printer.sheets) == 1
    assert "register: RegisterDown" in caplog.messages
    assert not [line for line in caplog.messages if SARI.nik in line]


@pytest.mark.parametrize("delay", [7.9, 8.0, 60.0])
def test_a_slow_register_gives_a_ticket_within_the_deadline(stand, kiosk, delay):
    visit_id = stand.bring(Step.NIK_CHECK)
    stand.register.delay = delay
    stand.face.takes = 0.05
    asked_at = stand.clock.monotonic()
    visit = register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    assert visit.step is (Step.EMAIL if delay < 8 else Step.TICKET)
    assert stand.clock.monotonic() - asked_at == pytest.approx(8.0)


@pytest.mark.parametrize("trouble", [EngineDown("x"), EngineTimeout("x")])
def test_a_face_engine_that_is_down_at_the_look_up_gives_a_ticket(stand, kiosk, trouble):
    visit_id = stand.bring(Step.NIK_CHECK)
    stand.face.described = trouble
    visit = register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.FACE_ENGINE_DOWN)


def _look_up_again(kiosk, visit_id):
    register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    visits.move(kiosk, visit_id, Step.REGISTER_REFUSED, Event.BACK)
    nik.enter(kiosk, visit_id, Step.NIK, BUDI.nik)


def test_the_thirteenth_look_up_gives_a_ticket_a_log_line_and_an_audit_entry(stand, kiosk, caplog):
    visit_id = stand.bring(Step.NIK_CHECK, BUDI)
    for _ in range(12):
        _look_up_again(kiosk, visit_id)
    caplog.set_level(logging.WARNING)
    visit = register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.LOOKUP_LIMIT)
    assert "look-up limit reached at terminal A1" in caplog.messages
    limited = [entry for entry in stand.audited() if entry.action == "register.lookup_limited"]
    assert len(limited) == 1
    for secret in BUDI.secrets:
        assert secret not in caplog.text
        assert secret not in limited[0].detail
    assert [entry.action for entry in stand.audited()].count("register.lookup") == 12


def test_the_limit_counts_the_terminal_and_forgets_after_ten_minutes(stand, kiosk):
    for _ in range(12):
        visits.leave(kiosk, stand.bring(Step.EMAIL))
    stand.clock.advance(kiosk.settings.lookup_window_seconds)
    assert stand.bring(Step.EMAIL)


def test_under_17_by_the_date_is_a_question_and_asks_no_register(stand, kiosk):
    visit_id = stand.bring(Step.NIK_CHECK, YOUNG)
    stand.register.down = True
    assert register.look_up(kiosk, visit_id, Step.NIK_CHECK).step is Step.UNDERAGE
    assert "register.lookup" not in [entry.action for entry in stand.audited()]


def test_who_is_not_yet_17_is_told_when_to_come_and_gets_no_ticket(stand, kiosk):
    visit_id = stand.bring(Step.NIK_CHECK, YOUNG)
    register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    visit = visits.move(kiosk, visit_id, Step.UNDERAGE, Event.TOO_YOUNG)
    assert visit.step is Step.NOT_YET_17
    assert visits.leave(kiosk, visit_id).end == "too_young"
    assert stand.tickets() == []
    assert stand.personal() == {}


@pytest.mark.parametrize("reason", [ReferReason.NIK_DATE_WRONG, ReferReason.MARRIED_UNDER_17])
def test_a_wrong_date_or_a_marriage_leads_to_a_person(stand, kiosk, reason):
    visit_id = stand.bring(Step.NIK_CHECK, YOUNG)
    register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    visit = ticket.refer(kiosk, visit_id, Step.UNDERAGE, reason)
    assert (visit.step, stand.tickets()[0].reason) == (Step.TICKET, reason)


def test_married_and_under_17_by_the_register_goes_on(stand, kiosk):
    stand.enrol(BUDI, born=date(2011, 6, 8), married=True)
    assert stand.bring(Step.EMAIL, BUDI)


def test_a_nik_that_contradicts_the_register_goes_on_with_a_warning(stand, kiosk):
    stand.enrol(SARI, born=date(1991, 7, 15), sex=Sex.MALE)
    row = stand.row(stand.bring(Step.EMAIL))
    assert set(row.nik_warnings.split(",")) >= {"birth_date", "sex"}


def test_a_double_tap_asks_but_moves_once(stand, kiosk):
    visit_id = stand.bring(Step.NIK_CHECK)
    answers = stand.at_once(*[lambda: register.look_up(kiosk, visit_id, Step.NIK_CHECK).step] * 2)
    assert answers == [Step.EMAIL] * 2
    moves = [entry.detail for entry in stand.audited() if '"to":"email"' in entry.detail]
    assert len(moves) == 1


def test_a_resident_who_left_during_the_look_up_is_not_brought_back(stand, kiosk):
    visit_id = stand.bring(Step.NIK_CHECK)
    real = stand.face.describe

    def walks_away_meanwhile(jpeg, deadline):
        stand.at_once(lambda: visits.leave(kiosk, visit_id))
        return real(jpeg, deadline)

    stand.face.describe = walks_away_meanwhile
    register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    assert stand.row(visit_id).step is Step.ENDED
    assert stand.personal() == {}


def test_an_answer_about_one_nik_is_never_given_to_another(stand, kiosk):
    stand.enrol(BUDI)
    visit_id = stand.bring(Step.NIK_CHECK)
    real = stand.face.describe

    def corrects_the_number_meanwhile(jpeg, deadline):
        visits.move(kiosk, visit_id, Step.NIK_CHECK, Event.BACK)
        nik.enter(kiosk, visit_id, Step.NIK, BUDI.nik)
        return real(jpeg, deadline)

    stand.face.describe = corrects_the_number_meanwhile
    assert register.look_up(kiosk, visit_id, Step.NIK_CHECK).step is Step.NIK_CHECK
    row = stand.row(visit_id)
    assert (row.nik, row.name, row.face_template) == (BUDI.nik, None, None)
