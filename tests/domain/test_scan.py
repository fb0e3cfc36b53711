"""Where the screen stands and what is held under the scanner: nobody's visit is lost to it."""

from __future__ import annotations

from itertools import product

import pytest

from kiosk.domain.scan import HAPPENS, Happens, Kind, Place, happens, place_of
from kiosk.domain.visit import HOLDS_CONTACT, WAITS_ELSEWHERE, Step

ANYTHING = (*Kind, None)


def test_the_table_has_an_answer_for_every_code_at_every_place() -> None:
    assert set(HAPPENS) == set(Place)
    for answers in HAPPENS.values():
        assert set(answers) == set(ANYTHING)
    assert {place_of(step) for step in (*Step, None)} == set(Place)


@pytest.mark.parametrize(("step", "kind"), list(product(sorted(HOLDS_CONTACT - WAITS_ELSEWHERE), ANYTHING)))
def test_a_visit_that_holds_somebodys_data_is_never_left_for_a_code(step: Step, kind: Kind | None) -> None:
    assert happens(step, kind) in (Happens.NOTE, Happens.HELP)


@pytest.mark.parametrize("step", [None, *Step])
def test_a_badge_brings_help_and_a_foreign_code_is_only_talked_about(step: Step | None) -> None:
    assert happens(step, Kind.BADGE) is Happens.HELP
    assert happens(step, None) in (Happens.NOTE, Happens.TELL)


def test_what_the_phone_has_sent_fills_in_only_where_no_nik_stands() -> None:
    fills = {step for step in (*Step, None) if happens(step, Kind.PREREGISTRATION) is not Happens.NOTE}
    entry = {Step.CHOICE, Step.GET_APP, Step.WANTS_PERSON, Step.CONSENT}
    assert fills == {None, *entry, Step.NIK, Step.TICKET, Step.PAUSED, Step.ENDED}
    for step in entry:
        assert happens(step, Kind.PREREGISTRATION) is Happens.KEEP, "before the consent it waits"
