"""Activation at the counter: an officer's word, two people, the own NIK, and what cannot be reached."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from kiosk.domain.counter import NOTE_MAX, Override, OverrideReason
from kiosk.domain.reasons import ReferReason
from kiosk.domain.roles import Role
from kiosk.domain.visit import COUNTER_IDLE, Event, Step
from kiosk.models.counter import OfficerOverride
from kiosk.models.officer import Officer
from kiosk.models.visit import Channel, Visit
from kiosk.services import (
    activation,
    audit,
    care,
    consent,
    contact,
    counter,
    nik,
    pin,
    redemption,
    register,
    ticket,
)
from kiosk.services import visit as visits
from kiosk.services.counter import Colleague, Prefill
from kiosk.services.override import NotDone, Problem, Word
from tests.residents import BUDI, SARI, YOUNG
from tests.stand import REGISTER_PHOTO

PIN, OTHER_PIN = "135790", "246802"
SEEN = Word(OverrideReason.KTP_EL, PIN)


def officer_named(kiosk, username, typed=PIN, role=Role.OFFICER, nik=None):
    made = Officer(
        username=username,
        display_name=username.title(),
        role=role,
        password_hash="x",
        active=True,
        created_at=kiosk.clock.now(),
        nik_hash=None if nik is None else kiosk.keys.nik_hash(nik),
    )
    with audit.verb(kiosk) as session:
        session.add(made)
        session.flush()
        made.pin_hash = pin.hash_of(kiosk, made.id, typed)
    return made


@pytest.fixture
def rina(kiosk):
    """The officer at the counter."""
    return officer_named(kiosk, "rina")


@pytest.fixture
def served(stand, kiosk, rina):
    """`served(step, someone)`: a visit at the counter, brought to `step` by the real verbs."""

    def bring(step=Step.CONTACT_CHECK, someone=SARI, officer=rina):
        visit_id = counter.begin(kiosk, officer, "id").id
        walk = (
            lambda: visits.move(kiosk, visit_id, Step.CHOICE, Event.HAS_APP),
            lambda: consent.give(kiosk, visit_id, Step.CONSENT),
            lambda: counter.enter_nik(kiosk, officer, visit_id, Step.NIK, someone.nik),
            lambda: register.look_up(kiosk, visit_id, Step.NIK_CHECK),
            lambda: contact.enter_email(kiosk, visit_id, Step.EMAIL, someone.email),
            lambda: contact.enter_phone(kiosk, visit_id, Step.PHONE, someone.phone),
            lambda: counter.vouch(kiosk, officer, visit_id, Step.CONTACT_CHECK, SEEN),
        )
        for go_on in walk:
            if stand.row(visit_id).step is step:
                break
            go_on()
        assert stand.row(visit_id).step is step
        return visit_id

    return bring


def words(stand):
    return stand.all(sa.select(OfficerOverride).order_by(OfficerOverride.id))


def test_a_resident_without_a_face_for_the_camera_is_activated_by_an_officers_word(
    stand, kiosk, rina, served
):
    visit_id = served()
    visit = counter.vouch(
        kiosk,
        rina,
        visit_id,
        Step.CONTACT_CHECK,
        Word(OverrideReason.KTP_EL, PIN, " Wajah\r\nberbekas luka. "),
    )
    assert (visit.step, visit.channel, visit.opened_by) == (Step.QR, Channel.COUNTER, rina.id)
    assert redemption.redeem(kiosk, *stand.offered(visit_id)) is None
    row = stand.row(visit_id)
    assert (row.step, row.end, row.paper) == (Step.THANKS, "activated", "printed")
    assert stand.attempts() == []
    [word] = words(stand)
    assert (word.kind, word.reason, word.note) == (
        Override.VOUCH,
        OverrideReason.KTP_EL,
        "Wajah\nberbekas luka.",
    )
    assert counter.end(kiosk, visit_id).step is Step.ENDED
    assert set(stand.personal()) == {"officer_override.note"}
    told = [entry for entry in stand.audited() if entry.action == "officer.override"]
    assert len(told) == 1
    assert f'"officer":{rina.id}' in told[0].detail
    assert not [one for one in stand.audited() for secret in (*SARI.secrets, "bekas") if secret in one.detail]


def test_what_was_looked_at_is_written_down_and_only_its_officer_can_look(stand, kiosk, rina, served):
    visit_id = served(Step.EMAIL)
    before = len(stand.audited())
    assert counter.see(kiosk, rina, visit_id).visit.name == SARI.name
    assert counter.photo(kiosk, rina, visit_id) == REGISTER_PHOTO
    seen = stand.audited()[before:]
    assert [entry.action for entry in seen] == ["visit.seen"] * 2
    assert all(f'"officer":{rina.id}' in entry.detail for entry in seen)
    assert counter.find(kiosk, officer_named(kiosk, "budi"), visit_id) is None
    assert counter.find(kiosk, rina, stand.bring(Step.NIK)) is None


def test_the_officer_reads_the_true_reason_at_once_and_can_ask_again(stand, kiosk, served):
    visit_id = served(Step.NIK_CHECK, BUDI)
    visit = register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    assert (visit.step, visit.refer_reason) == (Step.REGISTER_REFUSED, ReferReason.REGISTER_NOT_FOUND)
    assert stand.clock.waited_until == []
    stand.register.down = True
    visits.move(kiosk, visit_id, Step.REGISTER_REFUSED, Event.BACK)
    nik.enter(kiosk, visit_id, Step.NIK, SARI.nik)
    visit = register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    assert (visit.step, visit.refer_reason) == (Step.REGISTER_REFUSED, ReferReason.REGISTER_UNREACHABLE)
    assert stand.tickets() == []
    assert stand.printer.sheets == ()


def test_whom_the_camera_could_not_help_the_counter_can(stand, kiosk, served):
    """No usable register photo, no face engine, and under 17 by the NIK but married by the register."""
    stand.face.described = RuntimeError("nobody asks the engine at a counter")
    stand.enrol(BUDI, photo=None)
    assert stand.row(served(Step.EMAIL, BUDI)).register_photo is None
    stand.enrol(YOUNG, married=True)
    assert served(Step.EMAIL, YOUNG)
    stand.enrol(YOUNG, married=False)
    visit_id = served(Step.NIK_CHECK, YOUNG)
    assert register.look_up(kiosk, visit_id, Step.NIK_CHECK).refer_reason is ReferReason.REGISTER_TOO_YOUNG


def test_an_officers_look_ups_are_counted_for_him_and_not_for_the_kiosk(stand, kiosk, served):
    visit_id = served(Step.NIK_CHECK, BUDI)
    for _ in range(kiosk.settings.lookups_per_terminal):
        register.look_up(kiosk, visit_id, Step.NIK_CHECK)
        visits.move(kiosk, visit_id, Step.REGISTER_REFUSED, Event.BACK)
        nik.enter(kiosk, visit_id, Step.NIK, BUDI.nik)
    visit = register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    assert (visit.step, visit.refer_reason) == (Step.REGISTER_REFUSED, ReferReason.LOOKUP_LIMIT)
    assert stand.bring(Step.EMAIL)


def test_nobody_serves_himself(stand, kiosk, rina, served):
    visit_id = served(Step.NIK)
    other = served()
    with audit.verb(kiosk) as session:
        session.get_one(Officer, rina.id).nik_hash = kiosk.keys.nik_hash(SARI.nik)
    refused = NotDone(Problem.OWN_NIK)
    assert counter.enter_nik(kiosk, rina, visit_id, Step.NIK, "3273 0155 0790 0001") == refused
    assert stand.row(visit_id).nik is None
    assert counter.vouch(kiosk, rina, other, Step.CONTACT_CHECK, SEEN) == refused, "also when noted meanwhile"
    assert "officer.refused" in [entry.action for entry in stand.audited()]


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        (Word("", PIN), Problem.NOT_THIS_REASON),
        (Word(OverrideReason.MISTYPED, PIN), Problem.NOT_THIS_REASON),
        (Word(OverrideReason.KTP_EL, PIN, "x" * (NOTE_MAX + 1)), Problem.NOTE_TOO_LONG),
        (Word(OverrideReason.KTP_EL, PIN, "<b>" * 400_000), Problem.NOTE_TOO_LONG),
        (Word(OverrideReason.KTP_EL, "000000"), Problem.PIN),
        (Word(OverrideReason.KTP_EL, ""), Problem.PIN),
    ],
)
def test_a_word_that_does_not_count_changes_nothing(stand, kiosk, rina, served, word, problem):
    visit_id = served()
    answer = counter.vouch(kiosk, rina, visit_id, Step.CONTACT_CHECK, word)
    assert isinstance(answer, NotDone)
    assert answer.problem is problem
    assert stand.row(visit_id).step is Step.CONTACT_CHECK
    assert words(stand) == []


def test_an_officer_who_has_vouched_for_a_nik_before_needs_a_colleague(stand, kiosk, rina, served):
    counter.end(kiosk, served(Step.QR))
    visit_id = served()
    assert counter.see(kiosk, rina, visit_id).needs_second
    officer_named(kiosk, "dewi", OTHER_PIN)
    officer_named(kiosk, "anto", OTHER_PIN, Role.TECHNICIAN)
    officer_named(kiosk, "sari", OTHER_PIN, nik=SARI.nik)

    def with_second(*typed):
        second = Colleague(*typed) if typed else None
        return counter.vouch(kiosk, rina, visit_id, Step.CONTACT_CHECK, SEEN, second)

    tried = {
        (): Problem.SECOND_NEEDED,
        (" ", OTHER_PIN): Problem.SECOND_NEEDED,
        ("rina", PIN): Problem.SECOND_UNKNOWN,
        ("nobody", OTHER_PIN): Problem.SECOND_UNKNOWN,
        ("anto", OTHER_PIN): Problem.SECOND_UNKNOWN,
        ("sari", OTHER_PIN): Problem.SECOND_OWN_NIK,
        ("dewi", PIN): Problem.SECOND_PIN,
    }
    assert {typed: with_second(*typed).problem for typed in tried} == tried
    assert len(words(stand)) == 1
    assert with_second(" Dewi ", OTHER_PIN).step is Step.QR
    assert [word.second_id is not None for word in words(stand)] == [False, True]


def test_for_another_nik_or_another_officer_one_is_enough(kiosk, stand, rina, served):
    counter.end(kiosk, served(Step.QR))
    stand.enrol(BUDI)
    assert served(Step.QR, BUDI)
    dewi = officer_named(kiosk, "dewi")
    assert served(Step.QR, SARI, dewi)


def test_an_authority_that_is_down_changes_nothing_and_can_be_tried_again(stand, kiosk, rina, served):
    visit_id = served()
    stand.authority.down = True
    answer = counter.vouch(kiosk, rina, visit_id, Step.CONTACT_CHECK, SEEN)
    assert answer == NotDone(Problem.AUTHORITY_UNREACHABLE)
    stand.authority.down = False
    assert counter.vouch(kiosk, rina, visit_id, Step.CONTACT_CHECK, SEEN).step is Step.QR


def test_an_authority_that_fails_at_the_offer_leads_to_no_ticket_and_to_another_try(
    stand, kiosk, rina, served
):
    visit_id = served()
    inner = kiosk.adapters.authority._inner
    real = inner.is_active

    def then_fails(nik, deadline):
        answer = real(nik, deadline)
        stand.authority.down = True
        return answer

    inner.is_active = then_fails
    assert counter.vouch(kiosk, rina, visit_id, Step.CONTACT_CHECK, SEEN).step is Step.QR
    assert [one.state for one in stand.activations()] == ["void"]
    assert stand.tickets() == []
    stand.authority.down = False
    stand.clock.advance(1)
    activation.renew(kiosk, visit_id, Step.QR, by_officer=True)
    assert redemption.redeem(kiosk, *stand.offered(visit_id)) is None


def test_who_is_active_elsewhere_goes_on_with_the_new_phone_once_the_old_one_is_off(
    stand, kiosk, rina, served
):
    stand.make_active_elsewhere()
    visit_id = served(Step.ALREADY_ACTIVE)
    answer = care.deactivate(kiosk, rina, visit_id, Word("stolen", PIN))
    assert answer.step is Step.QR
    assert redemption.redeem(kiosk, *stand.offered(visit_id)) is None


def test_a_double_click_vouches_once(stand, kiosk, rina, served):
    visit_id = served()
    answers = stand.at_once(*[lambda: counter.vouch(kiosk, rina, visit_id, Step.CONTACT_CHECK, SEEN)] * 2)
    assert len(words(stand)) == 1
    assert [one for one in answers if isinstance(one, Visit)]
    assert [one.state for one in stand.activations()].count("open") == 1


def test_an_officer_who_types_is_left_in_peace_for_ten_minutes_and_then_the_visit_is_wiped(
    stand, kiosk, served
):
    visit_id = served()
    stand.clock.advance(COUNTER_IDLE.total_seconds())
    assert visits.end_abandoned(kiosk) == 0
    stand.clock.advance(1)
    assert visits.end_abandoned(kiosk) == 1
    assert stand.row(visit_id).end == "idle"
    assert stand.personal() == {}


def test_a_resident_without_a_phone_is_told_what_he_can_do_and_counted_so(stand, kiosk, served):
    visit_id = served(Step.CHOICE)
    visits.move(kiosk, visit_id, Step.CHOICE, Event.CANNOT)
    assert counter.end(kiosk, visit_id).end == "informed"


def test_a_ticket_brings_what_its_visit_still_holds_and_never_to_another_nik(stand, kiosk, rina):
    kept = stand.bring(Step.CONTACT_CHECK)
    ticket.refer(kiosk, kept, Step.CONTACT_CHECK, ReferReason.FACE_NOT_WANTED)
    [paper] = stand.tickets()
    stand.enrol(BUDI)
    for someone, offered in (
        (SARI, Prefill(email=SARI.email, phone=f"+62{SARI.phone[1:]}")),
        (BUDI, Prefill()),
    ):
        visit_id = counter.begin(kiosk, rina, "id", paper.id).id
        visits.move(kiosk, visit_id, Step.CHOICE, Event.HAS_APP)
        consent.give(kiosk, visit_id, Step.CONSENT)
        assert counter.see(kiosk, rina, visit_id).prefill == Prefill(nik=SARI.nik)
        nik.enter(kiosk, visit_id, Step.NIK, someone.nik)
        register.look_up(kiosk, visit_id, Step.NIK_CHECK)
        assert counter.see(kiosk, rina, visit_id).prefill == offered
    stand.clock.advance(24 * 3600)
    assert counter.begin(kiosk, rina, "id", paper.id).from_ticket is None
    assert counter.begin(kiosk, rina, "id", "NOSUCHTICKET").from_ticket is None
