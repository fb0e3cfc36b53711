"""What lies under the scanner: tickets of today, of yesterday, used ones, receipts, and anything at all."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.reasons import ReferReason
from kiosk.domain.review import DecisionReason
from kiosk.domain.visit import Step
from kiosk.services import codes, redemption, review_decision, scan, ticket, waiting
from kiosk.services import visit as visits
from kiosk.services.codes import Kind
from kiosk.services.scan import ScanResult, Seen
from tests.officers import PIN
from tests.residents import SARI
from tests.services.scripted import SELFIE_TEMPLATE, TEMPLATE, UNCERTAIN


@pytest.fixture
def officer(stand):
    return stand.officer()


@pytest.fixture
def uncertain(stand):
    """A resident whose face the kiosk could not decide on: a ticket and a case."""
    visit_id = stand.bring(Step.FACE)
    stand.face.compared = UNCERTAIN
    stand.show_face(visit_id)
    assert stand.row(visit_id).step is Step.TICKET
    return visit_id


def paper(stand):
    """The code on the newest ticket."""
    return codes.write(stand.kiosk.keys, Kind.TICKET, stand.tickets()[-1].id)


def decide(stand, officer, approve=True):
    reason = DecisionReason.SAME_PERSON if approve else DecisionReason.OTHER_PERSON
    review_decision.decide(stand.kiosk, officer, stand.cases()[-1].id, reason, "", PIN)


def test_an_approved_ticket_resumes_at_the_camera_with_the_approved_selfie(stand, kiosk, officer, uncertain):
    decide(stand, officer)
    code = paper(stand)
    assert scan.read(kiosk, code).seen is Seen.TICKET_RESUMES
    visit = scan.resume(kiosk, code)
    assert not isinstance(visit, ScanResult)
    row = stand.row(uncertain)
    assert (row.step, row.face_template, row.end) == (Step.FACE, SELFIE_TEMPLATE, None)
    assert not row.liveness_waived, "two photos do not show that somebody lives"
    stand.face.compared = 0.3
    stand.clock.advance(20)
    stand.show_face(uncertain)
    assert stand.face.asked[-1] == ("distance", SELFIE_TEMPLATE, SELFIE_TEMPLATE)
    assert stand.row(uncertain).step is Step.QR


def test_whom_an_officer_has_met_is_not_asked_to_turn_his_head_this_once(stand, kiosk, officer):
    visit_id = stand.bring(Step.FACE)
    waiting.hand_over(kiosk, visit_id, Step.FACE, ReferReason.LIVENESS_NOT_POSSIBLE)
    case = stand.cases()[-1].id
    review_decision.decide(kiosk, officer, case, DecisionReason.SEEN_IN_PERSON, "", PIN)
    scan.resume(kiosk, paper(stand))
    row = stand.row(visit_id)
    assert (row.step, row.liveness_waived, row.face_template) == (Step.FACE, True, TEMPLATE)
    stand.show_face(visit_id)
    row = stand.row(visit_id)
    assert (row.step, row.liveness_waived) == (Step.QR, False)
    assert [attempt.asked for attempt in stand.attempts()] == [""]


def test_who_has_found_an_approved_ticket_is_not_taken_for_its_owner(stand, kiosk, officer, uncertain):
    decide(stand, officer)
    scan.resume(kiosk, paper(stand))
    stand.face.compared = 0.81
    stand.clock.advance(20)
    stand.show_face(uncertain)
    assert stand.row(uncertain).step is Step.FACE_AGAIN


def test_a_ticket_can_be_used_once(stand, kiosk, officer, uncertain):
    decide(stand, officer)
    code = paper(stand)
    scan.resume(kiosk, code)
    for answer in (scan.resume(kiosk, code), scan.read(kiosk, code)):
        assert answer.seen is Seen.TICKET_USED
    assert stand.row(uncertain).step is Step.FACE


def test_of_five_who_hold_one_ticket_before_five_kiosks_one_goes_on(stand, kiosk, officer, uncertain):
    decide(stand, officer)
    code = paper(stand)
    answers = stand.at_once(*[lambda: scan.resume(kiosk, code)] * 5)
    resumed = [answer for answer in answers if not isinstance(answer, ScanResult)]
    assert len(resumed) == 1
    assert {answer.seen for answer in answers if isinstance(answer, ScanResult)} == {Seen.TICKET_USED}


def test_the_ticket_of_another_day_is_refused(stand, kiosk, officer, uncertain):
    decide(stand, officer)
    stand.clock.advance(24 * 3600)
    for answer in (scan.read(kiosk, paper(stand)), scan.resume(kiosk, paper(stand))):
        assert answer.seen is Seen.TICKET_OLD


def test_a_refused_ticket_does_not_resume(stand, kiosk, officer, uncertain):
    decide(stand, officer, approve=False)
    assert scan.resume(kiosk, paper(stand)).seen is Seen.TICKET_REFUSED
    assert stand.row(uncertain).step is Step.TICKET


def test_a_waiting_ticket_does_not_resume(stand, kiosk, uncertain):
    answer = scan.resume(kiosk, paper(stand))
    assert (answer.seen, answer.label) == (Seen.TICKET_WAITING, "A-001")


def test_a_ticket_without_a_case_waits_and_says_nothing_else(stand, kiosk):
    ticket.refer(kiosk, stand.bring(Step.EMAIL), Step.EMAIL, ReferReason.WANTS_PERSON)
    assert scan.read(kiosk, paper(stand)).seen is Seen.TICKET_WAITING


def test_a_resumed_visit_gets_new_tries_and_a_new_ticket_when_it_fails_again(
    stand, kiosk, officer, uncertain
):
    decide(stand, officer)
    scan.resume(kiosk, paper(stand))
    stand.clock.advance(20)
    stand.show_face(uncertain)
    assert stand.row(uncertain).step is Step.TICKET
    assert [one.number for one in stand.tickets()] == ["A-001", "A-002"]
    assert len(stand.cases()) == 2


def test_a_resumed_visit_that_is_abandoned_is_wiped(stand, kiosk, officer, uncertain):
    decide(stand, officer)
    scan.resume(kiosk, paper(stand))
    stand.clock.advance(1000)
    visits.end_abandoned(kiosk)
    row = stand.row(uncertain)
    assert (row.step, row.end) == (Step.ENDED, "idle")
    assert {name for name in stand.personal() if name.startswith("visit.")} == set()


def test_a_receipt_says_that_it_is_ours_and_nothing_about_whose(stand, kiosk):
    visit_id = stand.bring(Step.QR)
    redemption.redeem(kiosk, *stand.offered(visit_id))
    reference = stand.row(visit_id).reference
    code = codes.write(kiosk.keys, Kind.RECEIPT, reference)
    for _ in range(2):
        found = scan.read(kiosk, code)
        assert (found.seen, found.label) == (Seen.RECEIPT, reference)
        assert not [secret for secret in SARI.secrets if secret in repr(found)]
        visits.leave(kiosk, visit_id)
    assert scan.resume(kiosk, code).seen is Seen.NOT_OURS


def test_the_qr_of_an_activation_is_no_ticket(stand, kiosk):
    code, _ = stand.offered(stand.bring(Step.QR))
    assert scan.read(kiosk, code).seen is Seen.NOT_OURS
    assert scan.resume(kiosk, code).seen is Seen.NOT_OURS


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(st.text(max_size=80), st.from_regex(r"[TRA]\.[A-Z2-7]{12}\.[A-Z2-7]{16}", fullmatch=True))
)
def test_any_text_at_all_is_not_ours(stand, kiosk, text):
    assert scan.read(kiosk, text).seen is Seen.NOT_OURS
    assert scan.resume(kiosk, text) == ScanResult(Seen.NOT_OURS)


@pytest.mark.parametrize(
    "change", [str.lower, lambda code: code[:-1], lambda code: code + "A", lambda code: "R" + code[1:]]
)
def test_a_ticket_code_with_one_change_is_not_ours(stand, kiosk, uncertain, change):
    assert scan.read(kiosk, change(paper(stand))).seen is Seen.NOT_OURS
