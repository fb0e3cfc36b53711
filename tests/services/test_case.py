"""Cases: what an officer sees, what is written down about it, and which decision counts."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from kiosk.domain.reasons import ReferReason
from kiosk.domain.review import NOTE_MAX, DecisionReason
from kiosk.domain.ticket import TicketState
from kiosk.domain.visit import Step
from kiosk.models.case import CaseState, ReviewCase
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit
from kiosk.services import case as cases
from kiosk.services.case import AlreadyDecided, Decided, NotDecided, Which
from tests.officers import NAME, NIK, REGISTER_PHOTO, SELFIE, TEMPLATE, an_office

YES, NO = DecisionReason.SAME_PERSON, DecisionReason.OTHER_PERSON


@pytest.fixture
def office(tmp_path):
    return an_office(tmp_path)


@pytest.fixture
def rina(office):
    return office.officer()


def _decide(office, officer, case_id, approve=True, reason=YES, note=""):
    with office.app.app_context():
        return cases.decide(office.kiosk, officer, case_id, approve, reason, note)


def _see(office, officer, case_id):
    with office.app.app_context():
        return cases.see(office.kiosk, officer, case_id)


def _photo(office, officer, case_id, which=Which.SELFIE):
    with office.app.app_context():
        return cases.photo(office.kiosk, officer, case_id, which)


def _open(office):
    with office.app.app_context():
        return [line.case.id for line in cases.open_cases(office.kiosk)]


def _looks(office):
    return [
        (subject, json.loads(detail)["what"])
        for action, subject, detail in office.audited()
        if action == "case.seen"
    ]


def test_the_longest_waiting_case_comes_first(office):
    first = office.case()
    office.clock.advance(60)
    second = office.case()
    assert _open(office) == [first, second]


def test_the_list_carries_nothing_personal(office):
    office.case()
    with office.app.app_context():
        (line,) = cases.open_cases(office.kiosk)
    personal = {"nik", "name", "selfie", "register_photo", "selfie_template", "note"}
    assert sa.inspect(line.case).unloaded >= personal


def test_a_ticket_with_a_case_is_not_listed_twice(office):
    office.case()
    number = office.ticket(ReferReason.REGISTER_DECEASED)
    with office.app.app_context():
        waiting = cases.waiting_tickets(office.kiosk)
    assert [(ticket.number, ticket.reason) for ticket in waiting] == [(number, ReferReason.REGISTER_DECEASED)]


def test_yesterdays_tickets_and_cases_are_not_listed(office):
    office.case()
    office.ticket(ReferReason.NO_PHONE)
    office.clock.advance(24 * 3600)
    assert _open(office) == []
    with office.app.app_context():
        assert cases.waiting_tickets(office.kiosk) == []


def test_every_look_is_an_entry(office, rina):
    case_id = office.case()
    visit_id = office.kept(ReviewCase, case_id).visit_id
    assert _see(office, rina, case_id).case.nik == NIK
    assert _photo(office, rina, case_id, Which.SELFIE) == SELFIE
    assert _photo(office, rina, case_id, Which.REGISTER) == REGISTER_PHOTO
    assert _see(office, rina, case_id).is_open
    assert _looks(office) == [(visit_id, word) for word in ("case", "selfie", "register", "case")]


@pytest.mark.parametrize("case_id", ["", "NOSUCHCASE", "é", "x" * 10_000])
def test_a_case_that_does_not_exist_is_none_and_leaves_no_entry(office, rina, case_id):
    assert _see(office, rina, case_id) is None
    assert _photo(office, rina, case_id) is None
    assert _decide(office, rina, case_id) is NotDecided.UNKNOWN_CASE
    assert _looks(office) == []


def test_approving_lets_the_ticket_go_on_and_erases_both_photos_but_keeps_the_template(office, rina):
    case_id = office.case()
    assert _decide(office, rina, case_id, note=" Kacamata baru.\r\n ") == Decided(CaseState.APPROVED)
    kept = office.kept(ReviewCase, case_id)
    assert (kept.selfie, kept.register_photo, kept.selfie_template) == (None, None, TEMPLATE)
    assert (kept.state, kept.decided_by, kept.decision_reason) == (CaseState.APPROVED, rina.id, YES)
    assert (kept.decided_at, kept.note) == (office.clock.now(), "Kacamata baru.")
    assert office.kept(Ticket, kept.ticket_id).state is TicketState.APPROVED
    assert office.kept(Visit, kept.visit_id).step is Step.TICKET
    assert _photo(office, rina, case_id) is None
    assert _open(office) == []


def test_refusing_erases_the_template_too(office, rina):
    case_id = office.case()
    assert _decide(office, rina, case_id, False, NO) == Decided(CaseState.REFUSED)
    kept = office.kept(ReviewCase, case_id)
    assert (kept.selfie, kept.register_photo, kept.selfie_template, kept.note) == (None,) * 4
    assert office.kept(Ticket, kept.ticket_id).state is TicketState.REFUSED


def test_of_two_decisions_at_once_exactly_one_counts(office, rina):
    budi = office.officer("budi")
    case_id = office.case()
    choices = [(rina, True, YES), (budi, False, NO)] * 4
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda choice: _decide(office, choice[0], case_id, *choice[1:]), choices))
    (winner,) = [answer for answer in answers if isinstance(answer, Decided)]
    kept = office.kept(ReviewCase, case_id)
    by = "Rina" if winner.state is CaseState.APPROVED else "Budi"
    assert [answer for answer in answers if answer != winner] == [AlreadyDecided(by, winner.state)] * 7
    assert kept.state is winner.state
    assert office.kept(Ticket, kept.ticket_id).state.value == winner.state.value
    assert [action for action, _, _ in office.audited()].count("case.decided") == 1


def test_whoever_is_too_late_learns_by_whom_and_changes_nothing(office, rina):
    budi = office.officer("budi")
    case_id = office.case()
    _decide(office, rina, case_id)
    assert _decide(office, budi, case_id, False, NO, "saya tidak setuju") == AlreadyDecided(
        "Rina", CaseState.APPROVED
    )
    kept = office.kept(ReviewCase, case_id)
    assert (kept.decision_reason, kept.note, kept.selfie_template) == (YES, None, TEMPLATE)
    assert _see(office, budi, case_id).decided_by == "Rina"


@pytest.mark.parametrize("reason", list(DecisionReason))
def test_a_reason_for_the_other_decision_is_refused(office, rina, reason):
    case_id = office.case()
    approve = reason.value.startswith("same_person")
    assert _decide(office, rina, case_id, not approve, reason) is NotDecided.NOT_THIS_REASON
    assert office.kept(ReviewCase, case_id).state is CaseState.OPEN
    assert isinstance(_decide(office, rina, case_id, approve, reason), Decided)


def test_a_note_is_refused_when_too_long_and_never_cut(office, rina):
    case_id = office.case()
    assert _decide(office, rina, case_id, note="a" * (NOTE_MAX + 1)) is NotDecided.NOTE_TOO_LONG
    assert _decide(office, rina, case_id, note="a" * 1_000_000) is NotDecided.NOTE_TOO_LONG
    assert office.kept(ReviewCase, case_id).selfie == SELFIE
    longest = "é" * (NOTE_MAX - 1) + "\n"
    assert isinstance(_decide(office, rina, case_id, note="é" * (NOTE_MAX - 2) + "\r\n."), Decided)
    assert len(office.kept(ReviewCase, case_id).note) == len(longest)


def test_the_case_of_an_ended_visit_is_not_shown_and_cannot_be_decided(office, rina):
    case_id = office.case()
    office.change(Visit, office.kept(ReviewCase, case_id).visit_id, step=Step.ENDED)
    assert _open(office) == []
    assert _see(office, rina, case_id).is_open is False
    assert _photo(office, rina, case_id) is None
    assert _decide(office, rina, case_id) is NotDecided.VISIT_OVER
    assert office.kept(ReviewCase, case_id).state is CaseState.OPEN


def test_the_case_of_a_void_ticket_cannot_be_decided(office, rina):
    case_id = office.case()
    office.change(Ticket, office.kept(ReviewCase, case_id).ticket_id, state=TicketState.VOID)
    assert _decide(office, rina, case_id) is NotDecided.VISIT_OVER
    assert _open(office) == []


def test_a_photo_that_the_purge_has_taken_is_none(office, rina):
    case_id = office.case(selfie=None)
    assert _photo(office, rina, case_id) is None
    assert _looks(office) == []


def test_no_entry_holds_anything_personal(office, rina):
    case_id = office.case()
    _see(office, rina, case_id)
    _decide(office, rina, case_id, note=f"{NAME} sudah menunjukkan KTP {NIK}")
    written = repr(office.audited())
    assert [word for word in (NIK, NAME, "Sari", "KTP", "Rina") if word in written] == []
