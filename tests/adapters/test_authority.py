"""The authority's contract: each effect under one key, done once, and honest when it cannot be reached."""

from __future__ import annotations

import pytest

from kiosk.adapters.authority import AuthorityDown, AuthorityRefused, Outcome
from tests.residents import BUDI, SARI
from tests.stand import close, make_stand


@pytest.fixture
def stand(tmp_path):
    """A kiosk whose authority knows nobody yet."""
    made = make_stand(tmp_path / "data")
    with made.app.app_context():
        yield made
    close(made)


@pytest.fixture
def authority(stand):
    """The authority under test."""
    return stand.kiosk.adapters.authority


def activate(authority, key, nik):
    authority.issue(key, nik, 1.0)
    authority.activate(key, 1.0)


def test_what_is_issued_and_activated_is_active_and_no_second_phone_is(authority):
    activate(authority, "first", SARI.nik)
    authority.activate("first", 1.0)
    assert authority.is_active(SARI.nik, 1.0)
    assert not authority.is_active(BUDI.nik, 1.0)
    with pytest.raises(AuthorityRefused):
        authority.issue("second", SARI.nik, 1.0)
    assert authority.outcome("first", 1.0) is Outcome.ACTIVE
    assert authority.outcome("second", 1.0) is Outcome.UNKNOWN


def test_of_two_issued_keys_the_second_is_refused_when_the_first_is_active(authority):
    authority.issue("first", SARI.nik, 1.0)
    authority.issue("second", SARI.nik, 1.0)
    authority.activate("second", 1.0)
    with pytest.raises(AuthorityRefused):
        authority.activate("first", 1.0)
    with pytest.raises(AuthorityRefused):
        authority.activate("never issued", 1.0)


def test_after_a_deactivation_nobody_is_active_and_another_phone_can_be(authority):
    activate(authority, "old phone", SARI.nik)
    activate(authority, "somebody else", BUDI.nik)
    authority.deactivate("lost", SARI.nik, 1.0)
    assert not authority.is_active(SARI.nik, 1.0)
    assert authority.is_active(BUDI.nik, 1.0)
    assert authority.outcome("lost", 1.0) is Outcome.DEACTIVATED
    assert authority.outcome("old phone", 1.0) is Outcome.DEACTIVATED
    activate(authority, "new phone", SARI.nik)
    assert authority.is_active(SARI.nik, 1.0)


def test_a_deactivation_that_is_asked_for_again_never_takes_the_new_phone(authority):
    activate(authority, "old phone", SARI.nik)
    authority.deactivate("lost", SARI.nik, 1.0)
    activate(authority, "new phone", SARI.nik)
    authority.deactivate("lost", SARI.nik, 1.0)
    assert authority.is_active(SARI.nik, 1.0)


def test_whoever_is_not_active_cannot_be_deactivated_and_no_key_remembers_it(authority):
    authority.issue("offered", SARI.nik, 1.0)
    with pytest.raises(AuthorityRefused):
        authority.deactivate("lost", SARI.nik, 1.0)
    assert authority.outcome("lost", 1.0) is Outcome.UNKNOWN
    assert authority.outcome("offered", 1.0) is Outcome.ISSUED


@pytest.mark.parametrize(("down", "delay"), [(True, 0.0), (False, 8.0), (False, 60.0)])
def test_an_authority_in_trouble_says_so_within_the_deadline_and_does_nothing(stand, authority, down, delay):
    activate(authority, "phone", SARI.nik)
    stand.authority.down, stand.authority.delay = down, delay
    began = stand.clock.monotonic()
    for call in (
        lambda: authority.is_active(SARI.nik, 8.0),
        lambda: authority.issue("k", BUDI.nik, 8.0),
        lambda: authority.activate("k", 8.0),
        lambda: authority.deactivate("lost", SARI.nik, 8.0),
        lambda: authority.outcome("lost", 8.0),
    ):
        with pytest.raises(AuthorityDown):
            call()
    assert stand.clock.monotonic() - began <= 5 * 8.0
    stand.authority.down, stand.authority.delay = False, 0.0
    assert stand.authority_states() == {"phone": "active"}
