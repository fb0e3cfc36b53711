"""The visit: a stale form, a double tap, and a resident who walks away."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kiosk.domain.visit import IDLE_SECONDS, QUESTION_SECONDS, Event, NotPossible, Step, allowed_idle
from kiosk.models.mail import Mail
from kiosk.models.visit import Visit, VisitEnd
from kiosk.services import activation, audit, audit_check, consent, redemption, scan, ticket
from kiosk.services import visit as visits
from tests.residents import SARI
from tests.stand import LAST_STEPS

KEPT_AFTER_THE_END = {
    "brought", "liveness_waived",
    "id", "terminal", "language", "step", "started_at", "last_activity_at", "ended_at", "end",
    "consent_version", "consent_at", "nik_hash", "nik_warnings", "region", "resumed_at", "email_fixes",
    "qr_renewals", "refer_reason", "reference", "paper", "satisfaction", "channel",
    "step_since", "step_seconds",
}  # fmt: skip
"""What a visit that is over may still say: nothing of it names anybody (models/visit.py)."""


def test_a_form_that_came_from_another_step_changes_nothing(stand, kiosk):
    visit_id = stand.bring(Step.NIK)
    assert visits.move(kiosk, visit_id, Step.CHOICE, Event.NEEDS_APP).step is Step.NIK
    assert consent.give(kiosk, visit_id, Step.CONSENT).step is Step.NIK


def test_an_event_that_leads_nowhere_is_refused_and_changes_nothing(stand, kiosk):
    visit_id = stand.bring(Step.NIK)
    with pytest.raises(NotPossible):
        visits.move(kiosk, visit_id, Step.NIK, Event.CONSENTED)
    assert stand.row(visit_id).step is Step.NIK


def test_a_verb_does_not_believe_what_the_request_read_before(stand, kiosk):
    """A request looks at the visit, a second one moves it, then the first one's verb begins."""
    visit_id = stand.bring(Step.EMAIL)
    seen = visits.find(kiosk, visit_id)
    stand.at_once(lambda: ticket.refer(kiosk, visit_id, Step.EMAIL, None))
    assert seen.step is Step.EMAIL
    assert ticket.refer(kiosk, visit_id, Step.EMAIL, None).step is Step.TICKET
    assert len(stand.tickets()) == 1


def test_a_double_tap_gives_one_ticket(stand, kiosk):
    visit_id = stand.bring(Step.EMAIL)

    def tap():
        visit = visits.find(kiosk, visit_id)
        return ticket.refer(kiosk, visit.id, Step.EMAIL, None).step

    assert stand.at_once(*[tap] * 4) == [Step.TICKET] * 4
    assert [one.number for one in stand.tickets()] == ["A-001"]
    assert len(stand.printer.sheets) == 1


def test_a_double_tap_on_consent_is_one_consent(stand, kiosk):
    visit_id = visits.start(kiosk, "id").id
    visits.move(kiosk, visit_id, Step.CHOICE, Event.HAS_APP)
    stand.at_once(*[lambda: consent.give(kiosk, visit_id, Step.CONSENT)] * 3)
    actions = [entry.action for entry in stand.audited()]
    assert actions.count("consent.given") == 1
    assert stand.row(visit_id).step is Step.NIK


def test_consent_is_kept_with_the_version_of_its_text_and_the_time(stand, kiosk):
    row = stand.row(stand.bring(Step.NIK))
    assert (row.consent_version, row.consent_at) == (kiosk.settings.consent_version, stand.clock.now())


@pytest.mark.parametrize("step", LAST_STEPS)
def test_a_resident_who_walks_away_is_wiped_and_nothing_is_printed(stand, kiosk, step):
    visit_id = stand.bring(step)
    visits.stay(kiosk, visit_id)
    stand.clock.advance(IDLE_SECONDS[step] + QUESTION_SECONDS)
    assert visits.end_abandoned(kiosk) == 0, "the question is still being asked"
    stand.clock.advance(0.1)
    assert visits.find(kiosk, visit_id) is None
    assert visits.end_abandoned(kiosk) == 1
    row = stand.row(visit_id)
    assert (row.step, row.end, row.ended_at) == (Step.ENDED, VisitEnd.IDLE, stand.clock.now())
    assert stand.personal() == {}
    assert stand.printer.sheets == ()
    assert visits.end_abandoned(kiosk) == 0


def test_an_abandoned_qr_is_void_for_whoever_has_photographed_it(stand, kiosk):
    visit_id = stand.bring(Step.QR)
    code, digits = stand.offered(visit_id)
    stand.clock.advance(allowed_idle(Step.QR).total_seconds() + 1)
    visits.end_abandoned(kiosk)
    assert redemption.redeem(kiosk, code, digits) == "replaced"
    assert set(stand.authority_states().values()) == {"issued"}


def test_a_ticket_outlives_the_screen_and_the_idle_time(stand, kiosk):
    visit_id = stand.bring(Step.EMAIL)
    ticket.refer(kiosk, visit_id, Step.EMAIL, None)
    visits.leave(kiosk, visit_id)
    stand.clock.advance(3600)
    assert visits.end_abandoned(kiosk) == 0
    row = stand.row(visit_id)
    assert (row.step, row.end) == (Step.TICKET, VisitEnd.TICKET)
    assert row.register_photo is None
    assert row.nik == SARI.nik, "the counter needs it"


@pytest.mark.parametrize("step", LAST_STEPS)
def test_after_the_end_nothing_personal_is_left_in_the_row(stand, kiosk, step):
    visit_id = stand.bring(step)
    visits.leave(kiosk, visit_id)
    row = stand.row(visit_id)
    kept = {column.key for column in sa.inspect(Visit).columns if getattr(row, column.key) is not None}
    assert kept <= KEPT_AFTER_THE_END
    assert (row.step, row.end, row.liveness_waived) == (Step.ENDED, VisitEnd.LEFT, False)
    everything = " ".join(str(getattr(row, name)) for name in KEPT_AFTER_THE_END)
    assert not [secret for secret in SARI.secrets if secret in everything]
    assert stand.personal() == {}


def test_the_face_is_erased_when_the_face_step_is_left(stand):
    row = stand.row(stand.bring(Step.FACE))
    assert row.register_photo
    assert row.face_template
    row = stand.row(stand.bring(Step.QR))
    assert row.register_photo is row.face_template is None


def test_a_mail_that_was_sent_keeps_neither_address_nor_code(stand):
    stand.bring(Step.QR)
    (mail,) = stand.all(sa.select(Mail))
    assert mail.sent_at
    assert mail.recipient is mail.body is None


def test_leaving_twice_ends_once(stand, kiosk):
    visit_id = stand.bring(Step.NIK)
    visits.leave(kiosk, visit_id)
    ended = stand.row(visit_id).ended_at
    stand.clock.advance(5)
    visits.leave(kiosk, visit_id)
    assert stand.row(visit_id).ended_at == ended
    assert [entry.action for entry in stand.audited()].count("visit.ended") == 1


def test_looking_at_a_visit_is_no_activity(stand, kiosk):
    visit_id = stand.bring(Step.QR)
    before = stand.row(visit_id).last_activity_at
    for _ in range(5):
        stand.clock.advance(20)
        visits.find(kiosk, visit_id)
        activation.current(kiosk, visit_id)
        scan.read(kiosk, "T.nothing.nothing")
    assert stand.row(visit_id).last_activity_at == before
    visits.stay(kiosk, visit_id)
    assert stand.row(visit_id).last_activity_at == stand.clock.now()


def test_a_clock_that_is_set_back_ends_no_visit(stand, kiosk):
    visit_id = stand.bring(Step.NIK)
    stand.clock.set_now(stand.clock.now() - timedelta(days=3))
    assert visits.end_abandoned(kiosk) == 0
    assert visits.find(kiosk, visit_id) is not None


@pytest.mark.parametrize("visit_id", [None, "", "nobody", "' OR 1=1 --", "\x00", "ü" * 500])
def test_a_made_up_visit_is_none(kiosk, visit_id):
    assert visits.find(kiosk, visit_id) is None


def test_the_audit_chain_of_a_whole_visit_holds_and_names_nobody(stand, kiosk):
    visit_id = stand.bring(Step.QR)
    redemption.redeem(kiosk, *stand.offered(visit_id))
    visits.leave(kiosk, visit_id)
    assert audit_check.verify(kiosk).faults == ()
    entries = stand.audited()
    assert len(entries) > 15
    written = " ".join(f"{entry.subject} {entry.detail} {entry.action}" for entry in entries)
    assert not [secret for secret in SARI.secrets if secret in written]
    assert all(isinstance(json.loads(entry.detail), dict) for entry in entries)


def test_rows_that_were_changed_or_cut_off_are_seen_in_the_chain(stand, kiosk):
    stand.bring(Step.EMAIL)
    entries = stand.audited()
    with audit.verb(kiosk) as session:
        session.execute(sa.delete(type(entries[-1])).where(type(entries[-1]).seq == entries[-1].seq))
    assert [fault.kind for fault in audit_check.verify(kiosk).faults] == ["tail_missing"]
    with audit.verb(kiosk) as session:
        session.execute(
            sa.update(type(entries[0])).where(type(entries[0]).seq == 2).values(detail='{"origin": "qr"}')
        )
    assert "changed" in [fault.kind for fault in audit_check.verify(kiosk).faults]
