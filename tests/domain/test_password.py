"""Which password may be chosen, row by row."""

from __future__ import annotations

import pytest

from kiosk.domain.password import PasswordFault, fault_of


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("kopi tubruk pagi", None),
        ("1234567890", None),  # long enough, and there is a second factor and a lock-out
        ("", PasswordFault.TOO_SHORT),
        ("123456789", PasswordFault.TOO_SHORT),
        ("1" * 200, None),
        ("1" * 201, PasswordFault.TOO_LONG),
        ("ini-RINA-2026", PasswordFault.IS_USERNAME),
    ],
)
def test_a_password_that_may_not_be_chosen_is_refused_with_a_reason(password, fault):
    assert fault_of("rina", password) is fault
