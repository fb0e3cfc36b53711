"""One sheet, drawn command by command in pure black and white, as the head of a thermal printer burns it."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace

from PIL import Image

from kiosk.hardware.raster.commands import Command, split
from kiosk.hardware.raster.ink import Style, glyph, matrix

LONGEST_DOTS = 8_000
"""Paper that a drawing may use, in dots (1 m): arbitrary bytes can ask for kilometres."""

MOST_LINES = 1_000
"""Lines of letters, three times what fits below each other: some may be struck over others, not for ever."""

MOST_NAMES = 50
"""How many unknown commands are named; a job that is all noise needs no longer list."""

MOST_QRS, LONGEST_QR = 10, 500
"""Different native codes drawn in one job, and their bytes: a large one takes a second to lay out."""

_SPACING, _TAB = 30, 8
"""As after `ESC @`: dots from line to line, letters from one tab stop to the next."""

_KNIFE_DOTS = 40
"""The knife stands behind the head: `GS V 65` and `66` first feed the paper to it."""

_SILENT = frozenset(
    {"ESC t", "ESC p", "ESC c", "ESC u", "ESC v", "ESC =", "DLE 04", "DLE 05", "DLE 14"}
    | {"GS a", "GS r", "GS I", "GS ( H", "GS j", "CR", "NUL"}
)
"""Leave nothing on paper: they ask, open the drawer, or choose a code page, and all have ASCII in common."""

_DEFAULT_WHEN_ZERO = frozenset(
    {"ESC SP", "ESC R", "ESC V", "ESC {", "ESC %", "ESC T", "ESC U", "GS L", "FS .", "FS -", "FS S"}
    | {"GS b", "GS H", "GS f"}
)
"""Settings that are named only when they would change something."""


@dataclass(frozen=True)
class Drawing:
    """What came out: a 1-bit PNG with margins, the text lines, the cuts, and what was not understood."""

    png: bytes
    width: int
    height: int
    text: tuple[str, ...]
    cuts: int
    unknown: tuple[str, ...]


@dataclass
class _Symbol:
    """A native QR code as the printer keeps it between `GS ( k` store and print."""

    data: bytes = b""
    level: int = 48
    module: int = 3


@dataclass
class Sheet:
    """A roll `dots` wide with `margin` dots around; used once."""

    dots: int
    margin: int
    y: int = 0
    spacing: int = _SPACING
    align: int = 0
    cuts: int = 0
    style: Style = field(default_factory=Style)
    line: list[tuple[str, Style]] = field(default_factory=list)
    used: int = 0
    symbol: _Symbol = field(default_factory=_Symbol)
    codes: dict[tuple[bytes, int], Image.Image] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    unknown: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paper = Image.new("1", (self.dots + 2 * self.margin, LONGEST_DOTS + 2 * self.margin), 1)

    def draw(self, data: bytes) -> Drawing:
        """Obey `data` to its end, or to the end of the paper."""
        for command in split(data):
            if self._is_full():
                break
            self._obey(command)
        if self._is_full():
            self._name("full", f"paper longer than {LONGEST_DOTS} dots or {MOST_LINES} lines")
        self._end_line(feed=bool(self.line))
        height = min(max(self.y, 1), LONGEST_DOTS) + 2 * self.margin
        sheet = self.paper.crop((0, 0, self.paper.width, height))
        # Ink below the last line is cut off with it, so that margins are white.
        sheet.paste(1, (0, height - self.margin, sheet.width, height))
        out = io.BytesIO()
        sheet.save(out, "PNG", compress_level=6)  # the highest takes ten times as long for a tenth less
        unknown = tuple(self.unknown.values())
        return Drawing(out.getvalue(), sheet.width, height, tuple(self.text), self.cuts, unknown)

    def _is_full(self) -> bool:
        return self.y >= LONGEST_DOTS or len(self.text) >= MOST_LINES

    def _name(self, key: str, what: str) -> None:
        if len(self.unknown) < MOST_NAMES:
            self.unknown.setdefault(key, what)

    def _obey(self, command: Command) -> None:
        if not command.name:
            for byte in command.args:
                if self._is_full():
                    break
                self._letter(chr(byte))
        elif command.missing:
            self._name(command.name, f"{command}, cut off")
        elif command.name in _SILENT or (command.name in _DEFAULT_WHEN_ZERO and not any(command.args)):
            pass
        elif not (self._set(command) or self._do(command)):
            self._name(f"{command.name} {command.code.hex()}", str(command))
            if command.code[0] >= 0x80:
                self._letter("?")  # a letter of some code page: it takes its room

    def _set(self, command: Command) -> bool:
        """What only changes how the next letters look; whether `command` was one of these."""
        value = command.args[0] if command.args else 0
        match command.name:
            case "ESC @":
                self.line.clear()
                self.style, self.spacing, self.align, self.symbol = Style(), _SPACING, 0, _Symbol()
                self.used = 0
            case "ESC a":
                self.align = value % 48 if value % 48 in (0, 1, 2) else 0
            case "ESC E" | "ESC G":
                self.style = replace(self.style, bold=bool(value & 1))
            case "ESC -":
                self.style = replace(self.style, underline=value % 48 if value % 48 in (0, 1, 2) else 0)
            case "ESC M":
                self.style = replace(self.style, small=value in (1, 49))
            case "ESC !":
                self.style = replace(
                    self.style,
                    small=bool(value & 1),
                    bold=bool(value & 8),
                    height=1 + bool(value & 16),
                    width=1 + bool(value & 32),
                    underline=1 if value & 128 else 0,
                )
            case "GS !":
                self.style = replace(self.style, width=(value >> 4 & 7) + 1, height=(value & 7) + 1)
            case "GS B":
                self.style = replace(self.style, invert=bool(value & 1))
            case "ESC 2":
                self.spacing = _SPACING
            case "ESC 3":
                self.spacing = value
            case _:
                return False
        return True

    def _do(self, command: Command) -> bool:
        """What moves or marks the paper; whether `command` was one of these."""
        args = command.args
        match command.name:
            case "LF":
                self._end_line()
            case "HT":
                for _ in range(_TAB - len(self.line) % _TAB):
                    self._letter(" ")
            case "ESC J":
                self._end_line(feed=False)
                self.y += args[0]
            case "ESC d":
                self._end_line()
                self.y += self.spacing * max(args[0] - 1, 0)
            case "ESC i" | "ESC m":
                self._cut(0)
            case "GS V" if args[0] in (0, 1, 48, 49, 65, 66):
                self._cut(_KNIFE_DOTS + args[1] if len(args) > 1 else 0)
            case "GS v 0" | "GS v 00" if args[0] % 48 < 4:
                self._picture(args)
            case "GS ( k":
                return self._native_code(args[2:])
            case _:
                return False
        return True

    def _letter(self, char: str) -> None:
        wide = self.style.cell[0]
        if self.line and self.used + wide > self.dots:
            self._end_line()
        self.line.append((char, self.style))
        self.used += wide

    def _end_line(self, *, feed: bool = True) -> None:
        if self.line:
            self.text.append("".join(char for char, _ in self.line))
            tallest = max(style.cell[1] for _, style in self.line)
            x = self._left(self.used)
            for char, style in self.line:
                wide, high = style.cell
                if char != " " or style.marks_spaces:
                    self._burn(glyph(char, style), x, self.y + tallest - high)
                x += wide
            self.line.clear()
            self.used = 0
            self.y += max(self.spacing, tallest) if feed else 0
        elif feed:
            self.y += self.spacing

    def _left(self, width: int) -> int:
        return {1: (self.dots - width) // 2, 2: self.dots - width}.get(self.align, 0)

    def _burn(self, ink: Image.Image, x: int, y: int) -> None:
        """Blacken where `ink` is set: dots that were burnt before stay black."""
        self.paper.paste(0, (self.margin + x, self.margin + y), ink)

    def _cut(self, feed: int) -> None:
        self._end_line(feed=bool(self.line))
        self.y += feed
        self.cuts += 1

    def _picture(self, args: bytes) -> None:
        self._end_line(feed=bool(self.line))
        mode, wide, high = args[0], int.from_bytes(args[1:3], "little"), int.from_bytes(args[3:5], "little")
        shown, rows = min(wide, -(-self.dots // 8)), min(high, LONGEST_DOTS - self.y)
        if shown <= 0 or rows <= 0:
            return
        body = b"".join(args[5 + row * wide : 5 + row * wide + shown] for row in range(rows))
        ink = Image.frombytes("1", (shown * 8, rows), body)
        ink = ink.resize((ink.width * (1 + (mode & 1)), ink.height * (1 + (mode >> 1 & 1))))
        self._stand(ink)

    def _stand(self, ink: Image.Image) -> None:
        if ink.width > self.dots:
            ink = ink.crop((0, 0, self.dots, ink.height))
        self._burn(ink, self._left(ink.width), self.y)
        self.y += ink.height

    def _native_code(self, args: bytes) -> bool:
        """`GS ( k` for QR (cn 49): model, size, error correction, store, print; others are not known."""
        match args[:2]:
            case b"1A" | b"1R":
                return True
            case b"1C" if len(args) == 3:
                self.symbol.module = min(max(args[2], 1), 16)
            case b"1E" if len(args) == 3:
                self.symbol.level = args[2]
            case b"1P":
                self.symbol.data = args[3:]
            case b"1Q":
                return self._print_code(self.symbol)
            case _:
                return False
        return True

    def _print_code(self, symbol: _Symbol) -> bool:
        key = (symbol.data, symbol.level)
        if key not in self.codes:
            if not 0 < len(symbol.data) <= LONGEST_QR or len(self.codes) == MOST_QRS:
                return False
            try:
                self.codes[key] = matrix(*key)
            except ValueError:
                return False  # `qrcode` cannot lay out a few binary texts, such as 500 NULs («glog(0)»)
        small = self.codes[key]
        self._end_line(feed=bool(self.line))
        self._stand(small.resize((small.width * symbol.module, small.height * symbol.module)))
        return True
