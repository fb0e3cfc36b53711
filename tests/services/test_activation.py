"""The activation: expired, used, replaced and contested QRs, wrong codes, authority or mail in trouble."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kiosk.domain.activation import RedeemRefusal
from kiosk.domain.contact import ContactProblem
from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import Event, Step
from kiosk.models.mail import Mail
from kiosk.services import activation, outbox, redemption
from kiosk.services import visit as visits
from kiosk.services.contact import Refused
from kiosk.services.outbox import MailState
from tests.residents import SARI

NEW_ADDRESS = "benar@contoh.example"


@pytest.fixture
def visit_id(stand):
    """A visit that shows its QR."""
    return stand.bring(Step.QR)


def wrong(digits):
    return f"{(int(digits) + 1) % 10**6:06}"


def states(stand):
    return [one.state.value for one in stand.activations()]


def test_the_mailed_code_activates_once_and_the_visit_says_thanks(stand, kiosk, visit_id):
    code, digits = stand.offered(visit_id)
    assert redemption.redeem(kiosk, code, f" {digits[:3]} {digits[3:]} ") is None
    row = stand.row(visit_id)
    assert (row.step, row.end, row.paper) == (Step.THANKS, "activated", "printed")
    assert row.reference.startswith("IKD-")
    assert stand.authority_states() == {stand.activations()[0].id: "active"}
    assert redemption.redeem(kiosk, code, digits) is RedeemRefusal.USED
    assert len(stand.printer.sheets) == 1


def test_ten_people_redeem_one_qr_at_once_and_exactly_one_wins(stand, kiosk, visit_id):
    code, digits = stand.offered(visit_id)
    answers = Counter(stand.at_once(*[lambda: redemption.redeem(kiosk, code, digits)] * 10))
    assert answers.pop(None) == 1
    assert set(answers) <= {RedeemRefusal.IN_PROGRESS, RedeemRefusal.USED}
    assert sum(answers.values()) == 9
    assert list(stand.authority_states().values()) == ["active"]
    assert [entry.action for entry in stand.audited()].count("activation.active") == 1
    assert len(stand.printer.sheets) == 1


def test_an_expired_qr_takes_no_code_and_a_new_one_does(stand, kiosk, visit_id):
    code, digits = stand.offered(visit_id)
    stand.clock.advance(kiosk.settings.qr_seconds)
    assert redemption.redeem(kiosk, code, digits) is RedeemRefusal.EXPIRED
    activation.renew(kiosk, visit_id, Step.QR)
    assert redemption.redeem(kiosk, code, digits) is RedeemRefusal.REPLACED
    assert redemption.redeem(kiosk, *stand.offered(visit_id)) is None


def test_five_wrong_codes_close_the_qr_and_a_new_one_works(stand, kiosk, visit_id):
    code, digits = stand.offered(visit_id)
    answers = [redemption.redeem(kiosk, code, wrong(digits)) for _ in range(5)]
    assert answers == [RedeemRefusal.WRONG_CODE] * 4 + [RedeemRefusal.TRIES_USED_UP]
    assert redemption.redeem(kiosk, code, digits) is RedeemRefusal.TRIES_USED_UP
    stand.clock.advance(1)
    activation.renew(kiosk, visit_id, Step.QR)
    assert redemption.redeem(kiosk, *stand.offered(visit_id)) is None


def test_twelve_guesses_at_one_moment_share_the_five_tries(stand, kiosk, visit_id):
    code, digits = stand.offered(visit_id)
    guesses = [lambda: redemption.redeem(kiosk, code, wrong(digits))] * 12
    answers = Counter(stand.at_once(*guesses))
    assert answers == {RedeemRefusal.WRONG_CODE: 4, RedeemRefusal.TRIES_USED_UP: 8}


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "½½½½½½", "\x00" * 6, "٠١٢٣٤٥", "a" * 10_000])
def test_any_text_as_a_code_is_a_wrong_code(stand, kiosk, visit_id, typed):
    code, _ = stand.offered(visit_id)
    assert redemption.redeem(kiosk, code, typed) is RedeemRefusal.WRONG_CODE


@pytest.mark.parametrize("code", ["", "A", "A..", "A.AAAA.BBBB", "T.{rest}", "{code}x", "ä.ö.ü", "\x00"])
def test_a_code_that_we_have_not_signed_is_unknown(stand, kiosk, visit_id, code):
    real, digits = stand.offered(visit_id)
    made_up = code.format(code=real, rest=real[2:])
    assert redemption.redeem(kiosk, made_up, digits) is RedeemRefusal.UNKNOWN
    assert activation.find(kiosk, made_up) is None


def test_renewals_used_up_lead_to_a_person(stand, kiosk, visit_id):
    for number in range(1, 4):
        stand.clock.advance(1)
        assert activation.renew(kiosk, visit_id, Step.QR).qr_renewals == number
    visit = activation.renew(kiosk, visit_id, Step.QR)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.EMAIL_NOT_ARRIVED)
    assert states(stand) == ["void"] * 4


def test_a_corrected_address_gets_a_new_code_and_the_old_one_is_void(stand, kiosk, visit_id):
    old_code, old_digits = stand.offered(visit_id)
    visits.move(kiosk, visit_id, Step.QR, Event.WRONG_EMAIL)
    stand.clock.advance(1)
    answer = activation.correct_email(kiosk, visit_id, Step.EMAIL_FIX, NEW_ADDRESS)
    assert answer.step is Step.QR
    assert [letter["To"] for letter in stand.letters()] == [NEW_ADDRESS, SARI.email]
    code, digits = stand.offered(visit_id)
    assert redemption.redeem(kiosk, old_code, old_digits) is RedeemRefusal.REPLACED
    assert digits != old_digits
    assert redemption.redeem(kiosk, code, digits) is None


def test_a_second_correction_is_refused(stand, kiosk, visit_id):
    for address in (NEW_ADDRESS, "lain@contoh.example"):
        visits.move(kiosk, visit_id, Step.QR, Event.WRONG_EMAIL)
        stand.clock.advance(1)
        answer = activation.correct_email(kiosk, visit_id, Step.EMAIL_FIX, address)
        assert answer.step is Step.QR
    assert stand.row(visit_id).email == NEW_ADDRESS
    assert len(stand.letters()) == 2


def test_a_bad_address_at_the_correction_costs_nothing(stand, kiosk, visit_id):
    visits.move(kiosk, visit_id, Step.QR, Event.WRONG_EMAIL)
    answer = activation.correct_email(kiosk, visit_id, Step.EMAIL_FIX, "benar@contoh")
    assert isinstance(answer, Refused)
    assert answer.problem is ContactProblem.EMAIL_FORM
    row = stand.row(visit_id)
    assert (row.step, row.email_fixes, row.email) == (Step.EMAIL_FIX, 0, SARI.email)
    assert states(stand) == ["open"]


def test_the_old_code_is_void_in_the_same_commit_as_the_new_address(stand, kiosk, visit_id, monkeypatch):
    """A crash right after it must not leave a code that works in a stranger's mailbox."""
    code, digits = stand.offered(visit_id)
    visits.move(kiosk, visit_id, Step.QR, Event.WRONG_EMAIL)

    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(activation, "offer", crash)
    with pytest.raises(KeyboardInterrupt):
        activation.correct_email(kiosk, visit_id, Step.EMAIL_FIX, NEW_ADDRESS)
    assert redemption.redeem(kiosk, code, digits) is RedeemRefusal.REPLACED


def test_a_code_typed_while_the_address_is_being_corrected_still_activates(stand, kiosk, visit_id):
    visits.move(kiosk, visit_id, Step.QR, Event.WRONG_EMAIL)
    assert redemption.redeem(kiosk, *stand.offered(visit_id)) is None
    assert stand.row(visit_id).step is Step.THANKS
    answer = activation.correct_email(kiosk, visit_id, Step.EMAIL_FIX, NEW_ADDRESS)
    assert answer.step is Step.THANKS
    assert len(stand.letters()) == 1


@pytest.mark.parametrize("trouble", ["down", "slow"])
def test_an_authority_that_cannot_issue_leads_to_a_ticket(stand, kiosk, trouble):
    visit_id = stand.bring(Step.FACE)
    ask = kiosk.adapters.authority._inner.is_active

    def then_fails(nik, deadline):
        answer = ask(nik, deadline)
        stand.authority.down = trouble == "down"
        stand.authority.delay = 60.0 if trouble == "slow" else 0.0
        return answer

    kiosk.adapters.authority._inner.is_active = then_fails
    stand.show_face(visit_id)
    row = stand.row(visit_id)
    assert (row.step, row.refer_reason) == (Step.TICKET, ReferReason.AUTHORITY_UNREACHABLE)
    assert states(stand) == ["void"]
    assert stand.letters() == []
    assert len(stand.printer.sheets) == 1


def test_a_phone_that_became_active_elsewhere_at_the_last_moment_is_told(stand, kiosk, visit_id):
    code, digits = stand.offered(visit_id)
    stand.make_active_elsewhere()
    assert redemption.redeem(kiosk, code, digits) is RedeemRefusal.REPLACED
    assert states(stand) == ["void"]
    visit = activation.renew(kiosk, visit_id, Step.QR)
    assert (visit.step, visit.refer_reason) == (Step.ALREADY_ACTIVE, ReferReason.ALREADY_ACTIVE)


def redeem_unheard(stand, visit_id, *, arrived):
    """Redeem while the authority's answer is lost: after it has acted, or before."""
    authority = stand.kiosk.adapters.authority
    code, digits = stand.offered(visit_id)
    if arrived:
        from kiosk.adapters.authority import AuthorityDown

        real = authority.activate

        def lost(key, deadline):
            real(key, deadline)
            raise AuthorityDown

        authority._inner.activate = lost
    else:
        stand.authority.down = True
    assert redemption.redeem(stand.kiosk, code, digits) is RedeemRefusal.TRY_LATER
    assert redemption.redeem(stand.kiosk, code, digits) is RedeemRefusal.IN_PROGRESS
    return code, digits


def test_an_activation_whose_answer_was_lost_is_settled_as_done(stand, kiosk, visit_id):
    redeem_unheard(stand, visit_id, arrived=True)
    assert redemption.settle(kiosk) == 0, "it may still get its own answer"
    stand.clock.advance(redemption.SETTLE_AFTER.total_seconds())
    assert redemption.settle(kiosk) == 1
    assert (states(stand), stand.row(visit_id).step) == (["active"], Step.THANKS)
    assert len(stand.printer.sheets) == 1
    assert redemption.settle(kiosk) == 0


def test_an_activation_that_never_arrived_is_settled_as_open_and_can_be_tried_again(stand, kiosk, visit_id):
    code, digits = redeem_unheard(stand, visit_id, arrived=False)
    stand.clock.advance(redemption.SETTLE_AFTER.total_seconds())
    assert redemption.settle(kiosk) == 0, "the authority is still down"
    assert states(stand) == ["redeeming"]
    stand.authority.down = False
    assert redemption.settle(kiosk) == 1
    assert states(stand) == ["open"]
    assert redemption.redeem(kiosk, code, digits) is None


def test_a_lost_answer_of_a_resident_who_has_left_is_still_settled_but_prints_nothing(stand, kiosk, visit_id):
    redeem_unheard(stand, visit_id, arrived=True)
    visits.leave(kiosk, visit_id)
    assert states(stand) == ["redeeming"], "nobody may void what may have happened"
    stand.clock.advance(redemption.SETTLE_AFTER.total_seconds())
    redemption.settle(kiosk)
    row = stand.row(visit_id)
    assert (states(stand), row.step, row.end) == (["active"], Step.ENDED, "activated")
    assert stand.printer.sheets == ()


def test_nothing_stays_open_for_a_resident_who_has_left(stand, kiosk, visit_id):
    code, digits = redeem_unheard(stand, visit_id, arrived=False)
    visits.leave(kiosk, visit_id)
    stand.authority.down = False
    stand.clock.advance(redemption.SETTLE_AFTER.total_seconds())
    redemption.settle(kiosk)
    assert states(stand) == ["void"]
    assert redemption.redeem(kiosk, code, digits) is RedeemRefusal.REPLACED


def test_an_announcement_that_was_never_mailed_is_settled_as_void(stand, kiosk, visit_id, monkeypatch):
    monkeypatch.setattr(activation, "_open", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        activation.renew(kiosk, visit_id, Step.QR)
    assert states(stand) == ["void", "issuing"]
    stand.clock.advance(redemption.SETTLE_AFTER.total_seconds())
    assert redemption.settle(kiosk) == 1
    assert states(stand) == ["void", "void"]
    assert len(stand.letters()) == 1


def test_at_start_up_everything_made_before_is_settled_at_once(stand, kiosk, visit_id):
    redeem_unheard(stand, visit_id, arrived=True)
    assert redemption.settle(kiosk, stand.clock.now()) == 1
    assert states(stand) == ["active"]


def test_a_mail_server_that_is_down_keeps_the_mail_and_sends_it_later(stand, kiosk):
    stand.mail.down = True
    visit_id = stand.bring(Step.QR)
    offered = activation.current(kiosk, visit_id)
    assert stand.row(visit_id).step is Step.QR
    assert outbox.state_of(kiosk, offered.id) is MailState.DELAYED
    assert stand.letters() == []
    stand.mail.down = False
    stand.clock.advance(outbox.BACK_OFF_SECONDS[0])
    assert outbox.deliver_due(kiosk) == 1
    assert redemption.redeem(kiosk, *stand.offered(visit_id)) is None


def test_a_qr_that_is_being_redeemed_is_not_replaced(stand, kiosk, visit_id):
    redeem_unheard(stand, visit_id, arrived=False)
    assert activation.renew(kiosk, visit_id, Step.QR).qr_renewals == 0
    assert states(stand) == ["redeeming"]


def test_two_offers_at_one_moment_leave_one_open(stand, kiosk, visit_id):
    stand.clock.advance(1)
    stand.at_once(*[lambda: activation.offer(kiosk, visit_id)] * 4)
    assert Counter(states(stand))["open"] <= 1
    assert Counter(states(stand))["issuing"] == 0
    activation.renew(kiosk, visit_id, Step.QR)
    assert Counter(states(stand))["open"] == 1


def test_the_link_in_the_qr_names_nobody_and_is_short_enough_for_a_camera(stand, kiosk, visit_id):
    link = activation.link(kiosk, activation.current(kiosk, visit_id))
    assert link.startswith("http://127.0.0.1:8000/a/A.")
    assert link.isascii()
    assert len(link) < 80
    assert not [secret for secret in (*SARI.secrets, visit_id) if secret in link]


def test_the_code_stands_nowhere_in_the_database(stand, kiosk, visit_id):
    _, digits = stand.offered(visit_id)
    for row in stand.all(sa.select(Mail)) + stand.activations():
        values = [str(getattr(row, column.key)) for column in sa.inspect(type(row)).columns]
        assert not [value for value in values if digits in value and not value.isalnum()]
    assert stand.one(sa.select(Mail)).body is None


def test_a_clock_that_is_set_back_does_not_bring_back_a_void_qr(stand, kiosk, visit_id):
    stand.clock.set_now(stand.clock.now() - timedelta(minutes=5))
    activation.renew(kiosk, visit_id, Step.QR)
    assert activation.current(kiosk, visit_id).state == "open"
