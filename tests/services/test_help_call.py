"""A call for help: one at a terminal, heard until somebody comes, the visit ends or ten minutes are over."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from kiosk.domain.help import CallState
from kiosk.domain.visit import Step
from kiosk.models.terminal import HelpCall
from kiosk.services import help_call
from kiosk.services import visit as visits
from kiosk.services.help_call import Answered, NotAnswered
from tests.officers import Office
from tests.residents import SARI


@pytest.fixture
def rina(stand):
    return Office(stand.app, stand.clock).officer("rina", pin_hash=None)


@pytest.fixture
def budi(stand):
    return Office(stand.app, stand.clock).officer("budi", pin_hash=None)


def _calls(stand):
    return stand.all(sa.select(HelpCall))


def test_calling_again_and_again_is_one_call(stand, kiosk):
    visit_id = stand.bring(Step.NIK)
    for _ in range(3):
        help_call.call(kiosk, visit_id)
    stand.at_once(*[lambda: help_call.call(kiosk, visit_id)] * 4)
    assert len(_calls(stand)) == 1
    assert help_call.state(kiosk) is CallState.CALLED


def test_the_board_hears_where_and_at_which_step_and_nothing_else(stand, kiosk):
    visit_id = stand.bring(Step.NIK)
    help_call.call(kiosk, visit_id)
    visits.move(kiosk, visit_id, Step.NIK, visits.Event.BACK)
    (heard,) = help_call.open_calls(kiosk)
    assert (heard.terminal, heard.step, heard.answered_by) == ("A1", Step.CONSENT, None)
    assert [word for word in SARI.secrets if word in repr(heard)] == []


def test_of_two_who_come_one_is_told_who_goes(stand, kiosk, rina, budi):
    help_call.call(kiosk, None)
    call_id = help_call.open_calls(kiosk)[0].id
    answers = stand.at_once(
        lambda: help_call.answer(kiosk, rina, call_id), lambda: help_call.answer(kiosk, budi, call_id)
    )
    won = next(one for one in answers if one.is_mine)
    lost = next(one for one in answers if not one.is_mine)
    assert won.by == lost.by
    assert help_call.answer(kiosk, rina, call_id) == Answered(won.by, won.by == "Rina")
    assert help_call.state(kiosk) is CallState.COMING


def test_a_call_ends_when_its_officer_says_so_and_a_new_one_may_follow(stand, kiosk, rina):
    help_call.call(kiosk, None)
    call_id = help_call.open_calls(kiosk)[0].id
    assert help_call.finish(kiosk, rina, call_id) is None
    assert help_call.state(kiosk) is None
    assert help_call.finish(kiosk, rina, call_id) is NotAnswered.OVER
    assert help_call.answer(kiosk, rina, call_id) is NotAnswered.OVER
    assert help_call.answer(kiosk, rina, "made up") is NotAnswered.UNKNOWN
    help_call.call(kiosk, None)
    assert help_call.state(kiosk) is CallState.CALLED


def test_a_call_disappears_with_its_visit_at_once_and_is_ended_by_the_chore(stand, kiosk):
    visit_id = stand.bring(Step.NIK)
    help_call.call(kiosk, visit_id)
    visits.leave(kiosk, visit_id)
    assert help_call.open_calls(kiosk) == []
    assert help_call.state(kiosk) is None
    assert help_call.end_over(kiosk) == 1
    assert _calls(stand)[0].ended_at == kiosk.clock.now()
    assert help_call.end_over(kiosk) == 0


def test_nobody_comes_for_ten_minutes_and_the_call_is_over(stand, kiosk, rina):
    help_call.call(kiosk, None)
    call_id = help_call.open_calls(kiosk)[0].id
    stand.clock.advance(10 * 60 - 1)
    assert help_call.end_over(kiosk) == 0
    stand.clock.advance(1)
    assert help_call.answer(kiosk, rina, call_id) is NotAnswered.OVER
    assert help_call.end_over(kiosk) == 1


def test_calling_answering_and_ending_are_written_down(stand, kiosk, rina):
    help_call.call(kiosk, None)
    call_id = help_call.open_calls(kiosk)[0].id
    help_call.answer(kiosk, rina, call_id)
    help_call.finish(kiosk, rina, call_id)
    entries = [entry for entry in stand.audited() if entry.action.startswith("help.")]
    assert [(entry.action.value, entry.subject) for entry in entries] == [
        ("help.called", "terminal:A1"),
        ("help.answered", "terminal:A1"),
        ("help.call_ended", "terminal:A1"),
    ]
    assert all(f'"officer": {rina.id}' in e.detail or f'"officer":{rina.id}' in e.detail for e in entries[1:])
