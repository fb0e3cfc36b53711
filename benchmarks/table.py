"""The table that `make bench` prints: one row a measurement, judged by its ratio."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

ROUNDS = 5
"""Of every measurement; the median of the rounds is what a row tells."""


@dataclass(frozen=True)
class Row:
    """One measurement. `ratio` is what is judged, against `bound` (both None for a row that only informs);
    a row whose measurement could not be made has a `note` saying why and a NaN value. `steady` says that one
    small round is enough to judge it, also on a busy machine."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    bound: float | None = None
    note: str = ""
    steady: bool = False

    @property
    def holds(self) -> bool:
        """Whether the ratio keeps its bound; a bound without a measured ratio is not kept."""
        return self.bound is None or (self.ratio is not None and self.ratio <= self.bound)

    def verdict(self, short: bool) -> str:
        """`ok`, `OVER`, `-` for a bound that a short run does not judge, nothing for a row without one."""
        if self.bound is None:
            return ""
        if short and not self.steady:
            return "-"
        return "ok" if self.holds else "OVER"

    def cells(self, short: bool) -> tuple[str, ...]:
        """What the table shows: name, value, unit, ratio, bound, verdict, note."""
        value = "-" if math.isnan(self.value) else f"{self.value:,.2f}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        bound = "" if self.bound is None else f"{self.bound:.2f}"
        return self.name, value, self.unit, ratio, bound, self.verdict(short), self.note


HEAD = ("", "value", "unit", "ratio", "bound", "", "")
_TO_THE_RIGHT = {1, 3, 4}


def print_table(rows: Iterable[Row], *, short: bool = False) -> bool:
    """Print the rows; return whether every bound that is judged is kept."""
    rows = list(rows)
    lines = [HEAD, *(row.cells(short) for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = [
            cell.rjust(width) if number in _TO_THE_RIGHT else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  ".join(padded).rstrip())
    return not any(row.verdict(short) == "OVER" for row in rows)
