"""Reasons: codes that keep their meaning, and groups that may not overlap."""

from __future__ import annotations

import re

import pytest

from kiosk.domain.reasons import (
    FROM_REGISTER,
    NEEDS_REVIEW,
    NEUTRAL_CODE,
    OF_LIVENESS,
    RESIDENT_MAY_SAY,
    RESUMABLE,
    ReferReason,
)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (ReferReason.WANTS_PERSON, "R-01"),
        (ReferReason.REGISTER_NOT_FOUND, "R-08"),
        (ReferReason.REGISTER_DECEASED, "R-10"),
        (ReferReason.FACE_NOT_MATCHED, "R-17"),
        (ReferReason.CODE_TRIES_USED_UP, "R-25"),
    ],
)
def test_a_code_that_officers_know_keeps_its_meaning(reason: ReferReason, code: str) -> None:
    assert NEUTRAL_CODE[reason] == code


@pytest.mark.parametrize("reason", ReferReason)
def test_a_code_tells_a_stranger_nothing(reason: ReferReason) -> None:
    assert re.fullmatch(r"R-\d\d", NEUTRAL_CODE[reason])


def test_a_form_can_name_no_reason_that_only_the_server_can_know() -> None:
    assert not RESIDENT_MAY_SAY & (FROM_REGISTER | RESUMABLE)
    for reason in (ReferReason.LOOKUP_LIMIT, ReferReason.FACE_TRIES_USED_UP, ReferReason.ALREADY_ACTIVE):
        assert reason not in RESIDENT_MAY_SAY


def test_only_what_an_officer_sees_goes_on_after_his_yes() -> None:
    assert RESUMABLE < NEEDS_REVIEW
    assert OF_LIVENESS < RESUMABLE


def test_a_register_that_does_not_answer_is_no_refusal_by_it() -> None:
    assert ReferReason.REGISTER_UNREACHABLE not in FROM_REGISTER
