"""Badges: whose a code is, and when it is nobody's."""

from __future__ import annotations

import pytest

from kiosk.domain.paper import Letterhead
from kiosk.hardware.escpos import encode, roll_of
from kiosk.models.officer import Officer
from kiosk.papers.badge import badge as slip
from kiosk.services import account, badge, codes
from kiosk.services.codes import Kind
from kiosk.services.pin import PinProblem
from tests.officers import PIN, an_office


@pytest.fixture
def office(tmp_path):
    office = an_office(tmp_path)
    with office.app.app_context():
        yield office


def test_a_badge_says_whose_it_is_and_fits_on_paper(office):
    rina = office.officer()
    code = account.make_badge(office.kiosk, rina, PIN)
    assert badge.read(office.kiosk, f" {code}\n").id == rina.id
    with office.app.test_request_context():
        paper = slip(name="Rina", code=code, at=office.clock.now(), letterhead=Letterhead("Disdukcapil"))
        assert encode(paper, roll_of(office.kiosk.settings))
    assert [entry[0] for entry in office.audited()] == ["badge.made"]
    assert code not in repr(office.audited())


def test_without_the_pin_no_badge_is_made(office):
    rina = office.officer()
    assert account.make_badge(office.kiosk, rina, "000000").reason is PinProblem.WRONG
    assert badge.of(office.kiosk, rina) is None


def test_a_revoked_an_older_and_a_removed_officers_badge_are_nobodys(office):
    rina, budi = office.officer(), office.officer("budi")
    first = badge.make(office.kiosk, rina)
    second = badge.make(office.kiosk, rina)
    his = badge.make(office.kiosk, budi)
    assert badge.read(office.kiosk, first) is None
    assert badge.read(office.kiosk, second).id == rina.id
    assert badge.revoke(office.kiosk, rina, by=budi) is True
    assert badge.revoke(office.kiosk, rina, by=budi) is False
    assert badge.read(office.kiosk, second) is None
    office.change(Officer, budi.id, active=False)
    assert badge.read(office.kiosk, his) is None


@pytest.mark.parametrize("text", ["", "B", "B..", "B.X.Y", "é.é.é", "B." + "A" * 4000, "\x00"])
def test_any_text_at_all_is_nobodys_badge(office, text):
    assert badge.read(office.kiosk, text) is None


def test_a_ticket_is_no_badge_and_a_signature_belongs_to_its_kind(office):
    rina = office.officer()
    id_ = badge.make(office.kiosk, rina).split(".")[1]
    assert badge.read(office.kiosk, codes.write(office.kiosk.keys, Kind.TICKET, id_)) is None
    forged = "B" + codes.write(office.kiosk.keys, Kind.TICKET, id_)[1:]
    assert badge.read(office.kiosk, forged) is None
