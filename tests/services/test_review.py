"""How an officer looks and decides: what is written down, who may, which of several decisions counts."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.adapters.register import RegisterDown
from kiosk.domain.counter import Override, OverrideReason
from kiosk.domain.reasons import OF_LIVENESS, ReferReason
from kiosk.domain.review import NOTE_MAX, Bar, DecisionReason
from kiosk.domain.ticket import TicketState
from kiosk.domain.visit import Event, Step
from kiosk.models.case import CaseState, ReviewCase
from kiosk.models.counter import OfficerOverride
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit, VisitHelp
from kiosk.services import audit, review, review_decision
from kiosk.services import visit as visits
from kiosk.services.pin import PinProblem, PinRefusal
from kiosk.services.review import Which
from kiosk.services.review_decision import AlreadyDecided, Decided, NotDecided
from tests.officers import NAME, NIK, PIN, REGISTER_PHOTO, SELFIE, TEMPLATE, an_office

YES, NO, TO_COUNTER = DecisionReason.SAME_PERSON, DecisionReason.OTHER_PERSON, DecisionReason.NOT_SURE
BEYOND = 0.63


@pytest.fixture
def office(tmp_path):
    return an_office(tmp_path)


@pytest.fixture
def rina(office):
    return office.officer()


@pytest.fixture
def budi(office):
    return office.officer("budi")


def _decide(office, officer, case_id, reason=YES, note="", pin=PIN):
    with office.app.app_context():
        return review_decision.decide(office.kiosk, officer, case_id, reason, note, pin)


def _see(office, officer, case_id):
    with office.app.app_context():
        return review.see(office.kiosk, officer, case_id)


def _still(office, officer, case_id):
    with office.app.app_context():
        return review.still(office.kiosk, officer, case_id)


def _photo(office, officer, case_id, which=Which.SELFIE):
    with office.app.app_context():
        return review.photo(office.kiosk, officer, case_id, which)


def _looks(office):
    return [
        (subject, json.loads(detail)["what"])
        for action, subject, detail in office.audited()
        if action == "case.seen"
    ]


def _nik_hash(office):
    return office.kiosk.keys.nik_hash(NIK)


# Looking


def test_every_look_is_an_entry(office, rina):
    case_id = office.case()
    visit_id = office.kept(ReviewCase, case_id).visit_id
    assert _see(office, rina, case_id).case.nik == NIK
    assert _photo(office, rina, case_id, Which.SELFIE) == SELFIE
    assert _photo(office, rina, case_id, Which.REGISTER) == REGISTER_PHOTO
    assert _see(office, rina, case_id).news.is_open
    assert _looks(office) == [(visit_id, word) for word in ("case", "selfie", "register", "case")]
    assert [action for action, _, _ in office.audited()].count("register.lookup") == 2


def test_a_poll_of_an_open_page_is_no_look(office, rina):
    case_id = office.case()
    _still(office, rina, case_id)
    assert _looks(office) == []


@pytest.mark.parametrize("case_id", ["", "NOSUCHCASE", "é", "x" * 10_000])
def test_a_case_that_does_not_exist_is_none_and_leaves_no_entry(office, rina, case_id):
    assert _see(office, rina, case_id) is None
    assert _still(office, rina, case_id) is None
    assert _photo(office, rina, case_id) is None
    assert _decide(office, rina, case_id) is NotDecided.UNKNOWN_CASE
    assert _looks(office) == []


def test_the_second_who_opens_a_case_is_told_who_has_it(office, rina, budi):
    case_id = office.case()
    assert _see(office, rina, case_id).news.held_by is None
    assert _see(office, budi, case_id).news.held_by == "Rina"
    office.clock.advance(50)
    _still(office, rina, case_id)
    office.clock.advance(50)
    assert _still(office, budi, case_id).held_by == "Rina", "her page is still heard of"
    office.clock.advance(60)
    assert _see(office, budi, case_id).news.held_by is None
    assert _see(office, rina, case_id).news.held_by == "Budi", "now it is his"


def test_a_register_that_is_silent_keeps_nobody_from_deciding(office, rina, monkeypatch):
    def down(*_):
        raise RegisterDown

    case_id = office.case()
    monkeypatch.setattr(office.kiosk.adapters.register, "look_up", down)
    seen = _see(office, rina, case_id)
    assert (seen.is_register_silent, seen.person) == (True, None)
    assert _decide(office, rina, case_id) == Decided(CaseState.APPROVED)


def test_a_photo_that_the_purge_has_taken_is_none(office, rina):
    case_id = office.case(selfie=None)
    assert _photo(office, rina, case_id) is None
    assert _looks(office) == []


# Deciding


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


@pytest.mark.parametrize(("reason", "state"), [(NO, CaseState.REFUSED), (TO_COUNTER, CaseState.COUNTER)])
def test_any_other_answer_erases_the_template_too(office, rina, reason, state):
    case_id = office.case()
    assert _decide(office, rina, case_id, reason) == Decided(state)
    kept = office.kept(ReviewCase, case_id)
    assert (kept.selfie, kept.register_photo, kept.selfie_template, kept.note) == (None,) * 4
    assert office.kept(Ticket, kept.ticket_id).state is TicketState.REFUSED


def test_a_wrong_pin_decides_nothing_and_says_so(office, rina):
    case_id = office.case()
    assert _decide(office, rina, case_id, pin="000000") == PinRefusal(PinProblem.WRONG)
    assert _decide(office, rina, case_id, pin="") == PinRefusal(PinProblem.WRONG)
    assert office.kept(ReviewCase, case_id).state is CaseState.OPEN


def test_of_two_decisions_at_once_exactly_one_counts(office, rina, budi):
    case_id = office.case()
    choices = [(rina, YES), (budi, NO)] * 2
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda choice: _decide(office, choice[0], case_id, choice[1]), choices))
    (winner,) = [answer for answer in answers if isinstance(answer, Decided)]
    kept = office.kept(ReviewCase, case_id)
    by = "Rina" if winner.state is CaseState.APPROVED else "Budi"
    assert [answer for answer in answers if answer != winner] == [AlreadyDecided(by, winner.state)] * 3
    assert kept.state is winner.state
    assert office.kept(Ticket, kept.ticket_id).state.value == winner.state.value
    assert [action for action, _, _ in office.audited()].count("case.decided") == 1


def test_whoever_is_too_late_learns_by_whom_and_changes_nothing(office, rina, budi):
    case_id = office.case()
    _decide(office, rina, case_id)
    assert _decide(office, budi, case_id, NO, "saya tidak setuju") == AlreadyDecided(
        "Rina", CaseState.APPROVED
    )
    kept = office.kept(ReviewCase, case_id)
    assert (kept.decision_reason, kept.note, kept.selfie_template) == (YES, None, TEMPLATE)
    assert _see(office, budi, case_id).news.decided_by == "Rina"


def test_a_reason_of_another_kind_of_case_is_refused(office, rina):
    case_id = office.case()
    assert _decide(office, rina, case_id, DecisionReason.PHONE_LOST) is NotDecided.NOT_THIS_REASON
    without_a_face = office.case(selfie_template=None)
    assert _decide(office, rina, without_a_face, YES) is NotDecided.NOT_THIS_REASON
    assert office.kept(ReviewCase, case_id).state is CaseState.OPEN


@pytest.mark.parametrize("reason", sorted(OF_LIVENESS))
def test_a_living_person_must_be_met_before_anybody_approves(office, rina, reason):
    case_id = office.case(reason=reason, distance=None, selfie=None)
    assert _decide(office, rina, case_id, YES) is NotDecided.NOT_THIS_REASON
    assert _decide(office, rina, case_id, DecisionReason.SEEN_IN_PERSON) == Decided(CaseState.APPROVED)


def test_a_note_is_refused_when_too_long_and_never_cut(office, rina):
    case_id = office.case()
    assert _decide(office, rina, case_id, note="a" * (NOTE_MAX + 1)) is NotDecided.NOTE_TOO_LONG
    assert _decide(office, rina, case_id, note="a" * 1_000_000) is NotDecided.NOTE_TOO_LONG
    assert isinstance(_decide(office, rina, case_id, note="a" * NOTE_MAX), Decided)
    assert office.kept(ReviewCase, case_id).note == "a" * NOTE_MAX


def test_the_case_of_a_visit_that_has_ended_cannot_be_decided(office, rina):
    case_id = office.case()
    with office.app.app_context(), audit.verb(office.kiosk) as session:
        visit = session.get_one(Visit, session.get_one(ReviewCase, case_id).visit_id)
        visits.advance(office.kiosk, session, visit, Event.FINISHED)
    assert not _see(office, rina, case_id).news.is_open
    assert _photo(office, rina, case_id) is None
    assert _decide(office, rina, case_id) is NotDecided.VISIT_OVER
    kept = office.kept(ReviewCase, case_id)
    assert (kept.state, kept.selfie, kept.selfie_template, kept.nik) == (CaseState.OVER, None, None, None)


def test_the_case_of_a_void_ticket_cannot_be_decided(office, rina):
    case_id = office.case()
    office.change(Ticket, office.kept(ReviewCase, case_id).ticket_id, state=TicketState.VOID)
    assert _decide(office, rina, case_id) is NotDecided.VISIT_OVER


def test_who_is_at_a_counter_already_is_not_sent_back_to_waiting(office, rina):
    case_id = office.case()
    ticket_id = office.kept(ReviewCase, case_id).ticket_id
    office.change(Ticket, ticket_id, state=TicketState.CALLED)
    _decide(office, rina, case_id, TO_COUNTER)
    assert office.kept(Ticket, ticket_id).state is TicketState.CALLED


# Two people


def test_beyond_the_band_two_must_agree_and_both_are_kept(office, rina, budi):
    case_id = office.case(distance=BEYOND)
    assert _decide(office, rina, case_id, note="dari suara") == Decided(CaseState.SECOND)
    kept = office.kept(ReviewCase, case_id)
    assert (kept.first_by, kept.first_reason, kept.first_note) == (rina.id, YES, "dari suara")
    assert (kept.decided_by, kept.selfie) == (None, SELFIE), "the second one needs the photos"
    assert office.kept(Ticket, kept.ticket_id).state is TicketState.WAITING
    assert _decide(office, rina, case_id) is Bar.AGREED_ALREADY
    assert _decide(office, budi, case_id) == Decided(CaseState.APPROVED)
    kept = office.kept(ReviewCase, case_id)
    assert (kept.decided_by, kept.first_by, kept.selfie) == (budi.id, rina.id, None)


def test_one_no_is_enough_also_from_whoever_agreed_first(office, rina, budi):
    for officer in (rina, budi):
        case_id = office.case(distance=BEYOND)
        _decide(office, rina, case_id)
        assert _decide(office, officer, case_id, NO) == Decided(CaseState.REFUSED)
        assert office.kept(ReviewCase, case_id).selfie_template is None


def test_who_keeps_his_head_still_gets_round_no_second_officer(office, rina, budi):
    case_id = office.case(reason=ReferReason.LIVENESS_NOT_POSSIBLE, distance=BEYOND)
    met = DecisionReason.SEEN_WITH_DOCUMENTS
    assert _decide(office, rina, case_id, met) == Decided(CaseState.SECOND)
    assert _decide(office, budi, case_id, met) == Decided(CaseState.APPROVED)


def test_two_who_agree_at_one_moment_are_first_and_second(office, rina, budi):
    case_id = office.case(distance=BEYOND)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda officer: _decide(office, officer, case_id), (rina, budi)))
    assert sorted(answer.state for answer in answers) == [CaseState.APPROVED, CaseState.SECOND]


def _vouched(office, nik_hash, officer, second=None):
    """Let `officer` have vouched for that NIK at the counter, in a visit that came to nothing."""
    visit_id = office.kept(ReviewCase, office.case()).visit_id
    office.change(Visit, visit_id, nik_hash=nik_hash)
    with office.app.app_context(), audit.verb(office.kiosk) as session:
        session.add(
            OfficerOverride(
                visit_id=visit_id,
                officer_id=officer.id,
                second_id=None if second is None else second.id,
                kind=Override.VOUCH,
                reason=OverrideReason.KTP_EL,
                at=office.clock.now(),
            )
        )


def test_no_officer_says_yes_to_one_nik_twice_by_himself(office, rina, budi):
    """The counter asks the same function; what happens there stands in `test_counter.py`."""
    both = CaseState.SECOND
    asked = {"state": CaseState.APPROVING, "decided_by": rina.id, "decided_at": office.clock.now()}
    before = {
        "yes": lambda nik: _decide(office, rina, office.case(nik_hash=nik)),
        "yes, as the first": lambda nik: _decide(office, rina, office.case(nik_hash=nik, distance=BEYOND)),
        "yes, as the second": lambda nik: _decide(
            office, rina, office.case(nik_hash=nik, first_by=budi.id, state=both)
        ),
        "yes, the old phone is being deactivated": lambda nik: office.case(nik_hash=nik, **asked),
        "his word at the counter": lambda nik: _vouched(office, nik, rina),
        "his word at the counter, as the second": lambda nik: _vouched(office, nik, budi, rina),
    }
    nothing = {
        "nothing": lambda nik: None,
        "no": lambda nik: _decide(office, rina, office.case(nik_hash=nik), NO),
        "another one's yes": lambda nik: _decide(office, budi, office.case(nik_hash=nik)),
        "another one's word": lambda nik: _vouched(office, nik, budi),
        "yes to somebody else": lambda nik: _decide(office, rina, office.case(nik_hash="another")),
    }
    for what, happens in (before | nothing).items():
        happens(what)
        answer = _decide(office, rina, office.case(nik_hash=what))
        assert answer == Decided(both if what in before else CaseState.APPROVED), what


def test_cases_from_before_the_panel_know_no_hash_and_are_not_all_one_person(office, rina):
    _decide(office, rina, office.case())
    assert _decide(office, rina, office.case()) == Decided(CaseState.APPROVED)


# Nobody his own


def test_nobody_decides_about_his_own_nik(office):
    dewi = office.officer("dewi", nik_hash=_nik_hash(office))
    case_id = office.case(nik_hash=_nik_hash(office))
    assert _see(office, dewi, case_id).bar is Bar.OWN_NIK
    for reason in (YES, NO, TO_COUNTER):
        assert _decide(office, dewi, case_id, reason) is Bar.OWN_NIK
    assert office.kept(ReviewCase, case_id).state is CaseState.OPEN


def test_nobody_decides_in_a_visit_that_he_opened_or_helped_in(office, rina, budi):
    opened, helped = office.case(), office.case()
    office.change(Visit, office.kept(ReviewCase, opened).visit_id, opened_by=rina.id)
    with office.app.app_context(), audit.verb(office.kiosk) as session:
        visit_id = session.get_one(ReviewCase, helped).visit_id
        session.add(VisitHelp(visit_id=visit_id, officer_id=rina.id, at=office.clock.now()))
    assert _decide(office, rina, opened) is Bar.OWN_VISIT
    assert _decide(office, rina, helped) is Bar.HELPED
    assert [_decide(office, budi, one) for one in (opened, helped)] == [Decided(CaseState.APPROVED)] * 2


def test_no_entry_holds_anything_personal(office, rina):
    case_id = office.case(distance=BEYOND)
    _see(office, rina, case_id)
    _decide(office, rina, case_id, note=f"{NAME} sudah menunjukkan KTP {NIK}")
    written = repr(office.audited())
    assert [word for word in (NIK, NAME, "Sari", "KTP", "Rina") if word in written] == []
