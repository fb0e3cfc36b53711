"""What officers and technicians do to a terminal: paper, test print, a camera look, open and close."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from flask_babel import force_locale
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.domain.terminal_state import MESSAGE_MAX, receipts_left
from kiosk.domain.visit import CLOSED, WAITS_ELSEWHERE, Channel, Step
from kiosk.hardware.printer import Outcome
from kiosk.models.officer import Officer
from kiosk.models.terminal import Terminal
from kiosk.models.visit import Visit
from kiosk.papers.testpage import testpage
from kiosk.services import audit, printing, terminal_state
from kiosk.services.kiosk import Kiosk
from kiosk.services.terminal_state import TerminalSeen

OFFICE_LANGUAGE = "id"

SIGHT_LASTS = timedelta(seconds=60)
"""A look through the camera closes itself: a hall full of people is not watched, a picture is checked."""

FRAME_SECONDS = 1.0
_BEFORE_THE_CAMERA = frozenset(Step) - CLOSED - WAITS_ELSEWHERE
_LONGEST_SECONDS = 11  # digits; what is longer is no moment that a `datetime` can hold


class NotDone(StrEnum):
    """Why nothing was done at a terminal."""

    UNKNOWN = "unknown"
    MESSAGE_EMPTY = "message_empty"
    MESSAGE_TOO_LONG = "message_too_long"
    SOMEBODY_THERE = "somebody_there"
    SIGHT_OVER = "sight_over"
    IN_USE = "in_use"


@dataclass(frozen=True)
class Sight:
    """A look through the camera, good until `until` (aware, UTC) for the officer who opened it."""

    code: str
    until: datetime


def close(kiosk: Kiosk, officer: Officer, name: str, message: str) -> NotDone | None:
    """Take a terminal out of service with a message for residents; None once it is.

    A visit that is running there may finish. A second message replaces the first.
    """
    message = " ".join(message.split())
    if not message:
        return NotDone.MESSAGE_EMPTY
    if len(message) > MESSAGE_MAX:
        return NotDone.MESSAGE_TOO_LONG
    with audit.verb(kiosk) as session:
        row = _row(kiosk, session, name)
        if row is None:
            return NotDone.UNKNOWN
        row.closed_message = message
        row.closed_at = row.closed_at or kiosk.clock.now()
        # Not the message: an officer may have written a name into it.
        audit.record(kiosk, session, Action.TERMINAL_CLOSED, audit.terminal_subject(name), officer=officer.id)
    return None


def reopen(kiosk: Kiosk, officer: Officer, name: str) -> NotDone | None:
    """Put a terminal back into service; None once it is."""
    with audit.verb(kiosk) as session:
        row = _row(kiosk, session, name)
        if row is None:
            return NotDone.UNKNOWN
        if row.closed_at is not None:
            row.closed_at = row.closed_message = None
            audit.record(
                kiosk, session, Action.TERMINAL_OPENED, audit.terminal_subject(name), officer=officer.id
            )
    return None


def paper_changed(kiosk: Kiosk, officer: Officer, name: str) -> NotDone | None:
    """A new roll lies in a terminal's printer: its sheets are counted from none; None once they are."""
    with audit.verb(kiosk) as session:
        row = _row(kiosk, session, name)
        if row is None:
            return NotDone.UNKNOWN
        audit.record(
            kiosk,
            session,
            Action.PAPER_CHANGED,
            audit.terminal_subject(name),
            officer=officer.id,
            sheets=row.sheets,
        )
        row.paper_changed_at, row.sheets = kiosk.clock.now(), 0
    return None


def paper_left(kiosk: Kiosk, seen: TerminalSeen) -> int | None:
    """Return how many more receipts the roll should give; None until somebody has said when it was new."""
    if seen.paper_changed_at is None:
        return None
    settings = kiosk.settings
    is_decorated = settings.office_logo is not None or bool(settings.letterhead.lines)
    return receipts_left(
        seen.sheets, settings.paper_mm, settings.paper_roll_metres, is_decorated=is_decorated
    )


def test_print(kiosk: Kiosk, officer: Officer) -> Outcome:
    """Print the test page at this process's own printer, and say what became of it."""
    settings = kiosk.settings
    with force_locale(OFFICE_LANGUAGE):
        page = testpage(
            at=kiosk.clock.now().astimezone(settings.zone),
            letterhead=settings.letterhead,
            terminal=settings.terminal,
            driver=kiosk.devices.printer.driver,
            model=settings.printer_model,
        )
    return printing.print_sheet(kiosk, officer, page, "test")


def open_sight(kiosk: Kiosk, officer: Officer) -> Sight | NotDone:
    """Begin a look through this terminal's camera and write it down; not while a resident is before it."""
    until = (kiosk.clock.now() + SIGHT_LASTS).replace(microsecond=0)
    with audit.verb(kiosk) as session:
        if session.scalar(_somebody_before_the_camera(kiosk)):
            return NotDone.SOMEBODY_THERE
        subject = audit.terminal_subject(kiosk.settings.terminal)
        audit.record(kiosk, session, Action.CAMERA_SEEN, subject, officer=officer.id)
    return Sight(_sight_code(kiosk, officer, until), until)


def sight_problem(kiosk: Kiosk, officer: Officer, code: str) -> NotDone | None:
    """Return why a look that was opened shows nothing, or None while it may.

    The code is bound to officer, terminal and end by a keyed hash, so nothing has to be remembered.
    """
    if not _is_open(kiosk, officer, code):
        return NotDone.SIGHT_OVER
    with reading() as session:
        return NotDone.SOMEBODY_THERE if session.scalar(_somebody_before_the_camera(kiosk)) else None


def look(kiosk: Kiosk, officer: Officer, code: str) -> bytes | NotDone | None:
    """Return one picture (JPEG) of a look that was opened, None when the camera shows nothing now."""
    problem = sight_problem(kiosk, officer, code)
    if problem is not None:
        return problem
    frame = kiosk.devices.camera.frame(0, FRAME_SECONDS)
    return None if frame is None else frame.jpeg


def _is_open(kiosk: Kiosk, officer: Officer, code: str) -> bool:
    seconds = code.partition(".")[0]
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= _LONGEST_SECONDS):
        return False
    until = datetime.fromtimestamp(int(seconds), UTC)
    now = kiosk.clock.now()
    is_ours = hmac.compare_digest(code.encode(), _sight_code(kiosk, officer, until).encode())
    return is_ours and now < until <= now + SIGHT_LASTS


def _row(kiosk: Kiosk, session: Session, name: str) -> Terminal | None:
    """A terminal's row; the own one is there even before its first beat."""
    if name == kiosk.settings.terminal:
        return terminal_state.row_of(kiosk, session)
    return session.get(Terminal, name)


def _sight_code(kiosk: Kiosk, officer: Officer, until: datetime) -> str:
    seconds = int(until.timestamp())
    mac = kiosk.keys.mac("camera-sight", f"{officer.id}\n{kiosk.settings.terminal}\n{seconds}")
    return f"{seconds}.{mac[:32]}"


def _somebody_before_the_camera(kiosk: Kiosk) -> sa.Select[tuple[bool]]:
    """Also while a resident reads or types: the lens sees him at every step. A ticket's holder has gone."""
    return sa.select(
        sa.exists().where(
            Visit.step.in_(_BEFORE_THE_CAMERA),
            Visit.terminal == kiosk.settings.terminal,
            Visit.channel == Channel.KIOSK,
        )
    )
