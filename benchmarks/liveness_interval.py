"""How sure a share is that was counted in independent trials."""

from __future__ import annotations

from collections.abc import Callable
from math import comb

SIDE = 0.025
"""Of 95 %, outside on either side."""


def clopper_pearson(hits: int, trials: int) -> tuple[float, float]:
    """The exact 95 % interval of a share (Clopper and Pearson, Biometrika 26, 1934).

    Both sides are counted, so that no hits give 3.7 / trials, a little more than the rule of three. (0, 1)
    without trials.
    """

    def at_most(share: float, most: int) -> float:
        return sum(comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(most + 1))

    low = _crossing(lambda share: 1 - at_most(share, hits - 1) >= SIDE) if hits else 0.0
    high = _crossing(lambda share: at_most(share, hits) <= SIDE) if hits < trials else 1.0
    return low, high


def _crossing(is_beyond: Callable[[float], bool]) -> float:
    """Where something that holds for all greater shares begins to hold."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if is_beyond(middle) else (middle, high)
    return high
