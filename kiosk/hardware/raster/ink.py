"""The dots of one letter and of one QR code, pure black and white and the same on every machine."""

from __future__ import annotations

import importlib.resources
from dataclasses import dataclass
from functools import cache, lru_cache

import qrcode
from PIL import Image, ImageDraw, ImageFont

_LEVELS = {
    48: qrcode.constants.ERROR_CORRECT_L,
    49: qrcode.constants.ERROR_CORRECT_M,
    50: qrcode.constants.ERROR_CORRECT_Q,
    51: qrcode.constants.ERROR_CORRECT_H,
}


@dataclass(frozen=True, slots=True)
class Style:
    """How letters look; `width` and `height` are whole multiples, `underline` is in dots."""

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

    @property
    def marks_spaces(self) -> bool:
        """Whether a space leaves ink, too."""
        return self.invert or self.underline > 0


def matrix(data: bytes, level: int) -> Image.Image:
    """A QR code as one dot a module, set where it is dark, without a quiet zone: printers add none."""
    code = qrcode.QRCode(error_correction=_LEVELS.get(level, qrcode.constants.ERROR_CORRECT_L), border=0)
    code.add_data(data)
    code.make(fit=True)
    rows = code.get_matrix()
    image = Image.new("1", (len(rows), len(rows)))
    image.putdata([255 if dark else 0 for row in rows for dark in row])
    return image


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    # This file comes with python-barcode, which python-escpos needs; the basic layout engine, because the
    # other one exists only where a library of the system does: the same letters on every machine.
    path = importlib.resources.files("barcode") / "fonts" / "DejaVuSansMono.ttf"
    with importlib.resources.as_file(path) as file:
        return ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1024)
def glyph(char: str, style: Style) -> Image.Image:
    """The dots of one letter, set where there is ink."""
    cell, baseline = ((9, 17), 14) if style.small else ((12, 24), 19)
    image = Image.new("L", cell, 0)
    draw = ImageDraw.Draw(image)
    draw.text((0, baseline), char, font=_font(15 if style.small else 20), fill=255, anchor="ls")
    ink = image.point(lambda tone: 255 if tone > 110 else 0).convert("1")
    if style.bold:
        # Thermal printers embolden by striking twice, one dot apart.
        ink.paste(1, (1, 0), ink.copy())
    ink = ink.resize(style.cell)
    if style.underline:
        ink.paste(1, (0, ink.height - style.underline, ink.width, ink.height))
    return ink.point(lambda tone: 255 - tone) if style.invert else ink
