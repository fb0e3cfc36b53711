"""What is remembered in memory while a resident stands before the camera, and nowhere else."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.domain.challenge import Challenge
from kiosk.domain.framing import Framing
from kiosk.domain.liveness import Round
from kiosk.domain.visit import Step
from kiosk.models.visit import Visit


@dataclass
class Attempt:
    """An attempt under way: with whose face, since when (aware, UTC) its visit has stood there, and the
    templates of the frames so far. `selfie` is the first frontal frame (JPEG), in memory alone."""

    id: int
    template: bytes
    nik: str
    since: datetime
    challenge: Challenge
    frontals: list[bytes] = field(default_factory=list, repr=False)
    turned: list[bytes] = field(default_factory=list, repr=False)
    reals: list[float] = field(default_factory=list)
    selfie: bytes = field(default=b"", repr=False)

    def stands(self, visit: Visit) -> bool:
        """Whether what is found may still decide: a visit that was paused meanwhile may be back before the
        camera, even with another NIK."""
        return visit.step is Step.FACE and (visit.nik, visit.stands_since) == (self.nik, self.since)

    def forget_frames(self) -> None:
        """The track was lost: what was seen on it proves nothing about the next one."""
        self.frontals, self.turned, self.reals, self.selfie = [], [], [], b""


@dataclass
class Watch:
    """What the camera step remembers of one stay before the camera; a restart loses it without harm.

    `word` is random: frames of the page's own camera carry it, and `number` is that of the last one taken.
    `attempt` and `round` begin when `framing` is ready for the first time. `said` is what the screen was told
    last. One frame at a time is judged, under `lock`.
    """

    word: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    number: int = 0
    framing: Framing = field(default_factory=Framing)
    attempt: Attempt | None = None
    round: Round | None = None
    said: object = None
    trouble_since: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
