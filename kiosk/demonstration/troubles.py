"""Breaking things on purpose: every way in which a simulated part can be made to fail, as one table.

The panel shows the table, tests read it. A part is in one of its ways at a time, so that «back to normal»
is always one touch away and nothing stays broken unseen.
"""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from kiosk.adapters.face import FaceEngine, FaceProcess
from kiosk.hardware.health import Health
from kiosk.services.kiosk import Kiosk


class Part(StrEnum):
    """What can be broken, in the order of the panel."""

    CAMERA = "camera"
    PRINTER = "printer"
    SCANNER = "scanner"
    REGISTER = "register"
    AUTHORITY = "authority"
    MAIL = "mail"


SLOW_SECONDS = 4.0
"""Slow, but inside the deadline of eight seconds: the resident waits and gets on."""

HANGS_SECONDS = 60.0
"""Far beyond every deadline."""


@dataclass(frozen=True)
class Way:
    """One way a part can be. `controls` is what differs from normal on the part's controls."""

    name: str
    label: LazyString = field(compare=False, repr=False)
    controls: Mapping[str, bool | float] = field(default_factory=dict, hash=False)


NORMAL = Way("normal", _("Normal"))

_UNPLUGGED = Way("unplugged", _("Dicabut"), {"unplugged": True})
_HANGS = Way("hang", _("Macet"), {"hang": True})
_SLOW = Way("slow", _("Lambat"), {"slow": True})
_GARBAGE = Way("garbage", _("Data rusak"), {"garbage": True})
_OUTSIDE = (
    NORMAL,
    Way("down", _("Putus"), {"down": True}),
    Way("slow", _("Lambat"), {"delay": SLOW_SECONDS}),
    Way("hang", _("Tidak menjawab"), {"delay": HANGS_SECONDS}),
)

WAYS: dict[Part, tuple[Way, ...]] = {
    Part.CAMERA: (NORMAL, _UNPLUGGED, _HANGS, _SLOW, _GARBAGE),
    Part.PRINTER: (
        NORMAL,
        Way("paper_near_end", _("Kertas menipis"), {"paper_near_end": True}),
        Way("paper_out", _("Kertas habis"), {"paper_out": True}),
        Way("cover_open", _("Penutup terbuka"), {"cover_open": True}),
        _UNPLUGGED,
        _HANGS,
        _SLOW,
        _GARBAGE,
    ),
    Part.SCANNER: (NORMAL, _UNPLUGGED, _HANGS),
    Part.REGISTER: _OUTSIDE,
    Part.AUTHORITY: _OUTSIDE,
    Part.MAIL: (*_OUTSIDE, Way("refuses", _("Alamat ditolak"), {"refuses": True})),
}

TITLES: dict[Part, LazyString] = {
    Part.CAMERA: _("Kamera"),
    Part.PRINTER: _("Printer"),
    Part.SCANNER: _("Pemindai"),
    Part.REGISTER: _("Data kependudukan"),
    Part.AUTHORITY: _("Layanan aktivasi"),
    Part.MAIL: _("Server email"),
}


@dataclass(frozen=True)
class PartState:
    """A part as the panel shows it.

    `way` is its present way, or None for a part that cannot be broken from here because a real driver serves
    it. `health` is None for parts without a cable.
    """

    part: Part
    title: LazyString
    driver: str
    way: Way | None
    ways: tuple[Way, ...]
    health: Health | None


def states(kiosk: Kiosk) -> list[PartState]:
    """Every part and how it is now."""
    return [_state(kiosk, part) for part in Part]


def mark(states: list[PartState], engine: FaceEngine) -> str:
    """A short word for how everything is now; the same word means that nothing has changed."""
    words = [f"{one.part}{one.way.name if one.way else ''}{one.health and one.health.code}" for one in states]
    return hashlib.sha256(f"{words}{engine.state}".encode()).hexdigest()[:16]


def bring_about(kiosk: Kiosk, part: Part, name: str) -> bool:
    """Set `part` to the way called `name`; False when it has no such way or a real driver serves it."""
    controls = _controls(kiosk, part)
    way = next((way for way in WAYS[part] if way.name == name), None)
    if controls is None or way is None:
        return False
    for control in _all_controls(part):
        # `bool()` and `float()` are False and 0.0: what every control is when nothing is wrong.
        setattr(controls, control, way.controls.get(control, type(getattr(controls, control))()))
    return True


def everything_normal(kiosk: Kiosk) -> None:
    """Set every part back. Who stands before the camera stays: that is no trouble."""
    for part in Part:
        bring_about(kiosk, part, NORMAL.name)


def kill_face_process(kiosk: Kiosk) -> bool:
    """Kill the face process as a crash would; False when none runs. Its supervisor starts another."""
    engine = kiosk.adapters.face
    pid = engine.pid if isinstance(engine, FaceProcess) else None
    if pid is None:
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return True


def _state(kiosk: Kiosk, part: Part) -> PartState:
    served_by = _served_by(kiosk, part)
    controls = _controls(kiosk, part)
    return PartState(
        part=part,
        title=TITLES[part],
        driver=served_by.driver,
        way=None if controls is None else _present(controls, part),
        ways=WAYS[part],
        health=getattr(served_by, "health", None),
    )


def _present(controls: object, part: Part) -> Way:
    """The way whose controls are set; of several set at once (by a test) the first one in the table."""
    now = {name: value for name in _all_controls(part) if (value := getattr(controls, name))}
    exact = (way for way in WAYS[part] if dict(way.controls) == now)
    partly = (way for way in WAYS[part] if way.controls.keys() & now.keys())
    return next(exact, None) or next(partly, NORMAL)


def _all_controls(part: Part) -> list[str]:
    return list(dict.fromkeys(name for way in WAYS[part] for name in way.controls))


def _controls(kiosk: Kiosk, part: Part) -> Any:
    """What the simulated driver can be made to do; real drivers have nothing of the kind."""
    served = _served_by(kiosk, part)
    found = (getattr(each, "controls", None) for each in getattr(served, "parts", (served,)))
    return next(filter(None, found), None)


def _served_by(kiosk: Kiosk, part: Part) -> Any:
    match part:
        case Part.CAMERA | Part.PRINTER | Part.SCANNER:
            return getattr(kiosk.devices, part.value)
        case Part.REGISTER | Part.AUTHORITY | Part.MAIL:
            return getattr(kiosk.adapters, part.value)
