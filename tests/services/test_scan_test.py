"""The scan test: shows what a code is and never what it says; no screen acts on it; over by itself."""

from __future__ import annotations

import pytest

from kiosk.db import reading
from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import Step
from kiosk.hardware.scanner import Scan
from kiosk.models.ticket import Ticket
from kiosk.services import badge, codes, scan_test
from kiosk.services.codes import Kind
from kiosk.services.technician import NotDone
from tests.officers import Office
from tests.residents import SARI


@pytest.fixture
def tono(stand):
    return Office(stand.app, stand.clock).officer("tono", pin_hash=None)


@pytest.fixture
def hold(kiosk):
    """Hold a code before the reader, as its driver passes it on."""

    def hold(text: str) -> Scan:
        scan = Scan(text, "qr", "evdev", kiosk.clock.monotonic())
        kiosk.scan_test.ear.put(scan)
        return scan

    return hold


def _found(kiosk, officer):
    return scan_test.state(kiosk, officer).found


def test_only_what_is_ours_and_says_nothing_of_anybody_is_shown(stand, kiosk, tono, hold):
    scan_test.begin(kiosk, tono)
    hold(SARI.nik)
    hold("https://example.com/?name=Sari")
    hold(badge.make(kiosk, tono))
    hold(codes.write(kiosk.keys, Kind.RECEIPT, "IKD-ABCDEF"))
    hold("TEST A1")
    hold("TEST A1\nSari")
    found = _found(kiosk, tono)
    assert [(one.kind, one.is_test_page, one.says) for one in found] == [
        (None, False, ""),
        (None, True, "TEST A1"),
        (Kind.RECEIPT, False, ""),
        (Kind.BADGE, False, ""),
        (None, False, ""),
    ]
    assert SARI.nik not in repr(kiosk.scan_test.found)
    assert found[-1].length == len("https://example.com/?name=Sari")
    assert (found[0].symbology, found[0].source) == ("qr", "evdev")


def test_a_tickets_number_is_called_out_anyway_and_may_be_shown(stand, kiosk, tono, hold):
    number = Office(stand.app, stand.clock).ticket(ReferReason.NO_PHONE)
    with reading() as session:
        row = session.query(Ticket).one()
    stand.clock.advance(600)  # its holder has gone
    scan_test.begin(kiosk, tono)
    hold(codes.write(kiosk.keys, Kind.TICKET, row.id))
    [found] = _found(kiosk, tono)
    assert (found.kind, found.says) == (Kind.TICKET, number)


def test_it_is_over_after_half_a_minute_and_lets_go_of_the_scanner(stand, kiosk, tono, hold):
    scan_test.begin(kiosk, tono)
    scan = hold("1")
    assert scan_test.took(kiosk, scan)
    stand.clock.advance(29)
    assert scan_test.state(kiosk, tono).until is not None
    stand.clock.advance(1)
    scan_test.end_over(kiosk)  # also when nobody has the page open any more
    assert kiosk.scan_test.ear is None
    over = scan_test.state(kiosk, tono)
    assert (over.until, len(over.found)) == (None, 1)
    assert scan_test.took(kiosk, scan)  # seen late by the start screen: still none of its business
    stand.clock.advance(1)
    assert not scan_test.took(kiosk, Scan("1", "qr", "evdev", kiosk.clock.monotonic()))


def test_a_resident_comes_first(stand, kiosk, tono):
    stand.bring(Step.NIK)
    assert scan_test.begin(kiosk, tono) is NotDone.IN_USE


def test_a_resident_who_comes_meanwhile_ends_it(stand, kiosk, tono, hold):
    scan_test.begin(kiosk, tono)
    hold("1")
    stand.bring(Step.NIK)
    assert scan_test.state(kiosk, tono) == scan_test.Testing(None, ())
    stand.clock.advance(1)
    assert not scan_test.took(kiosk, Scan("1", "qr", "evdev", kiosk.clock.monotonic()))


def test_a_resident_who_comes_after_the_page_was_closed_ends_it_too(stand, kiosk, tono):
    scan_test.begin(kiosk, tono)
    stand.bring(Step.NIK)
    scan_test.end_over(kiosk)
    stand.clock.advance(1)
    assert kiosk.scan_test.ear is None
    assert not scan_test.took(kiosk, Scan("1", "qr", "evdev", kiosk.clock.monotonic()))


def test_another_officer_sees_nothing_of_it_and_may_begin_his_own(stand, kiosk, tono, hold):
    rina = Office(stand.app, stand.clock).officer("rina", pin_hash=None)
    scan_test.begin(kiosk, tono)
    hold("1")
    assert scan_test.state(kiosk, rina) == scan_test.Testing(None, ())
    scan_test.begin(kiosk, rina)
    assert scan_test.state(kiosk, tono) == scan_test.Testing(None, ())
    assert _found(kiosk, rina) == ()


def test_before_the_first_test_no_scan_was_taken(kiosk):
    assert not scan_test.took(kiosk, Scan("1", "qr", "evdev", 0.0))
