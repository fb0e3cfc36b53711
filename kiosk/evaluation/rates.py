"""Error rates with their intervals, from distances: how often the wrong pass and the right do not.

Pairs are no independent trials: one person with an odd photo spoils all of his pairs. So intervals come from
resampling *people*: as many as there are, drawn with replacement; a genuine pair then counts as often as its
person was drawn, an impostor pair the product of its two (the pigeonhole bootstrap: Owen, Annals of Applied
Statistics 1, 2007, 386-411, <https://doi.org/10.1214/07-AOAS122>).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

RESAMPLES = 1000
SEED = 2026
_BLOCK = 4_000_000
"""Weights that are held at a time: 32 MB."""


@dataclass(frozen=True)
class Rate:
    """How many of `trials` pairs did something, and what the resamples say of the share (`resampled`, NaN
    where a resample holds no such pair)."""

    hits: int
    trials: int
    resampled: Numbers

    @property
    def share(self) -> float | None:
        """Hits over trials; None without trials."""
        return self.hits / self.trials if self.trials else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The middle 95 % of the resamples; None where they cannot say.

        They know nothing of what was never seen: where all pairs agree, the other end is the rule of three
        (3 / trials, ISO/IEC 19795-1), which holds for independent pairs and is thus the least that is open.
        """
        usable = self.resampled[~np.isnan(self.resampled)]
        if not self.trials or not usable.size:
            return None
        low, high = (float(end) for end in np.percentile(usable, (2.5, 97.5)))
        if self.hits == 0:
            return 0.0, min(1.0, 3 / self.trials)
        if self.hits == self.trials:
            return max(0.0, 1 - 3 / self.trials), 1.0
        return low, high


@dataclass(frozen=True)
class Sample:
    """Pairs of one kind, genuine or impostor: the numbers of the two people of each (equal when genuine)."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]

    @cached_property
    def _cells(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The couples of people there are, a column each, and each pair's couple."""
        couples, place = np.unique(np.stack((self.first, self.second)), axis=1, return_inverse=True)
        return couples, place.reshape(-1)

    def rates(self, hits: Flags, drawn: NDArray[np.int64]) -> list[Rate]:
        """Count `hits` (a row for each question, a column for each pair) under each resample of `drawn` (a
        row for each resample, a column for each person: how often)."""
        couples, place = self._cells
        cells = couples.shape[1]
        counted = np.stack([np.bincount(place, row, cells) for row in [np.ones(len(place)), *hits]], axis=1)
        sums = np.empty((len(drawn), counted.shape[1]))
        step = max(1, _BLOCK // max(cells, 1))
        for start in range(0, len(drawn), step):
            block = drawn[start : start + step]
            weight = block[:, couples[0]].astype(np.float64)
            weight *= np.where(couples[0] == couples[1], 1, block[:, couples[1]])
            sums[start : start + step] = weight @ counted
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = sums[:, 1:] / sums[:, :1]
        return [
            Rate(int(np.count_nonzero(row)), len(place), shares[:, question])
            for question, row in enumerate(hits)
        ]


def draw(people: int) -> NDArray[np.int64]:
    """Draw as many people as there are, with replacement, `RESAMPLES` times: how often each."""
    random = np.random.default_rng(SEED)
    return random.multinomial(people, np.full(people, 1 / people), size=RESAMPLES)


def equal_error_rate(genuine: Numbers, impostor: Numbers) -> float | None:
    """The rate at the threshold where both errors are closest to each other, as their mean; None without both
    kinds. A distance may be infinite (no usable face): no threshold accepts it."""
    bounds = np.unique(np.concatenate((genuine, impostor)))
    bounds = bounds[np.isfinite(bounds)]
    if not genuine.size or not impostor.size or not bounds.size:
        return None
    refused = 1 - np.searchsorted(np.sort(genuine), bounds, side="right") / genuine.size
    accepted = np.searchsorted(np.sort(impostor), bounds, side="right") / impostor.size
    at = int(np.argmin(np.abs(refused - accepted)))
    return float((refused[at] + accepted[at]) / 2)
