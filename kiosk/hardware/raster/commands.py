"""Where one ESC/POS command ends and the next begins, also for those that nothing here can draw.

Lengths: Epson, ESC/POS Command Reference for TM printers; python-escpos 3.1, constants.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_ALONE = {0x00: "NUL", 0x09: "HT", 0x0A: "LF", 0x0D: "CR"}
_LEADS = {0x10: "DLE", 0x1B: "ESC", 0x1C: "FS", 0x1D: "GS"}

_FIXED: dict[str, dict[int, bytes]] = {
    "DLE": {1: b"\x05"},
    "ESC": {
        0: b"@2<LSimv\x0c",
        1: b" !%-3=?EGJKMRTUVadertu{",
        2: b"$\\cB",
        3: b"p",
        8: b"W",
    },
    "FS": {0: b"&.", 1: b"!-CW", 2: b"Sp?", 74: b"2"},
    "GS": {0: b":c", 1: b"!/BHITabfhjrw", 2: b"$\\LPWA", 3: b"^z", 4: b"g"},
}
_LENGTH = {
    (lead, letter): count
    for lead, counts in _FIXED.items()
    for count, letters in counts.items()
    for letter in letters
}
"""Bytes after the command's own two, where they are always the same number."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command, or a run of printable letters (`name` is then empty and `args` holds them).

    `name` is written as in the manuals (`ESC a`, `GS ( k`, `DLE 04`); `code` are its bytes, `args` those that
    follow; `missing` says that the data ended before the command did.
    """

    name: str
    at: int
    code: bytes = b""
    args: bytes = b""
    missing: bool = False

    def __str__(self) -> str:
        code = self.code.hex(" ").upper()
        return f"byte {code} at {self.at}" if self.name == "byte" else f"{self.name} ({code}) at {self.at}"


def split(data: bytes) -> Iterator[Command]:
    """Take `data` apart, in order and without a gap; of a command of unknown length only the name."""
    at = 0
    while at < len(data):
        command, at = _next(data, at)
        yield command


def _next(data: bytes, at: int) -> tuple[Command, int]:
    byte = data[at]
    if 0x20 <= byte < 0x7F:
        end = at
        while end < len(data) and 0x20 <= data[end] < 0x7F:
            end += 1
        return Command("", at, args=data[at:end]), end
    if byte not in _LEADS:
        return Command(_ALONE.get(byte, "byte"), at, bytes([byte])), at + 1
    lead = _LEADS[byte]
    if at + 1 == len(data):
        return Command(lead, at, bytes([byte]), missing=True), at + 1
    letter = data[at + 1]
    own = 3 if _has_function(lead, letter) else 2
    code = data[at : at + own]
    count = _count(lead, letter, data, at + own)
    body = data[at + own : at + own + count]
    missing = len(code) < own or len(body) < count
    return Command(_name(lead, code[1:]), at, code, body, missing), at + len(code) + len(body)


def _name(lead: str, rest: bytes) -> str:
    words = ("SP" if byte == 0x20 else chr(byte) if 0x20 < byte < 0x7F else f"{byte:02X}" for byte in rest)
    return " ".join([lead, *words])


def _has_function(lead: str, letter: int) -> bool:
    """Whether a third byte belongs to the command's name: `GS ( k`, `ESC ( A`, `GS 8 L`, `GS v 0`."""
    return (letter == ord("(") and lead != "DLE") or (lead == "GS" and letter in b"8vQ")


def _count(lead: str, letter: int, data: bytes, at: int) -> int:
    """Bytes from `at`, where the arguments begin; 0 also when nobody knows. May reach past the data's end."""
    if (lead, letter) in _LENGTH:
        return _LENGTH[lead, letter]

    def byte(offset: int) -> int:
        return data[at + offset] if at + offset < len(data) else 0

    def word(offset: int) -> int:
        return byte(offset) + 256 * byte(offset + 1)

    match lead, chr(letter):
        case (("GS" | "ESC" | "FS"), "("):
            return 2 + word(0)
        case "GS", "8" if data[at - 1 : at] == b"L":
            return 4 + word(0) + 65536 * word(2)
        case "GS", ("v" | "Q") if data[at - 1 : at] in (b"0", b"\0"):
            return 5 + word(1) * word(3)
        case "GS", "V":
            return 2 if byte(0) in (65, 66, 97, 98, 103, 104) else 1
        case "GS", "k":
            return 2 + byte(1) if byte(0) > 6 else _until_nul(data, at + 1) + 1
        case "GS", "*":
            return 2 + byte(0) * byte(1) * 8
        case "ESC", "*":
            return 3 + word(1) * (1 if byte(0) < 32 else 3)
        case "ESC", "D":
            return _until_nul(data, at)
        case "ESC", "&":
            return _letters(data, at, tall=byte(0), number=byte(2) - byte(1) + 1)
        case "FS", "q":
            return _pictures(data, at)
        case "DLE", "\x04":
            return 2 if byte(0) in (7, 8) else 1
        case "DLE", "\x14":
            return {7: 2, 8: 8}.get(byte(0), 3)
    return 0


def _until_nul(data: bytes, at: int) -> int:
    """Bytes up to the next NUL and with it."""
    end = data.find(0, at)
    return (len(data) if end < 0 else end) + 1 - at


def _letters(data: bytes, at: int, tall: int, number: int) -> int:
    """`ESC &` y c1 c2, then for each letter its width x and x * y bytes."""
    end = at + 3
    for _ in range(max(number, 0)):
        if end >= len(data):
            break
        end += 1 + data[end] * tall
    return end - at


def _pictures(data: bytes, at: int) -> int:
    """`FS q` n, then for each picture xL xH yL yH and x * y * 8 bytes."""
    end = at + 1
    for _ in range(data[at] if at < len(data) else 0):
        wide, high = data[end : end + 2], data[end + 2 : end + 4]
        end += 4 + int.from_bytes(wide, "little") * int.from_bytes(high, "little") * 8
        if end > len(data):
            break
    return end - at
