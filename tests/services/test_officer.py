"""Signing in, and everything that is tried instead."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from kiosk.domain.lockout import FREE_FAILURES
from kiosk.models.officer import Officer
from kiosk.services import officer
from kiosk.services.officer import AddRefusal, Refused, SignInRefusal
from tests.officers import PASSWORD, an_office


@pytest.fixture
def office(tmp_path):
    return an_office(tmp_path)


def _add(office):
    with office.app.app_context():
        return officer.add(office.kiosk, "rina", "Rina", PASSWORD)


def _try(office, password, username="rina"):
    with office.app.app_context():
        return officer.sign_in(office.kiosk, username, password)


def test_the_right_password_signs_in_and_forgets_earlier_slips(office):
    office.officer()
    assert _try(office, "salah sekali") == SignInRefusal(Refused.UNKNOWN_OR_WRONG)
    assert isinstance(_try(office, PASSWORD, "  RINA "), Officer)
    kept = office.kept(Officer, 1)
    assert (kept.failures, kept.last_failure_at) == (0, None)


def test_a_wrong_password_five_times_locks_and_the_right_one_does_not_open_it(office):
    office.officer()
    for _ in range(FREE_FAILURES + 1):
        assert _try(office, "salah sekali") == SignInRefusal(Refused.UNKNOWN_OR_WRONG)
    until = office.clock.now() + timedelta(seconds=30)
    assert _try(office, PASSWORD) == SignInRefusal(Refused.LOCKED, until)
    office.clock.advance(29.9)
    assert _try(office, PASSWORD) == SignInRefusal(Refused.LOCKED, until)
    office.clock.advance(0.1)
    assert isinstance(_try(office, PASSWORD), Officer)


def test_a_locked_sign_in_spends_no_work_on_the_password(office, monkeypatch):
    office.officer()
    office.change(Officer, 1, failures=5, last_failure_at=office.clock.now())
    monkeypatch.setattr(officer, "_HASHER", None)
    assert _try(office, PASSWORD).reason is Refused.LOCKED


def test_twelve_guesses_at_one_moment_share_the_five_that_are_allowed(office):
    office.officer()
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda number: _try(office, f"tebakan nomor {number}"), range(12)))
    looked_at = [answer for answer in answers if answer.reason is Refused.UNKNOWN_OR_WRONG]
    assert len(looked_at) == FREE_FAILURES + 1
    assert {answer.reason for answer in answers} == {Refused.UNKNOWN_OR_WRONG, Refused.LOCKED}
    assert office.kept(Officer, 1).failures == FREE_FAILURES + 1


def test_an_unknown_officer_takes_the_same_path_as_a_wrong_password(office, monkeypatch):
    """The same answer, one check of a password of the same cost, and the same kind of audit entry."""
    _add(office)
    checked = []
    real = officer._matches
    monkeypatch.setattr(officer, "_matches", lambda *given: checked.append(given[0]) or real(*given))
    before = len(office.audited())
    answers = [
        _try(office, "salah sekali"),
        _try(office, "salah sekali", "siapa"),
        _try(office, PASSWORD, ""),
    ]
    assert answers == [SignInRefusal(Refused.UNKNOWN_OR_WRONG)] * 3
    assert [found.split("$")[1:4] for found in checked] == [["argon2id", "v=19", "m=65536,t=3,p=4"]] * 3
    assert [action for action, _, _ in office.audited()[before:]] == ["officer.refused"] * 3


def test_nobodys_hash_costs_what_a_new_one_costs():
    assert not officer._HASHER.check_needs_rehash(officer.NOBODYS_HASH)


def test_a_removed_officer_is_refused_like_an_unknown_one(office):
    office.officer()
    office.change(Officer, 1, active=False)
    assert _try(office, PASSWORD) == SignInRefusal(Refused.UNKNOWN_OR_WRONG)
    assert office.kept(Officer, 1).failures == 0


def test_an_officer_removed_while_the_password_is_checked_stays_out(office, monkeypatch):
    office.officer()

    def meanwhile(*_):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(office.change, Officer, 1, active=False).result()
        return True

    monkeypatch.setattr(officer, "_matches", meanwhile)
    assert _try(office, PASSWORD) == SignInRefusal(Refused.UNKNOWN_OR_WRONG)


def test_no_transaction_is_open_while_a_password_is_checked(office, monkeypatch):
    from kiosk.db import is_in_transaction

    office.officer()
    seen = []
    monkeypatch.setattr(officer, "_matches", lambda *_: seen.append(is_in_transaction()) or True)
    _try(office, PASSWORD)
    assert seen == [False]


def test_too_many_at_once_are_told_to_wait_and_nothing_is_counted(office, monkeypatch):
    office.officer()
    monkeypatch.setattr(officer, "_WAIT_SECONDS", 0.01)
    with officer._AT_ONCE, officer._AT_ONCE:
        assert _try(office, PASSWORD) == SignInRefusal(Refused.BUSY)
    assert office.kept(Officer, 1).failures == 0


@pytest.mark.parametrize("password", ["", "x" * 1_000_000, "\x00", "\U0001f600" * 300, "salah\nsalah"])
def test_any_text_as_a_password_is_only_a_wrong_one(office, password):
    office.officer()
    assert _try(office, password) == SignInRefusal(Refused.UNKNOWN_OR_WRONG)


@pytest.mark.parametrize(
    ("username", "name", "password", "refusal"),
    [
        ("ri", "Rina", PASSWORD, AddRefusal.USERNAME_NOT_POSSIBLE),
        ("rina putri", "Rina", PASSWORD, AddRefusal.USERNAME_NOT_POSSIBLE),
        ("rina\n", "Rina", PASSWORD, None),
        ("r" * 41, "Rina", PASSWORD, AddRefusal.USERNAME_NOT_POSSIBLE),
        ("rina", " ", PASSWORD, AddRefusal.NAME_NOT_POSSIBLE),
        ("rina", "R" * 81, PASSWORD, AddRefusal.NAME_NOT_POSSIBLE),
        ("rina", "Ri\x00na", PASSWORD, AddRefusal.NAME_NOT_POSSIBLE),
        ("rina", "Rina", "123456789", AddRefusal.PASSWORD_TOO_SHORT),
        ("rina", "Rina", "1" * 201, AddRefusal.PASSWORD_TOO_LONG),
        ("rina", "Rina", "ini-RINA-2026", AddRefusal.PASSWORD_IS_USERNAME),
    ],
)
def test_an_officer_that_cannot_be_made_is_refused_with_a_reason(office, username, name, password, refusal):
    with office.app.app_context():
        answer = officer.add(office.kiosk, username, name, password)
    assert isinstance(answer, Officer) if refusal is None else answer is refusal


def test_a_name_is_taken_also_in_other_letters(office):
    office.officer("rina")
    with office.app.app_context():
        assert officer.add(office.kiosk, "Rina", "Orang Lain", PASSWORD) is AddRefusal.USERNAME_TAKEN


def test_the_password_is_kept_as_argon2id_only(office):
    _add(office)
    kept = office.kept(Officer, 1).password_hash
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in kept


def test_neither_log_nor_audit_knows_a_name_or_a_password(office, caplog):
    caplog.set_level(logging.DEBUG)
    made = _add(office)
    _try(office, "rahasia-salah")
    _try(office, "rahasia-salah", "siapa-ini")
    _try(office, PASSWORD)
    with office.app.app_context():
        officer.sign_out(office.kiosk, made)
    written = caplog.text + repr(office.audited())
    assert [word for word in ("rina", "Rina", "siapa-ini", "rahasia", PASSWORD) if word in written] == []
    assert [action for action, _, _ in office.audited()] == [
        "officer.added",
        "officer.refused",
        "officer.refused",
        "officer.signed_in",
        "officer.signed_out",
    ]


def test_the_first_run_knows_that_nobody_is_there(office):
    def is_anybody_there():
        with office.app.app_context():
            return officer.is_anybody_there(office.kiosk)

    assert is_anybody_there() is False
    office.officer()
    assert is_anybody_there() is True
    office.change(Officer, 1, active=False)
    assert is_anybody_there() is False
