"""Tickets: numbers that never repeat, a case where photos have to be looked at, a person from every step."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kiosk.domain.reasons import ReferReason
from kiosk.domain.ticket import TicketState
from kiosk.domain.visit import REFERABLE, Step
from kiosk.services import ticket
from kiosk.services import visit as visits
from kiosk.services.ticket import Evidence
from tests.residents import BUDI, SARI
from tests.stand import LAST_STEPS

EVIDENCE = Evidence(b"\xff\xd8 selfie", b"template", 0.581, 2)


@pytest.mark.parametrize("step", [step for step in LAST_STEPS if step in REFERABLE])
def test_a_person_can_be_had_from_every_step(stand, kiosk, step):
    visit = ticket.refer(kiosk, stand.bring(step), step, ReferReason.WANTS_PERSON)
    assert (visit.step, visit.end) == (Step.TICKET, "ticket")
    assert [(one.number, one.state) for one in stand.tickets()] == [("A-001", TicketState.WAITING)]
    assert len(stand.printer.sheets) == 1


def test_ten_residents_at_one_moment_get_ten_numbers(stand, kiosk):
    waiting = [visits.start(kiosk, "id").id for _ in range(10)]

    def refer(visit_id):
        return lambda: ticket.refer(kiosk, visit_id, Step.CHOICE, None)

    stand.at_once(*map(refer, waiting))
    assert [one.number for one in stand.tickets()] == [f"A-{number:03}" for number in range(1, 11)]


def test_numbers_begin_anew_at_the_offices_midnight_and_not_at_utcs(stand, kiosk):
    def number():
        visit_id = visits.start(kiosk, "id").id
        ticket.refer(kiosk, visit_id, Step.CHOICE, None)
        return stand.tickets()[-1].number

    stand.clock.set_now(datetime(2026, 11, 2, 16, 59, tzinfo=UTC))
    assert number() == "A-001"
    stand.clock.set_now(datetime(2026, 11, 2, 17, 1, tzinfo=UTC))
    assert number() == "A-001", "in Jakarta a new day has begun"
    stand.clock.set_now(datetime(2026, 11, 3, 0, 1, tzinfo=UTC))
    assert number() == "A-002"
    assert [one.day.isoformat() for one in stand.tickets()] == ["2026-11-02", "2026-11-03", "2026-11-03"]


def test_a_stale_form_gets_no_second_ticket(stand, kiosk):
    visit_id = stand.bring(Step.EMAIL)
    ticket.refer(kiosk, visit_id, Step.EMAIL, None)
    for step in (Step.EMAIL, Step.TICKET, Step.QR):
        assert ticket.refer(kiosk, visit_id, step, None).step is Step.TICKET
    assert len(stand.tickets()) == 1


def test_a_finished_visit_gets_no_ticket(stand, kiosk):
    visit_id = stand.bring(Step.EMAIL)
    visits.leave(kiosk, visit_id)
    assert ticket.refer(kiosk, visit_id, Step.ENDED, None).step is Step.ENDED
    assert stand.tickets() == []


def test_evidence_opens_a_case_with_both_photos(stand, kiosk):
    visit_id = stand.bring(Step.FACE)
    photo = stand.row(visit_id).register_photo
    ticket.refer(kiosk, visit_id, Step.FACE, ReferReason.FACE_UNCERTAIN, EVIDENCE)
    (case,) = stand.cases()
    assert (case.selfie, case.register_photo, case.selfie_template) == (
        b"\xff\xd8 selfie",
        photo,
        b"template",
    )
    assert (case.nik, case.name, case.distance, case.attempts) == (SARI.nik, SARI.name, 0.581, 2)
    assert case.ticket_id == stand.tickets()[0].id


def test_without_evidence_there_is_no_case(stand, kiosk):
    ticket.refer(kiosk, stand.bring(Step.FACE), Step.FACE, ReferReason.FACE_NOT_WANTED)
    assert stand.cases() == []


def test_a_ticket_before_the_camera_keeps_no_photo(stand, kiosk):
    ticket.refer(kiosk, stand.bring(Step.FACE), Step.FACE, ReferReason.CAMERA_GONE)
    assert {name for name in stand.personal() if "photo" in name or "template" in name} == set()


def test_two_tickets_of_two_people_do_not_mix(stand, kiosk):
    stand.enrol(BUDI)
    first, second = stand.bring(Step.EMAIL), stand.bring(Step.EMAIL, BUDI)
    ticket.refer(kiosk, first, Step.EMAIL, None)
    ticket.refer(kiosk, second, Step.EMAIL, None)
    assert [one.visit_id for one in stand.tickets()] == [first, second]
