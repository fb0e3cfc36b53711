"""Which turns of the head are asked for: drawn by the server, so that no video knows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

WAIT_SECONDS = (0.25, 0.65)
"""Before each cue the head looks to the front for a time drawn between these: nobody can turn in advance."""


class Turn(StrEnum):
    """A turn of the head, to the resident's own left or right."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def sign(self) -> int:
        """The sign of `capture.yaw`: the picture's right is the resident's left."""
        return 1 if self is Turn.LEFT else -1

    @property
    def letter(self) -> str:
        """«L» or «R»."""
        return self.value[0].upper()


@dataclass(frozen=True)
class Challenge:
    """The turns that are asked for, and how many seconds the head rests at the front before each."""

    turns: tuple[Turn, ...]
    waits: tuple[float, ...]

    @property
    def letters(self) -> str:
        """The turns as they are kept with the attempt, such as «LRL»."""
        return "".join(turn.letter for turn in self.turns)


def draw(turns: int, random: Callable[[], float]) -> Challenge:
    """Draw a challenge of `turns` turns; `random` gives numbers from 0 up to 1 that nobody can foresee."""
    return _timed(tuple(Turn.LEFT if random() < 0.5 else Turn.RIGHT for _ in range(turns)), random)


def repeat(letters: str, random: Callable[[], float]) -> Challenge:
    """Ask for the same turns once more (`letters` as `Challenge.letters` gives them), after other waits."""
    known = {turn.letter: turn for turn in Turn}
    return _timed(tuple(known[letter] for letter in letters), random)


def _timed(turns: tuple[Turn, ...], random: Callable[[], float]) -> Challenge:
    shortest, longest = WAIT_SECONDS
    return Challenge(turns, tuple(shortest + (longest - shortest) * random() for _ in turns))
