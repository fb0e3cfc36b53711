"""What came from a phone: taken once, by a visit that has consented, and by nobody after two hours."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from kiosk.domain.contact import ContactProblem, tidy_phone
from kiosk.domain.nik import NikProblem
from kiosk.domain.preregistration import FROM_ONE_SENDER, Full, State
from kiosk.domain.visit import Event, Step
from kiosk.models.preregistration import Preregistration
from kiosk.services import codes, consent, nik, preregistration, register, retention, scan
from kiosk.services import visit as visits
from kiosk.services.preregistration import Entered
from kiosk.services.scan import Seen, Told
from tests.residents import SARI, YOUNG
from tests.stand import Stand

ENTERED = Entered(SARI.nik, SARI.email, SARI.phone)


def make(stand: Stand, entered: Entered = ENTERED, address: str = "192.0.2.7", **given: str) -> str:
    """Enter something on a phone; the text of its code."""
    made = preregistration.register(stand.kiosk, entered, given.pop("language", "id"), address, **given)
    assert not isinstance(made, Full), "a StrEnum: it is a str too"
    return made


def rows(stand: Stand) -> list[Preregistration]:
    """What is kept."""
    return stand.all(sa.select(Preregistration).order_by(Preregistration.made_at))


def begin(stand: Stand, code: str) -> str:
    """Hold the code before the start screen's scanner and go up to the consent; the visit's id."""
    visit = scan.take(stand.kiosk, None, code)
    visits.move(stand.kiosk, visit.id, Step.CHOICE, Event.HAS_APP)
    return visit.id


def test_at_the_kiosk_nothing_is_typed_and_nothing_is_kept_twice(stand, kiosk):
    code = make(stand, language="en")
    visit_id = begin(stand, code)
    row = stand.row(visit_id)
    assert (row.language, row.nik, row.email, row.preregistered) == ("en", None, None, rows(stand)[0].id)
    assert consent.give(kiosk, visit_id, Step.CONSENT).step is Step.NIK_CHECK
    (kept,) = rows(stand)
    assert (kept.nik, kept.nik_hash, kept.email, kept.phone) == (None,) * 4
    assert kept.used_at == stand.clock.now()
    assert register.look_up(kiosk, visit_id, Step.NIK_CHECK).step is Step.CONTACT_CHECK
    row = stand.row(visit_id)
    assert (row.nik, row.email, row.phone) == (SARI.nik, SARI.email, tidy_phone(SARI.phone))
    assert row.register_photo is not None


def test_a_used_code_begins_no_second_visit(stand, kiosk):
    code = make(stand)
    consent.give(kiosk, begin(stand, code), Step.CONSENT)
    assert preregistration.look(kiosk, code).state is State.USED
    told = scan.take(kiosk, None, code)
    assert isinstance(told, Told)
    assert (told.result.seen, told.is_note) == (Seen.REGISTRATION_USED, False)


def test_of_two_kiosks_with_one_code_the_first_consent_has_it_and_the_other_types(stand, kiosk):
    code = make(stand)
    first, second = begin(stand, code), begin(stand, code)
    answers = stand.at_once(
        *[lambda one=one: consent.give(kiosk, one, Step.CONSENT) for one in (first, second)]
    )
    assert {answer.step for answer in answers} == {Step.NIK, Step.NIK_CHECK}


def test_after_two_hours_it_is_gone_also_for_a_visit_that_has_read_it(stand, kiosk):
    code = make(stand)
    stand.clock.advance(2 * 3600 - 60)
    visit_id = begin(stand, code)
    stand.clock.advance(61)
    assert consent.give(kiosk, visit_id, Step.CONSENT).step is Step.NIK
    assert preregistration.look(kiosk, code).state is State.EXPIRED
    retention.purge(kiosk)
    assert rows(stand) == []
    assert preregistration.look(kiosk, code).state is State.EXPIRED
    assert scan.take(kiosk, None, code).result.seen is Seen.REGISTRATION_EXPIRED


def test_its_owner_erases_it_at_once(stand, kiosk):
    code = make(stand)
    preregistration.erase(kiosk, code)
    assert {name for name in stand.personal() if name.startswith("preregistration.")} == set()
    assert preregistration.look(kiosk, code).state is State.USED
    assert scan.take(kiosk, None, code).result.seen is Seen.REGISTRATION_USED


def test_another_browser_cannot_make_the_code_of_a_nik_void(stand, kiosk):
    mine = make(stand)
    theirs = make(stand, address="198.51.100.9", earlier=codes.write(kiosk.keys, codes.Kind.TICKET, "A" * 12))
    assert preregistration.look(kiosk, mine).state is State.OPEN
    again = make(stand, earlier=mine)
    assert [preregistration.look(kiosk, one).state for one in (mine, theirs, again)] == [
        State.USED, State.OPEN, State.OPEN,
    ]  # fmt: skip
    make(stand, Entered(YOUNG.nik, SARI.email, SARI.phone), earlier=again)
    assert preregistration.look(kiosk, again).state is State.OPEN, "one phone may serve a family"


def test_one_sender_cannot_fill_the_database(stand, kiosk):
    for number in range(FROM_ONE_SENDER):
        make(stand, address=f"2001:db8::{number:x}")
    assert preregistration.register(kiosk, ENTERED, "id", "2001:db8::ffff") is Full.SENDER
    make(stand, address="2001:db8:0:1::1")
    stand.clock.advance(601)
    make(stand, address="2001:db8::1")
    assert "2001" not in repr([row.sender for row in rows(stand)])


def test_behind_a_listener_for_both_versions_one_phone_does_not_use_up_what_all_may_send(stand, kiosk):
    for number in range(FROM_ONE_SENDER + 1):
        make(stand, address=f"::ffff:192.0.2.{number}")
    for _ in range(FROM_ONE_SENDER - 1):
        make(stand, address="192.0.2.0")
    assert preregistration.register(kiosk, ENTERED, "id", "::ffff:192.0.2.0") is Full.SENDER


@pytest.mark.parametrize(
    ("entered", "expected"),
    [
        (Entered("", "", ""), ((NikProblem.EMPTY,), ContactProblem.EMAIL_EMPTY, ContactProblem.PHONE_EMPTY)),
        (
            Entered("12", "a@b", "0812"),
            ((NikProblem.TOO_SHORT,), ContactProblem.EMAIL_FORM, ContactProblem.PHONE_FORM),
        ),
        (ENTERED, ((), None, None)),
    ],
)
def test_slips_are_found_by_form_alone(stand, entered, expected):
    found = preregistration.slips(entered)
    assert (found.nik, found.email, found.phone) == expected
    assert bool(found) is any(expected)


def test_with_somebody_elses_nik_typed_over_it_the_address_does_not_stay(stand, kiosk):
    visit_id = begin(stand, make(stand))
    consent.give(kiosk, visit_id, Step.CONSENT)
    visits.move(kiosk, visit_id, Step.NIK_CHECK, Event.BACK)
    nik.enter(kiosk, visit_id, Step.NIK, SARI.nik)
    assert stand.row(visit_id).email == SARI.email
    visits.move(kiosk, visit_id, Step.NIK_CHECK, Event.BACK)
    nik.enter(kiosk, visit_id, Step.NIK, YOUNG.nik)
    row = stand.row(visit_id)
    assert (row.email, row.phone, row.brought) == (None, None, False)


def test_no_entry_of_the_audit_says_whose_it_is(stand, kiosk):
    code = make(stand)
    consent.give(kiosk, begin(stand, code), Step.CONSENT)
    preregistration.erase(kiosk, make(stand))
    told = " ".join(f"{entry.subject} {entry.detail}" for entry in stand.audited())
    assert not [secret for secret in SARI.secrets if secret in told]
    assert {"preregistration.made", "preregistration.used", "preregistration.erased"} <= {
        entry.action for entry in stand.audited()
    }
