"""The table that `make bench` prints: one row a measurement, judged by its ratio."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measurement. `ratio` is what is judged, against `bound` (both None for a row that only informs);
    a row whose measurement could not be made has a `note` saying why and a NaN value."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    bound: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the ratio keeps its bound; a bound without a measured ratio is not kept."""
        return self.bound is None or (self.ratio is not None and self.ratio <= self.bound)


def print_table(rows: Iterable[Row]) -> bool:
    """Print the rows; return whether every bound is kept."""
    rows = list(rows)
    width = max((len(row.name) for row in rows), default=0)
    print(f"{'':{width}}  {'value':>12}  {'ratio':>7}  {'bound':>7}")
    for row in rows:
        value = "-" if row.value != row.value else f"{row.value:,.2f} {row.unit}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        bound = "" if row.bound is None else f"{row.bound:g}"
        mark = "" if row.bound is None else ("  ok" if row.holds else "  TOO MUCH")
        note = f"  ({row.note})" if row.note else ""
        print(f"{row.name:{width}}  {value:>12}  {ratio:>7}  {bound:>7}{mark}{note}".rstrip())
    return all(row.holds for row in rows)
