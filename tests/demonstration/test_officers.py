"""The made-up officers: whoever has their file can be each of them, and nobody else is touched."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from kiosk import db
from kiosk.demonstration import officers
from kiosk.domain.roles import Role
from kiosk.domain.sign_in import Proof
from kiosk.models.officer import Officer
from kiosk.services import officer, pin, sign_in, totp
from kiosk.services import session as sessions
from tests.support import make_app, opened


@pytest.fixture
def kiosk(tmp_path):
    with opened(make_app(tmp_path)) as kiosk:
        yield kiosk


def test_each_of_the_four_is_in_with_what_the_file_says_and_only_its_owner_reads_it(kiosk, tmp_path):
    officers.make(kiosk)
    assert (tmp_path / officers.FILE_NAME).stat().st_mode & 0o777 == 0o600
    known = officers.known(kiosk.settings)
    assert {one.role for one in known} == set(Role)
    for one in known:
        made = sign_in.check_password(kiosk, one.username, one.password)
        made = sign_in.check_code(kiosk, made.id, totp.code_now(one.secret, kiosk.clock.now()))
        assert (made.role, made.display_name) == (one.role, one.name)
        assert sessions.asked_of(made, Proof.BOTH) is None
        assert pin.confirm(kiosk, made, one.pin) is None
    assert len({one.password for one in known}) == len({one.secret for one in known}) == 4


def test_a_second_run_changes_nothing(kiosk):
    officers.make(kiosk)
    before = officers.known(kiosk.settings)
    officers.make(kiosk)
    assert officers.known(kiosk.settings) == before


def test_where_somebody_works_already_nobody_is_made(kiosk):
    officer.add(kiosk, "sari", "Sari", "sebuah kalimat panjang")
    officers.make(kiosk)
    with db.reading() as session:
        assert session.scalars(sa.select(Officer.username)).all() == ["sari"]
    assert officers.known(kiosk.settings) == []


def test_the_one_officer_of_before_there_were_roles_becomes_the_first_of_the_four(kiosk, tmp_path):
    officer.add(kiosk, "petugas", "Petugas Contoh", "sebuah kalimat panjang")
    (tmp_path / officers.FORMER_FILE).write_text("petugas sebuah-kalimat")
    officers.make(kiosk)
    [first] = [one for one in officers.known(kiosk.settings) if one.username == "petugas"]
    assert isinstance(sign_in.check_password(kiosk, first.username, first.password), Officer)
    assert len(officers.known(kiosk.settings)) == 4
    assert not (tmp_path / officers.FORMER_FILE).exists()
