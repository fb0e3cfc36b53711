"""Recordings before the rule of the turns: accepted, refused with the reason, or not playable.

The engine here sees what a frame says in words («left 0.3»), so that each recording is one story.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kiosk.adapters.face import EngineDown, NotAPicture
from kiosk.domain.capture import Look
from kiosk.domain.liveness import TURNED_FRAMES
from kiosk.evaluation import liveness
from kiosk.evaluation.measuring import NotMeasured
from tests.fixed_clock import FixedClock
from tests.services.scripted import GOOD, NOBODY, ScriptedFace, turned

STILL = ["front"] * 20
LEFT = ["left 0.18"] * 2 + ["left 0.35"] * 3 + ["left 0.18"] * 2 + ["front"] * 12
RIGHT = [frame.replace("left", "right") for frame in LEFT]


class Reader(ScriptedFace):
    """Sees what the frame says; `apart` is how far a turned frame is from the frontal ones."""

    def look(self, jpeg: bytes, deadline: float) -> Look:
        match jpeg.decode().split():
            case ["front"]:
                return GOOD
            case ["left", change]:
                return turned(float(change))
            case ["right", change]:
                return turned(-float(change))
            case ["nobody"]:
                return NOBODY
            case _:
                raise NotAPicture


@pytest.fixture
def engine() -> Reader:
    return Reader(FixedClock())


def recorded(folder: Path, frames: Sequence[str], asked: str | bytes | None = "left right left\n") -> Path:
    """A folder of frames, and the text file beside it."""
    path = folder / "resident 7"
    path.mkdir()
    for number, frame in enumerate(frames):
        (path / f"{number:04}.jpg").write_text(frame)
    if asked is not None:
        (folder / "resident 7.txt").write_bytes(asked if isinstance(asked, bytes) else asked.encode())
    return path


def line(engine: Reader, path: Path) -> dict[str, Any]:
    return liveness.line(engine, path, 0.52)


def test_a_head_that_follows_is_accepted_and_the_line_says_what_was_seen(
    tmp_path: Path, engine: Reader
) -> None:
    found = line(engine, recorded(tmp_path, STILL + LEFT + RIGHT + LEFT, "Left RIGHT\nleft fps=20"))
    judged = 20 + 2 * 19 + 2 + TURNED_FRAMES
    assert found == {
        "name": "resident 7",
        "accepted": True,
        "why": None,
        "asked": "left right left",
        "done": 3,
        "seconds": round((judged - 1) / 20, 2),
        "frames": judged,
        "fps": 20.0,
        "spread": 0.2,
    }
    embedded = [jpeg.decode() for verb, jpeg, _ in engine.asked if verb == "embed"]
    assert sorted(embedded) == ["front"] * 3 + ["left 0.35"] * 2 + ["right 0.35"]


@pytest.mark.parametrize(
    ("frames", "why", "done"),
    [
        (STILL * 40, "no_turn", 0),
        (STILL + RIGHT, "wrong_turn", 0),
        (STILL + LEFT + LEFT, "wrong_turn", 1),
        ((STILL + ["nobody"] * 9) * 5, "track_lost", 0),
        (STILL + LEFT + RIGHT, "recording_ended", 2),
        (["nobody", "front", "rubbish"] * 20, "never_framed", 0),
    ],
)
def test_each_refusal_has_its_reason(
    tmp_path: Path, engine: Reader, frames: list[str], why: str, done: int
) -> None:
    found = line(engine, recorded(tmp_path, frames))
    assert (found["accepted"], found["why"], found["done"]) == (False, why, done)


def test_turned_frames_of_somebody_else_are_refused_at_the_distance_of_a_match(
    tmp_path: Path, engine: Reader
) -> None:
    engine.apart = 0.53
    found = line(engine, recorded(tmp_path, STILL + LEFT + RIGHT + LEFT))
    assert (found["accepted"], found["why"], found["spread"]) == (False, "face_changed", 0.53)


def test_a_damaged_frame_within_a_track_is_passed_over_and_a_lost_track_begins_anew(
    tmp_path: Path, engine: Reader
) -> None:
    begun_again = [*STILL, "rubbish", *LEFT, *(["nobody"] * 9), *STILL]
    frames = [*begun_again, *LEFT, "rubbish", *RIGHT, *LEFT]
    assert line(engine, recorded(tmp_path, frames))["accepted"] is True


@pytest.mark.parametrize(
    ("frames", "asked", "says"),
    [
        ([], "left", "holds no picture"),
        (["rubbish"] * 3, "left", "holds no picture that can be read"),
        (STILL, None, "no text file beside it says what was asked"),
        (STILL, b"\xff\xd8", "the text file beside it cannot be read"),
        (STILL, "fps=15", "the text file beside it holds no turn"),
        (STILL, "left kanan", "'kanan' is no turn"),
        (STILL, "left fps=0", "'fps=0' is no turn"),
        (STILL, "left fps=nan", "'fps=nan' is no turn"),
        (STILL, "left fps=fast", "'fps=fast' is no turn"),
    ],
)
def test_a_recording_that_cannot_be_played_says_why(
    tmp_path: Path, engine: Reader, frames: list[str], asked: str | bytes | None, says: str
) -> None:
    found = line(engine, recorded(tmp_path, frames, asked))
    assert set(found) == {"name", "error"}
    assert found["error"].startswith(says)


def test_an_engine_that_fails_twice_ends_the_run_instead_of_counting_as_a_refusal(
    tmp_path: Path, engine: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, fails, look = recorded(tmp_path, STILL + LEFT + RIGHT + LEFT), [True], engine.look

    def failing(jpeg: bytes, deadline: float) -> Look:
        if fails and fails.pop():
            raise EngineDown("ended")
        return look(jpeg, deadline)

    monkeypatch.setattr(engine, "look", failing)
    assert line(engine, path)["accepted"] is True
    fails += [True, True]
    with pytest.raises(NotMeasured, match="the face engine failed \\(ended\\)"):
        line(engine, path)


def test_the_summary_counts_every_recording_once() -> None:
    accepted = {"accepted": True, "why": None}
    wrong, lost = ({"accepted": False, "why": why} for why in ("wrong_turn", "track_lost"))
    assert liveness.summary([wrong, accepted, {"error": "holds no picture"}, lost, wrong]) == {
        "recordings": 5,
        "accepted": 1,
        "refused": 3,
        "by_reason": {"track_lost": 1, "wrong_turn": 2},
        "errors": 1,
    }
