"""Care for an activation: found by what people hold, renewed, revoked, corrected, printed once more."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kiosk.adapters.authority import AuthorityDown
from kiosk.domain.activation import RedeemRefusal
from kiosk.domain.contact import ContactProblem
from kiosk.domain.counter import LostRefusal, Override, sought
from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import Event, Step
from kiosk.hardware.printer import Failed, Printed
from kiosk.models.counter import OfficerOverride
from kiosk.models.officer import Officer
from kiosk.models.visit import VisitHelp
from kiosk.services import activation, audit, care, contact, redemption, ticket
from kiosk.services import visit as visits
from kiosk.services.lost_phone import NotDeactivated
from kiosk.services.override import NotDone, Problem, Word
from tests.residents import SARI
from tests.services.test_counter import PIN, rina, served

__all__ = ["rina", "served"]

NEW_ADDRESS = "benar@contoh.example"
LATE, ASKS, MISTYPED, LOST_PAPER = (
    Word(reason, PIN) for reason in ("code_late", "resident_asks", "mistyped", "paper_lost")
)
GONE = NotDone(Problem.MOVED_ON)


@pytest.fixture
def visit_id(stand):
    """A visit at a kiosk that shows its QR."""
    return stand.bring(Step.QR)


def kinds(stand):
    return [word.kind for word in stand.all(sa.select(OfficerOverride).order_by(OfficerOverride.id))]


def test_a_visit_is_found_by_its_ticket_its_reference_and_its_nik_and_every_search_is_written_down(
    stand, kiosk, rina, visit_id
):
    redemption.redeem(kiosk, *stand.offered(visit_id))
    stand.clock.advance(1)
    other = stand.bring(Step.NIK_CHECK)
    ticket.refer(kiosk, other, Step.NIK_CHECK, ReferReason.WANTS_PERSON)
    reference = stand.row(visit_id).reference
    found = {
        typed: [line.visit.id for line in care.find(kiosk, rina, sought(typed))]
        for typed in ("a-001", "2", reference.lower(), SARI.nik, "IKD-AAAABBBB", "3273020303880002")
    }
    assert list(found.values()) == [[other], [], [visit_id], [other, visit_id], [], []]
    entries = [entry for entry in stand.audited() if entry.action == "visit.sought"]
    assert len(entries) == 6
    assert not [entry for entry in entries for secret in SARI.secrets if secret in entry.detail]


def test_yesterdays_ticket_number_finds_nobody(stand, kiosk, rina):
    visit_id = stand.bring(Step.NIK_CHECK)
    ticket.refer(kiosk, visit_id, Step.NIK_CHECK, ReferReason.WANTS_PERSON)
    stand.clock.advance(timedelta(days=1).total_seconds())
    assert care.find(kiosk, rina, sought("A-001")) == []
    assert care.see(kiosk, rina, visit_id).possible == ()


def test_an_unknown_visit_is_nowhere(stand, kiosk, rina):
    assert care.see(kiosk, rina, "nobody") is None
    assert care.renew(kiosk, rina, "nobody", LATE) == GONE


def test_a_look_is_written_down_and_a_poll_is_not(stand, kiosk, rina, visit_id):
    before = len(stand.audited())
    assert care.see(kiosk, rina, visit_id).possible == (
        Override.RENEW,
        Override.CORRECT_EMAIL,
        Override.REVOKE,
    )
    care.standing(kiosk, visit_id)
    assert [entry.action for entry in stand.audited()[before:]] == ["visit.seen"]


@pytest.mark.parametrize("at", [Step.QR, Step.EMAIL_FIX])
def test_an_officer_renews_beyond_the_residents_limit_and_uses_none_of_it_up(
    stand, kiosk, rina, visit_id, at
):
    for _ in range(kiosk.settings.qr_renewals):
        stand.clock.advance(1)
        activation.renew(kiosk, visit_id, Step.QR)
    if at is Step.EMAIL_FIX:
        visits.move(kiosk, visit_id, Step.QR, Event.WRONG_EMAIL)
    old = stand.offered(visit_id)
    stand.clock.advance(1)
    assert care.renew(kiosk, rina, visit_id, LATE).step is Step.QR
    assert redemption.redeem(kiosk, *old) is RedeemRefusal.REPLACED
    assert redemption.redeem(kiosk, *stand.offered(visit_id)) is None
    assert (stand.row(visit_id).qr_renewals, kinds(stand)) == (kiosk.settings.qr_renewals, ["renew"])


def test_a_revoked_qr_is_worth_nothing_and_its_resident_gets_a_ticket(stand, kiosk, rina, visit_id):
    old = stand.offered(visit_id)
    visit = care.revoke(kiosk, rina, visit_id, ASKS)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.SENT_BY_OFFICER)
    assert redemption.redeem(kiosk, *old) is RedeemRefusal.REPLACED
    assert care.revoke(kiosk, rina, visit_id, ASKS) == GONE
    assert kinds(stand) == ["revoke"]


def test_an_address_is_corrected_again_and_again_and_only_the_last_mail_works(stand, kiosk, rina, visit_id):
    old = stand.offered(visit_id)
    visits.move(kiosk, visit_id, Step.QR, Event.WRONG_EMAIL)
    for address in (NEW_ADDRESS, "lagi@contoh.example"):
        stand.clock.advance(1)
        assert care.correct_email(kiosk, rina, visit_id, address, MISTYPED).step is Step.QR
    assert [letter["To"] for letter in stand.letters()] == ["lagi@contoh.example", NEW_ADDRESS, SARI.email]
    assert redemption.redeem(kiosk, *old) is RedeemRefusal.REPLACED
    assert stand.row(visit_id).email_fixes == 0
    assert redemption.redeem(kiosk, *stand.offered(visit_id)) is None


def test_an_address_that_is_none_costs_nothing_not_even_a_pin(stand, kiosk, rina, visit_id):
    answer = care.correct_email(kiosk, rina, visit_id, "benar@contoh", Word("mistyped", "wrong"))
    assert isinstance(answer, contact.Refused)
    assert answer.problem is ContactProblem.EMAIL_FORM
    assert kinds(stand) == []
    assert stand.row(visit_id).email == SARI.email


def test_a_qr_whose_code_is_being_used_is_left_alone(stand, kiosk, rina, visit_id):
    def unheard(key, deadline):
        raise AuthorityDown

    kiosk.adapters.authority._inner.activate = unheard
    redemption.redeem(kiosk, *stand.offered(visit_id))
    assert care.see(kiosk, rina, visit_id).possible == ()
    assert care.renew(kiosk, rina, visit_id, LATE) == GONE
    assert care.revoke(kiosk, rina, visit_id, ASKS) == GONE
    assert care.correct_email(kiosk, rina, visit_id, NEW_ADDRESS, MISTYPED) == GONE
    assert kinds(stand) == []


def test_a_wrong_pin_or_reason_changes_nothing(stand, kiosk, rina, visit_id):
    code, digits = stand.offered(visit_id)
    wrong = care.revoke(kiosk, rina, visit_id, Word("resident_asks", "000000"))
    assert wrong.problem is Problem.PIN
    assert care.revoke(kiosk, rina, visit_id, Word("paper_lost", PIN)) == NotDone(Problem.NOT_THIS_REASON)
    assert redemption.redeem(kiosk, code, digits) is None


def test_nobody_helps_his_own_visit_along(stand, kiosk, rina, visit_id):
    with audit.verb(kiosk) as session:
        session.get_one(Officer, rina.id).nik_hash = kiosk.keys.nik_hash(SARI.nik)
    assert care.renew(kiosk, rina, visit_id, LATE) == NotDone(Problem.OWN_NIK)
    assert kinds(stand) == []


def test_a_receipt_is_printed_again_as_a_copy_also_when_its_nik_is_erased(stand, kiosk, rina, visit_id):
    redemption.redeem(kiosk, *stand.offered(visit_id))
    assert isinstance(care.reprint(kiosk, rina, visit_id, LOST_PAPER), Printed)
    visits.leave(kiosk, visit_id)
    assert stand.row(visit_id).masked_nik is None
    assert isinstance(care.reprint(kiosk, rina, visit_id, LOST_PAPER), Printed)
    assert len(stand.printer.sheets) == 3
    copies = [entry for entry in stand.audited() if '"kind":"copy"' in entry.detail]
    assert [entry.subject for entry in copies] == [visit_id] * 2
    assert all(f'"officer":{rina.id}' in entry.detail for entry in copies)


def test_a_ticket_is_printed_again_while_it_is_worth_something_and_a_jam_is_told(stand, kiosk, rina):
    visit_id = stand.bring(Step.NIK_CHECK)
    ticket.refer(kiosk, visit_id, Step.NIK_CHECK, ReferReason.WANTS_PERSON)
    assert isinstance(care.reprint(kiosk, rina, visit_id, LOST_PAPER), Printed)
    stand.printer.controls.paper_out = True
    assert isinstance(care.reprint(kiosk, rina, visit_id, LOST_PAPER), Failed)
    assert len(stand.printer.sheets) == 2
    assert stand.row(visit_id).paper == "printed"


def test_a_visit_without_paper_prints_none(stand, kiosk, rina, visit_id):
    assert care.reprint(kiosk, rina, visit_id, LOST_PAPER) == GONE
    assert stand.printer.sheets == ()


@pytest.mark.parametrize("at", [Step.ALREADY_ACTIVE, Step.TICKET])
def test_a_lost_phone_is_taken_off_without_typing_the_nik_again(stand, kiosk, rina, at):
    stand.make_active_elsewhere()
    visit_id = stand.bring(Step.FACE)
    stand.show_face(visit_id)
    if at is Step.TICKET:
        ticket.refer(kiosk, visit_id, Step.ALREADY_ACTIVE, None)
    assert care.see(kiosk, rina, visit_id).possible[-1] is Override.DEACTIVATE
    visit = care.deactivate(kiosk, rina, visit_id, Word("lost", PIN))
    assert visit.step is (Step.QR if at is Step.ALREADY_ACTIVE else Step.TICKET)
    assert not kiosk.adapters.authority.is_active(SARI.nik, 1.0)


@pytest.mark.parametrize("part", ["vouched", "helped"])
def test_who_has_had_a_part_in_it_leaves_the_phone_to_another_officer(stand, kiosk, rina, served, part):
    if part == "vouched":
        served(Step.QR)
    stand.make_active_elsewhere()
    visit_id = stand.bring(Step.FACE)
    stand.show_face(visit_id)
    if part == "helped":
        with audit.verb(kiosk) as session:
            session.add(VisitHelp(visit_id=visit_id, officer_id=rina.id, at=kiosk.clock.now()))
    assert care.deactivate(kiosk, rina, visit_id, Word("lost", PIN)) == NotDone(Problem.OTHER_OFFICER)
    assert stand.row(visit_id).step is Step.ALREADY_ACTIVE
    assert kiosk.adapters.authority.is_active(SARI.nik, 1.0)


def test_an_authority_that_is_down_leaves_the_resident_where_he_is(stand, kiosk, rina):
    stand.make_active_elsewhere()
    visit_id = stand.bring(Step.FACE)
    stand.show_face(visit_id)
    stand.authority.down = True
    answer = care.deactivate(kiosk, rina, visit_id, Word("lost", PIN))
    assert answer == NotDeactivated(LostRefusal.AUTHORITY_UNREACHABLE)
    assert stand.row(visit_id).step is Step.ALREADY_ACTIVE
    stand.authority.down = False
    assert care.deactivate(kiosk, rina, visit_id, Word("lost", PIN)).step is Step.QR


@pytest.mark.parametrize("at_counter", [True, False])
def test_nobody_is_told_of_a_new_code_while_the_authority_is_silent(stand, kiosk, rina, served, at_counter):
    visit_id = served(Step.QR) if at_counter else stand.bring(Step.QR)
    stand.authority.down = True
    assert care.renew(kiosk, rina, visit_id, LATE) == NotDone(Problem.NOT_OFFERED)
    assert stand.row(visit_id).step is (Step.QR if at_counter else Step.TICKET)
    if at_counter:
        answer = care.correct_email(kiosk, rina, visit_id, NEW_ADDRESS, MISTYPED)
        assert answer == NotDone(Problem.NOT_OFFERED)
        stand.authority.down = False
        assert care.renew(kiosk, rina, visit_id, LATE).step is Step.QR


def test_a_resident_who_moves_on_while_the_pin_is_typed_is_not_pulled_back(
    stand, kiosk, rina, visit_id, monkeypatch
):
    def and_meanwhile(kiosk, officer, typed):
        redemption.redeem(kiosk, *stand.offered(visit_id))

    monkeypatch.setattr(care.pins, "confirm", and_meanwhile)
    assert care.revoke(kiosk, rina, visit_id, ASKS) == GONE
    assert stand.row(visit_id).step is Step.THANKS
    assert kinds(stand) == []
