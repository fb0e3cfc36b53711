"""Paper to ESC/POS bytes: layout in columns and dots for one roll, names folded to ASCII.

python-escpos' `Dummy` writes the text commands. Pictures (QR, headline, rules, logo) come from
`kiosk/hardware/pictures.py` and are sent as `GS v 0`: 10 of its 35 printer profiles have no QR of their own,
and its `qr()` leaves a quiet zone of one module where four are needed.
"""

from __future__ import annotations

import logging
import textwrap
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from PIL import Image

from kiosk.config import Settings
from kiosk.domain.paper import (
    Align,
    Banner,
    Columns,
    Element,
    Gauge,
    Headline,
    Items,
    Paper,
    Picture,
    Qr,
    Row,
    Rule,
    Shades,
    Size,
    Space,
    Text,
)
from kiosk.hardware import pictures
from kiosk.hardware.printer import model

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
    cuts: bool = True


ROLLS = {
    58: Roll(columns=32, dots=384, module=5, margin=40),
    80: Roll(columns=48, dots=576, module=6, margin=32),
}
"""By paper width in millimetres; `margin` is the unprintable edge at each side, in dots.

Modules are as large as a sheet of a hand's length allows: of seven papers held askew and out of focus
(4 degrees, 3/4 of the size, a blur of 0.7 dots) pyzbar reads 2 with modules of 4 dots, and all with 5 or 6.
"""

_TEAR_DOTS = 120
"""From the head to the tear bar and a finger's breadth: 15 mm, fed where a printer has no knife."""

_HANG = 3
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
    """Return the roll that the settings name (`KIOSK_PAPER_MM`), no wider than their printer model prints."""
    roll, known = ROLLS[settings.paper_mm], model.of(settings.printer_model)
    return replace(
        roll,
        columns=min(roll.columns, known.columns or roll.columns),
        dots=min(roll.dots, known.dots or roll.dots),
        cuts=known.cuts,
    )


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


@cache
def _dummy() -> Any:
    """python-escpos' writer of bytes, loaded late: the start-up cannot spare the 0.4 s it takes."""
    model.capabilities()
    from escpos.printer import Dummy

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
        if paper.cut and self._roll.cuts:
            self._out.cut(feed=False)
        elif paper.cut:
            self._feed(_TEAR_DOTS)
        return bytes(self._out.output)

    def _element(self, element: Element) -> None:
        roll = self._roll
        match element:
            case Text():
                self._text(element)
            case Headline(text=text, height=height):
                self._picture(pictures.headline(fold(text), roll.dots * 15 // 16, height))
            case Banner(text=text):
                self._picture(pictures.banner(fold(text), roll.dots))
            case Row(label=label, value=value, bold=bold):
                self._row(fold(label), fold(value), bold)
            case Items(items=items, numbered=numbered):
                for number, item in enumerate(items, start=1):
                    self._item(f"{number}. " if numbered else "-  ", fold(item))
            case Rule(heavy=heavy):
                self._picture(Image.new("1", (roll.dots, 4), 0) if heavy else pictures.dotted(roll.dots))
            case Space(dots=dots):
                self._feed(dots)
            case Qr(data=data):
                self._picture(pictures.qr(data, roll.module))
            case Picture():
                self._file(element)
            case Gauge(foot=foot):
                self._picture(pictures.gauge(roll.dots, foot=foot))
            case Shades():
                self._picture(pictures.shades(roll.dots))
            case Columns():
                self._line(_counted(roll.columns))

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
        columns = self._roll.columns
        beside = columns - len(value) - 2
        if len(label) > beside and len(value) > columns // 3:
            self._line(label)
            self._out.set(bold=bold)
            for line in _lines(value, columns - 2):
                self._line("  " + line)
        else:
            # A short value, such as a number, stays in its column beside the last line of a long label.
            *above, last = _lines(label, beside)
            for line in above:
                self._line(line)
            self._out._raw(last.ljust(columns - len(value)).encode("ascii"))
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
        self._out._raw(pictures.raster(image))

    def _file(self, element: Picture) -> None:
        try:
            changed = element.path.stat().st_mtime_ns
            logo = pictures.logo(element.path, changed, self._roll.dots * 3 // 4, element.height)
        except (OSError, ValueError, Image.DecompressionBombError):
            # A ticket without logo still does its work.
            log.warning("the logo file is not a readable picture; paper is printed without it")
            return
        self._picture(logo)


def _wrapped(text: str, columns: int) -> list[str]:
    return textwrap.wrap(text, columns, break_on_hyphens=False) or [""]


def _lines(text: str, columns: int) -> list[str]:
    """Wrap into as few lines as possible; the last is not a single word where a narrower wrap avoids it."""
    lines = _wrapped(text, columns)
    for narrower in range(columns - 1, max(columns // 2, _longest_word(text)) - 1, -1):
        if len(lines) == 1 or " " in lines[-1] or len(_wrapped(text, narrower)) > len(lines):
            break
        lines = _wrapped(text, narrower)
    return lines


def _longest_word(text: str) -> int:
    """Characters: in fewer columns it would be torn apart."""
    return max(map(len, text.split()), default=0)


def _balanced(text: str, columns: int) -> list[str]:
    """Wrap into as few lines as possible, of about equal length: no single word alone on the last line."""
    lines = _wrapped(text, columns)
    narrow = min(max(8, _longest_word(text)), columns)
    while narrow < columns:
        middle = (narrow + columns) // 2
        if len(narrower := _wrapped(text, middle)) == len(lines):
            columns, lines = middle, narrower
        else:
            narrow = middle + 1
    return lines


def _counted(columns: int) -> str:
    """`----+----1----+----2----+----|32`: as many letters as `columns`, every tenth its number."""
    ten = "----+----"
    scale = "".join(f"{ten}{number}" for number in range(1, columns // 10 + 1)) + ten
    return f"{scale[: columns - 3]}|{columns}"
