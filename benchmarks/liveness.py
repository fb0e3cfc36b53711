"""Play attacks and honest heads before the rule of the turns: `make liveness`.

Every round goes through the real face engine and the real rule, with pictures of the simulated camera and
simulated time (`liveness_rounds.py`), on one engine for each core. Exit code 1 when a photograph is accepted,
when another attack is that can be told, or when more than 2 % of the honest heads are refused by liveness.

Not a bound but a figure: pictures on a tablet, changed as the screen asks, and videos whose turns happen to
be the ones asked for. They may be accepted, and docs/face-evaluation.md says so. `--short` plays a tenth.
`--faces FOLDER` plays honest heads alone, made of the JPEGs below a folder with a folder for each person.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles

from benchmarks.liveness_cast import Identity, of_a_folder, of_the_demonstration
from benchmarks.liveness_interval import clopper_pearson
from benchmarks.liveness_rounds import Played, play
from benchmarks.liveness_shows import Trick
from benchmarks.selfie import MISSING
from kiosk.adapters.face import FaceProcess
from kiosk.config import Settings
from kiosk.demonstration.fetch_portraits import are_there
from kiosk.domain.liveness import Refusal

BEGUN_AGAIN = "begun again"
"""Not accepted as it was, but noticed; then one person followed from the first turn, on one track."""

TO_BE_NOTICED = frozenset({Trick.STEPS_IN, Trick.COVERED})


@dataclass(frozen=True)
class Group:
    """Kinds of rounds that are judged together, with how many of each are played, in full and in short.

    most: the greatest share that may be accepted (of honest heads: refused by liveness); None is no bound.
    """

    name: str
    most: float | None
    kinds: dict[Trick, tuple[int, int]]


PHOTOGRAPHS = Group(
    "photographs",
    0.0,
    {Trick.STILL: (100, 12), Trick.WAVED: (120, 5), Trick.BENT: (110, 5), Trick.EXCHANGED: (180, 12)},
)
OTHERS = Group(
    "other attacks",
    0.0,
    {
        Trick.REPLAYED_WRONG: (30, 2),
        Trick.SWAPPED: (30, 2),
        Trick.COVERED: (20, 1),
    },
)
NOTICED = Group("to be noticed", 0.25, {Trick.STEPS_IN: (20, 1)})
"""A second person at the edge is not always found; whoever follows is judged as ever, and he is the one who
passes."""
NOT_STOPPED = Group(
    "not stopped", None, {Trick.FLIPPED: (40, 1), Trick.REPLAYED: (40, 1), Trick.REPLAYED_LUCKY: (20, 1)}
)
HONEST = Group("honest heads", 0.02, {Trick.FOLLOWS: (200, 16)})

GOAL_SECONDS = 10.0
"""The whole step, from the first frame to the decision, of a person who follows at once."""

_engine: FaceProcess
_cast: list[Identity]


def _begin(faces: Path | None) -> None:
    """Make one worker ready: an engine of its own and everybody who may stand before it."""
    global _engine, _cast
    _engine = FaceProcess()
    _engine.start()
    _cast = of_the_demonstration(_engine) if faces is None else of_a_folder(_engine, faces)


def _play(trick: Trick, number: int) -> Played:
    return play(_engine, _cast, trick, number, Settings())


def played(groups: list[Group], *, short: bool, rounds: int | None, faces: Path | None) -> Iterator[Played]:
    """Play all rounds, the long ones first, as they come to their ends."""
    wanted = [
        (trick, number)
        for group in groups
        for trick, counts in group.kinds.items()
        for number in range(rounds or counts[short])
    ]
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores, get_context("spawn"), _begin, (faces,)) as workers:
        for done, future in enumerate(as_completed([workers.submit(_play, *one) for one in wanted]), 1):
            if sys.stderr.isatty():
                print(f"\r{done} of {len(wanted)}", end="", file=sys.stderr, flush=True)
            yield future.result()
    if sys.stderr.isatty():
        print("\r" + " " * 20, end="\r", file=sys.stderr)


def outcome(one: Played) -> str | None:
    """Why a round was not accepted as it was; None when it was."""
    if one.why is None:
        return BEGUN_AGAIN if one.breaks and one.trick in TO_BE_NOTICED else None
    return one.why.value


def line(name: str, rounds: list[Played]) -> str:
    """A row of the table: rounds, accepted with its 95 % interval, and the others by reason."""
    reasons = Counter(outcome(one) for one in rounds)
    accepted = reasons.pop(None, 0)
    low, high = clopper_pearson(accepted, len(rounds))
    refused = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
    return f"{name:28}{len(rounds):7}{accepted:10}   {low:6.1%} -{high:6.1%}   {refused}"


def holds(group: Group, rounds: list[Played]) -> bool:
    """Whether a group keeps its bound. Of honest heads only refusals by the turns count."""
    if group.most is None:
        return True
    if group.name == HONEST.name:
        return sum(one.why in list(Refusal) for one in rounds) <= group.most * len(rounds)
    return sum(outcome(one) is None for one in rounds) <= group.most * len(rounds)


def report(group: Group, rounds: list[Played]) -> bool:
    """Print a group's rows; return whether it keeps its bound."""
    for trick in group.kinds:
        print(line(trick.value, [one for one in rounds if one.trick is trick]))
    if len(group.kinds) > 1:
        print(line(f"  {group.name}, together", rounds))
    if group.name == PHOTOGRAPHS.name:
        print(
            f"  greatest change of yaw {max(one.turned for one in rounds):.2f}; "
            f"rounds in which a turn was taken for made: {sum(one.done > 0 for one in rounds)}"
        )
    if group.name == HONEST.name:
        _report_honest(rounds)
    kept = holds(group, rounds)
    if not kept:
        print(f"  {group.name}: OVER the bound")
    return kept


def _report_honest(rounds: list[Played]) -> None:
    refused = sum(one.why in list(Refusal) for one in rounds)
    low, high = clopper_pearson(refused, len(rounds))
    print(f"  refused by liveness {refused / len(rounds):.1%} ({low:.1%} - {high:.1%})")
    seconds = [one.seconds for one in rounds if one.why is None]
    if len(seconds) > 1:
        late = quantiles(seconds, n=20)[-1]
        under = sum(each < GOAL_SECONDS for each in seconds)
        print(
            f"  first frame to decision: median {median(seconds):.1f} s, 95 % {late:.1f} s, "
            f"slowest {max(seconds):.1f} s; {under} of {len(seconds)} under {GOAL_SECONDS:.0f} s"
        )
        print(f"  farthest two frames: {max(one.spread for one in rounds):.2f}")


def main() -> int:
    """Play, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.liveness", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--short", action="store_true", help="a tenth of the rounds")
    parser.add_argument("--faces", type=Path, help="honest heads alone, of the people in this folder")
    parser.add_argument("--rounds", type=int, help="so many of each kind")
    kinds = [trick.name.lower() for trick in Trick]
    parser.add_argument("--only", nargs="+", choices=kinds, default=kinds, help="these kinds alone")
    asked = parser.parse_args()
    if asked.faces is None and not are_there(Settings().data / "portraits"):
        print(MISSING)
        return 1
    groups = [HONEST] if asked.faces else [PHOTOGRAPHS, OTHERS, NOTICED, NOT_STOPPED, HONEST]
    chosen = [
        replace(
            group, kinds={kind: many for kind, many in group.kinds.items() if kind.name.lower() in asked.only}
        )
        for group in groups
    ]
    began = time.monotonic()
    groups = [group for group in chosen if group.kinds]
    rounds = list(played(groups, short=asked.short, rounds=asked.rounds, faces=asked.faces))
    print(f"{'':28}{'rounds':>7}{'accepted':>10}   {'95 %':16}   not accepted because")
    kept = [report(group, [one for one in rounds if one.trick in group.kinds]) for group in groups]
    print(f"\n{len(rounds)} rounds in {time.monotonic() - began:.0f} s.")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
