"""Making officers, and everything that keeps one from being made."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from kiosk.domain.password import PasswordFault
from kiosk.domain.roles import Role
from kiosk.models.officer import Officer
from kiosk.services import lockout, officer
from kiosk.services.officer import AddRefusal
from tests.officers import PASSWORD, an_office


@pytest.fixture
def office(tmp_path):
    return an_office(tmp_path)


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
        ("rina", "Rina", "123456789", PasswordFault.TOO_SHORT),
    ],
)
def test_an_officer_that_cannot_be_made_is_refused_with_a_reason(office, username, name, password, refusal):
    with office.app.app_context():
        answer = officer.add(office.kiosk, username, name, password)
    assert isinstance(answer, Officer) if refusal is None else answer is refusal


def test_a_name_is_taken_also_in_other_letters_and_after_its_officer_has_left(office):
    made = office.officer("rina")
    with office.app.app_context():
        assert officer.add(office.kiosk, "Rina", "Orang Lain", PASSWORD) is AddRefusal.USERNAME_TAKEN
    office.change(Officer, made.id, active=False)
    with office.app.app_context():
        assert officer.add(office.kiosk, "rina", "Orang Lain", PASSWORD) is AddRefusal.USERNAME_TAKEN


def test_a_password_is_kept_as_argon2id_only_at_the_cost_that_the_rfc_recommends(office, monkeypatch):
    monkeypatch.setattr(lockout, "_HASHER", PasswordHasher.from_parameters(lockout.COST))
    with office.app.app_context():
        made = officer.add(office.kiosk, "rina", "Rina", PASSWORD, Role.AUDITOR)
    kept = office.kept(Officer, made.id)
    assert kept.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in kept.password_hash
    assert kept.role is Role.AUDITOR


def test_nobodys_hash_costs_what_a_new_one_costs():
    assert not PasswordHasher.from_parameters(lockout.COST).check_needs_rehash(lockout.NOBODYS_HASH)


def test_the_first_run_knows_that_nobody_is_there(office):
    def is_anybody_there():
        with office.app.app_context():
            return officer.is_anybody_there(office.kiosk)

    assert is_anybody_there() is False
    office.officer()
    assert is_anybody_there() is True
    office.change(Officer, 1, active=False)
    assert is_anybody_there() is False
