"""The scan test: for half a minute codes are shown to the officer who asked, and nothing else acts on them.

He holds up whatever is at hand, also other people's papers: what a code is is shown, what it says is not,
unless it is our own and says nothing of anybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.db import reading
from kiosk.hardware.scanner import Scan
from kiosk.models.officer import Officer
from kiosk.models.ticket import Ticket
from kiosk.services import codes, look, terminal_state
from kiosk.services.codes import Kind
from kiosk.services.kiosk import Kiosk
from kiosk.services.technician import NotDone

LASTS = timedelta(seconds=30)
"""Long enough to walk to the reader and try two papers; no resident is kept from scanning for longer."""

SHOWN = 5
_TEST_PAGE = re.compile(r"TEST [A-Za-z0-9-]{1,16}")


@dataclass(frozen=True)
class Found:
    """One code that was read. `kind` is None for a foreign one; `says` is empty unless it is harmless."""

    kind: Kind | None
    symbology: str
    source: str
    length: int
    says: str = ""
    is_test_page: bool = False


@dataclass(frozen=True)
class Testing:
    """How a scan test stands: `until` when (aware, UTC), None once it is over; newest code first."""

    until: datetime | None
    found: tuple[Found, ...]


def begin(kiosk: Kiosk, officer: Officer) -> NotDone | None:
    """Begin a test, in the place of whoever tests already; not while a resident uses this terminal."""
    if _is_in_use(kiosk):
        return NotDone.IN_USE
    test = kiosk.scan_test
    with test.lock:
        _close(kiosk)
        now = kiosk.clock.monotonic()
        test.officer_id, test.began, test.until = officer.id, now, now + LASTS.total_seconds()
        test.found.clear()
        test.ear = kiosk.devices.scanner.subscribe()
    look.begin(kiosk)
    return None


def state(kiosk: Kiosk, officer: Officer) -> Testing:
    """Take what was read since the last time; over for whom another has followed, or a resident."""
    test = kiosk.scan_test
    if test.officer_id != officer.id:
        return Testing(None, ())
    _end_for_a_resident(kiosk)
    while (ear := test.ear) is not None and (scan := ear.next(0)) is not None:
        test.found.appendleft(_judged(kiosk, scan))
    end_over(kiosk)
    left = timedelta(seconds=test.until - kiosk.clock.monotonic())
    return Testing(kiosk.clock.now() + left if test.ear is not None else None, tuple(test.found)[:SHOWN])


def took(kiosk: Kiosk, scan: Scan) -> bool:
    """Whether a code was held up for the test: then no screen acts on it, also when it sees it later."""
    return kiosk.scan_test.began <= scan.at <= kiosk.scan_test.until


def _end_for_a_resident(kiosk: Kiosk) -> None:
    """End a test in whose middle somebody begins a visit, or his ticket would be taken for a trial."""
    if kiosk.scan_test.ear is not None and _is_in_use(kiosk):
        end(kiosk)


def end_over(kiosk: Kiosk) -> None:
    """A chore: end a test whose time has passed or whom a resident follows, also with its page closed."""
    _end_for_a_resident(kiosk)
    if kiosk.scan_test.ear is not None and kiosk.clock.monotonic() >= kiosk.scan_test.until:
        with kiosk.scan_test.lock:
            _close(kiosk)


def end(kiosk: Kiosk) -> None:
    """End a test now."""
    test = kiosk.scan_test
    with test.lock:
        test.until = min(test.until, kiosk.clock.monotonic())
        _close(kiosk)


def _close(kiosk: Kiosk) -> None:
    ear, kiosk.scan_test.ear = kiosk.scan_test.ear, None
    if ear is not None:
        ear.close()


def _is_in_use(kiosk: Kiosk) -> bool:
    with reading() as session:
        return terminal_state.present_visit(kiosk, session) is not None


def _judged(kiosk: Kiosk, scan: Scan) -> Found:
    own = codes.read(kiosk.keys, scan.text)
    is_test_page = own is None and _TEST_PAGE.fullmatch(scan.text) is not None
    says = scan.text if is_test_page else ""
    if own is not None and own.kind is Kind.TICKET:
        with reading() as session:
            ticket = session.get(Ticket, own.id)
        says = "" if ticket is None else ticket.number
    kind = None if own is None else own.kind
    return Found(kind, scan.symbology, scan.source, len(scan.text), says, is_test_page)
