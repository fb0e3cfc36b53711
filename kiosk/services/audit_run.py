"""What the audit page sets going: checking the chains behind its back, printing their heads."""

from __future__ import annotations

import logging

from flask_babel import force_locale

from kiosk.domain.audit import Action
from kiosk.hardware.printer import Outcome
from kiosk.models.officer import Officer
from kiosk.papers.audit_head import audit_head
from kiosk.services import audit, audit_check, printing
from kiosk.services.kiosk import Kiosk

PAUSE_SECONDS = 0.02
"""After each batch, which takes about as long: a resident's touch must not wait for an auditor."""


def start_check(kiosk: Kiosk, officer: Officer) -> bool:
    """Begin to check every chain and write down who asked; False while another check runs."""
    check = kiosk.chain_check
    with check.lock:
        if check.is_running:
            return False
        check.is_running, check.done, check.total = True, 0, 0
        check.result = check.ended_at = None
    try:
        with audit.verb(kiosk) as session:
            audit.record(kiosk, session, Action.AUDIT_CHECKED, "audit", officer=officer.id, outcome="begun")
    except BaseException:
        check.is_running = False
        raise
    kiosk.background(lambda: _check(kiosk, officer.id))
    return True


def _check(kiosk: Kiosk, officer_id: int) -> None:
    check = kiosk.chain_check

    def progress(done: int, total: int) -> None:
        check.done, check.total = done, total
        kiosk.clock.sleep_until(kiosk.clock.monotonic() + PAUSE_SECONDS)

    try:
        result = audit_check.verify(kiosk, progress)
        with audit.verb(kiosk) as session:
            audit.record(
                kiosk,
                session,
                Action.AUDIT_CHECKED,
                "audit",
                officer=officer_id,
                outcome="broken" if result.faults else "whole",
                entries=result.entries,
                faults=len(result.faults) + result.more,
            )
        check.result = result
    except Exception as error:
        logging.getLogger(__name__).error("audit check failed: %s", type(error).__name__)
    finally:
        check.ended_at = kiosk.clock.now()
        check.is_running = False


def print_heads(kiosk: Kiosk, officer: Officer) -> Outcome:
    """Print how far every chain has come now, to be signed; return what became of the sheet."""
    with force_locale("id"):
        paper = audit_head(
            heads=audit.heads(kiosk),
            at=kiosk.clock.now().astimezone(kiosk.settings.zone),
            letterhead=kiosk.settings.letterhead,
            terminal=kiosk.settings.terminal,
        )
    return printing.print_sheet(kiosk, officer, paper, "audit_head")
