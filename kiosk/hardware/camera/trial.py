"""Try a camera on the spot: does a picture come, how large, how many a second, how soon?"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from time import monotonic

from kiosk.hardware.camera import Camera, Frame
from kiosk.hardware.health import State
from kiosk.hardware.supervisor import Supervisor

TRIAL_SECONDS = 8.0
"""A sound camera shows its first picture within one; a slow hub or a busy machine gets the rest."""

RATE_SECONDS = 1.0
_GLANCE_SECONDS = 0.2


@dataclass(frozen=True)
class Trial:
    """What came of it: `result` ok or failed, `code` of the health; size in pixels as mounted, `fps` frames a
    second, `ms` from opening to the first picture, `jpeg` the last one. Failed, all of these are nothing."""

    result: str
    code: str
    width: int = 0
    height: int = 0
    fps: float = 0.0
    ms: int = 0
    jpeg: bytes | None = field(default=None, repr=False)


def try_out(camera: Camera, seconds: float = TRIAL_SECONDS) -> Trial:
    """Serve `camera` until it has shown pictures for a second, `seconds` at most; then let it go."""
    stop = threading.Event()
    supervisor = Supervisor(camera, stop)
    began = monotonic()
    supervisor.start()
    try:
        first = _first(camera, began + seconds)
        if first is None:
            return Trial("failed", camera.health.code)
        ms = round((monotonic() - began) * 1000)
        last, fps = _rate(camera, first)
        return Trial("ok", camera.health.code, last.width, last.height, fps, ms, last.jpeg)
    finally:
        stop.set()
        supervisor.join()


def _first(camera: Camera, until: float) -> Frame | None:
    """The first picture; what is not there at all is not waited for."""
    while monotonic() < until:
        seen = camera.frame(0, _GLANCE_SECONDS)
        health = camera.health
        is_lost = health.state is State.ABSENT and health.code != "closed"
        if seen is not None or is_lost or health.code == "waiting_for_page":
            return seen
    return None


def _rate(camera: Camera, first: Frame) -> tuple[Frame, float]:
    last, until = first, monotonic() + RATE_SECONDS
    while monotonic() < until:
        last = camera.frame(last.number, _GLANCE_SECONDS) or last
    passed = last.at - first.at
    return last, round((last.number - first.number) / passed, 1) if passed else 0.0
