"""The counter's rules: what belongs to which override, what is possible when, what somebody has typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.counter import REASONS, By, LostReason, Override, OverrideReason, Sought, possible, sought
from kiosk.domain.visit import CLOSED, COUNTER_IDLE, Channel, Step, allowed_idle, is_abandoned

NOTHING = {
    "is_in_use": False,
    "has_receipt": False,
    "has_ticket": False,
    "has_nik": False,
    "is_active_elsewhere": False,
}


def test_every_override_has_reasons_and_every_reason_one_place() -> None:
    assert set(REASONS) == set(Override)
    given_out = [reason for reasons in REASONS.values() for reason in reasons]
    assert len(given_out) == len(set(given_out))
    assert set(given_out) == set(OverrideReason) | set(LostReason)


@pytest.mark.parametrize(
    ("step", "known", "expected"),
    [
        (Step.QR, {}, (Override.RENEW, Override.CORRECT_EMAIL, Override.REVOKE)),
        (Step.EMAIL_FIX, {}, (Override.RENEW, Override.CORRECT_EMAIL, Override.REVOKE)),
        (Step.QR, {"is_in_use": True}, ()),
        (Step.FACE, {"has_nik": True}, ()),
        (Step.THANKS, {"has_receipt": True, "is_in_use": True}, (Override.REPRINT,)),
        (Step.ENDED, {"has_receipt": True}, (Override.REPRINT,)),
        (Step.ENDED, {}, ()),
        (Step.TICKET, {"has_ticket": True}, (Override.REPRINT,)),
        (Step.ALREADY_ACTIVE, {"has_nik": True, "is_active_elsewhere": True}, (Override.DEACTIVATE,)),
        (Step.ENDED, {"is_active_elsewhere": True}, ()),
        (
            Step.TICKET,
            {"has_ticket": True, "has_nik": True, "is_active_elsewhere": True},
            (Override.REPRINT, Override.DEACTIVATE),
        ),
    ],
)
def test_what_an_officer_can_do(step: Step, known: dict[str, bool], expected: tuple[Override, ...]) -> None:
    assert possible(step, **NOTHING | known) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("A-012", Sought(By.TICKET, "12")),
        (" a 012 ", Sought(By.TICKET, "12")),
        ("12", Sought(By.TICKET, "12")),
        ("A-1234", Sought(By.TICKET, "1234")),
        ("IKD-7F3K29QX", None),
        ("ikd 7f3k 2qxz", Sought(By.REFERENCE, "IKD-7F3K2QXZ")),
        ("3273 0155 0790 0001", Sought(By.NIK, "3273015507900001")),
        ("3273-0155-0790-0001", Sought(By.NIK, "3273015507900001")),
        ("327301550790000", None),
        ("9773014101900001", None),
        ("B-012", None),
        ("", None),
        ("IKD-", None),
        ("٠١٢", None),
    ],
)
def test_a_number_is_known_by_its_form(typed: str, expected: Sought | None) -> None:
    assert sought(typed) == expected


@given(st.text(max_size=60))
def test_whatever_is_typed_is_one_of_three_or_nothing(typed: str) -> None:
    found = sought(typed)
    assert found is None or found.by in By


@pytest.mark.parametrize("step", sorted(set(Step) - CLOSED))
def test_at_a_counter_every_step_may_rest_ten_minutes(step: Step) -> None:
    now = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    assert allowed_idle(step, Channel.COUNTER) == COUNTER_IDLE == timedelta(minutes=10)
    assert not is_abandoned(step, now - COUNTER_IDLE, now, Channel.COUNTER)
    long_ago = now - COUNTER_IDLE - timedelta(microseconds=1)
    assert is_abandoned(step, long_ago, now, Channel.COUNTER)
