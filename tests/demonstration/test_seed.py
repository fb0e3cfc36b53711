"""The demonstration is filled in: with photographs, without them, again, and after a change of mind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from kiosk import db
from kiosk.adapters.authority import Outcome
from kiosk.demonstration import seed as seeding
from kiosk.demonstration.residents import RESIDENTS, by_key, without_portraits
from kiosk.demonstration.seed import seed
from kiosk.domain.visit import Step
from kiosk.models.register import AuthorityRecord, RegisterPerson
from kiosk.models.visit import AttemptState, FaceAttempt, LookUp, Visit
from tests.support import make_app, opened

IN_REGISTER = [resident for resident in RESIDENTS if resident.in_register]


@pytest.fixture
def kiosk(tmp_path):
    with opened(make_app(tmp_path)) as kiosk:
        yield kiosk


@pytest.fixture
def kiosk_with_faces(tmp_path, engine):
    """A kiosk with the module's one running engine."""
    app = make_app(tmp_path)
    kiosk = app.extensions["kiosk"]
    app.extensions["kiosk"] = replace(kiosk, adapters=replace(kiosk.adapters, face=engine))
    with opened(app) as whole:
        yield whole


def _row(kiosk, key):
    with db.reading() as session:
        return session.get(RegisterPerson, kiosk.keys.nik_hash(by_key(key).nik))


def test_without_portraits_who_needs_them_is_named_and_the_rest_works(kiosk, tmp_path):
    report = seed(kiosk, tmp_path / "nothing-here")
    assert sorted(report.missing) == sorted(resident.name for resident in without_portraits())
    assert report.made == len(IN_REGISTER) - len(without_portraits())
    assert report.why
    deceased = kiosk.adapters.register.look_up(by_key("meninggal").nik, 1.0)
    assert deceased is not None
    assert deceased.state is by_key("meninggal").state
    assert kiosk.adapters.register.look_up(by_key("tidak-ditemukan").nik, 1.0) is None
    assert seeding.left_out(kiosk) == report.missing


def test_with_portraits_everybody_is_there_and_a_second_run_changes_nothing(kiosk_with_faces, portraits):
    kiosk = kiosk_with_faces
    first = seed(kiosk, portraits.folder)
    assert (first.missing, first.why) == ([], "")
    assert first.made == len(IN_REGISTER)
    before = {resident.key: _row(kiosk, resident.key).photo for resident in IN_REGISTER}
    assert all(before[resident.key] for resident in IN_REGISTER if resident.photo)
    second = seed(kiosk, portraits.folder)
    assert (second.made, second.missing) == (0, [])
    assert {resident.key: _row(kiosk, resident.key).photo for resident in IN_REGISTER} == before
    assert seeding.present(kiosk) == {resident.key for resident in RESIDENTS}


def test_photographs_that_come_later_are_filled_in_and_stay_when_they_go(
    kiosk_with_faces, portraits, tmp_path
):
    kiosk = kiosk_with_faces
    assert _made_without(kiosk, tmp_path).missing
    assert seed(kiosk, portraits.folder).missing == []
    again = _made_without(kiosk, tmp_path)
    assert (again.made, again.missing, again.why) == (0, [], "")
    assert _row(kiosk, "lancar").photo


def _made_without(kiosk, tmp_path):
    return seed(kiosk, tmp_path / "nothing-here")


def test_a_changed_record_is_put_right(kiosk, tmp_path):
    _made_without(kiosk, tmp_path)
    with db.transaction() as session:
        row = session.get_one(RegisterPerson, kiosk.keys.nik_hash(by_key("meninggal").nik))
        row.born = date(2001, 1, 1)
    assert _made_without(kiosk, tmp_path).made == 1
    assert _row(kiosk, "meninggal").born == by_key("meninggal").born


def test_who_is_active_elsewhere_is_so_at_the_authority(kiosk_with_faces, portraits):
    seed(kiosk_with_faces, portraits.folder)
    active = {
        resident.key
        for resident in RESIDENTS
        if kiosk_with_faces.adapters.authority.is_active(resident.nik, 1.0)
    }
    assert active == {resident.key for resident in RESIDENTS if resident.active_elsewhere} != set()


def test_starting_again_lets_everybody_come_a_second_time(kiosk):
    now = kiosk.clock.now()
    with db.transaction() as session:
        visit = Visit(
            id="v", terminal="A1", language="id", step=Step.ENDED, started_at=now, last_activity_at=now
        )
        session.add(visit)
        session.flush()
        session.add(LookUp(visit_id="v", terminal="A1", at=now))
        session.add(
            FaceAttempt(visit_id="v", nik_hash="h", day=now.date(), at=now, state=AttemptState.NO_MATCH)
        )
        for key in ("made-here", "seed-sudah-aktif"):
            session.add(AuthorityRecord(key=key, nik_hash=key, state=Outcome.ACTIVE.value, at=now))
        for key in ("taken-off-here", "seed-hp-hilang"):
            session.add(AuthorityRecord(key=key, nik_hash=key, state=Outcome.DEACTIVATED.value, at=now))
        session.add(AuthorityRecord(key="on-offer", nik_hash="h", state=Outcome.ISSUED.value, at=now))
    seeding.start_again()
    with db.reading() as session:
        states = {record.key: record.state for record in session.scalars(sa.select(AuthorityRecord))}
        assert states == {"seed-sudah-aktif": "active", "seed-hp-hilang": "active", "on-offer": "issued"}
        assert session.scalars(sa.select(FaceAttempt.id)).all() == []
        assert session.scalars(sa.select(LookUp.id)).all() == []
        assert session.get(Visit, "v") is not None
