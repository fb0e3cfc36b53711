"""Signing in with password and one-time code, and everything that is tried instead."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from kiosk.db import is_in_transaction
from kiosk.domain.lockout import FREE_FAILURES
from kiosk.models.officer import Lockout, Officer
from kiosk.services import lockout, officer, recovery, sign_in, totp
from kiosk.services.audit import verb
from kiosk.services.sign_in import Refused, SignInRefusal
from tests.officers import PASSWORD, SECRET, an_office

WRONG = SignInRefusal(Refused.UNKNOWN_OR_WRONG)


@pytest.fixture
def office(tmp_path):
    return an_office(tmp_path)


def _try(office, password, username="rina"):
    with office.app.app_context():
        return sign_in.check_password(office.kiosk, username, password)


def _code(office, code, officer_id=1):
    with office.app.app_context():
        return sign_in.check_code(office.kiosk, officer_id, code)


def _failures(office):
    with office.app.app_context(), verb(office.kiosk) as session:
        return [row.failures for row in session.query(Lockout)]


def test_the_right_password_and_code_are_let_in_and_earlier_slips_forgotten(office):
    office.officer()
    assert _try(office, "salah sekali") == WRONG
    assert isinstance(_try(office, PASSWORD, "  RINA "), Officer)
    assert _failures(office) == [1]
    assert isinstance(_code(office, office.code()), Officer)
    assert _failures(office) == []
    assert office.audited()[-1][:2] == ("officer.signed_in", "officer:1")


def test_wrong_passwords_and_wrong_codes_lock_together_and_the_right_ones_do_not_open(office):
    office.officer()
    for _ in range(3):
        assert _try(office, "salah sekali") == WRONG
    for _ in range(2):
        assert _code(office, "000000") == WRONG
    until = office.clock.now() + timedelta(seconds=30)
    assert _try(office, PASSWORD) == SignInRefusal(Refused.LOCKED, until)
    assert _code(office, office.code()) == SignInRefusal(Refused.LOCKED, until)
    office.clock.advance(29.9)
    assert _try(office, PASSWORD) == SignInRefusal(Refused.LOCKED, until)
    office.clock.advance(0.1)
    assert isinstance(_try(office, PASSWORD), Officer)
    assert isinstance(_code(office, office.code()), Officer)


def test_whoever_knows_the_password_gets_no_new_tries_at_the_code_by_it(office):
    office.officer()
    for _ in range(FREE_FAILURES + 1):
        assert isinstance(_try(office, PASSWORD), Officer)
        assert _code(office, "000000") == WRONG
    assert _try(office, PASSWORD).reason is Refused.LOCKED


def test_a_code_used_once_is_not_taken_again(office):
    office.officer()
    code = office.code()
    assert isinstance(_code(office, code), Officer)
    assert _code(office, code) == WRONG
    office.clock.advance(30)
    assert _code(office, code) == WRONG
    assert isinstance(_code(office, office.code()), Officer)


def test_of_ten_who_send_one_code_at_one_moment_one_is_in(office, monkeypatch):
    office.officer()
    monkeypatch.setattr(lockout, "is_locked", lambda *_: False)
    code = office.code()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: _code(office, code), range(10)))
    assert sum(isinstance(answer, Officer) for answer in answers) == 1


def test_a_phones_clock_may_be_half_a_minute_off_and_no_more(office):
    office.officer()
    office.clock.advance(15)
    early = totp.code_now(SECRET, office.clock.now() - timedelta(seconds=30))
    older = totp.code_now(SECRET, office.clock.now() - timedelta(seconds=60))
    assert _code(office, older) == WRONG
    assert isinstance(_code(office, early), Officer)


def test_a_recovery_code_is_good_once_however_it_is_written(office):
    rina = office.officer()
    office.officer("budi")
    with office.app.app_context(), verb(office.kiosk) as session:
        first, second, *_ = recovery.make(office.kiosk, session, session.get_one(Officer, rina.id))
    assert _code(office, first, officer_id=2) == WRONG
    assert isinstance(_code(office, first.lower().replace("-", " ")), Officer)
    assert _code(office, first) == WRONG
    assert isinstance(_code(office, second), Officer)
    with office.app.app_context():
        assert recovery.left(office.kiosk, rina) == recovery.HOW_MANY - 2


@pytest.mark.parametrize("typed", ["", " ", "\x00", "١٢٣٤٥٦", "x" * 1_000_000, "123456789012345678"])
def test_any_text_as_a_code_is_only_a_wrong_one(office, typed):
    office.officer()
    assert _code(office, typed) == WRONG


def test_an_unconfirmed_secret_opens_nothing_and_is_made_anew_with_the_next_password(office):
    """Whoever knew the temporary password must not have read the secret that the officer confirms."""
    office.officer(totp_confirmed_at=None)
    assert _code(office, office.code()) == WRONG
    assert isinstance(_try(office, PASSWORD), Officer)
    assert office.kept(Officer, 1).totp_secret is None


def test_a_locked_sign_in_spends_no_work_on_the_password(office, monkeypatch):
    office.officer()
    for _ in range(FREE_FAILURES + 1):
        _try(office, "salah sekali")
    monkeypatch.setattr(lockout, "_HASHER", None)
    assert _try(office, PASSWORD).reason is Refused.LOCKED


def test_twelve_guesses_at_one_moment_share_the_five_that_are_allowed(office):
    office.officer()
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda number: _try(office, f"tebakan nomor {number}"), range(12)))
    assert sum(answer == WRONG for answer in answers) == FREE_FAILURES + 1
    assert {answer.reason for answer in answers} == {Refused.UNKNOWN_OR_WRONG, Refused.LOCKED}
    assert _failures(office) == [FREE_FAILURES + 1]


def test_an_unknown_officer_takes_the_same_path_as_a_wrong_password_up_to_the_lock(office, monkeypatch):
    """The same answers, one check of the same cost each, the same kind of audit entry, the same lock."""
    office.officer()
    removed = office.officer("budi")
    office.change(Officer, removed.id, active=False)
    checked = []
    real = lockout.matches
    monkeypatch.setattr(lockout, "NOBODYS_HASH", lockout.hashed("nobody's"))  # the real one costs as much
    monkeypatch.setattr(lockout, "matches", lambda *given: checked.append(given[0]) or real(*given))
    answers, entries = {}, {}
    for name in ("rina", "budi", "siapa", ""):
        before = len(office.audited())
        answers[name] = [_try(office, PASSWORD if name != "rina" else "salah", name) for _ in range(6)]
        entries[name] = [(action, detail) for action, _, detail in office.audited()[before:]]
    assert len({repr(answer) for answer in answers.values()}) == 1
    assert answers["rina"][-1].reason is Refused.LOCKED
    assert len({repr(entry) for entry in entries.values()}) == 1
    assert len(checked) == 4 * (FREE_FAILURES + 1)
    assert {lockout.NOBODYS_HASH} == set(checked[FREE_FAILURES + 1 :])


def test_names_that_nobody_types_any_more_are_forgotten(office):
    _try(office, "salah", "siapa")
    office.clock.advance(24 * 3600 + 1)
    _try(office, "salah", "siapa-lagi")
    assert _failures(office) == [1]


def test_an_officer_removed_while_the_password_is_checked_stays_out(office, monkeypatch):
    office.officer()

    def meanwhile(*_):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(office.change, Officer, 1, active=False).result()
        return True

    monkeypatch.setattr(lockout, "matches", meanwhile)
    assert _try(office, PASSWORD) == WRONG


def test_no_transaction_is_open_while_a_password_is_checked(office, monkeypatch):
    office.officer()
    seen = []
    monkeypatch.setattr(lockout, "matches", lambda *_: seen.append(is_in_transaction()) or True)
    _try(office, PASSWORD)
    assert seen == [False]


def test_too_many_at_once_are_told_to_wait_and_nothing_is_counted(office, monkeypatch):
    office.officer()
    monkeypatch.setattr(lockout, "_WAIT_SECONDS", 0.01)
    with lockout._AT_ONCE, lockout._AT_ONCE:
        assert _try(office, PASSWORD) == SignInRefusal(Refused.BUSY)
    assert _failures(office) == [0]


@pytest.mark.parametrize("password", ["", "x" * 1_000_000, "\x00", "\U0001f600" * 300, "salah\nsalah"])
def test_any_text_as_a_password_is_only_a_wrong_one(office, password):
    office.officer()
    assert _try(office, password) == WRONG


def test_neither_log_nor_audit_knows_a_name_a_password_or_a_code(office, caplog):
    caplog.set_level(logging.DEBUG)
    with office.app.app_context():
        officer.add(office.kiosk, "sari.w", "Sari Wulan", PASSWORD)
    office.officer()
    code = office.code()
    _try(office, "rahasia-salah")
    _try(office, "rahasia-salah", "siapa-ini")
    _try(office, PASSWORD)
    _code(office, code, officer_id=2)
    written = caplog.text + repr(office.audited())
    words = ("rina", "Rina", "sari", "Sari", "siapa-ini", "rahasia", PASSWORD, code, SECRET)
    assert [word for word in words if word in written] == []
    assert [action for action, _, _ in office.audited()] == [
        "officer.added",
        "officer.refused",
        "officer.refused",
        "officer.signed_in",
    ]
