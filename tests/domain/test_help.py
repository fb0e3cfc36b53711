"""Who may do what at the kiosk with a badge, and when a visit has left it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.help import HELP_REASONS, HelpAct, is_over, leads_back, may_act, may_help
from kiosk.domain.reasons import FROM_REGISTER, NEEDS_REVIEW
from kiosk.domain.roles import Role
from kiosk.domain.visit import Event, NotPossible, Step, allowed_idle, follow

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
MACHINE = {HelpAct.TEST_PRINT, HelpAct.CLOSE, HelpAct.OPEN}


@pytest.mark.parametrize(
    ("role", "acts"),
    [
        (Role.OFFICER, set(HelpAct)),
        (Role.SUPERVISOR, set(HelpAct)),
        (Role.TECHNICIAN, MACHINE),
        (Role.AUDITOR, set()),
    ],
)
def test_who_looks_after_machines_touches_no_visit_and_who_reads_books_touches_nothing(role, acts):
    assert {act for act in HelpAct if may_act(role, act)} == acts
    assert may_help(role) is bool(acts)


def test_an_officer_gives_no_reason_that_only_register_or_engine_can_know():
    assert not set(HELP_REASONS) & (FROM_REGISTER | NEEDS_REVIEW)
    assert len(set(HELP_REASONS)) == len(HELP_REASONS)


@pytest.mark.parametrize("step", sorted(Step))
def test_the_button_back_stands_only_where_a_way_leads_back(step):
    try:
        follow(step, Event.BACK)
    except NotPossible:
        assert not leads_back(step)
    else:
        assert leads_back(step)


def test_a_visit_is_over_when_it_ended_or_its_ticket_was_taken_away():
    assert is_over(Step.ENDED, NOW, NOW)
    long_ago = NOW - allowed_idle(Step.TICKET) - timedelta(seconds=1)
    assert is_over(Step.TICKET, long_ago, NOW)
    assert not is_over(Step.TICKET, NOW, NOW)
