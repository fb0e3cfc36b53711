"""An officer at the kiosk: badge and PIN, only his own rights, and the visit is still there afterwards."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from kiosk.domain.help import HELP_SECONDS, HelpAct
from kiosk.domain.reasons import ReferReason
from kiosk.domain.roles import Role
from kiosk.domain.visit import NotPossible, Step, allowed_idle
from kiosk.models.visit import VisitHelp
from kiosk.services import badge, help_call
from kiosk.services import help as helps
from kiosk.services import visit as visits
from kiosk.services.help import BadgeProblem, Helping
from kiosk.services.pin import PinProblem, PinRefusal
from tests.officers import PIN, Office


@pytest.fixture
def rina(stand):
    return Office(stand.app, stand.clock).officer("rina")


def _arrive(kiosk, officer, visit_id=None):
    token = helps.arrive(kiosk, badge.make(kiosk, officer), visit_id)
    assert not isinstance(token, BadgeProblem)
    return token


def _help(kiosk, officer, visit_id=None):
    token = _arrive(kiosk, officer, visit_id)
    assert isinstance(helps.confirm(kiosk, token, PIN), Helping)
    return token


def _acts(stand):
    return [entry.action.value for entry in stand.audited() if entry.action.startswith("help.")]


@pytest.mark.parametrize("text", ["", "B.", "B.AAAAAAAAAAAA.BBBBBBBBBBBBBBBB", "T.A.B", "é" * 100])
def test_a_made_up_badge_is_refused_and_written_down(stand, kiosk, text):
    assert helps.arrive(kiosk, text, None) is BadgeProblem.NOT_VALID
    assert kiosk.helpers == {}
    assert stand.audited()[-1].action == "officer.refused"


def test_a_revoked_badge_and_an_auditors_open_nothing(stand, kiosk, rina):
    code = badge.make(kiosk, rina)
    badge.revoke(kiosk, rina, rina)
    assert helps.arrive(kiosk, code, None) is BadgeProblem.NOT_VALID
    ayu = Office(stand.app, stand.clock).officer("ayu", Role.AUDITOR, pin_hash=None)
    assert helps.arrive(kiosk, badge.make(kiosk, ayu), None) is BadgeProblem.NOT_FOR_THIS


def test_the_badge_alone_does_nothing(stand, kiosk, rina):
    visit_id = stand.bring(Step.NIK)
    token = _arrive(kiosk, rina, visit_id)
    assert not helps.present(kiosk, token).is_confirmed
    assert not helps.end_visit(kiosk, token)
    assert not helps.step_back(kiosk, token, Step.NIK)
    assert not helps.give_ticket(kiosk, token, Step.NIK, ReferReason.SENT_BY_OFFICER)
    assert helps.acting_officer(kiosk, token, HelpAct.TEST_PRINT) is None
    helps.go_on(kiosk, token)
    assert stand.row(visit_id).step is Step.NIK
    assert _acts(stand) == []


def test_a_wrong_pin_counts_in_the_lock_out_and_the_fifth_is_told(stand, kiosk, rina):
    token = _arrive(kiosk, rina)
    for _ in range(5):
        assert helps.confirm(kiosk, token, "000000") == PinRefusal(PinProblem.WRONG)
    refusal = helps.confirm(kiosk, token, PIN)
    assert (refusal.reason, refusal.until > kiosk.clock.now()) == (PinProblem.LOCKED, True)
    assert not helps.present(kiosk, token).is_confirmed


def test_who_helped_is_kept_so_that_he_does_not_decide_about_the_visit(stand, kiosk, rina):
    visit_id = stand.bring(Step.FACE)
    _help(kiosk, rina, visit_id)
    (kept,) = stand.all(sa.select(VisitHelp))
    assert (kept.visit_id, kept.officer_id) == (visit_id, rina.id)
    assert _acts(stand) == ["help.began"]
    _help(kiosk, rina, visit_id)  # a second time in one visit is no second row
    assert len(stand.all(sa.select(VisitHelp))) == 1


def test_going_on_answers_the_call_and_gives_the_resident_all_his_time(stand, kiosk, rina):
    visit_id = stand.bring(Step.NIK)
    help_call.call(kiosk, visit_id)
    token = _help(kiosk, rina, visit_id)
    stand.clock.advance(50)
    helps.go_on(kiosk, token)
    assert help_call.state(kiosk) is None
    assert stand.row(visit_id).last_activity_at == kiosk.clock.now()
    assert helps.present(kiosk, token) is None
    assert _acts(stand) == ["help.called", "help.began", "help.call_ended", "help.ended"]


def test_the_visit_outlives_an_officer_who_takes_his_time(stand, kiosk, rina):
    """Longer than the step's idle time, touching now and then: chores run as they do in life."""
    visit_id = stand.bring(Step.NIK)
    token = _help(kiosk, rina, visit_id)
    for _ in range(int(allowed_idle(Step.NIK).total_seconds()) // 2 + 20):
        stand.clock.advance(2)
        helps.acting_officer(kiosk, token, HelpAct.TEST_PRINT)
        helps.watch_over(kiosk)
        assert visits.end_abandoned(kiosk) == 0
    assert helps.present(kiosk, token).visit.id == visit_id


def test_who_leaves_without_a_word_is_seen_off_and_his_call_still_stands(stand, kiosk, rina):
    visit_id = stand.bring(Step.NIK)
    help_call.call(kiosk, visit_id)
    token = _help(kiosk, rina, visit_id)
    for _ in range(HELP_SECONDS // 2):
        stand.clock.advance(2)
        helps.watch_over(kiosk)
    stand.clock.advance(1)
    assert helps.present(kiosk, token) is None
    assert not helps.end_visit(kiosk, token)
    helps.watch_over(kiosk)
    assert kiosk.helpers == {}
    assert _acts(stand)[-1] == "help.ended"
    assert help_call.state(kiosk) is not None
    assert visits.find(kiosk, visit_id) is not None


def test_a_removed_officer_is_out_with_his_next_touch(stand, kiosk, rina):
    token = _help(kiosk, rina)
    Office(stand.app, stand.clock).change(type(rina), rina.id, active=False)
    assert helps.present(kiosk, token) is None
    assert helps.acting_officer(kiosk, token, HelpAct.CLOSE) is None


def test_a_technician_gets_the_machine_and_not_the_visit(stand, kiosk):
    tono = Office(stand.app, stand.clock).officer("tono", Role.TECHNICIAN)
    visit_id = stand.bring(Step.NIK)
    token = _help(kiosk, tono, visit_id)
    assert not helps.end_visit(kiosk, token)
    assert not helps.step_back(kiosk, token, Step.NIK)
    assert not helps.give_ticket(kiosk, token, Step.NIK, ReferReason.WANTS_PERSON)
    assert helps.acting_officer(kiosk, token, HelpAct.CLOSE).id == tono.id
    assert stand.row(visit_id).step is Step.NIK


def test_one_step_back_from_a_stale_screen_changes_nothing(stand, kiosk, rina):
    visit_id = stand.bring(Step.NIK)
    token = _help(kiosk, rina, visit_id)
    assert not helps.step_back(kiosk, token, Step.EMAIL)
    assert helps.step_back(kiosk, token, Step.NIK)
    assert stand.row(visit_id).step is Step.CONSENT
    helps.step_back(kiosk, token, Step.CONSENT)
    with pytest.raises(NotPossible):
        helps.step_back(kiosk, token, Step.CHOICE)
    assert stand.row(visit_id).step is Step.CHOICE


def test_a_ticket_carries_the_officers_reason_and_none_that_only_the_engine_knows(stand, kiosk, rina):
    visit_id = stand.bring(Step.EMAIL)
    help_call.call(kiosk, visit_id)
    token = _help(kiosk, rina, visit_id)
    assert not helps.give_ticket(kiosk, token, Step.EMAIL, ReferReason.FACE_NOT_MATCHED)
    assert helps.give_ticket(kiosk, token, Step.EMAIL, ReferReason.SENT_BY_OFFICER)
    assert [ticket.reason for ticket in stand.tickets()] == [ReferReason.SENT_BY_OFFICER]
    assert stand.row(visit_id).step is Step.TICKET
    assert help_call.state(kiosk) is None
    acted = next(entry for entry in stand.audited() if entry.action == "help.acted")
    assert "sent_by_officer" in acted.detail
    assert not helps.give_ticket(kiosk, token, Step.TICKET, ReferReason.SENT_BY_OFFICER)


def test_ending_the_visit_erases_it(stand, kiosk, rina):
    visit_id = stand.bring(Step.EMAIL)
    token = _help(kiosk, rina, visit_id)
    assert helps.end_visit(kiosk, token)
    assert stand.row(visit_id).step is Step.ENDED
    assert stand.personal().keys() <= {"officer.totp_secret"}
