"""E-mail address and phone number: what people really type, and what nobody should."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.contact import ContactProblem
from kiosk.domain.visit import Event, Step
from kiosk.services import contact
from kiosk.services import visit as visits
from kiosk.services.contact import Refused

_SETTINGS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@_SETTINGS
@given(typed=st.one_of(st.text(max_size=60), st.text("ab@.+-_\r\n\x00 <>\"'", max_size=30)))
def test_any_text_is_kept_as_an_address_or_refused(stand, kiosk, typed):
    visit_id = stand.bring(Step.EMAIL)
    answer = contact.enter_email(kiosk, visit_id, Step.EMAIL, typed)
    row = stand.row(visit_id)
    if isinstance(answer, Refused):
        assert (row.step, row.email) == (Step.EMAIL, None)
    else:
        assert row.step is Step.PHONE
        assert "@" in row.email
        assert not set(row.email) & set("\r\n\x00 <>")
    visits.leave(kiosk, visit_id)
    stand.clock.advance(kiosk.settings.lookup_window_seconds)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", ContactProblem.EMAIL_EMPTY),
        ("   ", ContactProblem.EMAIL_EMPTY),
        ("sari", ContactProblem.EMAIL_FORM),
        ("sari@", ContactProblem.EMAIL_FORM),
        ("sari@gmail", ContactProblem.EMAIL_FORM),
        ("a@b@c.example", ContactProblem.EMAIL_FORM),
        ("säri@gmail.com", ContactProblem.EMAIL_FORM),
        ("sari@gmail.com,budi@gmail.com", ContactProblem.EMAIL_FORM),
        ("sari@gmail.com\nBcc:x@y.example", ContactProblem.EMAIL_FORM),
        ("a" * 250 + "@gmail.com", ContactProblem.EMAIL_LONG),
    ],
)
def test_an_address_that_no_mail_can_reach_is_refused(stand, kiosk, typed, problem):
    answer = contact.enter_email(kiosk, stand.bring(Step.EMAIL), Step.EMAIL, typed)
    assert isinstance(answer, Refused)
    assert answer.problem is problem


def test_an_address_typed_with_spaces_and_capitals_is_tidied(stand, kiosk):
    visit_id = stand.bring(Step.EMAIL)
    contact.enter_email(kiosk, visit_id, Step.EMAIL, " sari.uji @GMAIL.com ")
    assert stand.row(visit_id).email == "sari.uji@gmail.com"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", ContactProblem.PHONE_EMPTY),
        ("0221234567", ContactProblem.PHONE_FORM),
        ("0812", ContactProblem.PHONE_FORM),
        ("+1 202 555 0100", ContactProblem.PHONE_FORM),
        ("０８１２３４５６７８９０", ContactProblem.PHONE_FORM),
        ("08" * 50, ContactProblem.PHONE_FORM),
        ("\x00", ContactProblem.PHONE_FORM),
    ],
)
def test_what_is_no_indonesian_mobile_number_is_refused(stand, kiosk, typed, problem):
    visit_id = stand.bring(Step.PHONE)
    answer = contact.enter_phone(kiosk, visit_id, Step.PHONE, typed)
    assert isinstance(answer, Refused)
    assert answer.problem is problem
    assert stand.row(visit_id).phone is None


def test_going_back_keeps_what_was_typed(stand, kiosk):
    visit_id = stand.bring(Step.CONTACT_CHECK)
    visits.move(kiosk, visit_id, Step.CONTACT_CHECK, Event.BACK)
    row = stand.row(visit_id)
    assert (row.step, row.phone) == (Step.EMAIL, "+6281234567890")
    assert row.email


def test_a_stale_form_changes_no_address(stand, kiosk):
    visit_id = stand.bring(Step.CONTACT_CHECK)
    before = stand.row(visit_id).email
    answer = contact.enter_email(kiosk, visit_id, Step.EMAIL, "stranger@contoh.example")
    assert not isinstance(answer, Refused)
    assert answer.step is Step.CONTACT_CHECK
    assert stand.row(visit_id).email == before
