"""Paper to ESC/POS bytes: layout in columns and dots for one roll, names folded to ASCII.

python-escpos' `Dummy` writes the text commands. Pictures (QR, headline, rules, logo) are drawn here and
sent as `GS v 0`: 10 of its 35 printer profiles have no QR of their own, and its `qr()` leaves a quiet zone of
one module where four are needed.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import textwrap
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import qrcode
from PIL import Image, ImageDraw, ImageFont

from kiosk.config import Settings
from kiosk.domain.paper import (
    Align,
    Banner,
    Element,
    Gauge,
    Headline,
    Items,
    Paper,
    Picture,
    Qr,
    Row,
    Rule,
    Size,
    Space,
    Text,
)

log = logging.getLogger(__name__)

LINE_DOTS = 34
"""Line spacing: font A is 24 dots high, so a little air; `ESC 3 n`."""


@dataclass(frozen=True)
class Roll:
    """A paper roll in a print head: characters a line (font A, 12 dots each), printable dots, QR module dots.

    203 dpi, 8 dots a millimetre. Source: python-escpos 3.1 profiles and the Epson TM data sheets.
    """

    columns: int
    dots: int
    module: int
    margin: int


ROLLS = {
    58: Roll(columns=32, dots=384, module=4, margin=40),
    80: Roll(columns=48, dots=576, module=6, margin=32),
}
"""By paper width in millimetres; `margin` is the unprintable edge at each side, in dots."""

_HANG = 3
_LETTER_DOTS = 200
_SIZES = {Size.NORMAL: (1, 1), Size.TALL: (1, 2), Size.LARGE: (2, 2)}

_FOLDS = str.maketrans(
    {
        "‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "…": "...", "•": "*",
        "·": "-", "×": "x", "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
        "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ł": "l", "Ł": "L", "þ": "th", "Þ": "Th", "ı": "i",
        "\u00a0": " ", "\u200b": "", "→": "->", "€": "EUR",
    }
)  # fmt: skip


def roll_of(settings: Settings) -> Roll:
    """Return the roll that the settings name (`KIOSK_PAPER_MM`)."""
    return ROLLS[settings.paper_mm]


def fold(text: str) -> str:
    """Write `text` in printable ASCII: accents dropped, the few letters without a base form spelt out.

    Paper only. Code pages differ between printers and switch in mid-line, so a name would come out as
    something else; a folded name is still read as the name. Control characters vanish (no command can be
    smuggled in through a name); letters of other scripts become `?`.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_FOLDS))
    kept = "".join(c for c in plain if not unicodedata.combining(c) and (c.isprintable() or c in "\n\t"))
    return " ".join(kept.encode("ascii", "replace").decode("ascii").split())


def encode(paper: Paper, roll: Roll) -> bytes:
    """Return the whole job, from reset to cut, as bytes for `roll`."""
    return _Sheet(roll).write(paper)


def raster(image: Image.Image) -> bytes:
    """Return a picture (black is ink) as one `GS v 0` command, width filled up to whole bytes of white."""
    wide = Image.new("1", ((image.width + 7) // 8 * 8, image.height), 1)
    wide.paste(image, (0, 0))
    ink = wide.tobytes("raw", "1;I")
    # A printer obeys DLE EOT/ENQ/DC4 even inside a picture. One dot less does not show.
    ink = re.sub(rb"\x10(?=[\x04\x05\x14])", b"\x00", ink)
    size = (wide.width // 8).to_bytes(2, "little") + wide.height.to_bytes(2, "little")
    return b"\x1dv0\x00" + size + ink


def qr_image(data: str, module: int) -> Image.Image:
    """Draw a QR code, error correction M, `module` dots a module, with its quiet zone of four modules."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(data)
    code.make(fit=True)
    matrix = code.get_matrix()
    small = Image.new("1", (len(matrix), len(matrix)), 1)
    small.putdata([0 if dark else 1 for line in matrix for dark in line])
    return small.resize((small.width * module, small.height * module), Image.Resampling.NEAREST)


# Drawing is most of a sheet's time, and apart from a ticket's number each sheet says the same in large.
@lru_cache(maxsize=16)
def headline_image(text: str, width: int, height: int) -> Image.Image:
    """Draw `text` in heavy letters as one line, at most `width` x `height` dots, without white edge.

    The picture is remembered and handed out again: copy it before drawing on it.
    """
    # Small letters get thinner strokes, or the dot of an i runs into its stem.
    letters = _lettering(text, 7 if height >= 100 else 4)
    scale = min(width / letters.width, height / letters.height)
    size = (max(1, int(letters.width * scale)), max(1, int(letters.height * scale)))
    small = letters.resize(size, Image.Resampling.LANCZOS)
    return small.point(lambda tone: 255 if tone > 127 else 0).convert("1", dither=Image.Dither.NONE)


@lru_cache(maxsize=16)
def banner_image(text: str, width: int) -> Image.Image:
    """Draw `text` white on a black bar `width` dots wide and 64 dots (8 mm) high; remembered as well."""
    bar = Image.new("1", (width, 64), 0)
    words = headline_image(text, width - 32, 34)
    at = ((bar.width - words.width) // 2, (bar.height - words.height) // 2)
    bar.paste(1, at, words.point(lambda tone: 255 - tone))
    return bar


def _lettering(text: str, weight: int) -> Image.Image:
    """Draw `text` larger than any roll needs it, so that it can only be scaled down; black on white."""
    # Pillow carries this font inside itself, so paper looks the same on every machine.
    font = ImageFont.load_default(_LETTER_DOTS)
    tracking = _LETTER_DOTS // 14
    length = sum(font.getlength(char) + tracking for char in text)
    canvas = Image.new("L", (int(length) + 2 * tracking, 2 * _LETTER_DOTS), 255)
    pen, x = ImageDraw.Draw(canvas), float(tracking)
    for char in text:
        pen.text((x, _LETTER_DOTS // 4), char, font=font, fill=0, stroke_width=weight)
        x += font.getlength(char) + tracking
    box = canvas.point(lambda tone: 255 - tone).getbbox()
    return canvas.crop(box) if box else Image.new("L", (1, 1), 255)


@cache
def _dummy() -> Any:
    """python-escpos' writer of bytes, loaded late: the start-up cannot spare the 0.4 s it takes."""
    from escpos import capabilities
    from escpos.printer import Dummy

    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        # At every start it writes its profiles into a new temporary folder and forgets it there.
        shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    return Dummy


class _Sheet:
    """Writes one paper; holds the printer language and the roll it is written for."""

    def __init__(self, roll: Roll) -> None:
        self._roll = roll
        self._out: Any = _dummy()()

    def write(self, paper: Paper) -> bytes:
        self._out.hw("INIT")
        self._out.line_spacing(LINE_DOTS)
        for element in paper.elements:
            self._element(element)
        if paper.cut:
            self._out.cut(feed=False)
        return bytes(self._out.output)

    def _element(self, element: Element) -> None:
        roll = self._roll
        match element:
            case Text():
                self._text(element)
            case Headline(text=text, height=height):
                self._picture(headline_image(fold(text), roll.dots * 15 // 16, height))
            case Banner(text=text):
                self._picture(banner_image(fold(text), roll.dots))
            case Row(label=label, value=value, bold=bold):
                self._row(fold(label), fold(value), bold)
            case Items(items=items, numbered=numbered):
                for number, item in enumerate(items, start=1):
                    self._item(f"{number}. " if numbered else "-  ", fold(item))
            case Rule(heavy=heavy):
                self._picture(Image.new("1", (roll.dots, 4), 0) if heavy else _dotted(roll.dots))
            case Space(dots=dots):
                self._feed(dots)
            case Qr(data=data, small=small):
                self._picture(qr_image(data, max(4, roll.module - 1) if small else roll.module))
            case Picture():
                self._file(element)
            case Gauge():
                self._picture(_gauge(roll.dots))

    def _feed(self, dots: int) -> None:
        while dots > 0:
            self._out._raw(b"\x1bJ" + bytes([min(dots, 255)]))
            dots -= 255

    def _text(self, element: Text) -> None:
        width, height = _SIZES[element.size]
        self._out.set(align=element.align.value, bold=element.bold)
        if element.size is not Size.NORMAL:
            self._out.set(custom_size=True, width=width, height=height)
            self._out.line_spacing(LINE_DOTS + 26)
        columns = self._roll.columns // width
        wrap = _balanced if element.align is Align.CENTER else _lines
        for line in wrap(fold(element.text), columns):
            self._line(line)
        if element.size is not Size.NORMAL:
            self._out.set(custom_size=True, width=1, height=1)
            self._out.line_spacing(LINE_DOTS)
        self._out.set(align="left", bold=False)

    def _line(self, text: str) -> None:
        self._out._raw(text.encode("ascii") + b"\n")

    def _row(self, label: str, value: str, bold: bool) -> None:
        gap = self._roll.columns - len(label) - len(value)
        if gap < 2:
            self._line(label)
            self._out.set(bold=bold)
            for line in _lines(value, self._roll.columns - 2):
                self._line("  " + line)
        else:
            self._out._raw((label + " " * gap).encode("ascii"))
            self._out.set(bold=bold)
            self._line(value)
        self._out.set(bold=False)

    def _item(self, mark: str, text: str) -> None:
        lines = _lines(text, self._roll.columns - _HANG)
        for index, line in enumerate(lines):
            self._line((mark if index == 0 else " " * _HANG).ljust(_HANG) + line)

    def _picture(self, image: Image.Image) -> None:
        if image.width < self._roll.dots:
            # Centred by white dots, not by `ESC a`: some printers ignore the alignment of pictures.
            centred = Image.new("1", (self._roll.dots, image.height), 1)
            centred.paste(image, ((self._roll.dots - image.width) // 2, 0))
            image = centred
        self._out._raw(raster(image))

    def _file(self, element: Picture) -> None:
        try:
            with Image.open(element.path) as opened:
                shown = opened.convert("RGBA")
        except (OSError, ValueError, Image.DecompressionBombError):
            # A ticket without logo still does its work.
            log.warning("the logo file is not a readable picture; paper is printed without it")
            return
        paper = Image.new("RGBA", shown.size, "white")
        paper.alpha_composite(shown)
        paper.thumbnail((self._roll.dots * 3 // 4, element.height))
        self._picture(paper.convert("L").convert("1"))


def _lines(text: str, columns: int) -> list[str]:
    return textwrap.wrap(text, columns, break_on_hyphens=False) or [""]


def _balanced(text: str, columns: int) -> list[str]:
    """Wrap into as few lines as possible, of about equal length: no single word alone on the last line."""
    best = _lines(text, columns)
    while columns > 8 and len(narrower := _lines(text, columns - 1)) == len(best):
        best, columns = narrower, columns - 1
    return best


@cache
def _dotted(width: int) -> Image.Image:
    return _drawn(width, 2, lambda x, _y: x % 8 < 3)


@cache
def _gauge(width: int) -> Image.Image:
    """A frame, a centre line and ticks: every millimetre short, every 5 longer, every 10 longest."""

    def ink(x: int, y: int) -> bool:
        if x in (0, 1, width - 2, width - 1) or y in (0, 1) or abs(x - width // 2) < 2:
            return True
        return x % 8 == 0 and y < (40 if x % 80 == 0 else 26 if x % 40 == 0 else 14)

    return _drawn(width, 56, ink)


def _drawn(width: int, height: int, ink: Callable[[int, int], bool]) -> Image.Image:
    image = Image.new("1", (width, height), 1)
    image.putdata([0 if ink(x, y) else 1 for y in range(height) for x in range(width)])
    return image
