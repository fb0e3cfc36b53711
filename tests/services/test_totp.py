"""One-time codes against the RFC's own examples."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from kiosk.domain.totp import step_at
from kiosk.services import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    # RFC 6238, appendix B, SHA-1; the last six of its eight digits.
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_a_phone_shows_what_the_rfc_says(seconds, code):
    assert totp.code_now(SECRET, datetime.fromtimestamp(seconds, UTC)) == code


@pytest.mark.parametrize(("shift", "taken"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_code_is_taken_one_step_around_now(shift, taken):
    now = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
    shown = totp.code_at(SECRET, step_at(now) + shift // 30)
    assert (totp.accepted_step(SECRET, shown, now, 0) is not None) is taken


@pytest.mark.parametrize("typed", ["", "0", "١٢٣٤٥٦", "1" * 10_000, "\x00", "287082 "])
def test_any_text_as_a_code_is_only_a_wrong_one(typed):
    assert totp.accepted_step(SECRET, typed, datetime.fromtimestamp(59, UTC), 0) is None


def test_the_address_in_the_qr_says_what_an_app_needs():
    parts = urlsplit(totp.address(SECRET, "rina"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    asked = parse_qs(parts.query)
    assert asked["secret"] == [SECRET]
    assert asked["issuer"] == ["Anjungan IKD"]
    assert (asked["digits"], asked["period"], asked["algorithm"]) == (["6"], ["30"], ["SHA1"])


def test_a_new_secret_is_as_long_as_the_hash():
    assert len(base64.b32decode(totp.new_secret())) == 20
    assert totp.new_secret() != totp.new_secret()
