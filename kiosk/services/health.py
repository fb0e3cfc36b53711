"""How this kiosk is, for the people and the machines that watch over it: read at once, whatever hangs.

Nothing here asks a device: their last readings are looked at. Nothing is personal: states, codes and counts.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.adapters.face import EngineState
from kiosk.db import reading
from kiosk.domain.numbers import Measure
from kiosk.domain.queue import IN_LINE
from kiosk.domain.terminal_state import SILENT_AFTER
from kiosk.domain.ticket import office_day
from kiosk.hardware.health import Health
from kiosk.models.mail import Mail
from kiosk.models.numbers import DailyCount
from kiosk.models.terminal import Terminal
from kiosk.models.ticket import Ticket
from kiosk.services.kiosk import Kiosk
from kiosk.services.terminal_state import SIGN_OF_LIFE

FACE_STATES: tuple[str, ...] = tuple(EngineState)
"""Every state that the face engine can be in."""


class Status(StrEnum):
    """`DOWN`: no visit can be finished here. `DEGRADED`: visits go on, and somebody should look."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True)
class DeviceVital:
    """One device and the reading that it last gave."""

    name: str
    driver: str
    health: Health


@dataclass(frozen=True)
class Vitals:
    """One look. `database_seconds` is how long the database took to answer, None when it did not;
    `last_beat` when this terminal last said that it is there (aware, UTC), None before the first time;
    `failing` the chores that failed when they were last done."""

    status: Status
    at: datetime
    began_at: datetime
    devices: tuple[DeviceVital, ...]
    face: str
    database_seconds: float | None
    last_beat: datetime | None
    failing: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """What is counted: visits of today by end at this terminal, people who wait in the office's queue, mails
    that no server has taken yet."""

    visits: dict[str, int]
    queue: int
    outbox: int


def look(kiosk: Kiosk) -> Vitals:
    """Say how the kiosk is. Never raises: a database that does not answer is a finding.

    One that can be read and not written (locked, disk full) shows by signs of life that fail for
    `SILENT_AFTER`: writing here would let strangers write, and wait for the lock.
    """
    devices = tuple(DeviceVital(each.name, each.driver, each.health) for each in kiosk.devices)
    face, now, failing = kiosk.adapters.face.state, kiosk.clock.now(), tuple(sorted(kiosk.failing))
    began = time.perf_counter()
    seconds: float | None
    try:
        with reading() as session:
            last_beat = session.scalar(
                sa.select(Terminal.seen_at).where(Terminal.name == kiosk.settings.terminal)
            )
        seconds = time.perf_counter() - began
    except sa.exc.SQLAlchemyError:
        last_beat = seconds = None
    is_silent = _is_silent(kiosk, last_beat, now)
    cannot_write = is_silent and SIGN_OF_LIFE in failing
    if seconds is None or cannot_write or face is EngineState.DOWN:
        status = Status.DOWN
    elif (
        is_silent or failing or face is not EngineState.READY or not all(one.health.works for one in devices)
    ):
        status = Status.DEGRADED
    else:
        status = Status.OK
    return Vitals(status, now, kiosk.began_at, devices, face, seconds, last_beat, failing)


def _is_silent(kiosk: Kiosk, last_beat: datetime | None, now: datetime) -> bool:
    """Whether the housekeeper, which also sends the mails, has not been heard of for too long."""
    return now - max(last_beat or kiosk.began_at, kiosk.began_at) > SILENT_AFTER


def figures(kiosk: Kiosk) -> Figures:
    """Read the counts. Raises what the database raises."""
    day = office_day(kiosk.clock.now(), kiosk.settings.zone)
    with reading() as session:
        visits = session.execute(
            sa.select(DailyCount.label, DailyCount.count.label("count_")).where(
                DailyCount.measure == Measure.OUTCOME,
                DailyCount.day == day,
                DailyCount.terminal == kiosk.settings.terminal,
            )
        )
        return Figures(
            visits={row.label: row.count_ for row in visits},
            queue=_count(session, Ticket.day == day, Ticket.state.in_(IN_LINE)),
            outbox=_count(session, Mail.next_try_at.is_not(None)),
        )


def _count(session: Session, *conditions: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).where(*conditions)) or 0
