"""What the devices page shows of a terminal and of a scan test, in words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask_babel import gettext as _

from kiosk import wording
from kiosk.hardware.health import State
from kiosk.models.device import DeviceEvent
from kiosk.routes.board import heard_at
from kiosk.services import device_events, technician
from kiosk.services.kiosk import Kiosk
from kiosk.services.scan_test import Found, Testing
from kiosk.services.terminal_state import DeviceSeen, TerminalSeen
from kiosk.wording import moments
from kiosk.wording.terminal import (
    SCANNED,
    SCANNED_FOREIGN,
    SCANNED_TEST_PAGE,
    SYMBOLOGY,
    TERMINAL_STATE,
    device_advice,
    device_event,
)

FEW_RECEIPTS = 30
"""Receipts left from which on the page asks for a new roll: half an hour of a busy office."""

EVENTS = 6
"""Lines of the log beside each terminal: what happened today, on most days."""


@dataclass(frozen=True)
class Machine:
    """One device: how it is and what to do, and in small its driver, since when, and what the driver adds."""

    name: str
    works: bool
    sentence: str
    facts: str


@dataclass(frozen=True)
class EventLine:
    """One change of a device."""

    at: str
    device: str
    works: bool
    sentence: str


@dataclass(frozen=True)
class Condition:
    """How a terminal and its devices are, as far as it changes by itself; `sheets` since the roll was new."""

    name: str
    state: str
    words: str
    seen_at: str
    started_at: str
    devices: tuple[Machine, ...]
    events: tuple[EventLine, ...]
    sheets: int
    receipts_left: int | None
    is_low: bool
    changed_at: str

    @property
    def digest(self) -> str:
        """A short name for what is shown."""
        return _digest(self)


@dataclass(frozen=True)
class CodeLine:
    """One code of a scan test: what it is, what it says if that is harmless, and how it was read."""

    kind: str
    is_ours: bool
    says: str
    facts: str


@dataclass(frozen=True)
class ScanTest:
    """A scan test: open `until` (empty once it is over), what was read, how the scanner is."""

    until: str
    found: tuple[CodeLine, ...]
    scanner: str

    @property
    def digest(self) -> str:
        """A short name for what is shown."""
        return _digest(self)


def condition_of(kiosk: Kiosk, seen: TerminalSeen) -> Condition:
    """Everything that the page shows of one terminal."""
    zone = kiosk.settings.zone
    left = technician.paper_left(kiosk, seen)
    changed = seen.paper_changed_at
    events = device_events.latest(kiosk, seen.name, EVENTS)
    return Condition(
        name=seen.name,
        state=seen.state,
        words=str(TERMINAL_STATE[seen.state]),
        seen_at=heard_at(seen.seen_at, kiosk.clock.now()),
        started_at=moments.moment(seen.started_at, zone),
        devices=tuple(_machine(kiosk, one) for one in seen.devices),
        events=tuple(_event(kiosk, one) for one in events),
        sheets=seen.sheets,
        receipts_left=left,
        is_low=left is not None and left <= FEW_RECEIPTS,
        changed_at="" if changed is None else moments.moment(changed, zone),
    )


def scan_test_of(kiosk: Kiosk, test: Testing) -> ScanTest:
    """Everything that the page of the scan test shows."""
    health = kiosk.devices.scanner.health
    until = "" if test.until is None else moments.clock_to_the_second(test.until, kiosk.settings.zone)
    return ScanTest(until, tuple(_code(one) for one in test.found), str(device_advice(health.code)))


def _machine(kiosk: Kiosk, one: DeviceSeen) -> Machine:
    facts = []
    if one.driver:
        facts.append(_("driver %(name)s", name=one.driver))
    if one.since is not None:
        facts.append(_("sejak %(time)s", time=heard_at(one.since, kiosk.clock.now())))
    if one.detail:
        facts.append(one.detail)
    return Machine(_name(one.name), one.works, str(device_advice(one.code)), ", ".join(facts))


def _event(kiosk: Kiosk, event: DeviceEvent) -> EventLine:
    works = event.state in (State.READY, State.DEGRADED)
    at = heard_at(event.at, kiosk.clock.now())
    return EventLine(at, _name(event.device), works, str(device_event(event.code)))


def _code(found: Found) -> CodeLine:
    kind = SCANNED_FOREIGN if found.kind is None else SCANNED[found.kind]
    symbology = SYMBOLOGY.get(found.symbology, found.symbology)
    facts = _(
        "%(symbology)s, %(length)s karakter, dibaca lewat %(source)s",
        symbology=symbology,
        length=found.length,
        source=found.source,
    )
    return CodeLine(
        str(SCANNED_TEST_PAGE if found.is_test_page else kind),
        found.kind is not None or found.is_test_page,
        found.says,
        facts,
    )


def _name(device: str) -> str:
    """A device that only another version knows keeps its own name."""
    return str(wording.DEVICE_NAME.get(device, device))


def _digest(shown: object) -> str:
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
