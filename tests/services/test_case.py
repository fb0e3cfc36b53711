"""Cases: which are listed and in which order, and what a list must not load."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from kiosk.domain.reasons import ReferReason
from kiosk.domain.ticket import TicketState
from kiosk.domain.visit import Step
from kiosk.models.case import CaseState, ReviewCase
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit
from kiosk.services import case as cases
from tests.officers import an_office


@pytest.fixture
def office(tmp_path):
    return an_office(tmp_path)


def _listed(office):
    with office.app.app_context():
        return cases.open_cases(office.kiosk)


def _at_kiosk(office, **other):
    """A case whose resident waits at the kiosk."""
    case_id = office.case(ticket_id=None, **other)
    office.change(Visit, office.kept(ReviewCase, case_id).visit_id, step=Step.WAITING_FOR_OFFICER)
    return case_id


def test_who_stands_at_a_kiosk_comes_first_then_who_has_waited_longest(office):
    first = office.case()
    office.clock.advance(60)
    second = office.case()
    here = _at_kiosk(office)
    office.clock.advance(30)
    lines = _listed(office)
    assert [line.case.id for line in lines] == [here, first, second]
    assert [line.seconds_left for line in lines] == [60, None, None]
    assert [line.number for line in lines] == ["A1", "A-001", "A-002"]


def test_the_list_carries_nothing_personal(office):
    office.case()
    (line,) = _listed(office)
    personal = {"nik", "name", "selfie", "register_photo", "selfie_template", "note", "first_note"}
    assert sa.inspect(line.case).unloaded >= personal


def test_a_case_says_who_has_it_open_for_as_long_as_he_has(office):
    rina = office.officer()
    office.case(held_by=rina.id, held_at=office.clock.now())
    assert [line.held_by for line in _listed(office)] == ["Rina"]
    office.clock.advance(60)
    assert [line.held_by for line in _listed(office)] == [None]


@pytest.mark.parametrize("state", [TicketState.CALLED, TicketState.SKIPPED])
def test_a_ticket_that_a_counter_has_called_still_has_its_case(office, state):
    case_id = office.case()
    office.change(Ticket, office.kept(ReviewCase, case_id).ticket_id, state=state)
    assert [line.case.id for line in _listed(office)] == [case_id]


@pytest.mark.parametrize("state", [CaseState.APPROVED, CaseState.REFUSED, CaseState.COUNTER, CaseState.OVER])
def test_what_is_decided_or_over_is_not_listed(office, state):
    office.case(state=state)
    assert _listed(office) == []


def test_yesterdays_tickets_and_cases_are_not_listed(office):
    office.case()
    office.ticket(ReferReason.NO_PHONE)
    office.clock.advance(24 * 3600)
    assert _listed(office) == []


def test_the_office_s_day_is_not_that_of_utc(office):
    """Until seven in the morning in Jakarta it is yesterday in Greenwich."""
    office.clock.advance(-4 * 3600)  # 05:00 in Jakarta
    early = office.case()
    office.clock.advance(8 * 3600)
    assert [line.case.id for line in _listed(office)] == [early]
