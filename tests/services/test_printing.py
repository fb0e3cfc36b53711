"""Printing in trouble: the visit goes on, the screen is told, and nobody's paper comes out late."""

from __future__ import annotations

import pytest

from kiosk.domain.visit import Step
from kiosk.services import printing, redemption, ticket
from kiosk.services import visit as visits
from tests.services.strict import CalledInTransaction


def activated(stand):
    visit_id = stand.bring(Step.QR)
    assert redemption.redeem(stand.kiosk, *stand.offered(visit_id)) is None
    return visit_id


@pytest.mark.parametrize("trouble", ["paper_out", "unplugged", "cover_open", "garbage"])
def test_a_printer_out_of_order_stops_no_activation(stand, trouble):
    setattr(stand.printer.controls, trouble, True)
    row = stand.row(activated(stand))
    assert (row.step, row.paper, row.end) == (Step.THANKS, "failed", "activated")
    assert stand.printer.sheets == ()
    said = [entry.detail for entry in stand.audited() if entry.action == "paper.printed"]
    assert len(said) == 1
    assert trouble in said[0]


@pytest.mark.parametrize("trouble", ["paper_out", "unplugged"])
def test_a_printer_out_of_order_stops_no_ticket(stand, kiosk, trouble):
    setattr(stand.printer.controls, trouble, True)
    visit_id = stand.bring(Step.EMAIL)
    ticket.refer(kiosk, visit_id, Step.EMAIL, None)
    row = stand.row(visit_id)
    assert (row.step, row.paper) == (Step.TICKET, "failed")
    assert len(stand.tickets()) == 1


def test_a_printer_that_runs_dry_in_the_middle_is_unproven(stand, kiosk):
    visit_id = stand.bring(Step.EMAIL)
    controls = stand.printer.controls
    controls.seconds_per_sheet = 0.3
    dry = stand.printer._trouble
    readings = []

    def trouble():
        readings.append(dry())
        controls.paper_out = len(readings) >= 3
        return dry()

    stand.printer._inner._trouble = trouble
    ticket.refer(kiosk, visit_id, Step.EMAIL, None)
    assert stand.row(visit_id).paper == "unproven"
    assert stand.printer.sheets == ()


def test_the_paper_is_printed_after_the_commit_that_it_tells_of(stand, kiosk):
    """The printer is watched: a call inside the transaction would be a breach."""
    visit_id = stand.bring(Step.EMAIL)
    seen = []
    real = stand.printer._inner.print

    def look_then_print(job, job_id, deadline):
        seen.extend(stand.at_once(lambda: visits.find(kiosk, visit_id).step))
        return real(job, job_id, deadline)

    stand.printer._inner.print = look_then_print
    ticket.refer(kiosk, visit_id, Step.EMAIL, None)
    assert seen == [Step.TICKET]


def test_a_receipt_is_not_printed_for_a_resident_who_has_left(stand, kiosk):
    visit_id = activated(stand)
    assert len(stand.printer.sheets) == 1
    visits.leave(kiosk, visit_id)
    printing.print_receipt(kiosk, visit_id)
    assert len(stand.printer.sheets) == 1


def test_a_ticket_is_not_printed_once_its_visit_goes_on(stand, kiosk):
    printing.print_ticket(kiosk, stand.bring(Step.EMAIL))
    assert stand.printer.sheets == ()


def test_a_sheet_is_never_printed_twice_by_itself(stand, kiosk):
    stand.printer.controls.paper_out = True
    visit_id = stand.bring(Step.EMAIL)
    ticket.refer(kiosk, visit_id, Step.EMAIL, None)
    stand.printer.controls.paper_out = False
    stand.clock.advance(60)
    visits.end_abandoned(kiosk)
    assert stand.printer.sheets == ()


def test_the_name_of_a_job_names_nobody(stand, kiosk):
    visit_id = activated(stand)
    (sheet,) = stand.printer.sheets
    assert sheet.job_id == f"receipt-{visit_id[:8]}"
    assert sheet.unknown == ()


def test_the_watch_over_open_transactions_sees_one(stand, kiosk):
    """Without this, `strict.py` could be blind and every other test of it worthless."""
    from kiosk.services import audit

    with pytest.raises(CalledInTransaction), audit.verb(kiosk):
        kiosk.devices.printer.status()
    assert stand.breaches == ["printer.status"]
    stand.breaches.clear()
