"""The lost phone: whose it is not, an authority in trouble, a lost answer, two officers at one moment."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from kiosk.adapters.authority import AuthorityDown
from kiosk.domain.counter import LostReason, LostRefusal
from kiosk.domain.visit import Step
from kiosk.models.activation import Deactivation
from kiosk.models.officer import Officer
from kiosk.services import audit, lost_phone, redemption
from kiosk.services.lost_phone import Deactivated, NotDeactivated
from tests.residents import BUDI, SARI


@pytest.fixture
def officer(stand, kiosk):
    """Somebody at the counter."""
    made = Officer(
        username="rina",
        display_name="Rina",
        password_hash="x",
        active=True,
        created_at=kiosk.clock.now(),
    )
    with audit.verb(kiosk) as session:
        session.add(made)
    return made


@pytest.fixture
def lost(kiosk, officer):
    """Take Sari's IKD off her phone."""
    return lambda nik=SARI.nik: lost_phone.deactivate(kiosk, officer, nik, LostReason.LOST)


def states(stand):
    return [one.state.value for one in stand.all(sa.select(Deactivation).order_by(Deactivation.at))]


def actions(stand):
    return [entry.action.value for entry in stand.audited()]


def answer_is_lost(stand, *, arrived):
    """Let the authority's next answer be lost, after it has acted or before."""
    inner = stand.kiosk.adapters.authority._inner
    real = inner.deactivate

    def lost(key, nik, deadline):
        inner.deactivate = real
        if arrived:
            real(key, nik, deadline)
        raise AuthorityDown

    inner.deactivate = lost


def test_afterwards_nobody_is_active_and_the_kiosk_activates_again(stand, kiosk, lost, officer):
    stand.make_active_elsewhere()
    answer = lost("3273 0155 0790 0001")
    assert isinstance(answer, Deactivated)
    assert not kiosk.adapters.authority.is_active(SARI.nik, 1.0)
    visit_id = stand.bring(Step.QR)
    assert redemption.redeem(kiosk, *stand.offered(visit_id)) is None
    assert kiosk.adapters.authority.is_active(SARI.nik, 1.0)
    row = stand.one(sa.select(Deactivation))
    assert (row.id, row.officer_id, row.reason) == (answer.key, officer.id, LostReason.LOST)
    assert [a for a in actions(stand) if a.startswith("deactivation")] == [
        "deactivation.intended",
        "deactivation.settled",
    ]
    assert not [
        one for one in stand.audited() for secret in SARI.secrets if secret in one.detail + one.subject
    ]


def test_whoever_is_active_nowhere_is_told_so_and_somebody_elses_phone_is_left_alone(stand, kiosk, lost):
    stand.make_active_elsewhere(BUDI)
    assert lost() == NotDeactivated(LostRefusal.NOT_ACTIVE)
    assert states(stand) == ["failed"]
    assert kiosk.adapters.authority.is_active(BUDI.nik, 1.0)


@pytest.mark.parametrize("nik", ["", "327301", "9773014101900001", "327301550790000x", "1" * 10_000])
def test_what_is_no_nik_asks_nobody(stand, lost, nik):
    stand.authority.down = True
    assert lost(nik) == NotDeactivated(LostRefusal.NOT_A_NIK)
    assert states(stand) == []


def test_nobody_does_it_for_himself_also_when_his_nik_was_noted_after_he_signed_in(
    stand, kiosk, lost, officer
):
    stand.make_active_elsewhere()
    with audit.verb(kiosk) as session:
        session.get_one(Officer, officer.id).nik_hash = kiosk.keys.nik_hash(SARI.nik)
    assert lost() == NotDeactivated(LostRefusal.OWN_NIK)
    assert kiosk.adapters.authority.is_active(SARI.nik, 1.0)
    assert states(stand) == []


def test_an_officer_who_tries_many_niks_is_stopped_and_the_kiosk_is_not(stand, kiosk, lost):
    for _ in range(kiosk.settings.lookups_per_terminal):
        lost(BUDI.nik)
    stand.make_active_elsewhere()
    assert lost() == NotDeactivated(LostRefusal.LOOKUP_LIMIT)
    assert kiosk.adapters.authority.is_active(SARI.nik, 1.0)
    assert actions(stand).count("register.lookup_limited") == 1
    assert stand.bring(Step.EMAIL)
    stand.clock.advance(kiosk.settings.lookup_window_seconds)
    assert isinstance(lost(), Deactivated)


def test_an_authority_that_is_down_is_asked_again_until_it_answers(stand, kiosk, lost):
    stand.make_active_elsewhere()
    stand.authority.down = True
    assert lost() == NotDeactivated(LostRefusal.AUTHORITY_UNREACHABLE)
    assert states(stand) == ["intended"]
    stand.clock.advance(redemption.SETTLE_AFTER.total_seconds())
    assert lost_phone.settle(kiosk) == 0
    stand.authority.down = False
    assert lost_phone.settle(kiosk) == 1
    assert states(stand) == ["failed"], "it never arrived"
    assert isinstance(lost(), Deactivated)


def test_an_answer_that_was_lost_is_settled_as_done(stand, kiosk, lost):
    stand.make_active_elsewhere()
    answer_is_lost(stand, arrived=True)
    assert lost() == NotDeactivated(LostRefusal.AUTHORITY_UNREACHABLE)
    assert lost_phone.settle(kiosk) == 0, "it may still get its own answer"
    assert lost_phone.settle(kiosk, stand.clock.now()) == 1, "at start-up it cannot"
    assert states(stand) == ["done"]


@pytest.mark.parametrize("arrived", [True, False])
def test_a_second_try_after_a_lost_answer_does_the_same_thing_once(stand, kiosk, lost, arrived):
    stand.make_active_elsewhere()
    answer_is_lost(stand, arrived=arrived)
    lost()
    assert isinstance(lost(), Deactivated)
    assert states(stand) == ["done"]
    assert list(stand.authority_states().values()).count("active") == 0


def test_two_officers_at_one_moment_take_it_off_once(stand, kiosk, lost):
    stand.make_active_elsewhere()
    answers = Counter(type(answer).__name__ for answer in stand.at_once(lost, lost, lost))
    assert answers["Deactivated"] >= 1
    assert set(answers) <= {"Deactivated", "NotDeactivated"}
    assert states(stand).count("done") == 1
    assert not kiosk.adapters.authority.is_active(SARI.nik, 1.0)


def test_an_activation_that_was_finished_unheard_and_then_taken_off_is_not_shown_as_done(stand, kiosk, lost):
    visit_id = stand.bring(Step.QR)
    real = kiosk.adapters.authority._inner.activate

    def unheard(key, deadline):
        real(key, deadline)
        raise AuthorityDown

    kiosk.adapters.authority._inner.activate = unheard
    redemption.redeem(kiosk, *stand.offered(visit_id))
    assert isinstance(lost(), Deactivated)
    stand.clock.advance(redemption.SETTLE_AFTER.total_seconds())
    redemption.settle(kiosk)
    assert [one.state.value for one in stand.activations()] == ["void"]
