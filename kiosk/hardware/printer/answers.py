"""What an ESC/POS printer says: status bytes, completion marks, and how to tell one from the other.

The kinds share one stream and no kind of byte can be mistaken for another:
a status byte (`DLE EOT n`) has the fixed bits `b & 0x93 == 0x12`; a paper sensor byte (`GS r 1`) has
`b & 0x90 == 0`; a process mark (`GS ( H`) starts with 0x37 0x22 and is 7 bytes long. Source: Epson ESC/POS
command reference; the mask was measured.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from kiosk.hardware.printer import Code

QUESTIONS = tuple(b"\x10\x04" + bytes([n]) for n in (1, 2, 3, 4))
"""`DLE EOT n`: printer, cause of being offline, error, paper. Answered at once, even amid a job."""

CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""`DLE DC4 8`: throw away what is in the printer's buffer, at once. Printers without it ignore it."""

RESET = b"\x1b@"
SENSOR = b"\x1dr\x01"
"""`GS r 1`: paper sensor, answered in its turn: everything before it has been worked through."""


@dataclass(frozen=True)
class StatusByte:
    """One answer to `DLE EOT n`."""

    value: int


@dataclass(frozen=True)
class SensorByte:
    """One answer to `GS r 1`."""

    value: int


@dataclass(frozen=True)
class Mark:
    """One answer to `GS ( H`: the four bytes that were sent with it."""

    process: bytes


Answer = StatusByte | SensorByte | Mark


class Garbage(Exception):
    """The other end sends what no ESC/POS printer sends: it is another kind of device."""


def new_process() -> bytes:
    """Four letters that name one job to the printer; random, so an old mark is never taken for a new one."""
    return bytes(0x21 + byte % 94 for byte in os.urandom(4))


def mark_command(process: bytes) -> bytes:
    """`GS ( H` function 48: answer with `process` when everything before it has been worked through."""
    return b"\x1d(H\x06\x00\x30\x30" + process


def take_answer(buffer: bytearray) -> Answer | None:
    """Cut the first complete answer off `buffer`; `None` when more bytes are needed; raise `Garbage`."""
    if not buffer:
        return None
    first = buffer[0]
    if first == 0x37:
        if len(buffer) > 1 and buffer[1] != 0x22:
            raise Garbage(f"0x{first:02X}{buffer[1]:02X}")
        if len(buffer) < 7:
            return None
        answer: Answer = Mark(bytes(buffer[2:6]))
        del buffer[:7]
        return answer
    if first & 0x93 == 0x12:
        answer = StatusByte(first)
    elif first & 0x90 == 0:
        answer = SensorByte(first)
    else:
        raise Garbage(f"0x{first:02X}")
    del buffer[:1]
    return answer


def code_of(printer: int, cause: int, error: int, paper: int) -> Code:
    """Judge the four status bytes; the cause that a person can mend goes first.

    | byte | bit | meaning |
    |---|---|---|
    | 2 | 0x04 | cover open |
    | 2, 4 | 0x20; 0x60 | paper end |
    | 3 | 0x08 | cutter |
    | 2, 3 | 0x40; 0x64 | error |
    | 1 | 0x08 | offline for another cause |
    | 4 | 0x0C | paper near its end, prints |
    """
    if cause & 0x04:
        return Code.COVER_OPEN
    if cause & 0x20 or paper & 0x60:
        return Code.PAPER_OUT
    if error & 0x08:
        return Code.CUTTER
    if cause & 0x40 or error & 0x64:
        return Code.ERROR
    if printer & 0x08:
        return Code.OFFLINE
    return Code.PAPER_NEAR_END if paper & 0x0C else Code.OK
