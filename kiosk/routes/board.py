"""The board: who waits for a decision or a counter, and how the devices are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import LazyString
from werkzeug.wrappers import Response

from kiosk import wording
from kiosk.routes import panel
from kiosk.routes.panel import the_kiosk
from kiosk.services import case as cases

bp = panel.blueprint("board", __name__, "/papan")


@dataclass(frozen=True)
class Line:
    """One line of a list: the number that is called, whole minutes of waiting, the true reason."""

    number: str
    minutes: int
    reason: LazyString
    case_id: str | None = None


@dataclass(frozen=True)
class DeviceLine:
    """One device of the kiosk: what it is called, whether a visit may rely on it, how it is."""

    name: LazyString
    works: bool
    sentence: LazyString


@bp.get("")
def overview() -> Response:
    """Who waits: cases to decide, tickets that the counter serves; and how the devices are."""
    return panel.render("officer/overview.html", **_queue())


@bp.get("/isi")
def content() -> Response:
    """The board alone, for its poll: 204 while it reads the same. Never keeps anybody signed in."""
    lines = _queue()
    if request.args.get("seen") == lines["digest"]:
        return panel.nothing()
    return panel.render("officer/queue.html", **lines)


def _queue() -> dict[str, Any]:
    kiosk = the_kiosk()
    now = kiosk.clock.now()
    open_lines = [
        Line(
            listed.ticket.number,
            minutes_since(listed.case.opened_at, now),
            wording.officer_sentence(listed.case.reason),
            listed.case.id,
        )
        for listed in cases.open_cases(kiosk)
    ]
    waiting = [
        Line(ticket.number, minutes_since(ticket.issued_at, now), wording.officer_sentence(ticket.reason))
        for ticket in cases.waiting_tickets(kiosk)
    ]
    healths = kiosk.devices.healths()
    seen = repr(
        [
            [(line.number, line.minutes, line.case_id) for line in open_lines + waiting],
            [(name, health.works, health.code) for name, health in healths.items()],
        ]
    )
    return {
        "open_lines": open_lines,
        "waiting": waiting,
        "devices": [
            DeviceLine(wording.DEVICE_NAME[name], health.works, wording.DEVICE_OFFICER[health.code])
            for name, health in healths.items()
        ],
        "digest": hashlib.sha256(seen.encode()).hexdigest()[:16],
    }


def minutes_since(since: datetime, now: datetime) -> int:
    """Whole minutes of waiting; none when the clock was set back."""
    return max(int((now - since).total_seconds() // 60), 0)
