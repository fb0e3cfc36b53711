"""Whether somebody sits before the board: asked before a resident is made to wait for him."""

from __future__ import annotations

import pytest

from kiosk.domain.roles import Role
from kiosk.domain.sign_in import Proof
from kiosk.models.officer import Officer, OfficerSession
from kiosk.services import presence
from kiosk.services import session as sessions
from kiosk.services.audit import verb
from tests.officers import an_office


@pytest.fixture
def office(tmp_path):
    office = an_office(tmp_path)
    with office.app.app_context():
        yield office


def _sits_down(office, officer, proof=Proof.BOTH):
    token = sessions.begin(office.kiosk, officer, proof, "device")
    row = sessions.find(office.kiosk, token, "device").row
    presence.seen(office.kiosk, row)
    return token


def _row(office, token):
    return sessions.find(office.kiosk, token, "device").row


def test_an_officer_counts_while_his_board_polls_and_15_seconds_longer(office):
    assert presence.on_board(office.kiosk) == 0
    _sits_down(office, office.officer())
    assert presence.on_board(office.kiosk) == 1
    office.clock.advance(14.9)
    assert presence.on_board(office.kiosk) == 1
    office.clock.advance(0.1)
    assert presence.on_board(office.kiosk) == 0


def test_who_is_signed_in_but_elsewhere_in_the_panel_does_not_count(office):
    sessions.begin(office.kiosk, office.officer(), Proof.BOTH, "device")
    assert presence.on_board(office.kiosk) == 0


def test_only_those_who_may_decide_count_and_each_once(office):
    rina = office.officer()
    _sits_down(office, rina)
    _sits_down(office, rina)
    _sits_down(office, office.officer("bagus", Role.SUPERVISOR))
    _sits_down(office, office.officer("tono", Role.TECHNICIAN))
    _sits_down(office, office.officer("ayu", Role.AUDITOR))
    _sits_down(office, office.officer("sari"), Proof.PASSWORD)
    assert presence.on_board(office.kiosk) == 2
    assert presence.on_board(office.kiosk, except_officer=rina.id) == 1


@pytest.mark.parametrize("how", ["idle", "signed_out", "removed", "shift"])
def test_a_board_left_open_by_somebody_who_is_out_counts_for_nobody(office, how):
    rina = office.officer()
    token = _sits_down(office, rina)
    match how:
        case "idle":
            row = _row(office, token)
            office.clock.advance(20 * 60)
            presence.seen(office.kiosk, row)
        case "signed_out":
            sessions.sign_out(office.kiosk, sessions.find(office.kiosk, token, "device"))
        case "removed":
            office.change(Officer, rina.id, active=False)
        case "shift":
            row = _row(office, token)
            office.clock.advance(12 * 3600)
            with verb(office.kiosk) as session:
                session.query(OfficerSession).update({"seen_at": office.clock.now()})
            presence.seen(office.kiosk, row)
    assert presence.on_board(office.kiosk) == 0


def test_a_poll_is_written_at_most_every_five_seconds_and_keeps_nobody_signed_in(office):
    token = _sits_down(office, office.officer())
    began = office.clock.now()
    office.clock.advance(4)
    presence.seen(office.kiosk, _row(office, token))
    assert _row(office, token).board_seen_at == began
    office.clock.advance(1)
    presence.seen(office.kiosk, _row(office, token))
    row = _row(office, token)
    assert (row.board_seen_at, row.seen_at) == (office.clock.now(), began)
