"""Which PIN may be chosen, row by row."""

from __future__ import annotations

import pytest

from kiosk.domain.pin import PinFault, fault_of

_F = PinFault


@pytest.mark.parametrize(
    ("pin", "fault"),
    [
        ("135790", None),
        ("905614", None),
        ("", _F.NOT_SIX_DIGITS),
        ("12345", _F.NOT_SIX_DIGITS),
        ("1234567", _F.NOT_SIX_DIGITS),
        ("12345a", _F.NOT_SIX_DIGITS),
        ("135790\n", _F.NOT_SIX_DIGITS),
        ("١٣٥٧٩٠", _F.NOT_SIX_DIGITS),
        ("777777", _F.REPEATED),
        ("121212", _F.REPEATED),
        ("123123", _F.REPEATED),
        ("123456", _F.IN_A_ROW),
        ("654321", _F.IN_A_ROW),
        ("789012", _F.IN_A_ROW),
        ("210987", _F.IN_A_ROW),
        ("170845", _F.LIKE_A_DATE),
        ("450817", _F.LIKE_A_DATE),
        ("081745", _F.LIKE_A_DATE),
        ("320845", None),  # no such day in any order
    ],
)
def test_a_pin_that_others_would_try_first_is_not_taken(pin, fault):
    assert fault_of(pin) is fault


def test_nine_in_ten_pins_may_be_chosen():
    numbers = range(0, 1_000_000, 97)
    assert 0.90 < sum(fault_of(f"{number:06}") is None for number in numbers) / len(numbers) < 0.92
