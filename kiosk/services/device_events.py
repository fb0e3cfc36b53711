"""What happened to the devices of this terminal: written when it changes, read newest first, kept 90 days."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kiosk.db import reading
from kiosk.domain.device_events import KEPT, Changes, Condition
from kiosk.models.device import DeviceEvent
from kiosk.models.terminal import Terminal
from kiosk.services import audit, terminal_state
from kiosk.services.kiosk import Kiosk

SHOWN = 20
"""How many a page shows unless it asks for others."""


def note(kiosk: Kiosk) -> int:
    """Write down what has changed since the last time, and return how many lines that took.

    A chore: no device is asked, and where nothing has changed the database is not either. What has changed is
    on every board at once, not with the next beat. After a restart the newest line of each device is read
    first, so that a device which is as it was gets none.
    """
    lines: list[DeviceEvent] = []
    for device in kiosk.devices:
        health = device.health
        changes = kiosk.device_changes.get(device.name)
        if changes is None:
            changes = kiosk.device_changes[device.name] = Changes(said=_last(kiosk, device.name))
        line = changes.line_for(
            Condition(device.driver, health.state.value, str(health.code)), kiosk.clock.monotonic()
        )
        if line is not None:
            lines.append(
                DeviceEvent(
                    terminal=kiosk.settings.terminal,
                    device=device.name,
                    driver=line.driver,
                    state=line.state,
                    code=line.code,
                    at=kiosk.clock.now(),
                )
            )
    if lines:
        try:
            with audit.verb(kiosk) as session:
                session.add_all(lines)
        except BaseException:
            # What is not in the database was not said: it is asked again the next time.
            kiosk.device_changes.clear()
            raise
        terminal_state.beat(kiosk)
    return len(lines)


def latest(kiosk: Kiosk, terminal: str, most: int = SHOWN) -> list[DeviceEvent]:  # noqa: ARG001
    """The newest `most` lines of a terminal, newest first."""
    with reading() as session:
        return list(session.scalars(_of(terminal).limit(most)))


def purge(kiosk: Kiosk) -> int:
    """Erase lines older than 90 days, of every terminal that this database knows; return how many."""
    # By terminal, because that is what the index begins with.
    overdue = sa.delete(DeviceEvent).where(
        DeviceEvent.terminal.in_(sa.select(Terminal.name)), DeviceEvent.at < kiosk.clock.now() - KEPT
    )
    with audit.verb(kiosk) as session:
        return int(session.execute(overdue).rowcount)  # type: ignore[attr-defined]


def _last(kiosk: Kiosk, device: str) -> Condition | None:
    with reading() as session:
        row = session.scalar(_of(kiosk.settings.terminal).where(DeviceEvent.device == device).limit(1))
    return None if row is None else Condition(row.driver, row.state, row.code)


def _of(terminal: str) -> sa.Select[Any]:
    return (
        sa.select(DeviceEvent)
        .where(DeviceEvent.terminal == terminal)
        .order_by(DeviceEvent.at.desc(), DeviceEvent.id.desc())
    )
