"""A list of pairs from folders, one a person: every genuine and impostor pair, or a seeded draw of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice, product
from pathlib import Path
from random import Random
from typing import TextIO

from kiosk.evaluation.pairs import NEEDED, VISIT, BadPairs, Pair

PHOTOS = (".jpg", ".jpeg")

Candidate = tuple[Path, Path, tuple[Path, ...]]
"""A register photo, the first frame of a visit, and the pictures that its further frames are drawn from."""


@dataclass(frozen=True)
class Person:
    """One person's pictures: the photos that lie loose in the folder, and a tuple of frames for each folder
    in it, which is one visit."""

    loose: tuple[Path, ...]
    visits: tuple[tuple[Path, ...], ...]


def people(folder: Path) -> list[Person]:
    """Read the folders, by name. Raises `BadPairs` when fewer than two people have a picture."""
    try:
        read = [_person(one) for one in sorted(folder.iterdir()) if one.is_dir()]
    except OSError as error:
        raise BadPairs(f"the folder cannot be read: {error.strerror or type(error).__name__}") from None
    found = [one for one in read if one.loose]
    if len(found) < 2:
        raise BadPairs("the folder needs a folder with photos for each of two people or more")
    return found


def _person(folder: Path) -> Person:
    visits = (_photos(one) for one in sorted(folder.iterdir()) if one.is_dir())
    return Person(_photos(folder), tuple(frames for frames in visits if frames))


def _photos(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(one for one in folder.iterdir() if one.suffix.lower() in PHOTOS and one.is_file()))


def draw(everybody: list[Person], frames: int, most: int, seed: int) -> Iterator[Pair]:
    """Draw the pairs, `most` of each kind at most, with visits of up to `frames` (1 to 3) frames.

    Where people have visits, each is compared with the loose photos, which stand for the register. Where
    nobody has one, each two loose photos are a pair, and others of the same person stand in for further
    frames: three photos of three days then pass for one visit.
    """
    random = Random(seed)  # noqa: S311 - a draw that can be repeated, no secret
    pairing = _visits if any(one.visits for one in everybody) else _photos_in_pairs
    for same in (True, False):
        for photo, first, pool in _at_most(most, pairing(everybody, same), random):
            others = [one for one in pool if one not in (photo, first)]
            yield Pair(photo, (first, *random.sample(others, min(frames - 1, len(others)))), same)


def _visits(everybody: list[Person], same: bool) -> Iterator[Candidate]:
    for one, other in product(everybody, repeat=2):
        if (one is other) is same:
            for photo, visit in product(one.loose, other.visits):
                yield photo, visit[0], visit


def _photos_in_pairs(everybody: list[Person], same: bool) -> Iterator[Candidate]:
    """Each two photos once; by turns the one and the other stands for the register."""
    every = [(photo, person) for person in everybody for photo in person.loose]
    for place, ((photo, person), (other, whose)) in enumerate(combinations(every, 2)):
        if (person is whose) is same:
            yield (photo, other, whose.loose) if place % 2 else (other, photo, person.loose)


def _at_most(most: int, pairs: Iterator[Candidate], random: Random) -> list[Candidate]:
    """Keep `most` of all that come, each with the same chance (Vitter's algorithm R)."""
    kept = list(islice(pairs, most))
    for seen, pair in enumerate(pairs, start=most + 1):
        if (place := int(random.random() * seen)) < most:
            kept[place] = pair
    return kept


def write(pairs: Iterator[Pair], out: TextIO) -> None:
    """Write the list as `pairs.read` reads it."""
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow((*NEEDED, *VISIT[1:]))
    for pair in pairs:
        first, *further = map(str, pair.visit)
        lines.writerow((str(pair.register), first, int(pair.same), *further))
