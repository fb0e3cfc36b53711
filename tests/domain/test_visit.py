"""The visit's table: nobody is stuck, nothing leads on that should not, and idle time is fair."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from kiosk.domain.visit import (
    CLOSED,
    HOLDS_CONTACT,
    HOLDS_FACE_IMAGE,
    IDLE_SECONDS,
    PAUSABLE,
    PAUSE_LASTS,
    QUESTION_SECONDS,
    REFERABLE,
    TRANSITIONS,
    WITHOUT_QUESTION,
    Event,
    NotPossible,
    Step,
    allowed_idle,
    follow,
    is_abandoned,
    pause_is_over,
    waits_elsewhere,
)

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
OPEN = sorted(set(Step) - CLOSED)

STRAIGHT_ON = [
    (Event.HAS_APP, Step.CONSENT),
    (Event.CONSENTED, Step.NIK),
    (Event.NIK_ENTERED, Step.NIK_CHECK),
    (Event.REGISTER_KNOWS, Step.EMAIL),
    (Event.EMAIL_ENTERED, Step.PHONE),
    (Event.PHONE_ENTERED, Step.CONTACT_CHECK),
    (Event.CONTACT_CONFIRMED, Step.FACE),
    (Event.FACE_MATCHED, Step.QR),
    (Event.ACTIVATED, Step.THANKS),
    (Event.FINISHED, Step.ENDED),
]


def test_the_main_job_leads_from_the_choice_to_the_end() -> None:
    step = Step.CHOICE
    for event, expected in STRAIGHT_ON:
        step = follow(step, event)
        assert step is expected


@pytest.mark.parametrize("step", OPEN)
def test_every_open_step_can_be_left_at_once(step: Step) -> None:
    assert follow(step, Event.LEFT) is Step.ENDED


@pytest.mark.parametrize("step", sorted(REFERABLE))
def test_every_step_in_which_something_is_wanted_leads_to_a_person(step: Step) -> None:
    assert follow(step, Event.REFERRED) is Step.TICKET


@pytest.mark.parametrize("step", sorted(set(Step) - REFERABLE))
def test_who_has_a_ticket_or_is_done_gets_no_second_ticket(step: Step) -> None:
    with pytest.raises(NotPossible):
        follow(step, Event.REFERRED)


@pytest.mark.parametrize(("step", "event"), list(product(sorted(CLOSED), Event)))
def test_nothing_happens_to_a_closed_visit(step: Step, event: Event) -> None:
    with pytest.raises(NotPossible):
        follow(step, event)


@pytest.mark.parametrize("step", OPEN)
def test_exactly_the_events_of_the_table_lead_on(step: Step) -> None:
    expected = {event for source, event in TRANSITIONS if source is step} | {Event.LEFT}
    if step in REFERABLE:
        expected.add(Event.REFERRED)
    if step in PAUSABLE:
        expected.add(Event.PAUSED)
    possible = set()
    for event in Event:
        try:
            follow(step, event)
            possible.add(event)
        except NotPossible:
            pass
    assert possible == expected


def test_a_refused_event_is_named_with_its_step() -> None:
    with pytest.raises(NotPossible, match="activated from nik"):
        follow(Step.NIK, Event.ACTIVATED)


@pytest.mark.parametrize("event", [Event.FACE_MATCHED, Event.FACE_NOT_MATCHED])
def test_a_face_decides_only_at_the_face_step(event: Event) -> None:
    assert {source for source, found in TRANSITIONS if found is event} == {Step.FACE}


def test_the_qr_is_reached_only_through_a_matched_face_or_an_officer() -> None:
    into = {(source, event) for (source, event), target in TRANSITIONS.items() if target is Step.QR}
    assert into == {
        (Step.FACE, Event.FACE_MATCHED),
        (Step.WAITING_FOR_OFFICER, Event.OFFICER_APPROVED),
        (Step.CONTACT_CHECK, Event.OFFICER_VOUCHED),
        (Step.EMAIL_FIX, Event.BACK),
        (Step.EMAIL_FIX, Event.EMAIL_CORRECTED),
    }


def test_a_ticket_leads_to_the_face_and_not_around_it() -> None:
    # Whoever waited stands there still; whoever comes with a paper may be somebody else.
    ways = {origin: step for (origin, event), step in TRANSITIONS.items() if event is Event.OFFICER_APPROVED}
    assert ways == {Step.TICKET: Step.FACE, Step.WAITING_FOR_OFFICER: Step.QR}


@pytest.mark.parametrize("step", sorted({Step.CHOICE, Step.GET_APP, Step.WANTS_PERSON, Step.CONSENT}))
def test_nothing_personal_may_be_kept_before_the_consent(step: Step) -> None:
    assert step not in HOLDS_CONTACT | HOLDS_FACE_IMAGE


def test_no_face_is_kept_once_it_has_been_decided() -> None:
    for step in (Step.WAITING_FOR_OFFICER, Step.QR, Step.EMAIL_FIX, Step.TICKET, Step.THANKS, Step.ENDED):
        assert step not in HOLDS_FACE_IMAGE
    assert Step.PAUSED not in HOLDS_FACE_IMAGE


@pytest.mark.parametrize("step", sorted(set(OPEN) - WITHOUT_QUESTION))
def test_a_question_is_asked_before_a_visit_is_wiped(step: Step) -> None:
    assert allowed_idle(step) == timedelta(seconds=IDLE_SECONDS[step] + QUESTION_SECONDS)


@pytest.mark.parametrize("step", sorted(WITHOUT_QUESTION))
def test_a_visit_that_is_over_ends_without_a_question(step: Step) -> None:
    assert allowed_idle(step) == timedelta(seconds=IDLE_SECONDS[step])


@pytest.mark.parametrize("step", sorted(PAUSABLE))
def test_a_pause_begins_after_the_consent_and_leads_back_before_the_register(step: Step) -> None:
    assert follow(step, Event.PAUSED) is Step.PAUSED
    assert follow(Step.PAUSED, Event.NIK_KNOWN) is Step.NIK_CHECK


def test_nothing_is_paused_while_an_officer_is_asked_or_a_qr_is_open() -> None:
    for step in (Step.CONSENT, Step.WAITING_FOR_OFFICER, Step.QR, Step.EMAIL_FIX, Step.TICKET, Step.PAUSED):
        assert step not in PAUSABLE


def test_a_paused_visit_is_wiped_after_ten_minutes_and_not_before() -> None:
    assert not pause_is_over(NOW - PAUSE_LASTS, NOW)
    assert pause_is_over(NOW - PAUSE_LASTS - timedelta(microseconds=1), NOW)
    assert not pause_is_over(NOW + timedelta(days=3), NOW), "the clock was set back"


@pytest.mark.parametrize("step", OPEN)
def test_a_visit_is_abandoned_after_its_last_second_and_not_in_it(step: Step) -> None:
    last = NOW - allowed_idle(step)
    assert not is_abandoned(step, last, NOW)
    assert is_abandoned(step, last - timedelta(microseconds=1), NOW)


@pytest.mark.parametrize("step", sorted(CLOSED))
def test_what_is_over_is_never_abandoned(step: Step) -> None:
    assert not is_abandoned(step, NOW - timedelta(days=400), NOW)


def test_a_number_waits_without_its_paper_and_a_paused_visit_does_not() -> None:
    assert waits_elsewhere(Step.TICKET, is_without_paper=True)
    assert waits_elsewhere(Step.PAUSED, is_without_paper=False)
    assert not waits_elsewhere(Step.PAUSED, is_without_paper=True)
    assert not waits_elsewhere(Step.FACE, is_without_paper=False)


@pytest.mark.parametrize("step", OPEN)
def test_a_clock_that_was_set_back_ends_no_visit(step: Step) -> None:
    assert not is_abandoned(step, NOW + timedelta(days=3), NOW)
