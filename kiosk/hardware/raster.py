"""ESC/POS bytes to a picture of paper: the preview, the simulated printer's sheets, the tests' judge.

Knows the subset that is in use: `LF`, `ESC @ a E G M - ! 2 3 J d t`, `GS ! B V v0`, `DLE EOT`.
Everything else is *named* in `Drawing.unknown` and skipped, so a test can demand that nothing was.
"""

from __future__ import annotations

import importlib.resources
import io
from dataclasses import dataclass, field
from functools import cache

from PIL import Image, ImageDraw, ImageFont

LONGEST_DOTS = 8_000
"""Paper that a drawing may use, in dots (1 m): arbitrary bytes can ask for kilometres."""

MOST_NAMES = 50
"""How many unknown commands are named; a job that is all noise needs no longer list."""


@dataclass(frozen=True)
class Drawing:
    """What came out: a grey PNG with margins, the text lines read, the cuts, and what was not understood."""

    png: bytes
    width: int
    height: int
    text: tuple[str, ...]
    cuts: int
    unknown: tuple[str, ...]


def render(data: bytes, dots: int = 576, margin: int = 32) -> Drawing:
    """Draw `data` on a roll `dots` wide with `margin` dots of unprintable edge. Never raises on any bytes."""
    return _Printer(data, dots).draw(margin)


@dataclass
class _Style:
    align: int = 0
    bold: bool = False
    underline: int = 0
    invert: bool = False
    small: bool = False
    width: int = 1
    height: int = 1

    @property
    def cell(self) -> tuple[int, int]:
        """Dots of one character; font A is 12 x 24, font B 9 x 17."""
        wide, high = (9, 17) if self.small else (12, 24)
        return wide * self.width, high * self.height


@cache
def _glyph(char: str, small: bool, bold: bool) -> Image.Image:
    # This file comes with python-barcode, which python-escpos needs: the same letters on every machine.
    path = importlib.resources.files("barcode") / "fonts" / "DejaVuSansMono.ttf"
    with importlib.resources.as_file(path) as file:
        font = ImageFont.truetype(str(file), 15 if small else 20)
    cell = (9, 17) if small else (12, 24)
    image = Image.new("L", cell, 0)
    draw = ImageDraw.Draw(image)
    baseline = 14 if small else 19
    draw.text((0, baseline), char, font=font, fill=255, anchor="ls", stroke_width=0)
    if bold:
        # Thermal printers embolden by striking twice, one dot apart.
        draw.text((1, baseline), char, font=font, fill=255, anchor="ls")
    return image


@dataclass
class _Printer:
    data: bytes
    dots: int
    at: int = 0
    y: int = 0
    spacing: int = 30
    cuts: int = 0
    style: _Style = field(default_factory=_Style)
    line: list[tuple[str, _Style]] = field(default_factory=list)
    placed: list[tuple[int, int, Image.Image]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def draw(self, margin: int) -> Drawing:
        while self.at < len(self.data) and self.y < LONGEST_DOTS:
            self._next()
        if self.y >= LONGEST_DOTS:
            self._name(f"paper longer than {LONGEST_DOTS} dots")
        self._end_line(feed=bool(self.line))
        height = min(max(self.y, 1), LONGEST_DOTS) + 2 * margin
        sheet = Image.new("L", (self.dots + 2 * margin, height), 255)
        for x, y, ink in self.placed:
            sheet.paste(0, (margin + x, margin + y), ink)
        out = io.BytesIO()
        sheet.save(out, "PNG", optimize=True)
        return Drawing(out.getvalue(), sheet.width, height, tuple(self.text), self.cuts, tuple(self.unknown))

    def _name(self, what: str) -> None:
        if len(self.unknown) < MOST_NAMES:
            self.unknown.append(what)

    def _take(self, count: int) -> bytes:
        taken = self.data[self.at : self.at + count]
        self.at += count
        return taken

    def _next(self) -> None:
        start = self.at
        byte = self._take(1)[0]
        if byte == 0x0A:
            self._end_line()
        elif 0x20 <= byte < 0x7F:
            self._letter(chr(byte))
        elif byte in (0x1B, 0x1D, 0x10):
            self._command({0x1B: "ESC", 0x1D: "GS", 0x10: "DLE"}[byte], start)
        else:
            self._name(f"byte 0x{byte:02X} at {start}")

    def _letter(self, char: str) -> None:
        style = self.style
        used = sum(s.cell[0] for _, s in self.line)
        if self.line and used + style.cell[0] > self.dots:
            self._end_line()
        self.line.append((char, _Style(**vars(style))))

    def _end_line(self, *, feed: bool = True) -> None:
        if self.line:
            self.text.append("".join(char for char, _ in self.line))
            tallest = max(style.cell[1] for _, style in self.line)
            width = sum(style.cell[0] for _, style in self.line)
            x = {1: (self.dots - width) // 2, 2: self.dots - width}.get(self.style.align, 0)
            for char, style in self.line:
                self._stamp(char, style, x, self.y + tallest - style.cell[1])
                x += style.cell[0]
            self.line.clear()
            self.y += max(self.spacing, tallest) if feed else 0
        elif feed:
            self.y += self.spacing

    def _stamp(self, char: str, style: _Style, x: int, y: int) -> None:
        ink = _glyph(char, style.small, style.bold).resize(style.cell, Image.Resampling.NEAREST)
        if style.underline:
            ink.paste(255, (0, ink.height - style.underline, ink.width, ink.height))
        if style.invert:
            ink = ink.point(lambda tone: 255 - tone)
        self.placed.append((x, y, ink))

    def _command(self, lead: str, start: int) -> None:
        letter = self._take(1)
        if not letter:
            self._name(f"{lead} cut off at {start}")
            return
        key = f"{lead} {letter.decode('ascii')}" if 0x20 < letter[0] < 0x7F else f"{lead} 0x{letter[0]:02X}"
        if key == "ESC @":
            self.line.clear()
            self.style, self.spacing = _Style(), 30
            return
        if key == "ESC 2":
            self.spacing = 30
            return
        if key == "GS v":
            self._raster(start)
            return
        argument = self._take(1)
        if not argument:
            self._name(f"{key} cut off at {start}")
            return
        if not self._set(key, argument[0]):
            # Only the two bytes of the command itself are skipped: the length of an unknown one is unknown.
            self.at -= 1
            self._name(f"{key} at {start}")

    def _set(self, key: str, value: int) -> bool:
        style = self.style
        match key:
            case "ESC a":
                style.align = value % 48 if value % 48 in (0, 1, 2) else 0
            case "ESC E" | "ESC G":
                style.bold = bool(value & 1)
            case "ESC -":
                style.underline = value % 48 if value % 48 in (0, 1, 2) else 0
            case "ESC M":
                style.small = value in (1, 49)
            case "ESC !":
                style.small, style.bold = bool(value & 1), bool(value & 8)
                style.height, style.width = 1 + bool(value & 16), 1 + bool(value & 32)
                style.underline = 1 if value & 128 else 0
            case "GS !":
                style.width, style.height = (value >> 4 & 7) + 1, (value & 7) + 1
            case "GS B":
                style.invert = bool(value & 1)
            case "ESC 3":
                self.spacing = value
            case "ESC J":
                self._end_line(feed=False)
                self.y += value
            case "ESC d":
                self._end_line()
                self.y += self.spacing * max(value - 1, 0)
            case "GS V":
                self._cut(value)
            case "ESC t":
                pass  # only ASCII is drawn, and that is the same in every code page
            case "DLE 0x04":
                pass  # a status question; it leaves nothing on paper
            case _:
                return False
        return True

    def _cut(self, mode: int) -> None:
        self._end_line(feed=bool(self.line))
        if mode in (65, 66):
            # The knife stands behind the head, so the paper is first fed to it.
            self.y += sum(self._take(1)) + 40
        self.cuts += 1

    def _raster(self, start: int) -> None:
        head = self._take(6)
        if len(head) < 6 or head[0] not in (0x30, 0):
            self._name(f"GS v at {start}")
            return
        wide, high = int.from_bytes(head[2:4], "little"), int.from_bytes(head[4:6], "little")
        body = self._take(wide * high)
        if not wide or not high or len(body) < wide * high:
            self._name(f"GS v 0 cut off at {start}")
            return
        self._end_line(feed=bool(self.line))
        scale = (1 + (head[1] & 1), 1 + (head[1] >> 1 & 1))
        ink = Image.frombytes("1", (wide * 8, high), body).convert("L")
        ink = ink.crop((0, 0, min(ink.width, self.dots), min(ink.height, LONGEST_DOTS)))
        ink = ink.resize((ink.width * scale[0], ink.height * scale[1]), Image.Resampling.NEAREST)
        ink = ink.crop((0, 0, min(ink.width, self.dots), ink.height))
        x = {1: (self.dots - ink.width) // 2, 2: self.dots - ink.width}.get(self.style.align, 0)
        self.placed.append((x, self.y, ink))
        self.y += ink.height
