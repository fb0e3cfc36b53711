"""The table of the visit: every step has a screen, can be reached, and leads out."""

from __future__ import annotations

import pytest

from kiosk.domain.visit import (
    CLOSED,
    HOLDS_CONTACT,
    HOLDS_FACE_IMAGE,
    IDLE_SECONDS,
    PAUSABLE,
    REFERABLE,
    TRANSITIONS,
    Event,
    Step,
)
from tests.structure.tree import TEMPLATES


def _reachable(start: Step) -> set[Step]:
    """Where a visit can get to without anybody walking away: the table, a pause, and the way to a person."""
    seen: set[Step] = set()
    ahead = {start}
    while ahead:
        step = ahead.pop()
        seen.add(step)
        onward = {target for (source, _), target in TRANSITIONS.items() if source is step}
        onward |= {Step.TICKET} if step in REFERABLE else set()
        onward |= {Step.PAUSED} if step in PAUSABLE else set()
        ahead |= onward - seen
    return seen


def test_every_step_has_exactly_one_screen():
    screens = {path.stem for path in (TEMPLATES / "steps").glob("*.html")}
    assert screens == {step.value for step in set(Step) - CLOSED}


def test_every_step_can_be_reached():
    assert _reachable(Step.CHOICE) == set(Step)


@pytest.mark.parametrize("step", sorted(set(Step) - CLOSED))
def test_every_step_leads_to_an_end_or_to_a_person(step):
    assert _reachable(step) - {step} & {Step.ENDED, Step.TICKET}


@pytest.mark.parametrize("step", sorted(CLOSED))
def test_nothing_leads_out_of_a_closed_step(step):
    assert _reachable(step) == {step}


def test_every_event_leads_somewhere():
    in_follow = {Event.REFERRED, Event.PAUSED, Event.LEFT}
    assert {event for _, event in TRANSITIONS} | in_follow == set(Event)


def test_every_open_step_has_its_idle_time():
    assert set(IDLE_SECONDS) == set(Step) - CLOSED


def test_a_closed_visit_holds_nothing():
    assert not CLOSED & (HOLDS_FACE_IMAGE | HOLDS_CONTACT)
