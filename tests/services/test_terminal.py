"""The one-time link with which a terminal's browser is started."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.db import db
from kiosk.models.terminal import TerminalLink
from kiosk.services import terminal
from tests.officers import an_office


@pytest.fixture
def office(tmp_path):
    return an_office(tmp_path)


def _new(office):
    with office.app.app_context():
        return terminal.new_link(office.kiosk).removeprefix(terminal.PATH)


def _admit(office, token):
    with office.app.app_context():
        return terminal.admit(office.kiosk, token)


def test_a_link_works_once(office):
    token = _new(office)
    assert [_admit(office, token), _admit(office, token)] == [True, False]
    assert [entry[:2] for entry in office.audited()] == [("terminal.admitted", "A1")]


def test_of_ten_browsers_at_once_exactly_one_is_admitted(office):
    token = _new(office)
    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(lambda _: _admit(office, token), range(10))) == [False] * 9 + [True]


@pytest.mark.parametrize("token", ["", "x", "é", "0" * 5000, "' OR 1=1 --", "\x00"])
def test_a_made_up_link_is_refused(office, token):
    _new(office)
    assert _admit(office, token) is False


def test_a_link_that_nobody_used_in_time_is_refused(office):
    token = _new(office)
    office.clock.advance(terminal.LINK_LIFETIME.total_seconds())
    assert _admit(office, token) is False


def test_the_database_does_not_know_the_link(office):
    token = _new(office)
    with office.app.app_context():
        kept = [row.token_mac for row in db.session.query(TerminalLink)]
    assert len(kept) == 1
    assert token not in kept[0]


def test_old_links_do_not_pile_up(office):
    for _ in range(3):
        _new(office)
        office.clock.advance(terminal.LINK_LIFETIME.total_seconds() + 1)
    _new(office)
    with office.app.app_context():
        assert db.session.query(TerminalLink).count() == 1
