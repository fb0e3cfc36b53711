"""Who may activate: the worked table of `refusal`, and what comes first when several things are wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from kiosk.domain.eligibility import Person, RecordState, is_question_of_age, refusal
from kiosk.domain.nik import Sex
from kiosk.domain.reasons import FROM_REGISTER, ReferReason

TODAY = date(2026, 11, 22)
CHILD, ADULT = date(2009, 11, 23), date(2009, 11, 22)
ELIGIBLE = Person(
    nik="3273014101900001",
    name="Sari Wulandari",
    born=date(1990, 1, 1),
    sex=Sex.FEMALE,
    married=False,
    recorded=True,
    state=RecordState.ACTIVE,
    region="3273",
    photo=b"jpeg",
)
R = ReferReason


def test_somebody_who_is_not_there_is_not_found() -> None:
    assert refusal(None, TODAY) is R.REGISTER_NOT_FOUND


@pytest.mark.parametrize(
    ("other", "answer"),
    [
        ({}, None),
        ({"state": RecordState.DECEASED}, R.REGISTER_DECEASED),
        ({"state": RecordState.INACTIVE}, R.REGISTER_INACTIVE),
        ({"born": CHILD}, R.REGISTER_TOO_YOUNG),
        ({"born": ADULT}, None),
        ({"born": CHILD, "married": True}, None),
        ({"born": CHILD, "married": True, "recorded": False}, R.REGISTER_NOT_RECORDED),
        ({"recorded": False}, R.REGISTER_NOT_RECORDED),
        ({"photo": None}, R.REGISTER_PHOTO_UNUSABLE),
        ({"recorded": False, "photo": None}, R.REGISTER_NOT_RECORDED),
        ({"born": CHILD, "recorded": False, "photo": None}, R.REGISTER_TOO_YOUNG),
        ({"state": RecordState.DECEASED, "born": CHILD, "recorded": False}, R.REGISTER_DECEASED),
        ({"state": RecordState.INACTIVE, "born": CHILD, "photo": None}, R.REGISTER_INACTIVE),
        ({"region": "9471", "sex": Sex.MALE}, None),
    ],
)
def test_the_register_answers_by_the_table(other: dict[str, object], answer: ReferReason | None) -> None:
    assert refusal(replace(ELIGIBLE, **other), TODAY) is answer  # type: ignore[arg-type]


def test_every_refusal_shares_the_one_screen_of_the_register() -> None:
    combinations = product(RecordState, (CHILD, ADULT), (True, False), (True, False), (b"jpeg", None))
    answers = {
        refusal(replace(ELIGIBLE, state=state, born=born, married=married, recorded=rec, photo=photo), TODAY)
        for state, born, married, rec, photo in combinations
    }
    assert answers | {refusal(None, TODAY)} == {None} | FROM_REGISTER


@pytest.mark.parametrize(
    ("born", "today", "is_question"),
    [
        (date(2009, 11, 22), date(2026, 11, 21), True),
        (date(2009, 11, 22), date(2026, 11, 22), False),
        (date(2008, 2, 29), date(2025, 2, 28), True),
        (date(2008, 2, 29), date(2025, 3, 1), False),
        (date(1926, 11, 23), date(2026, 11, 22), False),
    ],
)
def test_being_under_17_by_the_number_is_a_question_until_the_birthday(
    born: date, today: date, is_question: bool
) -> None:
    assert is_question_of_age(born, today) is is_question
