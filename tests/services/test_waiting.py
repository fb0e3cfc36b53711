"""Waiting at the kiosk: nobody there, a yes, a no, the time over, a crash, a ticket that takes it along."""

from __future__ import annotations

import pytest

from kiosk.db import reading
from kiosk.domain.reasons import ReferReason
from kiosk.domain.review import DecisionReason
from kiosk.domain.ticket import TicketState
from kiosk.domain.visit import Step
from kiosk.models.case import CaseState
from kiosk.models.visit import VisitEnd
from kiosk.services import case as cases
from kiosk.services import review, review_decision, scan, ticket, waiting
from kiosk.services import visit as visits
from kiosk.services.codes import Kind, write
from kiosk.services.lost_phone import NotDeactivated
from kiosk.services.review_decision import Decided
from kiosk.services.waiting import Asked
from tests.officers import PIN
from tests.services.scripted import JPEG, SELFIE_TEMPLATE, TEMPLATE, UNCERTAIN
from tests.stand import REGISTER_PHOTO

YES, NO, TO_COUNTER = DecisionReason.SAME_PERSON, DecisionReason.OTHER_PERSON, DecisionReason.NOT_SURE
WAITING = Step.WAITING_FOR_OFFICER


@pytest.fixture
def rina(stand):
    """An officer with the board open."""
    return stand.on_board(stand.officer())


@pytest.fixture
def doubtful(stand, rina):
    """A resident whose face is in doubt, waiting at the kiosk."""
    visit_id = stand.bring(Step.FACE)
    stand.face.compared = UNCERTAIN
    assert stand.show_face(visit_id).step is WAITING
    return visit_id


@pytest.fixture
def active_elsewhere(stand, rina):
    """A resident who is known by his face, and whose IKD is active on another phone."""
    stand.make_active_elsewhere()
    visit_id = stand.bring(Step.FACE)
    assert stand.show_face(visit_id).step is Step.ALREADY_ACTIVE
    assert waiting.ask(stand.kiosk, visit_id, Step.ALREADY_ACTIVE).step is WAITING
    return visit_id


def decide(stand, officer, reason=YES):
    return review_decision.decide(stand.kiosk, officer, stand.cases()[-1].id, reason, "", PIN)


def paper(stand):
    """The code on the newest ticket."""
    return write(stand.kiosk.keys, Kind.TICKET, stand.tickets()[-1].id)


def test_with_nobody_at_the_board_there_is_a_ticket_at_once(stand, kiosk):
    stand.on_board(stand.officer())
    stand.clock.advance(60)
    visit_id = stand.bring(Step.FACE)
    stand.face.compared = UNCERTAIN
    assert stand.show_face(visit_id).step is Step.TICKET
    (case,) = stand.cases()
    assert case.ticket_id == stand.tickets()[-1].id


def test_a_waiting_resident_has_a_case_with_the_evidence_and_no_ticket(stand, kiosk, doubtful):
    (case,) = stand.cases()
    assert (case.ticket_id, case.selfie, case.register_photo) == (None, JPEG, REGISTER_PHOTO)
    assert (case.selfie_template, case.nik_hash) == (SELFIE_TEMPLATE, stand.row(doubtful).nik_hash)
    assert stand.tickets() == []
    row = stand.row(doubtful)
    assert (row.register_photo, row.face_template) == (None, None), "one copy is enough"
    (line,) = cases.open_cases(kiosk)
    assert (line.number, line.ticket, line.seconds_left) == ("A1", None, 90)


def test_nothing_happens_until_somebody_decides(stand, kiosk, doubtful, rina):
    stand.clock.advance(30)
    assert waiting.go_on(kiosk, doubtful).step is WAITING
    assert waiting.standing(kiosk, doubtful).seconds_left == 60
    assert waiting.standing(kiosk, doubtful).asked is Asked.ASKED
    review.see(kiosk, rina, stand.cases()[0].id)
    assert waiting.standing(kiosk, doubtful).asked is Asked.LOOKING


def test_a_yes_leads_to_the_qr_and_leaves_no_face_behind(stand, kiosk, doubtful, rina):
    assert decide(stand, rina) == Decided(CaseState.APPROVED)
    assert waiting.go_on(kiosk, doubtful).step is Step.QR
    (case,) = stand.cases()
    assert (case.selfie, case.register_photo, case.selfie_template) == (None, None, None)
    assert case.used_at == stand.clock.now()
    assert len(stand.activations()) == 1
    assert stand.mailed_digits()


def test_two_polls_at_once_offer_one_qr(stand, kiosk, doubtful, rina):
    decide(stand, rina)
    stand.at_once(*[lambda: waiting.go_on(kiosk, doubtful)] * 4)
    assert [offer.state.value for offer in stand.activations()] == ["open"]


def test_after_a_restart_the_next_poll_goes_on(stand, kiosk, doubtful, rina):
    """What was decided is committed; nothing that a process remembers is needed."""
    decide(stand, rina)
    stand.kiosk.watches.clear()
    stand.clock.advance(200)
    assert waiting.go_on(kiosk, doubtful).step is Step.QR, (
        "approved in time is approved, however late the poll"
    )


@pytest.mark.parametrize(("reason", "state"), [(NO, CaseState.REFUSED), (TO_COUNTER, CaseState.COUNTER)])
def test_a_no_is_a_ticket_at_once_that_does_not_resume(stand, kiosk, doubtful, rina, reason, state):
    assert decide(stand, rina, reason) == Decided(state)
    visit = waiting.go_on(kiosk, doubtful)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.SENT_BY_OFFICER)
    (issued,) = stand.tickets()
    assert (issued.reason, issued.state) == (ReferReason.SENT_BY_OFFICER, TicketState.REFUSED)
    assert stand.cases()[0].ticket_id == issued.id
    assert scan.resume(kiosk, paper(stand)).seen is scan.Seen.TICKET_REFUSED
    assert stand.personal().keys().isdisjoint({"review_case.selfie", "review_case.selfie_template"})


def test_when_the_time_is_over_the_case_stays_open_and_a_late_yes_resumes(stand, kiosk, doubtful, rina):
    stand.clock.advance(90)
    visit = waiting.go_on(kiosk, doubtful)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.FACE_UNCERTAIN)
    (case,) = stand.cases()
    assert (case.state, case.ticket_id) == (CaseState.OPEN, stand.tickets()[0].id)
    assert case.selfie == JPEG
    decide(stand, rina)
    assert stand.tickets()[0].state is TicketState.APPROVED
    resumed = scan.resume(kiosk, paper(stand))
    assert (resumed.step, stand.row(doubtful).face_template) == (Step.FACE, SELFIE_TEMPLATE)
    assert stand.row(doubtful).refer_reason is None, "what led to the officer is over"


def test_whoever_does_not_want_to_wait_takes_his_case_along(stand, kiosk, doubtful):
    assert ticket.refer(kiosk, doubtful, WAITING, None).refer_reason is ReferReason.FACE_UNCERTAIN
    assert [case.ticket_id for case in stand.cases()] == [stand.tickets()[0].id]


def test_a_yes_in_the_moment_of_the_ticket_makes_it_an_approved_one(stand, kiosk, doubtful, rina):
    decide(stand, rina)
    ticket.refer(kiosk, doubtful, WAITING, None)
    assert stand.tickets()[0].state is TicketState.APPROVED
    assert scan.resume(kiosk, paper(stand)).step is Step.FACE


def test_an_authority_that_is_silent_gives_an_approved_ticket(stand, kiosk, doubtful, rina):
    decide(stand, rina)
    stand.authority.down = True
    visit = waiting.go_on(kiosk, doubtful)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.AUTHORITY_UNREACHABLE)
    stand.authority.down = False
    assert scan.resume(kiosk, paper(stand)).step is Step.FACE


def test_who_leaves_takes_everything_with_him_and_nobody_can_decide(stand, kiosk, doubtful, rina):
    visits.leave(kiosk, doubtful)
    (case,) = stand.cases()
    assert case.state is CaseState.OVER
    assert [column for column in stand.personal() if column.startswith("review_case.")] == []
    assert decide(stand, rina) is review_decision.NotDecided.VISIT_OVER
    assert cases.open_cases(kiosk) == []
    assert not review.see(kiosk, rina, case.id).news.is_open


def test_a_browser_that_has_died_ends_the_case_with_the_visit(stand, kiosk, doubtful):
    stand.clock.advance(331)
    assert visits.end_abandoned(kiosk) == 1
    assert stand.row(doubtful).end is VisitEnd.IDLE
    assert stand.cases()[0].state is CaseState.OVER


def test_the_old_phone_is_taken_off_before_the_visit_goes_on(stand, kiosk, active_elsewhere, rina):
    (case,) = stand.cases()
    assert (case.reason, case.selfie, case.selfie_template) == (ReferReason.ALREADY_ACTIVE, None, TEMPLATE)
    assert decide(stand, rina, DecisionReason.PHONE_LOST) == Decided(CaseState.APPROVED)
    assert waiting.go_on(kiosk, active_elsewhere).step is Step.QR


def test_a_phone_that_could_not_be_taken_off_leaves_the_case_open(stand, kiosk, active_elsewhere, rina):
    stand.authority.down = True
    assert isinstance(decide(stand, rina, DecisionReason.PHONE_LOST), NotDeactivated)
    (case,) = stand.cases()
    assert (case.state, case.decided_by, case.note) == (CaseState.OPEN, None, None)
    stand.authority.down = False
    assert decide(stand, rina, DecisionReason.PHONE_LOST) == Decided(CaseState.APPROVED)


def test_a_crash_while_the_phone_is_taken_off_is_mended_by_deciding_again(
    stand, kiosk, active_elsewhere, rina, monkeypatch
):
    monkeypatch.setattr(
        review_decision.lost_phone, "deactivate", lambda *_: (_ for _ in ()).throw(SystemExit)
    )
    with pytest.raises(SystemExit):
        decide(stand, rina, DecisionReason.PHONE_LOST)
    monkeypatch.undo()
    budi = stand.officer("budi")
    assert decide(stand, budi, DecisionReason.PHONE_STILL_USED) == review_decision.AlreadyDecided(
        "Rina", CaseState.APPROVING
    )
    stand.clock.advance(13)
    assert waiting.go_on(kiosk, active_elsewhere).step is WAITING
    assert decide(stand, budi, DecisionReason.PHONE_LOST) == Decided(CaseState.APPROVED)
    assert waiting.go_on(kiosk, active_elsewhere).step is Step.QR


def test_active_elsewhere_with_a_ticket_resumes_with_the_register_s_face(stand, kiosk, rina):
    stand.make_active_elsewhere()
    visit_id = stand.bring(Step.FACE)
    stand.show_face(visit_id)
    ticket.refer(kiosk, visit_id, Step.ALREADY_ACTIVE, ReferReason.ALREADY_ACTIVE)
    assert decide(stand, rina, DecisionReason.PHONE_REPLACED) == Decided(CaseState.APPROVED)
    assert scan.resume(kiosk, paper(stand)).step is Step.FACE
    stand.clock.advance(20)
    stand.show_face(visit_id)
    assert stand.face.asked[-1] == ("distance", SELFIE_TEMPLATE, TEMPLATE)
    assert stand.row(visit_id).step is Step.QR


def test_approved_and_found_active_elsewhere_is_told_and_can_be_asked_again(stand, kiosk, doubtful, rina):
    stand.make_active_elsewhere()
    decide(stand, rina)
    assert waiting.go_on(kiosk, doubtful).step is Step.ALREADY_ACTIVE
    stand.on_board(rina)
    assert waiting.ask(kiosk, doubtful, Step.ALREADY_ACTIVE).step is WAITING
    assert [case.selfie_template for case in stand.cases()] == [None, SELFIE_TEMPLATE]
    newest = next(case for case in stand.cases() if case.used_at is None)
    answer = review_decision.decide(kiosk, rina, newest.id, DecisionReason.PHONE_LOST, "", PIN)
    assert answer == Decided(CaseState.SECOND), "he has approved this NIK before"
    budi = stand.officer("budi")
    assert review_decision.decide(kiosk, budi, newest.id, DecisionReason.PHONE_LOST, "", PIN) == Decided(
        CaseState.APPROVED
    )
    assert waiting.go_on(kiosk, doubtful).step is Step.QR


@pytest.mark.parametrize("reason", [ReferReason.REGISTER_PHOTO_UNUSABLE, ReferReason.NIK_DATE_WRONG])
def test_what_only_a_person_can_settle_opens_a_case_that_cannot_be_approved(stand, kiosk, rina, reason):
    visit_id = stand.bring(Step.NIK_CHECK)
    ticket.refer(kiosk, visit_id, Step.NIK_CHECK, reason)
    (case,) = stand.cases()
    assert (case.reason, case.selfie_template, case.ticket_id) == (reason, None, stand.tickets()[0].id)
    assert decide(stand, rina) is review_decision.NotDecided.NOT_THIS_REASON
    assert decide(stand, rina, DecisionReason.DATA_TO_CORRECT) == Decided(CaseState.COUNTER)


def test_a_reason_that_a_form_names_before_any_nik_opens_no_case(stand, kiosk):
    visit_id = visits.start(kiosk, "id").id
    ticket.refer(kiosk, visit_id, Step.CHOICE, ReferReason.NIK_DATE_WRONG)
    assert stand.cases() == []


def test_a_poll_loads_nothing_personal(stand, kiosk, doubtful):
    import sqlalchemy as sa

    with reading() as session:
        case = cases.current(session, doubtful)
    assert {"selfie", "register_photo", "selfie_template", "nik", "name"} <= sa.inspect(case).unloaded
