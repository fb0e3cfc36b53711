"""Addresses and numbers as people really type them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.contact import (
    COMMON_DOMAINS,
    grouped_phone,
    masked_email,
    suggestion,
    tidy_email,
    tidy_phone,
)


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("0812-3456-7890", "+6281234567890"),
        ("0812 3456 7890", "+6281234567890"),
        ("0812.3456.7890", "+6281234567890"),
        ("(0812) 34567890", "+6281234567890"),
        ("6281234567890", "+6281234567890"),
        ("+62 812 3456 7890", "+6281234567890"),
        ("+62-812-3456-7890", "+6281234567890"),
        ("0812345678", "+62812345678"),
        ("0812345678901", "+62812345678901"),
    ],
)
def test_an_indonesian_mobile_number_is_tidied(typed: str, tidy: str) -> None:
    assert tidy_phone(typed) == tidy


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "+",
        "0",
        "08",
        "081234567",
        "08123456789012",
        "0802345678",
        "0227654321",
        "+60123456789",
        "+1 555 0100 123",
        "0812345678x",
        "٠٨١٢٣٤٥٦٧٨٩٠",
        "０８１２３４５６７８９０",
        "0812345678²",
        "++6281234567890",
        "0812/3456/7890",
        "0812345678; DROP TABLE visit",
        "8" * 100_000,
    ],
)
def test_what_is_no_mobile_number_is_none(typed: str) -> None:
    assert tidy_phone(typed) is None


@given(st.text() | st.text("0123456789 +-.()", max_size=20))
def test_no_text_breaks_the_tidying_of_a_number(text: str) -> None:
    tidy = tidy_phone(text)
    assert tidy is None or (re.fullmatch(r"\+628[1-9][0-9]{7,10}", tidy) and tidy_phone(tidy) == tidy)


@given(st.from_regex(r"628[1-9][0-9]{7,10}", fullmatch=True))
def test_a_number_read_aloud_is_the_same_number(digits: str) -> None:
    assert tidy_phone(grouped_phone("+" + digits)) == "+" + digits


def test_a_number_is_read_back_in_fours() -> None:
    assert grouped_phone("+6281234567890") == "0812 3456 7890"


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        (" sari@Gmail.COM ", "sari@gmail.com"),
        ("sari @ gmail . com", "sari@gmail.com"),
        ("Sari.W@contoh.go.id", "Sari.W@contoh.go.id"),
        ("sari\n@gmail.com", "sari@gmail.com"),
        ('"a@b"@Gmail.com', '"a@b"@gmail.com'),
        ("", ""),
        ("@", "@"),
    ],
)
def test_an_address_loses_its_spaces_and_its_domain_its_capitals(typed: str, tidy: str) -> None:
    assert tidy_email(typed) == tidy


@given(st.text())
def test_no_text_breaks_the_tidying_of_an_address(text: str) -> None:
    tidy = tidy_email(text)
    assert not any(character.isspace() for character in tidy)
    assert tidy_email(tidy) == tidy
    masked_email(tidy)
    meant = suggestion(text)
    assert meant is None or meant.endswith(tuple(f"@{domain}" for domain in COMMON_DOMAINS))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sari@gmial.com", "sari@gmail.com"),
        ("sari@gmail.co", "sari@gmail.com"),
        ("sari@gmail.con", "sari@gmail.com"),
        ("sari@yaho.com", "sari@yahoo.com"),
        ("sari@yahoo.co.i", "sari@yahoo.co.id"),
        ("Sari@GMIAL.com", "Sari@gmail.com"),
        ("sari@hotmial.com", "sari@hotmail.com"),
        ("sari@gmail.com", None),
        ("sari@kemendagri.go.id", None),
        ("sari@itb.ac.id", None),
        ("@gmial.com", None),
        ("gmial.com", None),
        ("", None),
    ],
)
def test_a_mistyped_domain_is_asked_about_and_a_strange_one_is_not(typed: str, meant: str | None) -> None:
    assert suggestion(typed) == meant


@pytest.mark.parametrize("domain", COMMON_DOMAINS)
def test_a_common_domain_is_never_asked_about(domain: str) -> None:
    assert suggestion(f"sari@{domain}") is None


@given(st.from_regex(r"[a-z0-9.]{2,30}", fullmatch=True))
def test_a_masked_address_shows_one_letter_and_the_domain(local: str) -> None:
    assert masked_email(f"{local}@gmail.com") == f"{local[0]}•••@gmail.com"
