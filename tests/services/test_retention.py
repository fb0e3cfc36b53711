"""The purge, row by row of the retention table: kept until its time, gone after it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from kiosk.db import db, reading, transaction
from kiosk.domain.activation import ActivationState
from kiosk.domain.counter import Override, OverrideReason
from kiosk.domain.eligibility import RecordState
from kiosk.domain.nik import Sex
from kiosk.domain.retention import OFFICE_DAY, RETENTION
from kiosk.domain.ticket import TicketState
from kiosk.domain.visit import Step
from kiosk.models.activation import Activation
from kiosk.models.case import CaseState, ReviewCase
from kiosk.models.counter import OfficerOverride
from kiosk.models.mail import Mail
from kiosk.models.preregistration import Preregistration
from kiosk.models.register import RegisterPerson
from kiosk.models.ticket import Ticket
from kiosk.models.visit import AttemptState, FaceAttempt, Visit
from kiosk.services import audit_check, retention
from tests.officers import an_office

NIK, NAME = "3273014101900001", "Sari Wulandari"
ON_A_NEWCOMER = [keep for keep in RETENTION if keep.column.startswith("register_person.")]
BY_VALUE = [keep for keep in RETENTION if keep not in ON_A_NEWCOMER]


@pytest.fixture
def office(tmp_path):
    """An office with something in every personal column, all of it as old as the clock."""
    office = an_office(tmp_path)
    case_id = office.case(note="sudah menunjukkan KTP", first_note="dari dokumen")
    visit_id = office.kept(ReviewCase, case_id).visit_id
    now = office.clock.now()
    gone = office.officer("pergi", active=False, removed_at=now)
    with office.app.app_context(), transaction() as session:
        visit = session.get_one(Visit, visit_id)
        visit.step = Step.FACE  # a step at which everything may be there
        visit.started_at = visit.last_activity_at = now
        visit.nik, visit.name, visit.email, visit.phone = NIK, NAME, "sari@contoh.example", "+6281234567890"
        visit.group = "f 35-44"
        visit.register_photo, visit.face_template = b"photo", b"template"
        session.add_all([_person("seeded", None), _person("newcomer", now)])
        session.add(
            Preregistration(
                id="p1",
                made_at=now,
                language="id",
                nik=NIK,
                email="sari@contoh.example",
                phone="+6281234567890",
                sender="s",
            )
        )
        session.add(
            FaceAttempt(
                visit_id=visit_id,
                nik_hash="h",
                day=now.date(),
                at=now,
                state=AttemptState.DOUBTED,
                distance=0.4,
                spread=0.2,
                real=0.1,
            )
        )
        session.add(
            OfficerOverride(
                visit_id=visit_id,
                officer_id=gone.id,
                kind=Override.VOUCH,
                reason=OverrideReason.KTP_EL,
                note="KTP-el asli sudah dilihat",
                at=now,
            )
        )
        session.add(
            Activation(
                id="a1",
                visit_id=visit_id,
                state=ActivationState.OPEN,
                created_at=now,
                expires_at=now + timedelta(minutes=3),
                code_mac="",
            )
        )
        session.flush()
        session.add(
            Mail(
                message_id="<m@localhost>",
                visit_id=visit_id,
                activation_id="a1",
                recipient="sari@contoh.example",
                subject="Kode",
                body="123456",
                created_at=now,
                expires_at=now + timedelta(minutes=3),
            )
        )
    return office


def _person(key, enrolled_at):
    return RegisterPerson(
        nik_hash=key,
        nik=NIK,
        name=NAME,
        born=date(1990, 1, 1),
        sex=Sex.FEMALE,
        married=False,
        recorded=True,
        state=RecordState.ACTIVE,
        region="3273",
        photo=b"photo",
        enrolled_at=enrolled_at,
    )


def _purge(office) -> int:
    with office.app.app_context():
        return retention.purge(office.kiosk)


def _filled(office) -> set[str]:
    """The personal columns in which something stands, read past the models."""
    with office.app.app_context(), reading() as session:
        return {
            keep.column
            for keep in RETENTION
            if session.scalar(
                sa.select(sa.func.count(db.metadata.tables[keep.column.partition(".")[0]].c[_name(keep)]))
            )
        }


def _name(keep) -> str:
    return keep.column.partition(".")[2]


def test_nothing_is_erased_before_its_time(office):
    assert _filled(office) == {keep.column for keep in RETENTION}
    assert _purge(office) == 0
    passed = timedelta()
    for longest in sorted({keep.longest for keep in RETENTION}):
        office.clock.advance((longest - passed).total_seconds())
        passed = longest
        _purge(office)
        not_due = {keep.column for keep in RETENTION if keep.longest >= longest}
        assert _filled(office) >= not_due


@pytest.mark.parametrize("keep", BY_VALUE, ids=lambda keep: keep.column)
def test_a_value_is_kept_until_its_time_and_gone_after_it(office, keep):
    table = db.metadata.tables[keep.column.partition(".")[0]]
    # Only the row's own time column decides, so everything else is set back to the present.
    office.clock.advance(keep.longest.total_seconds())
    with office.app.app_context(), transaction() as session:
        session.execute(sa.update(table).values({keep.anchor: office.clock.now() - keep.longest}))
    _purge(office)
    assert keep.column in _filled(office)
    office.clock.advance(1)
    assert _purge(office) > 0
    assert keep.column not in _filled(office)


def test_a_newcomer_is_forgotten_as_a_whole_and_the_seeded_residents_stay(office):
    office.clock.advance(OFFICE_DAY.total_seconds())
    _purge(office)
    assert office.kept(RegisterPerson, "newcomer") is not None
    office.clock.advance(1)
    _purge(office)
    assert office.kept(RegisterPerson, "newcomer") is None
    assert office.kept(RegisterPerson, "seeded").name == NAME
    office.clock.advance(timedelta(days=400).total_seconds())
    _purge(office)
    assert office.kept(RegisterPerson, "seeded").photo == b"photo"


def test_after_the_longest_time_nobody_can_be_found(office):
    office.clock.advance(max(keep.longest for keep in RETENTION).total_seconds() + 1)
    assert _purge(office) > 0
    assert _filled(office) == {keep.column for keep in ON_A_NEWCOMER}  # the seeded, made-up resident
    assert _purge(office) == 0


@pytest.mark.parametrize("state", sorted(set(TicketState) - {TicketState.DONE, TicketState.VOID}))
def test_a_ticket_that_nobody_served_is_void_and_its_visit_over(office, state):
    """Also a refused one, which is served like one that waits: its resident has gone home."""
    case_id = office.case()
    case = office.kept(ReviewCase, case_id)
    office.change(Ticket, case.ticket_id, state=state)
    office.change(Visit, case.visit_id, nik=NIK, email="sari@contoh.example")
    office.clock.advance(OFFICE_DAY.total_seconds() + 1)
    _purge(office)
    assert office.kept(Ticket, case.ticket_id).state is TicketState.VOID
    visit = office.kept(Visit, case.visit_id)
    assert visit.step is Step.ENDED
    assert visit.ended_at == office.clock.now()
    assert (visit.nik, visit.email) == (None, None)


def test_a_ticket_that_was_served_stays_so(office):
    ticket_id = office.kept(ReviewCase, office.case()).ticket_id
    office.change(Ticket, ticket_id, state=TicketState.DONE)
    office.clock.advance(OFFICE_DAY.total_seconds() + 1)
    _purge(office)
    assert office.kept(Ticket, ticket_id).state is TicketState.DONE


def test_a_ticket_of_today_waits_on(office):
    office.clock.advance(OFFICE_DAY.total_seconds() - 3600)
    ticket_id = office.kept(ReviewCase, office.case()).ticket_id
    office.clock.advance(3601)
    _purge(office)
    assert office.kept(Ticket, ticket_id).state is TicketState.WAITING


@pytest.mark.parametrize("step", sorted(set(Step) - {Step.ENDED}))
def test_a_visit_of_yesterday_is_closed_wherever_it_stood(office, step):
    with office.app.app_context(), reading() as session:
        visit_id = session.scalar(sa.select(Visit.id))
    office.change(Visit, visit_id, step=step)
    office.clock.advance(OFFICE_DAY.total_seconds() + 1)
    _purge(office)
    assert office.kept(Visit, visit_id).step is Step.ENDED


def test_the_decision_about_a_case_outlives_what_was_personal_in_it(office):
    case_id = office.case()
    office.change(ReviewCase, case_id, state=CaseState.REFUSED)
    office.clock.advance(timedelta(days=91).total_seconds())
    _purge(office)
    case = office.kept(ReviewCase, case_id)
    assert case.state is CaseState.REFUSED
    assert (case.nik, case.name, case.selfie, case.register_photo, case.selfie_template) == (None,) * 5


def test_the_purge_says_how_much_it_erased_and_not_whose(office):
    office.clock.advance(OFFICE_DAY.total_seconds() + 1)
    emptied = _purge(office)
    action, subject, detail = office.audited()[-1]
    assert (action, subject, detail) == ("retention.purged", "A1", f'{{"values":{emptied}}}')
    with office.app.app_context():
        assert audit_check.verify(office.kiosk).faults == ()


def test_a_purge_with_nothing_to_do_leaves_no_entry(office):
    before = office.audited()
    _purge(office)
    assert office.audited() == before


def test_what_is_erased_is_not_left_in_the_write_ahead_log(office):
    with office.app.app_context():
        with db.engine.connect() as connection:
            kept = connection.exec_driver_sql("SELECT nik FROM visit").scalars().all()
        office.clock.advance(OFFICE_DAY.total_seconds() + 1)
        retention.purge(office.kiosk)
    folder = office.kiosk.settings.data
    files = b"".join(path.read_bytes() for path in folder.glob("kiosk.db*"))
    assert kept
    assert [value for value in kept if value and value in files] == []
