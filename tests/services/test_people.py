"""What a supervisor does to the others, and what nobody can do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.domain.roles import Role
from kiosk.domain.sign_in import Ended, Proof
from kiosk.models.officer import Officer
from kiosk.services import badge, lockout, people, recovery, sign_in
from kiosk.services import session as sessions
from kiosk.services.audit import verb
from kiosk.services.officer import AddRefusal
from kiosk.services.people import NotChanged, Temporary
from kiosk.services.pin import PinProblem, PinRefusal
from tests.officers import PASSWORD, PIN, an_office


@pytest.fixture
def office(tmp_path):
    office = an_office(tmp_path)
    with office.app.app_context():
        yield office


@pytest.fixture
def boss(office):
    return office.officer("bagus", Role.SUPERVISOR)


@pytest.fixture
def rina(office, boss):
    return office.officer("rina", nik_hash="hash of her own NIK")


def _everything_she_has(office, rina):
    """A session, a badge and recovery codes: what must be worth nothing once she is removed."""
    token = sessions.begin(office.kiosk, rina, Proof.BOTH, "device")
    code = badge.make(office.kiosk, rina)
    with verb(office.kiosk) as session:
        recovery.make(office.kiosk, session, session.get_one(Officer, rina.id))
    return token, code


def test_a_newcomer_gets_a_password_for_once_and_must_set_everything_up(office, boss):
    made = people.add(office.kiosk, boss, PIN, " Sari.W ", " Sari Wulan ", Role.TECHNICIAN)
    assert isinstance(made, Temporary)
    signed_in = sign_in.check_password(office.kiosk, "sari.w", made.password)
    assert (signed_in.role, signed_in.display_name) == (Role.TECHNICIAN, "Sari Wulan")
    assert sessions.asked_of(signed_in, Proof.PASSWORD) == "new_password"
    assert made.password not in repr(office.audited())
    again = people.add(office.kiosk, boss, PIN, "sari.w", "Orang Lain", Role.OFFICER)
    assert again is AddRefusal.USERNAME_TAKEN


def test_without_the_pin_nothing_happens_to_anybody(office, boss, rina):
    token, _ = _everything_she_has(office, rina)
    wrong = PinRefusal(PinProblem.WRONG)
    assert people.add(office.kiosk, boss, "000000", "sari", "Sari", Role.OFFICER) == wrong
    assert people.change_role(office.kiosk, boss, "000000", rina.id, Role.SUPERVISOR) == wrong
    assert people.reset_codes(office.kiosk, boss, "000000", rina.id) == wrong
    assert people.reset_password(office.kiosk, boss, "000000", rina.id) == wrong
    assert people.remove(office.kiosk, boss, "000000", rina.id) == wrong
    assert sessions.find(office.kiosk, token, "device").officer.role is Role.OFFICER
    assert [one.officer.username for one in people.everybody(office.kiosk)] == ["bagus", "rina"]


def test_who_has_lost_the_role_while_he_typed_makes_nobody(office, boss, monkeypatch):
    hashed = lockout.hashed

    def demoted_meanwhile(password):
        with verb(office.kiosk) as session:
            session.get_one(Officer, boss.id).role = Role.OFFICER
        return hashed(password)

    monkeypatch.setattr(lockout, "hashed", demoted_meanwhile)
    made = people.add(office.kiosk, boss, PIN, "sari", "Sari Wulan", Role.SUPERVISOR)
    assert made is NotChanged.NO_LONGER_SUPERVISOR
    assert [one.officer.username for one in people.everybody(office.kiosk)] == ["bagus"]


def test_nobody_changes_himself(office, boss):
    for change in (
        people.reset_codes(office.kiosk, boss, PIN, boss.id),
        people.change_role(office.kiosk, boss, PIN, boss.id, Role.OFFICER),
        people.reset_password(office.kiosk, boss, PIN, boss.id),
        people.forget_nik(office.kiosk, boss, PIN, boss.id),
        people.remove(office.kiosk, boss, PIN, boss.id),
    ):
        assert change is NotChanged.HIMSELF
    assert office.kept(Officer, boss.id).role is Role.SUPERVISOR


def test_another_role_signs_out_at_the_next_request(office, boss, rina):
    token, _ = _everything_she_has(office, rina)
    assert people.change_role(office.kiosk, boss, PIN, rina.id, Role.AUDITOR) is None
    assert sessions.find(office.kiosk, token, "device") is Ended.ELSEWHERE
    assert office.kept(Officer, rina.id).role is Role.AUDITOR


def test_a_removed_officer_keeps_nothing_that_opens_anything(office, boss, rina):
    token, code = _everything_she_has(office, rina)
    assert people.remove(office.kiosk, boss, PIN, rina.id) is None
    assert sessions.find(office.kiosk, token, "device") is Ended.ELSEWHERE
    assert badge.read(office.kiosk, code) is None
    assert recovery.left(office.kiosk, rina) == 0
    kept = office.kept(Officer, rina.id)
    assert (kept.totp_secret, kept.pin_hash, kept.nik_hash, kept.removed_at) == (
        None,
        None,
        None,
        office.clock.now(),
    )
    assert not isinstance(sign_in.check_password(office.kiosk, "rina", PASSWORD), Officer)
    assert people.find(office.kiosk, rina.id) is None
    assert people.remove(office.kiosk, boss, PIN, rina.id) is NotChanged.UNKNOWN
    assert people.remove(office.kiosk, boss, PIN, 4711) is NotChanged.UNKNOWN


def test_a_lost_phone_is_replaced_and_the_old_one_opens_nothing(office, boss, rina):
    token, _ = _everything_she_has(office, rina)
    assert people.reset_codes(office.kiosk, boss, PIN, rina.id) is None
    assert sessions.find(office.kiosk, token, "device") is Ended.ELSEWHERE
    assert not isinstance(sign_in.check_code(office.kiosk, rina.id, office.code()), Officer)
    assert recovery.left(office.kiosk, rina) == 0
    again = sign_in.check_password(office.kiosk, "rina", PASSWORD)
    assert sessions.asked_of(again, Proof.PASSWORD) == "one_time_codes"


def test_a_forgotten_password_is_replaced_and_the_phone_is_still_asked_for(office, boss, rina):
    made = people.reset_password(office.kiosk, boss, PIN, rina.id)
    assert isinstance(made, Temporary)
    again = sign_in.check_password(office.kiosk, "rina", made.password)
    assert sessions.asked_of(again, Proof.PASSWORD) == "code"
    assert sessions.asked_of(again, Proof.BOTH) == "new_password"


def test_a_mistyped_nik_can_be_forgotten_by_another_and_by_nobody_himself(office, boss, rina):
    assert people.forget_nik(office.kiosk, boss, PIN, rina.id) is None
    assert office.kept(Officer, rina.id).nik_hash is None


def test_of_two_supervisors_who_remove_each_other_at_one_moment_one_stays(office, boss):
    other = office.officer("citra", Role.SUPERVISOR)

    def remove(by, whom):
        with office.app.app_context():
            return people.remove(office.kiosk, by, PIN, whom)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(remove, (boss, other), (other.id, boss.id)))
    assert None in answers
    assert answers.count(None) == 1
    assert len(people.everybody(office.kiosk)) == 1


def test_the_last_supervisor_cannot_be_removed_from_the_command_line_either(office, boss, rina):
    assert people.remove_by_name(office.kiosk, "bagus") is NotChanged.LAST_SUPERVISOR
    assert people.remove_by_name(office.kiosk, "siapa") is NotChanged.UNKNOWN
    assert people.remove_by_name(office.kiosk, " RINA ") is None
    assert people.remove_by_name(office.kiosk, "rina") is NotChanged.UNKNOWN
    office.officer("citra", Role.SUPERVISOR)
    assert people.remove_by_name(office.kiosk, "bagus") is None


def test_the_audit_says_who_did_it_to_whom(office, boss, rina):
    people.change_role(office.kiosk, boss, PIN, rina.id, Role.AUDITOR)
    people.remove(office.kiosk, boss, PIN, rina.id)
    (role, removed) = office.audited()[-2:]
    assert role[:2] == ("officer.changed", f"officer:{rina.id}")
    assert removed[:2] == ("officer.removed", f"officer:{rina.id}")
    for word in (f'"officer":{boss.id}', '"before":"officer"', '"after":"auditor"'):
        assert word in role[2].replace(" ", "")
    assert f'"officer":{boss.id}' in removed[2].replace(" ", "")
