"""The made-up residents: every outcome has somebody, and each number says what its story needs."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.adapters.regions import district_is_known
from kiosk.demonstration.residents import RESIDENTS, Outcome, Recipe, Resident, by_key, without_portraits
from kiosk.domain.eligibility import Person, is_question_of_age, refusal
from kiosk.domain.nik import parse, problems, warnings
from kiosk.domain.reasons import ReferReason

TODAY = date(2026, 11, 22)

REFUSED_WITH: dict[Outcome, ReferReason] = {
    Outcome.NOT_FOUND: ReferReason.REGISTER_NOT_FOUND,
    Outcome.NOT_RECORDED: ReferReason.REGISTER_NOT_RECORDED,
    Outcome.DECEASED: ReferReason.REGISTER_DECEASED,
    Outcome.INACTIVE: ReferReason.REGISTER_INACTIVE,
    Outcome.TOO_YOUNG: ReferReason.REGISTER_TOO_YOUNG,
    Outcome.NO_PHOTO: ReferReason.REGISTER_PHOTO_UNUSABLE,
}

each = pytest.mark.parametrize("resident", RESIDENTS, ids=lambda resident: resident.key)


def record(resident: Resident) -> Person | None:
    """What the register answers, the photo being any bytes."""
    if not resident.in_register:
        return None
    return Person(
        nik=resident.nik,
        name=resident.name,
        born=resident.born,
        sex=resident.sex,
        married=resident.married,
        recorded=resident.recorded,
        state=resident.state,
        region=resident.region,
        photo=b"photo" if resident.photo else None,
    )


def test_every_outcome_has_a_resident() -> None:
    assert {resident.outcome for resident in RESIDENTS} == set(Outcome)


def test_nobody_shares_key_name_or_number() -> None:
    for field in ("key", "name", "nik"):
        assert len({getattr(resident, field) for resident in RESIDENTS}) == len(RESIDENTS), field


@each
def test_the_number_is_a_nik_of_a_known_district(resident: Resident) -> None:
    assert problems(resident.nik) == ()
    assert district_is_known(parse(resident.nik, TODAY).district)


@each
def test_the_register_refuses_those_whose_story_says_so_and_nobody_else(resident: Resident) -> None:
    if resident.outcome is Outcome.NOT_YET_17:
        return  # is asked before the register is
    assert refusal(record(resident), TODAY) is REFUSED_WITH.get(resident.outcome)


@each
def test_the_question_of_age_comes_to_those_whose_story_says_so_and_nobody_else(resident: Resident) -> None:
    asked = {Outcome.NOT_YET_17, Outcome.NIK_DATE_WRONG, Outcome.MARRIED_UNDER_17}
    assert is_question_of_age(parse(resident.nik, TODAY).born_young, TODAY) is (resident.outcome in asked)


def test_one_who_is_activated_contradicts_the_register_and_one_comes_from_elsewhere() -> None:
    contradicting = by_key("nik-berbeda")
    number = parse(contradicting.nik, TODAY)
    found = warnings(number, born=contradicting.born, sex=contradicting.sex, district_is_known=True)
    assert len(found) == 2
    assert contradicting.outcome is Outcome.ACTIVATED
    assert by_key("luar-daerah").region[:2] in {"91", "92", "93", "94", "95", "96"}


def test_recipes_follow_outcomes() -> None:
    recipes = {
        Outcome.GREY_ZONE: Recipe.GREY,
        Outcome.NO_MATCH: Recipe.OTHER,
        Outcome.POOR_PHOTO: Recipe.SMALL,
    }
    for resident in RESIDENTS:
        if resident.photo is not None:
            assert resident.photo is recipes.get(resident.outcome, Recipe.GENUINE), resident.key


def test_without_portraits_those_who_reach_the_face_are_missing_and_the_rest_stay() -> None:
    missing = {resident.key for resident in without_portraits()}
    assert {"lancar", "ragu", "tidak-cocok", "foto-buruk"} <= missing
    assert missing.isdisjoint({"belum-17", "tidak-ditemukan", "meninggal", "tanpa-foto"})
