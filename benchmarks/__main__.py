"""Measure what README promises: `make bench`, or `python -m benchmarks [--short]`.

Each row is the median of five rounds, and a bound is held against a ratio made inside one run, so that it
means the same on every machine. Exit code 1 when one is over its bound.

`--short` measures one round of each and judges only what one round can tell on a busy machine: the weight of
the start page and its requests to elsewhere, which are counted and not timed. Times are shown with their
bounds (`-`) but not judged: the 99th percentile of one round, one start, or a match beside its parts move
with whatever else the machine is doing.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks import codes, decision, devices, face, keypad, paper, preview, start, turns, weight
from benchmarks.server import prepare
from benchmarks.table import ROUNDS, print_table


def main() -> int:
    """Measure everything, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure what README promises.")
    parser.add_argument("--short", action="store_true", help="one round each; judge only what is not timed")
    short: bool = parser.parse_args().short
    rounds = 1 if short else ROUNDS
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = Path(temporary)
        prepare(folder)
        rows = [
            *face.rows(rounds),
            *keypad.rows(rounds, folder),
            *preview.rows(rounds, folder),
            *start.rows(rounds, folder),
            *decision.rows(rounds, folder),
            *turns.rows(rounds, folder),
            *devices.rows(rounds, folder),
            *weight.rows(folder),
            *paper.rows(rounds),
            *codes.rows(rounds),
        ]
    holds = print_table(rows, short=short)
    loads = f"load {load:.1f} before, {os.getloadavg()[0]:.1f} after"
    print(f"\n{rounds} rounds on {os.cpu_count()} cores; {loads}.")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
