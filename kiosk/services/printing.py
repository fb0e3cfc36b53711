"""Paper: printed once, after the commit that it tells of, and never later.

What became of a sheet stands in `Visit.paper`: `printing`, `printed`, `unproven` or `failed`. A process that
died while printing leaves `printing` behind, which the screens read as unproven.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.domain.paper import FAILED as FAILED
from kiosk.domain.paper import PRINTED as PRINTED
from kiosk.domain.paper import PRINTING as PRINTING
from kiosk.domain.paper import UNPROVEN as UNPROVEN
from kiosk.domain.paper import Paper
from kiosk.domain.visit import PAUSE_LASTS, Step
from kiosk.hardware import escpos
from kiosk.hardware.printer import JOB_SECONDS, Failed, Outcome, Printed, Unproven
from kiosk.models.officer import Officer
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit
from kiosk.papers.pause import pause_ticket
from kiosk.papers.receipt import receipt
from kiosk.papers.ticket import ticket_for
from kiosk.services import audit, codes, terminal_state
from kiosk.services import ticket as tickets
from kiosk.services.codes import Kind
from kiosk.services.kiosk import Kiosk


def print_receipt(kiosk: Kiosk, visit_id: str) -> None:
    """Print the receipt of an activation, while its resident still stands there."""

    def compose(visit: Visit) -> Paper | None:
        if visit.step is not Step.THANKS or visit.masked_nik is None:
            return None
        return receipt_of(kiosk, visit, visit.last_activity_at)

    _print(kiosk, visit_id, "receipt", compose)


def print_ticket(kiosk: Kiosk, visit_id: str) -> None:
    """Print the visit's newest ticket."""
    ticket = tickets.newest(kiosk, visit_id)

    def compose(visit: Visit) -> Paper | None:
        if visit.step is not Step.TICKET or ticket is None:
            return None
        return ticket_of(kiosk, ticket)

    _print(kiosk, visit_id, "ticket", compose)


def print_pause(kiosk: Kiosk, visit_id: str) -> None:
    """Print the ticket with which a paused visit goes on."""

    def compose(visit: Visit) -> Paper | None:
        if visit.step is not Step.PAUSED or visit.pause_key is None:
            return None
        zone, at = kiosk.settings.zone, visit.stands_since
        return pause_ticket(
            code=codes.write(kiosk.keys, Kind.PAUSE, visit.pause_key),
            at=at.astimezone(zone),
            until=(at + PAUSE_LASTS).astimezone(zone),
            letterhead=kiosk.settings.letterhead,
        )

    _print(kiosk, visit_id, "pause", compose)


def receipt_of(kiosk: Kiosk, visit: Visit, at: datetime, *, is_copy: bool = False) -> Paper | None:
    """Compose the receipt of what was activated `at` (call inside `force_locale`); None when nothing was."""
    if visit.reference is None:
        return None
    return receipt(
        reference=visit.reference,
        at=at.astimezone(kiosk.settings.zone),
        letterhead=kiosk.settings.letterhead,
        masked_nik=visit.masked_nik,
        code=codes.write(kiosk.keys, Kind.RECEIPT, visit.reference),
        is_copy=is_copy,
    )


def ticket_of(kiosk: Kiosk, ticket: Ticket, *, is_copy: bool = False) -> Paper:
    """Compose the paper of a ticket (call inside `force_locale`)."""
    return ticket_for(
        ticket.reason,
        number=ticket.number,
        at=ticket.issued_at.astimezone(kiosk.settings.zone),
        letterhead=kiosk.settings.letterhead,
        counter=kiosk.settings.office_counter,
        code=codes.write(kiosk.keys, Kind.TICKET, ticket.id),
        is_copy=is_copy,
    )


def _print(kiosk: Kiosk, visit_id: str, kind: str, compose: Callable[[Visit], Paper | None]) -> None:
    with reading() as session:
        visit = session.get_one(Visit, visit_id)
    with force_locale(visit.language):
        paper = compose(visit)
    if paper is None:
        return
    job = escpos.encode(paper, escpos.roll_of(kiosk.settings))
    outcome = kiosk.devices.printer.print(job, f"{kind}-{visit_id[:8]}", JOB_SECONDS)
    word, code = _said(outcome)
    with audit.verb(kiosk) as session:
        kept = session.get_one(Visit, visit_id)
        # Who has gone on meanwhile is at another screen, and perhaps waits for another sheet by now.
        if (kept.step, kept.stands_since) == (visit.step, visit.stands_since):
            kept.paper = word
        _count(kiosk, session, outcome)
        audit.record(kiosk, session, Action.PAPER, visit_id, kind=kind, outcome=word, code=code)


def print_sheet(
    kiosk: Kiosk, officer: Officer, paper: Paper, kind: str, visit_id: str | None = None
) -> Outcome:
    """Print what no visit prints by itself, while the officer who asked waits; return what became of it.

    A copy of a visit's paper says by `visit_id` whose it is. `kind` is one word for the audit entry and the
    printer's log (`test`, `report`), never anything personal.
    """
    job = escpos.encode(paper, escpos.roll_of(kiosk.settings))
    outcome = kiosk.devices.printer.print(job, kind, JOB_SECONDS)
    word, code = _said(outcome)
    with audit.verb(kiosk) as session:
        _count(kiosk, session, outcome)
        subject = visit_id or audit.terminal_subject(kiosk.settings.terminal)
        audit.record(
            kiosk, session, Action.PAPER, subject, kind=kind, outcome=word, code=code, officer=officer.id
        )
    return outcome


def _count(kiosk: Kiosk, session: Session, outcome: Outcome) -> None:
    kiosk.prints[_said(outcome)[0]] += 1
    # An unproven sheet may hang out of the slot: for the roll it counts, or paper would run out unforeseen.
    if not isinstance(outcome, Failed):
        terminal_state.paper_used(kiosk, session)


def _said(outcome: Outcome) -> tuple[str, str]:
    match outcome:
        case Printed():
            return PRINTED, "ok"
        case Unproven(code=code):
            return UNPROVEN, code
        case Failed(code=code):
            return FAILED, code
