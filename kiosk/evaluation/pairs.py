"""The list of pairs: which register photo is compared with which visit, and whether both show one person."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SAME = {"1": True, "true": True, "0": False, "false": False}
"""How the column `same` says that both are one person."""

REGISTER, VISIT = "image_a", ("image_b", "visit_b2", "visit_b3")
NEEDED = (REGISTER, VISIT[0], "same")
PICTURES = (REGISTER, *VISIT)


class BadPairs(Exception):
    """The list cannot be used; the message says why and in which row, and names no file."""


@dataclass(frozen=True)
class Pair:
    """One row: a register photo and one to three frames of one visit; `group` is what `--groups` named."""

    register: Path
    visit: tuple[Path, ...]
    same: bool
    group: str = ""


def read(path: Path, groups: str | None = None) -> list[Pair]:
    """Read a CSV file (UTF-8, parted by comma or semicolon; paths relative to it).

    `groups` is a further column to break the figures down by. Raises `BadPairs`.
    """
    if groups in PICTURES:
        raise BadPairs(f"column {groups} names pictures, so it cannot be a group")
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            pairs = _rows(lines, path.parent, groups)
    except OSError as error:
        raise BadPairs(f"the list cannot be read: {error.strerror or type(error).__name__}") from None
    except UnicodeDecodeError:
        raise BadPairs("the list is no text in UTF-8") from None
    except csv.Error as error:
        raise BadPairs(f"the list is no CSV: {error}") from None
    if not pairs:
        raise BadPairs("the list has no pairs")
    return pairs


def _rows(lines: Iterable[str], folder: Path, groups: str | None) -> list[Pair]:
    lines = iter(lines)
    header = next(lines, "")
    # Spreadsheets set to Indonesian part columns by semicolons.
    delimiter = ";" if header.count(";") > header.count(",") else ","
    columns = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
    for name in (*NEEDED, *([groups] if groups else [])):
        if name not in columns:
            raise BadPairs(f"the list has no column {name}")
    return [
        _pair(dict(zip(columns, cells, strict=False)), number, folder, groups)
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start=2)
        if any(cells)
    ]


def _pair(cells: dict[str, str], row: int, folder: Path, groups: str | None) -> Pair:
    same = SAME.get(cells.get("same", "").strip().lower())
    if same is None:
        raise BadPairs(f"row {row}: same is neither 1, 0, true nor false")
    named = {column: cells.get(column, "").strip() for column in PICTURES}
    for column, name in named.items():
        if name and not (folder / name).is_file():
            raise BadPairs(f"row {row}: {column} names no file that is there")
        if not name and column in NEEDED:
            raise BadPairs(f"row {row}: {column} is empty")
    visit = tuple((folder / named[column]).resolve() for column in VISIT if named[column])
    group = cells.get(groups, "").strip() if groups else ""
    return Pair((folder / named[REGISTER]).resolve(), visit, same, group)


def identities(pairs: list[Pair]) -> dict[Path, int]:
    """Number the people: pictures of one visit, and of a pair that is the same, are one person's.

    A picture in no such pair is a person of its own. Raises `BadPairs` when a pair that is not the same
    shows one person after all, by way of other rows.
    """
    parent: dict[Path, Path] = {}

    def root(picture: Path) -> Path:
        parent.setdefault(picture, picture)
        while parent[picture] != picture:
            parent[picture] = picture = parent[parent[picture]]
        return picture

    for pair in pairs:
        for picture in (*pair.visit[1:], *([pair.register] if pair.same else [])):
            parent[root(picture)] = root(pair.visit[0])
        root(pair.register)
    for row, pair in enumerate(pairs, start=1):
        if not pair.same and root(pair.register) == root(pair.visit[0]):
            raise BadPairs(f"pair {row} says that it is not the same person, other rows say that it is")
    numbers: dict[Path, int] = {}
    return {picture: numbers.setdefault(root(picture), len(numbers)) for picture in parent}
