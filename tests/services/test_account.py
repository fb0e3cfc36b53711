"""An officer's own secrets: how they are chosen, changed, and kept from whoever knew the ones before."""

from __future__ import annotations

import pytest

from kiosk.domain.nik import NikProblem
from kiosk.domain.password import PasswordFault
from kiosk.domain.pin import PinFault
from kiosk.domain.sign_in import Ended, Proof
from kiosk.models.officer import Officer
from kiosk.services import account, pin, recovery, sign_in, totp
from kiosk.services import session as sessions
from kiosk.services.pin import PinProblem
from kiosk.services.sign_in import Refused
from tests.officers import NIK, PASSWORD, PIN, an_office

NEW = "teh manis sore hari"


@pytest.fixture
def office(tmp_path):
    office = an_office(tmp_path)
    with office.app.app_context():
        yield office


@pytest.fixture
def rina(office):
    return office.officer()


def _newcomer(office):
    return office.officer("sari", totp_secret=None, totp_confirmed_at=None, pin_hash=None)


@pytest.mark.parametrize(
    ("new", "again", "fault"),
    [
        ("pendek", "pendek", PasswordFault.TOO_SHORT),
        ("akun rina 2026", "akun rina 2026", PasswordFault.IS_USERNAME),
        (NEW, NEW + "!", PasswordFault.NOT_THE_SAME_TWICE),
        (PASSWORD, PASSWORD, PasswordFault.SAME_AS_BEFORE),
    ],
)
def test_a_password_that_may_not_be_chosen_changes_nothing(office, rina, new, again, fault):
    assert account.change_password(office.kiosk, rina, PASSWORD, new, again) is fault
    assert isinstance(sign_in.check_password(office.kiosk, "rina", PASSWORD), Officer)


def test_a_new_password_ends_every_sign_in_made_with_the_old_one(office, rina):
    token = sessions.begin(office.kiosk, rina, Proof.BOTH, "device")
    assert account.change_password(office.kiosk, rina, PASSWORD, NEW, NEW) is None
    assert sessions.find(office.kiosk, token, "device") is Ended.ELSEWHERE
    assert sign_in.check_password(office.kiosk, "rina", PASSWORD).reason is Refused.UNKNOWN_OR_WRONG
    assert isinstance(sign_in.check_password(office.kiosk, "rina", NEW), Officer)


def test_at_an_unattended_screen_the_password_cannot_be_guessed_or_changed(office, rina):
    for _ in range(5):
        answer = account.change_password(office.kiosk, rina, "salah sekali", NEW, NEW)
        assert answer.reason is Refused.UNKNOWN_OR_WRONG
    assert account.change_pin(office.kiosk, rina, PASSWORD, "908172", "908172").reason is Refused.LOCKED


def test_the_app_is_confirmed_by_a_code_and_gives_ten_recovery_codes_once(office):
    sari = _newcomer(office)
    secret = account.secret_to_show(office.kiosk, sari)
    assert account.secret_to_show(office.kiosk, sari) == secret
    for wrong in ("", "000000", "x" * 10_000):
        assert account.confirm_codes(office.kiosk, sari, wrong) is None
    shown = totp.code_now(secret, office.clock.now())
    codes = account.confirm_codes(office.kiosk, sari, f" {shown[:3]} {shown[3:]}")
    assert len(set(codes)) == recovery.HOW_MANY
    assert account.secret_to_show(office.kiosk, sari) is None
    assert account.confirm_codes(office.kiosk, sari, shown) is None
    # The code that confirmed it is used up: it opens nothing a second time.
    assert not isinstance(sign_in.check_code(office.kiosk, sari.id, shown), Officer)
    assert not any(code in repr(office.audited()) for code in [secret, *codes])


def test_new_recovery_codes_need_the_pin_and_void_the_old_ones(office, rina):
    old = account.new_recovery_codes(office.kiosk, rina, PIN)
    assert account.new_recovery_codes(office.kiosk, rina, "000000").reason is PinProblem.WRONG
    new = account.new_recovery_codes(office.kiosk, rina, PIN)
    assert not set(old) & set(new)
    assert not isinstance(sign_in.check_code(office.kiosk, rina.id, old[0]), Officer)
    assert isinstance(sign_in.check_code(office.kiosk, rina.id, new[0]), Officer)


@pytest.mark.parametrize(
    ("new", "again", "nik", "problem"),
    [
        ("123456", "123456", "", PinFault.IN_A_ROW),
        ("908172", "908173", "", PinFault.NOT_THE_SAME_TWICE),
        ("908172", "é", "", PinFault.NOT_THE_SAME_TWICE),
        ("908172", "908172", "327301", NikProblem.TOO_SHORT),
    ],
)
def test_a_pin_or_nik_that_cannot_be_right_is_not_kept(office, new, again, nik, problem):
    sari = _newcomer(office)
    assert account.choose_pin(office.kiosk, sari, new, again, nik) is problem
    assert office.kept(Officer, sari.id).pin_hash is None


def test_of_the_own_nik_only_a_hash_is_kept_and_nobody_changes_his_own(office):
    sari = _newcomer(office)
    assert account.choose_pin(office.kiosk, sari, PIN, PIN, "3273 0141 0190 0001") is None
    kept = office.kept(Officer, sari.id)
    assert kept.nik_hash == office.kiosk.keys.nik_hash(NIK)
    assert NIK not in repr(office.audited())
    assert account.give_nik(office.kiosk, sari, "3273014101900002") is None
    assert office.kept(Officer, sari.id).nik_hash == kept.nik_hash


def test_a_forgotten_pin_is_replaced_by_showing_the_password(office, rina):
    assert account.change_pin(office.kiosk, rina, PASSWORD, "908172", "908172") is None
    assert pin.confirm(office.kiosk, rina, "908172") is None
    assert pin.confirm(office.kiosk, rina, PIN).reason is PinProblem.WRONG


def test_signing_out_elsewhere_leaves_this_browser_in(office, rina):
    here, there = (sessions.begin(office.kiosk, rina, Proof.BOTH, "device") for _ in range(2))
    row = sessions.find(office.kiosk, here, "device").row
    assert account.sign_out_elsewhere(office.kiosk, rina, row.token_mac) == 1
    assert sessions.find(office.kiosk, there, "device") is Ended.ELSEWHERE
    assert sessions.find(office.kiosk, here, "device").officer.id == rina.id
