"""The first supervisor's link: good once, in time, and only while nobody works here."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.domain.password import PasswordFault
from kiosk.domain.roles import Role
from kiosk.models.officer import Officer, SetupLink
from kiosk.services import set_up
from kiosk.services.audit import verb
from kiosk.services.officer import AddRefusal
from kiosk.services.set_up import LinkDead
from tests.officers import PASSWORD, an_office


@pytest.fixture
def office(tmp_path):
    office = an_office(tmp_path)
    with office.app.app_context():
        yield office


def _token(office):
    return set_up.new_link(office.kiosk).removeprefix(set_up.PATH)


def _make(office, token, username="bagus", name="Bagus", password=PASSWORD, again=PASSWORD):
    with office.app.app_context():
        return set_up.make_first(office.kiosk, token, username, name, password, again)


def test_the_link_makes_one_supervisor_and_is_dead_then(office):
    token = _token(office)
    made = _make(office, token)
    assert (made.role, made.username) == (Role.SUPERVISOR, "bagus")
    assert not set_up.is_open(office.kiosk, token)
    assert _make(office, token, "citra") is LinkDead.LINK_DEAD
    assert set_up.new_link(office.kiosk) is None


def test_of_ten_who_use_it_at_one_moment_one_is_made(office):
    token = _token(office)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda number: _make(office, token, f"orang{number}"), range(10)))
    assert sum(isinstance(answer, Officer) for answer in answers) == 1


def test_what_cannot_be_right_leaves_the_link_open(office):
    token = _token(office)
    assert _make(office, token, "b") is AddRefusal.USERNAME_NOT_POSSIBLE
    assert _make(office, token, name="") is AddRefusal.NAME_NOT_POSSIBLE
    assert _make(office, token, password="pendek", again="pendek") is PasswordFault.TOO_SHORT
    assert _make(office, token, again="lain sekali") is PasswordFault.NOT_THE_SAME_TWICE
    assert isinstance(_make(office, token), Officer)


@pytest.mark.parametrize("seconds", [30 * 60, -30 * 60])
def test_an_old_link_is_dead_whatever_the_clock_does(office, seconds):
    token = _token(office)
    office.clock.advance(seconds)
    assert _make(office, token) is LinkDead.LINK_DEAD


def test_a_new_link_ends_the_one_before_and_a_made_up_one_is_dead(office):
    first, second = _token(office), _token(office)
    assert not set_up.is_open(office.kiosk, first)
    assert set_up.is_open(office.kiosk, second)
    for made_up in ("", "x", second[:-1], "é"):
        assert _make(office, made_up) is LinkDead.LINK_DEAD


def test_the_link_is_dead_once_somebody_was_added_at_the_command_line(office):
    token = _token(office)
    office.officer()
    assert _make(office, token) is LinkDead.LINK_DEAD


def test_the_database_alone_opens_no_link(office):
    token = _token(office)
    with verb(office.kiosk) as session:
        kept = session.query(SetupLink).one().token_mac
    assert token not in kept
    assert not set_up.is_open(office.kiosk, kept)
