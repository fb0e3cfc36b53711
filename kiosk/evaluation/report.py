"""What `kiosk face-eval` prints: figures, and whether they bear the claim that the kiosk makes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiosk.adapters import face_library
from kiosk.evaluation import rates
from kiosk.evaluation.measuring import Templates
from kiosk.evaluation.pairs import Pair
from kiosk.evaluation.rates import Flags, Numbers, Rate

LEAST_IDENTITIES, LEAST_IMPOSTORS = 100, 10_000
"""Below these nothing is claimed: one false accept in a few thousand pairs of a few people says little."""

MOST_FALSE_ACCEPTS, MOST_FALSE_REJECTS = 1 / 8, 1.5
"""The claim: false accepts and false rejects of visits with three frames, over those of the library's default
use on the same rows."""

FRAMES = 3

TABLE = tuple(round(0.46 + 0.02 * step, 2) for step in range(9))
"""Settings whose rates stand side by side: 0.46 to 0.62."""

Figures = dict[str, Any]


@dataclass(frozen=True)
class Bounds:
    """Distances that decide: `given` is what was asked for, the others are the kiosk's defaults."""

    given: float
    accept: float
    review: float


@dataclass(frozen=True)
class Measured:
    """Pairs, a place in each array for each: distances of both ways, the numbers of the people on register
    photo and visit (equal when `same`)."""

    same: Flags
    frames: NDArray[np.int64]
    groups: NDArray[np.str_]
    ours: Numbers
    library: Numbers
    register: NDArray[np.int64]
    visit: NDArray[np.int64]

    def only(self, chosen: Flags) -> Measured:
        """Some of the pairs."""
        return Measured(**{name: array[chosen] for name, array in vars(self).items()})

    @property
    def people(self) -> int:
        """How many people these pairs show."""
        return len(np.unique(np.concatenate((self.register, self.visit))))

    def rates(self, questions: list[Flags], *, same: bool) -> list[Rate]:
        """How often each question (a flag for each pair) is answered yes among genuine or impostor pairs."""
        people, numbers = np.unique(np.stack((self.register, self.visit)), return_inverse=True)
        drawn = rates.draw(len(people))
        register, visit = numbers.reshape(2, -1)[:, self.same == same]
        return rates.Sample(register, visit).rates(np.stack(questions)[:, self.same == same], drawn)


def measured(pairs: list[Pair], people: dict[Path, int], ours: Numbers, library: Numbers) -> Measured:
    """Put pairs and distances side by side; `people` numbers the person on each picture."""
    return Measured(
        same=np.array([pair.same for pair in pairs]),
        frames=np.array([len(pair.visit) for pair in pairs]),
        groups=np.array([pair.group for pair in pairs]),
        ours=ours,
        library=library,
        register=np.array([people[pair.register] for pair in pairs]),
        visit=np.array([people[pair.visit[0]] for pair in pairs]),
    )


def report(pairs: Measured, made: Templates, bounds: Bounds, *, has_groups: bool) -> Figures:
    """Everything, as it is printed: shares of 1, each with the ends of its 95 % interval, times in ms."""
    found = _figures(pairs, bounds)
    without = sum(numbers is None for numbers in made.library.values())
    found["library"] |= {"no_face": without, "ms_per_image": _ms(made.library_seconds)}
    by_threshold = _errors(pairs, [pairs.ours <= bound for bound in TABLE])
    found |= {
        "images": len({*made.registers, *made.frames}),
        "no_face": len(made.without_face()),
        "ms_per_image": _ms(made.seconds),
        "by_threshold": [
            {"threshold": bound} | errors for bound, errors in zip(TABLE, by_threshold, strict=True)
        ],
    }
    if has_groups:
        found["groups"] = {
            str(group): _figures(pairs.only(pairs.groups == group), bounds)
            for group in np.unique(pairs.groups)
        }
    return found | claim(pairs, bounds)


def _figures(pairs: Measured, bounds: Bounds) -> Figures:
    """What can be said of any part of the pairs."""
    ours, library = pairs.ours, pairs.library
    in_review = (ours > bounds.accept) & (ours <= bounds.review)
    accepted = [ours <= bounds.given, ours <= bounds.accept, library <= face_library.THRESHOLD]
    given, default, theirs = _errors(pairs, accepted)
    review = {
        f"review_{kind}": rate
        for kind, same in (("genuine", True), ("impostor", False))
        for rate in pairs.rates([in_review], same=same)
    }
    no_face = np.isinf(ours)
    return {
        "pairs": len(ours),
        "genuine": int(pairs.same.sum()),
        "impostor": int((~pairs.same).sum()),
        "identities": pairs.people,
        "frames": {str(count): int((pairs.frames == count).sum()) for count in range(1, FRAMES + 1)},
        "no_face_genuine": int((no_face & pairs.same).sum()),
        "no_face_impostor": int((no_face & ~pairs.same).sum()),
        "eer": _rounded(rates.equal_error_rate(ours[pairs.same], ours[~pairs.same])),
        "threshold": bounds.given,
        **given,
        "default": {"threshold": bounds.accept} | default | {"review": bounds.review} | _shown(review),
        "library": {
            "threshold": face_library.THRESHOLD,
            "eer": _rounded(rates.equal_error_rate(library[pairs.same], library[~pairs.same])),
            **theirs,
        },
    }


def _errors(pairs: Measured, accepted: list[Flags]) -> list[Figures]:
    refused = pairs.rates([~one for one in accepted], same=True)
    passed = pairs.rates(accepted, same=False)
    return [_shown({"frr": frr, "far": far}) for frr, far in zip(refused, passed, strict=True)]


def claim(pairs: Measured, bounds: Bounds) -> Figures:
    """Whether the kiosk's default bears out the claim against the library's, on visits with three frames.

    Insufficient also where neither accepted anybody wrongly: there is nothing to be an eighth of.
    """
    judged = pairs.only(pairs.frames == FRAMES)
    ours, theirs = judged.ours <= bounds.accept, judged.library <= face_library.THRESHOLD
    impostor, genuine = ~judged.same, judged.same
    seen = {
        "identities": judged.people,
        "genuine": int(genuine.sum()),
        "impostor": int(impostor.sum()),
        "false_accepts": int((ours & impostor).sum()),
        "false_accepts_library": int((theirs & impostor).sum()),
        "false_rejects": int((~ours & genuine).sum()),
        "false_rejects_library": int((~theirs & genuine).sum()),
    }
    return {"claim": _borne_out(seen), "claim_seen": seen}


def _borne_out(seen: dict[str, int]) -> str:
    is_enough = seen["identities"] >= LEAST_IDENTITIES and seen["impostor"] >= LEAST_IMPOSTORS
    if not is_enough or not seen["genuine"] or not seen["false_accepts"] + seen["false_accepts_library"]:
        return "insufficient"
    is_met = (
        seen["false_accepts"] <= MOST_FALSE_ACCEPTS * seen["false_accepts_library"]
        and seen["false_rejects"] <= MOST_FALSE_REJECTS * seen["false_rejects_library"]
    )
    return "met" if is_met else "missed"


def _shown(found: dict[str, Rate]) -> Figures:
    """Each rate beside the ends of its interval: `far` and `far_95`."""
    shown: Figures = {}
    for name, rate in found.items():
        interval = rate.interval
        shown[name] = _rounded(rate.share)
        shown[f"{name}_95"] = [_rounded(end) for end in interval] if interval else None
    return shown


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 5)


def _ms(seconds: list[float]) -> float:
    return round(1000 * median(seconds), 1)
