"""Sign-ins as rows: what ends one, and that ending it ends every copy of its cookie."""

from __future__ import annotations

import json

import pytest

from kiosk.domain.roles import Role
from kiosk.domain.sign_in import Ended, Proof
from kiosk.models.officer import Officer, OfficerSession
from kiosk.services import session as sessions
from kiosk.services.audit import verb
from tests.officers import an_office

HERE, ELSEWHERE = "key of this browser", "another key"


@pytest.fixture
def office(tmp_path):
    office = an_office(tmp_path)
    with office.app.app_context():
        yield office


def _begin(office, officer, proof=Proof.BOTH, device=HERE, instead_of=None):
    return sessions.begin(office.kiosk, officer, proof, device, instead_of)


def _find(office, token, device=HERE):
    return sessions.find(office.kiosk, token, device)


def test_a_token_leads_to_its_officer_and_a_made_up_one_to_nobody(office):
    token = _begin(office, office.officer())
    assert _find(office, token).officer.username == "rina"
    assert _find(office, token[:-1]) is None
    assert _find(office, "") is None


def test_the_database_alone_opens_no_session(office):
    token = _begin(office, office.officer())
    with verb(office.kiosk) as session:
        row = session.query(OfficerSession).one()
        kept = f"{row.token_mac} {row.device_mac}"
    assert token not in kept
    assert HERE not in kept
    assert _find(office, row.token_mac) is None


def test_on_another_device_it_ends_for_both_and_is_written_down(office):
    token = _begin(office, office.officer())
    assert _find(office, token, ELSEWHERE) is Ended.DEVICE
    assert _find(office, token) is Ended.ELSEWHERE
    action, subject, detail = office.audited()[-1]
    assert (action, subject, json.loads(detail)) == ("officer.signed_out", "officer:1", {"because": "device"})


def test_idleness_is_counted_from_what_the_officer_did_last(office):
    token = _begin(office, office.officer())
    for _ in range(3):
        office.clock.advance(19 * 60)
        sessions.touch(office.kiosk, _find(office, token).row)
    office.clock.advance(20 * 60)
    assert _find(office, token) is Ended.IDLE
    assert _find(office, token) is Ended.ELSEWHERE


def test_a_sign_of_life_is_written_at_most_every_five_seconds(office):
    token = _begin(office, office.officer())
    began = office.clock.now()
    office.clock.advance(4.9)
    sessions.touch(office.kiosk, _find(office, token).row)
    assert _find(office, token).row.seen_at == began
    office.clock.advance(0.1)
    sessions.touch(office.kiosk, _find(office, token).row)
    assert _find(office, token).row.seen_at == office.clock.now()


def test_a_new_proof_gets_a_new_token_and_the_old_one_is_over(office):
    rina = office.officer()
    half = _begin(office, rina, Proof.PASSWORD)
    whole = _begin(office, rina, Proof.BOTH, instead_of=half)
    assert _find(office, half) is Ended.ELSEWHERE
    assert _find(office, whole).asked is None


def test_what_an_officer_does_not_have_any_more_is_asked_of_him_at_once(office):
    rina = office.officer()
    token = _begin(office, rina)
    office.change(Officer, rina.id, must_change_password=True)
    assert _find(office, token).asked == "new_password"
    office.change(Officer, rina.id, must_change_password=False, pin_hash=None)
    assert _find(office, token).asked == "pin"


def test_a_removed_officers_session_is_over(office):
    rina = office.officer()
    token = _begin(office, rina)
    office.change(Officer, rina.id, active=False)
    assert _find(office, token) is Ended.ELSEWHERE


def test_all_of_one_officer_end_and_nobody_elses(office):
    rina, budi = office.officer(), office.officer("budi", Role.SUPERVISOR)
    tokens = [_begin(office, rina), _begin(office, rina, device=ELSEWHERE)]
    his = _begin(office, budi)
    kept = _find(office, tokens[0]).row.token_mac
    with verb(office.kiosk) as session:
        assert sessions.end_all(office.kiosk, session, rina.id, except_mac=kept) == 1
    assert _find(office, tokens[0]).officer.username == "rina"
    assert _find(office, tokens[1], ELSEWHERE) is Ended.ELSEWHERE
    assert len(sessions.open_of(office.kiosk, rina)) == 1
    with verb(office.kiosk) as session:
        sessions.end_all(office.kiosk, session, rina.id)
    assert sessions.open_of(office.kiosk, rina) == []
    assert _find(office, his).officer.username == "budi"


def test_rows_of_last_month_are_erased(office):
    rina = office.officer()
    _begin(office, rina)
    office.clock.advance(31 * 24 * 3600)
    _begin(office, rina)
    with verb(office.kiosk) as session:
        assert session.query(OfficerSession).count() == 1
