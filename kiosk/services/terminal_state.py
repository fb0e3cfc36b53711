"""Each terminal's sign of life, and what the board reads of all of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain.help import is_over
from kiosk.domain.numbers import Measure
from kiosk.domain.terminal_state import (
    FORGOTTEN_AFTER,
    TerminalState,
    counted_seconds,
    readiness,
    state_of,
)
from kiosk.domain.visit import CLOSED, Channel, Step
from kiosk.hardware.device import Device
from kiosk.models.terminal import Terminal
from kiosk.models.visit import Visit
from kiosk.services import audit, numbers
from kiosk.services.kiosk import Kiosk

SIGN_OF_LIFE = "sign of life"
"""The name of the chore that beats: while it fails, this terminal's database cannot be written."""

_AT_THE_SCREEN = frozenset(Step) - CLOSED

_LONGEST_DETAIL = 200


@dataclass(frozen=True)
class DeviceSeen:
    """One device as its terminal last saw it; `code` and `detail` are those of its health.

    `since` is None, driver and detail empty where a terminal of an older version has written.
    """

    name: str
    code: str
    works: bool
    driver: str = ""
    since: datetime | None = None
    detail: str = ""


@dataclass(frozen=True)
class TerminalSeen:
    """One terminal as the office may see it: never whose visit it is. Moments are aware, UTC."""

    name: str
    state: TerminalState
    step: Step | None
    step_since: datetime | None
    seen_at: datetime
    started_at: datetime
    devices: tuple[DeviceSeen, ...]
    closed_message: str | None
    closed_at: datetime | None
    paper_changed_at: datetime | None
    sheets: int

    @property
    def is_closed(self) -> bool:
        """Whether it takes no new visits."""
        return self.closed_at is not None


def beat(kiosk: Kiosk) -> None:
    """Say that this terminal is there: its step, its devices, and what the time since the last beat was."""
    health = {device.name: _told(device) for device in kiosk.devices}
    now = kiosk.clock.now()
    with audit.verb(kiosk) as session:
        known = session.get(Terminal, kiosk.settings.terminal)
        row = known or row_of(kiosk, session)
        all_work = all(device["works"] for device in health.values())
        seconds = counted_seconds(None if known is None else known.seen_at, now)
        if seconds:
            label = readiness(all_work, row.closed_at is not None)
            numbers.count(kiosk, session, Measure.UPTIME, label, seconds)
        visit = present_visit(kiosk, session)
        row.step = None if visit is None else visit.step
        row.step_since = None if visit is None else visit.stands_since
        row.health = json.dumps(health, sort_keys=True)
        row.seen_at, row.started_at = now, kiosk.began_at


def row_of(kiosk: Kiosk, session: Session) -> Terminal:
    """Return this terminal's row inside a verb; it is made when the terminal never spoke before."""
    name = kiosk.settings.terminal
    row = session.get(Terminal, name)
    if row is None:
        now = kiosk.clock.now()
        row = Terminal(name=name, started_at=kiosk.began_at, seen_at=now, health="{}", sheets=0)
        session.add(row)
        session.flush()
    return row


def present_visit(kiosk: Kiosk, session: Session) -> Visit | None:
    """Return the visit that stands on this terminal's screen, if there is one; only for inside a verb.

    Open steps are named, not excluded: so the index over steps serves, however many visits are past.
    """
    newest = session.scalar(
        sa.select(Visit)
        .where(
            Visit.step.in_(_AT_THE_SCREEN),
            Visit.terminal == kiosk.settings.terminal,
            Visit.channel == Channel.KIOSK,
        )
        .order_by(Visit.last_activity_at.desc())
        .limit(1)
    )
    if newest is None or is_over(newest.step, newest.last_activity_at, kiosk.clock.now()):
        return None
    return newest


def terminals(kiosk: Kiosk) -> list[TerminalSeen]:
    """Return every terminal that has spoken within a week, by name."""
    now = kiosk.clock.now()
    with reading() as session:
        rows = session.scalars(
            sa.select(Terminal).where(Terminal.seen_at > now - FORGOTTEN_AFTER).order_by(Terminal.name)
        ).all()
    return [_seen(row, now) for row in rows]


def terminal(kiosk: Kiosk, name: str) -> TerminalSeen | None:
    """Return one terminal, or None when nobody of that name ever spoke."""
    with reading() as session:
        row = session.get(Terminal, name)
    return None if row is None else _seen(row, kiosk.clock.now())


def closed_message(kiosk: Kiosk) -> str | None:
    """Return what the closed start screen says, or None while this terminal takes visits.

    It is kept, so that a terminal which was closed stays so after a restart.
    """
    with reading() as session:
        row = session.get(Terminal, kiosk.settings.terminal)
    return None if row is None or row.closed_at is None else row.closed_message or ""


def paper_used(kiosk: Kiosk, session: Session) -> None:
    """Count one more sheet off this terminal's roll, inside the verb that keeps what became of it."""
    row_of(kiosk, session).sheets += 1


def _seen(row: Terminal, now: datetime) -> TerminalSeen:
    devices: dict[str, dict[str, Any]] = json.loads(row.health)
    return TerminalSeen(
        name=row.name,
        state=state_of(row.seen_at, row.step, row.closed_at is not None, now),
        step=row.step,
        step_since=row.step_since,
        seen_at=row.seen_at,
        started_at=row.started_at,
        devices=tuple(_device(name, one) for name, one in devices.items()),
        closed_message=row.closed_message,
        closed_at=row.closed_at,
        paper_changed_at=row.paper_changed_at,
        sheets=row.sheets,
    )


def _told(device: Device) -> dict[str, str | bool]:
    health = device.health
    return {
        "code": health.code,
        "works": health.works,
        "driver": device.driver,
        "since": health.since.isoformat(timespec="seconds"),
        "detail": health.detail[:_LONGEST_DETAIL],
    }


def _device(name: str, one: dict[str, Any]) -> DeviceSeen:
    since = one.get("since")
    return DeviceSeen(
        name,
        str(one["code"]),
        bool(one["works"]),
        str(one.get("driver", "")),
        None if since is None else datetime.fromisoformat(since),
        str(one.get("detail", "")),
    )
