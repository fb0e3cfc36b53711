"""The head file: after each commit a line beside the database says how far a chain has come.

A line is `<source> <seq> <hash> <mac>`, the mac under a key outside the database. Lines stand in the order of
the commits, except where two threads or processes were at it in the same moment.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Iterator
from pathlib import Path

from kiosk.domain.audit import Head
from kiosk.keys import Keys
from kiosk.services.kiosk import Kiosk

HEAD_FILE = "audit-head.txt"

BLOCK = 1 << 16
"""Bytes read at once; about 430 lines."""

_append = threading.Lock()


def file_of(kiosk: Kiosk) -> Path:
    """Where the heads are written."""
    return kiosk.settings.data / HEAD_FILE


def append(kiosk: Kiosk, head: Head) -> None:
    """Write a line; raises `OSError` when the disk is full."""
    line = line_of(kiosk.keys, head)
    with _append, file_of(kiosk).open("a", encoding="ascii") as file:
        file.write(f"{line}\n")


def line_of(keys: Keys, head: Head) -> str:
    """What is written of a head."""
    return f"{head.text} {mac(keys, head.text)}"


def mac(keys: Keys, text: str) -> str:
    """Return the mac of a line's text, 64 hex digits."""
    return keys.mac("audit-head", text)


def head_of(keys: Keys, line: str) -> Head | None:
    """Return what a line says, or None when it was not written by `append` under these keys."""
    text, _, found = line.rpartition(" ")
    if not hmac.compare_digest(found.encode(), mac(keys, text).encode()):
        return None
    source, seq, digest = text.split(" ")
    return Head(source, int(seq), digest)


def blocks(path: Path) -> Iterator[list[str]]:
    """Return the file's lines from its beginning, some hundred at a time; nothing when there is no file.

    The last line is given as it stands, torn or not: whoever cut it also has to be found.
    """
    if not path.exists():
        return
    rest = ""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            # What is no ASCII cannot have the right mac; it must not end the reading either.
            *lines, rest = (rest + block.decode("ascii", "replace")).split("\n")
            yield lines
            if len(rest) > BLOCK:
                yield [rest]
                rest = ""
    if rest:
        yield [rest]


def newest(kiosk: Kiosk, source: str) -> Head | None:
    """Return the furthest head in the last block of the file in which `source` has one that is genuine."""
    path, prefix = file_of(kiosk), f"{source} ".encode()
    if not path.exists():
        return None
    with path.open("rb") as file:
        end = file.seek(0, 2)
        rest = b""
        while end > 0:
            begin = max(end - BLOCK, 0)
            file.seek(begin)
            first, *lines = (file.read(end - begin) + rest).split(b"\n")
            # A block begins inside a line, unless it is the first one.
            whole, rest = ([first, *lines], b"") if begin == 0 else (lines, first[:BLOCK])
            mine = [line.decode("ascii", "replace") for line in whole if line.startswith(prefix)]
            heads = [head for head in (head_of(kiosk.keys, line) for line in mine) if head is not None]
            if heads:
                return max(heads, key=lambda head: head.seq)
            end = begin
    return None
