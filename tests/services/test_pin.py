"""The PIN before an override: what it refuses, and that it shares the lock-out of the sign-in."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from kiosk.domain.pin import PinFault
from kiosk.models.officer import Officer
from kiosk.services import lockout, pin, sign_in
from kiosk.services.pin import PinProblem, PinRefusal
from tests.officers import PASSWORD, PIN, an_office

WRONG = PinRefusal(PinProblem.WRONG)


@pytest.fixture
def office(tmp_path):
    office = an_office(tmp_path)
    with office.app.app_context():
        yield office


def test_the_right_pin_is_right_and_only_for_its_own_officer(office):
    rina, budi = office.officer(), office.officer("budi", pin_hash=None)
    assert pin.confirm(office.kiosk, rina, PIN) is None
    office.change(Officer, budi.id, pin_hash=rina.pin_hash)
    assert pin.confirm(office.kiosk, budi, PIN) == WRONG


def test_wrong_pins_and_wrong_passwords_lock_together_and_a_right_pin_forgives(office):
    rina = office.officer()
    for _ in range(3):
        assert pin.confirm(office.kiosk, rina, "000000") == WRONG
    assert pin.confirm(office.kiosk, rina, PIN) is None
    for _ in range(3):
        assert pin.confirm(office.kiosk, rina, "000000") == WRONG
    for _ in range(2):
        sign_in.check_password(office.kiosk, "rina", "salah sekali")
    until = office.clock.now() + timedelta(seconds=30)
    assert pin.confirm(office.kiosk, rina, PIN) == PinRefusal(PinProblem.LOCKED, until)
    assert sign_in.check_password(office.kiosk, "rina", PASSWORD).until == until
    office.clock.advance(30)
    assert pin.confirm(office.kiosk, rina, PIN) is None


def test_whoever_has_no_pin_or_is_removed_confirms_nothing(office):
    rina, budi = office.officer(pin_hash=None), office.officer("budi")
    office.change(Officer, budi.id, active=False)
    assert pin.confirm(office.kiosk, rina, PIN) == PinRefusal(PinProblem.NOT_SET)
    assert pin.confirm(office.kiosk, budi, PIN) == PinRefusal(PinProblem.NOT_SET)


@pytest.mark.parametrize("typed", ["", " 135790", "135790 ", "1" * 1_000_000, "\x00", "١٣٥٧٩٠"])
def test_any_text_as_a_pin_is_only_a_wrong_one(office, typed):
    assert pin.confirm(office.kiosk, office.officer(), typed) == WRONG


def test_a_pin_that_nobody_could_look_at_does_not_count(office, monkeypatch):
    rina = office.officer()
    monkeypatch.setattr(lockout, "_WAIT_SECONDS", 0.01)
    with lockout._AT_ONCE, lockout._AT_ONCE:
        for _ in range(6):
            assert pin.confirm(office.kiosk, rina, PIN) == PinRefusal(PinProblem.BUSY)
    assert pin.confirm(office.kiosk, rina, PIN) is None


def test_the_database_alone_is_not_enough_to_try_pins(office):
    """Under the hash stands not the PIN but a mac of it: without the key file there is nothing to try."""
    rina = office.officer()
    assert lockout.matches(rina.pin_hash, PIN) is False
    assert pin.hash_of(office.kiosk, rina.id, "123456") is PinFault.IN_A_ROW


def test_the_audit_says_that_a_pin_was_wrong_and_not_which(office):
    pin.confirm(office.kiosk, office.officer(), "864200")
    action, subject, detail = office.audited()[-1]
    assert (action, subject) == ("officer.refused", "officer:1")
    assert json.loads(detail) == {"reason": "wrong", "what": "pin"}
