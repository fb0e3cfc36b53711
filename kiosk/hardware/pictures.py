"""What paper shows as dots instead of letters: headlines, QR codes, lines, marks; and how printers take them.

Black (0 in Pillow's 1-bit pictures) is ink. No letter comes from a font of the system, so paper looks the
same on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

import qrcode
from PIL import Image, ImageChops, ImageDraw, ImageFont

_LETTER_DOTS = 200
_MM = 8
"""Dots: 203 dpi."""


def raster(image: Image.Image) -> bytes:
    """Return a picture (black is ink) as one `GS v 0` command, width filled up to whole bytes of white."""
    wide = Image.new("1", ((image.width + 7) // 8 * 8, image.height), 1)
    wide.paste(image, (0, 0))
    ink = wide.tobytes("raw", "1;I")
    # A printer obeys DLE EOT/ENQ/DC4 even inside a picture. One dot less does not show.
    ink = re.sub(rb"\x10(?=[\x04\x05\x14])", b"\x00", ink)
    size = (wide.width // 8).to_bytes(2, "little") + wide.height.to_bytes(2, "little")
    return b"\x1dv0\x00" + size + ink


_MASK = 3
"""Of the eight masks always this one; every reader takes any. Choosing the best one is 4 of the 5 ms a code
takes, and both our readers read no more of 40 codes that were turned, shrunk, blurred and made noisy."""


def qr(data: str, module: int) -> Image.Image:
    """Draw a QR code, error correction M, `module` dots a module, with its quiet zone of four modules."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, mask_pattern=_MASK)
    code.add_data(data)
    code.make(fit=True)
    matrix = code.get_matrix()
    small = Image.new("1", (len(matrix), len(matrix)), 1)
    small.putdata([0 if dark else 1 for line in matrix for dark in line])
    return small.resize((small.width * module, small.height * module), Image.Resampling.NEAREST)


# Drawing is most of a sheet's time, and apart from a ticket's number each sheet says the same in large.
@lru_cache(maxsize=16)
def headline(text: str, width: int, height: int) -> Image.Image:
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
def banner(text: str, width: int) -> Image.Image:
    """Draw `text` white on a black bar `width` dots wide and 64 dots (8 mm) high; remembered as well."""
    bar = Image.new("1", (width, 64), 0)
    words = headline(text, width - 32, 34)
    at = ((bar.width - words.width) // 2, (bar.height - words.height) // 2)
    bar.paste(1, at, words.point(lambda tone: 255 - tone))
    return bar


@lru_cache(maxsize=2)
def logo(path: Path, changed: int, width: int, height: int) -> Image.Image:  # noqa: ARG001, part of the key
    """Draw a picture file on white, at most `width` x `height` dots; remembered until the file has `changed`.

    `changed` is the file's time of modification. Raises what Pillow raises for a file that is missing or no
    picture: OSError, ValueError, DecompressionBombError.
    """
    with Image.open(path) as opened:
        shown = opened.convert("RGBA")
    paper = Image.new("RGBA", shown.size, "white")
    paper.alpha_composite(shown)
    paper.thumbnail((width, height))
    return paper.convert("L").point(_as_ink).convert("1")


def _as_ink(tone: int) -> int:
    """Colours of a logo become full black or white, and only what lies between is dithered into dots."""
    return min(255, max(0, (tone - 112) * 255 // 72))


def _lettering(text: str, weight: int) -> Image.Image:
    """Draw `text` larger than any roll needs it, so that it can only be scaled down; black on white."""
    tracking = _LETTER_DOTS // 14
    lengths = [round(_font().getlength(char)) + tracking for char in text]
    canvas = Image.new("L", (sum(lengths) + 2 * tracking, 2 * _LETTER_DOTS), 0)
    x = 0
    for char, length in zip(text, lengths, strict=True):
        letter = _letter(char, weight)
        canvas.paste(255, (x, 0), letter)  # strokes may reach into the letter before
        x += length
    box = canvas.getbbox()
    return ImageChops.invert(canvas.crop(box)) if box else Image.new("L", (1, 1), 255)


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    # Pillow carries this font inside itself, so paper looks the same on every machine.
    return ImageFont.load_default(_LETTER_DOTS)


@lru_cache(maxsize=128)
def _letter(char: str, weight: int) -> Image.Image:
    """One heavy letter, white on black, with room at its left; a ticket's number has new ones every time."""
    room = _LETTER_DOTS // 14
    drawn = Image.new("L", (int(_font().getlength(char)) + 3 * room, 2 * _LETTER_DOTS), 0)
    pen = ImageDraw.Draw(drawn)
    pen.text((room, _LETTER_DOTS // 4), char, font=_font(), fill=255, stroke_width=weight)
    return drawn


@cache
def dotted(width: int) -> Image.Image:
    """A light line."""
    return _drawn(width, 2, lambda x, _y: x % 8 < 3)


@cache
def gauge(width: int, *, foot: bool) -> Image.Image:
    """Corners, both edges, the centre, and a scale whose ticks grow by 1, 5 and 10 mm; centimetres numbered.

    `foot` turns it over, so that two of them frame a sheet.
    """
    high, corner = 8 * _MM, 6 * _MM

    def ink(x: int, y: int) -> bool:
        side = min(x, width - 1 - x)
        if y < 2 or side < 2 or (side < corner and y < 6) or (side < 6 and y < corner):
            return True
        if abs(x - width // 2) < max(1, (high - y) // 3 if y > high - 20 else 1):
            return True
        return x % _MM == 0 and y < (30 if x % (10 * _MM) == 0 else 22 if x % (5 * _MM) == 0 else 12)

    image = _drawn(width, high, ink)
    if foot:
        image = image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    for cm in range(1, (width - 1) // (10 * _MM) + 1):
        number = headline(str(cm), 2 * _MM, 14)
        x = cm * 10 * _MM - number.width // 2
        if min(abs(x - width // 2), width - x) > 3 * _MM:
            image.paste(number, (x, high - 34 - number.height if foot else 34))
    return image


@cache
def shades(width: int) -> Image.Image:
    """Four blocks side by side: 25, 50, 75 and 100 % black, 6 mm high."""

    def ink(x: int, y: int) -> bool:
        match x * 4 // width:
            case 0:
                return x % 2 == 0 and y % 2 == 0
            case 1:
                return (x + y) % 2 == 0
            case 2:
                return x % 2 == 0 or y % 2 == 0
            case _:
                return True

    return _drawn(width, 6 * _MM, ink)


def _drawn(width: int, height: int, ink: Callable[[int, int], bool]) -> Image.Image:
    image = Image.new("1", (width, height), 1)
    image.putdata([0 if ink(x, y) else 1 for y in range(height) for x in range(width)])
    return image
