"""The mail with the code: what it must say, and what it must never hold."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.papers.mail import activation_mail

UNTIL = datetime(2026, 11, 2, 9, 3, tzinfo=ZoneInfo("Asia/Jakarta"))


@pytest.fixture
def letter(language):
    return activation_mail(code="012345", office="Disdukcapil Kota Contoh", expires_at_local=UNTIL)


def test_a_code_is_grouped_and_keeps_its_leading_zero(letter):
    _, body = letter
    assert re.search(r"^ +012 345$", body, re.MULTILINE)


def test_the_code_does_not_stand_in_the_subject_which_locked_screens_show(letter):
    subject, _ = letter
    assert subject
    assert not re.search(r"\d", subject)
    assert "\n" not in subject


def test_a_reader_learns_which_office_how_long_and_what_if_it_was_not_me(letter):
    _, body = letter
    assert "Disdukcapil Kota Contoh" in body
    assert "2 Nov 2026, 09.03 WIB" in body
    assert "Petugas tidak pernah meminta kode ini" in body
    assert "Tidak merasa meminta kode ini? Abaikan" in body


def test_nothing_but_the_code_and_the_time_is_a_number(letter):
    """Neither NIK nor phone number can have slipped in, and no link invites to imitate it."""
    _, body = letter
    assert re.findall(r"\d+", body) == ["012", "345", "2", "2026", "09", "03"]
    assert "http" not in body


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12a456", "١٢٣٤٥٦"])
def test_a_code_that_is_none_is_never_mailed(language, code):
    with pytest.raises(ValueError, match="6 digits"):
        activation_mail(code=code, office="Disdukcapil Kota Contoh", expires_at_local=UNTIL)


def test_an_office_with_a_percent_sign_does_not_break_the_mail(language):
    _, body = activation_mail(code="123456", office="Kantor 100% %(x)s", expires_at_local=UNTIL)
    assert "Kantor 100% %(x)s" in body
