"""Recorded heads, played before the kiosk's own rule of the turns: accepted or not, and why.

What the kiosk keeps for itself, when a turn is asked for, a recording cannot know: the shortest rest at the
front is asked of it (`WAIT_SECONDS`), and its turns are those that whoever recorded it had said.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.adapters.face import FaceEngine, NotAPicture, PictureTooLarge, spread
from kiosk.domain import liveness
from kiosk.domain.capture import Face, Look
from kiosk.domain.challenge import WAIT_SECONDS, Challenge, Turn
from kiosk.domain.framing import Framing
from kiosk.domain.liveness import Phase, Pick, Refusal, Round
from kiosk.evaluation.measuring import DEADLINE_SECONDS, patiently
from kiosk.hardware.camera.files import pictures
from kiosk.hardware.camera.live import FRAMES_PER_SECOND

ROWS_OF_PICTURES = (".mjpg", ".mjpeg")

MOST_FRAMES_A_SECOND = 240.0


class BadRecording(Exception):
    """A recording cannot be played; the message says why."""


class Unfinished(StrEnum):
    """Why a recording was not accepted although nothing in it was refused: it ended too early."""

    NEVER_FRAMED = "never_framed"
    RECORDING_ENDED = "recording_ended"


@dataclass(frozen=True)
class Recording:
    """What was asked of the head that `path` shows, at so many frames a second."""

    path: Path
    turns: tuple[Turn, ...]
    fps: float

    @property
    def challenge(self) -> Challenge:
        """The turns as the kiosk asks for them."""
        return Challenge(self.turns, (WAIT_SECONDS[0],) * len(self.turns))


def recordings(folder: Path) -> list[Path]:
    """The recordings of a folder, by name. Raises `BadRecording` when there is none."""
    try:
        found = sorted(
            one for one in folder.iterdir() if one.is_dir() or one.suffix.lower() in ROWS_OF_PICTURES
        )
    except OSError as error:
        raise BadRecording(f"the folder cannot be read: {error.strerror or type(error).__name__}") from None
    if not found:
        raise BadRecording("the folder holds no recording, neither a folder of JPEGs nor an .mjpg file")
    return found


def read(path: Path) -> Recording:
    """Read what was asked, from the text file beside a recording. Raises `BadRecording`."""
    name = path.name if path.is_dir() else path.stem
    try:
        words = (path.parent / f"{name}.txt").read_text(encoding="utf-8").lower().split()
    except FileNotFoundError:
        raise BadRecording("no text file beside it says what was asked") from None
    except (OSError, UnicodeDecodeError):
        raise BadRecording("the text file beside it cannot be read") from None
    turns: list[Turn] = []
    fps = float(FRAMES_PER_SECOND)
    for word in words:
        if word in list(Turn):
            turns.append(Turn(word))
        elif (rate := _rate(word)) is not None:
            fps = rate
        else:
            raise BadRecording(
                f"{word!r} is no turn; they are left and right, and fps=15 may stand with them"
            )
    if not turns:
        raise BadRecording("the text file beside it holds no turn")
    return Recording(path, tuple(turns), fps)


def _rate(word: str) -> float | None:
    name, _, number = word.partition("=")
    try:
        rate = float(number) if name == "fps" else math.nan
    except ValueError:
        return None
    return rate if 0 < rate <= MOST_FRAMES_A_SECOND else None


@dataclass
class Watching:
    """One stay before the camera, frame by frame, as `services/selfie.py` does it, without a visit.

    `frontals` and `turned` are the templates of the frames that the round has picked.
    """

    engine: FaceEngine
    challenge: Challenge
    framing: Framing = field(default_factory=Framing)
    round: Round | None = None
    frontals: list[bytes] = field(default_factory=list)
    turned: list[bytes] = field(default_factory=list)
    frames: int = 0
    unreadable: int = 0

    def see(self, jpeg: bytes, at: float) -> None:
        """Judge one frame, taken `at` seconds. One that is no picture is passed over."""
        self.frames += 1
        try:
            look = patiently(lambda: self.engine.look(jpeg, DEADLINE_SECONDS))
            self._follow(jpeg, look, at)
        except (NotAPicture, PictureTooLarge):
            self.unreadable += 1

    @property
    def is_over(self) -> bool:
        """Whether the kiosk would decide now."""
        return self.round is not None and self.round.phase in (Phase.PASSED, Phase.REFUSED)

    def _follow(self, jpeg: bytes, look: Look, at: float) -> None:
        if self.round is not None:
            self.round = liveness.watch(self.round, look, at)
            if self.round.pick is not None:
                self._embed(jpeg, look, self.frontals if self.round.pick is Pick.FRONTAL else self.turned)
            if self.round.phase is not Phase.FRAMING:
                return
        self.framing = framing = self.framing.seen(look, at, self.engine.min_face_px)
        if framing.is_ready:
            self.framing, self.frontals, self.turned = Framing(), [], []
            self._embed(jpeg, look, self.frontals)
            self._begin(look.people[0], framing.baseline, at)

    def _begin(self, face: Face, baseline: float, at: float) -> None:
        if self.round is None:
            self.round = liveness.begin(self.challenge, baseline, face, at)
        else:
            self.round = liveness.again(self.round, baseline, face, at)

    def _embed(self, jpeg: bytes, look: Look, into: list[bytes]) -> None:
        embedded = patiently(lambda: self.engine.embed(jpeg, look.people[0], DEADLINE_SECONDS))
        into.append(embedded.template)

    @property
    def spread(self) -> tuple[float, ...]:
        """How far the picked frames are apart (see `adapters.face.spread`)."""
        return spread(self.engine, self.frontals, self.turned)


def line(engine: FaceEngine, path: Path, most: float) -> dict[str, Any]:
    """Play one recording: what is printed of it. `error` when it cannot be played."""
    try:
        return {"name": path.name} | _play(engine, read(path), most)
    except BadRecording as error:
        return {"name": path.name, "error": str(error)}


def _play(engine: FaceEngine, recording: Recording, most: float) -> dict[str, Any]:
    watching, at = Watching(engine, recording.challenge), 0.0
    try:
        for number, jpeg in enumerate(pictures(recording.path)):
            at = number / recording.fps
            watching.see(jpeg, at)
            if watching.is_over:
                break
    except OSError as error:
        raise BadRecording(f"cannot be read: {error.strerror or type(error).__name__}") from None
    if watching.frames == watching.unreadable:
        raise BadRecording("holds no picture" if not watching.frames else "holds no picture that can be read")
    apart = watching.spread
    why = _why(watching.round, apart, most)
    return {
        "accepted": why is None,
        "why": why,
        "asked": " ".join(recording.turns),
        "done": watching.round.done if watching.round is not None else 0,
        "seconds": round(at, 2),
        "frames": watching.frames,
        "fps": recording.fps,
        "spread": round(max(apart), 4) if apart else None,
    }


def _why(round: Round | None, apart: tuple[float, ...], most: float) -> Refusal | Unfinished | None:
    if round is None:
        return Unfinished.NEVER_FRAMED
    if round.refusal is not None:
        return round.refusal
    if not round.has_passed:
        return Unfinished.RECORDING_ENDED
    return None if liveness.is_same_person(apart, most) else Refusal.FACE_CHANGED


def summary(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """What is printed last: how many of the recordings were accepted, refused (by reason), or not played."""
    played = [line for line in lines if "error" not in line]
    refused = Counter(line["why"] for line in played if not line["accepted"])
    return {
        "recordings": len(lines),
        "accepted": len(played) - refused.total(),
        "refused": refused.total(),
        "by_reason": dict(sorted(refused.items())),
        "errors": len(lines) - len(played),
    }
