"""Reading codes from pictures: zxing-cpp first, pyzbar as second opinion where zxing-cpp finds nothing.

Measured on zxing's photographs: of 137 codes zxing-cpp 3.1 reads 123, pyzbar 0.1.9 reads 95, either one 128.
On a 1280x720 frame zxing-cpp takes 2.7 ms and pyzbar 28 ms.
"""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import zxingcpp
from PIL import Image

MOST_PIXELS = 12_000_000

Grey = npt.NDArray[np.uint8]
Picture = npt.NDArray[np.uint8] | Image.Image | bytes


class Reader(StrEnum):
    """Who has read a code; as named by `kiosk doctor`."""

    ZXING = "zxing-cpp"
    PYZBAR = "pyzbar"


class UnreadablePicture(Exception):
    """Bytes that are no picture, or one above 12 megapixels."""


@dataclass(frozen=True)
class Code:
    """One code in a picture. `symbology` is one of `SYMBOLOGIES`."""

    text: str = field(repr=False)
    symbology: str
    reader: Reader


# Ours are QR codes. The others stand on things that people hold before a reader: read to be answered with a
# kind word; the weaker linear ones (ITF, Codabar) are left out, because stripes on a shirt read as those.
_ZXING_FORMATS: dict[zxingcpp.BarcodeFormat, str] = {
    zxingcpp.BarcodeFormat.QRCode: "qr",
    zxingcpp.BarcodeFormat.Aztec: "aztec",
    zxingcpp.BarcodeFormat.DataMatrix: "datamatrix",
    zxingcpp.BarcodeFormat.PDF417: "pdf417",
    zxingcpp.BarcodeFormat.Code128: "code128",
}
_ZBAR_FORMATS = {"QRCODE": "qr", "CODE128": "code128"}

SYMBOLOGIES = frozenset(_ZXING_FORMATS.values())


def read_codes(image: Picture) -> tuple[Code, ...]:
    """Every code in `image`: JPEG or PNG bytes, a Pillow picture, or a uint8 array (height, width[, 3]).

    Raises `UnreadablePicture` for bytes that are no picture. May take some 60 ms for an empty picture: pyzbar
    is asked twice, plainly and in pure black and white. For a live camera use `LiveReader`.
    """
    grey = _grey(image)
    return _by_zxing(grey) or _by_pyzbar(grey) or _by_pyzbar(_thresholded(grey))


class LiveReader:
    """Reads a camera's frames in turn, asking the slow reader only about every fifth empty one."""

    EVERY = 5

    def __init__(self) -> None:
        self._empty = 0

    def read(self, image: Picture) -> tuple[Code, ...]:
        """As `read_codes`, for the next frame. pyzbar sees frames plainly and in black and white by turns."""
        grey = _grey(image)
        if found := _by_zxing(grey):
            return found
        self._empty += 1
        turn, rest = divmod(self._empty, self.EVERY)
        if rest:
            return ()
        return _by_pyzbar(grey if turn % 2 else _thresholded(grey))


def readers() -> dict[str, bool]:
    """Which readers work on this machine: for `kiosk doctor`. Without pyzbar some worn codes stay unread."""
    return {Reader.ZXING.value: True, Reader.PYZBAR.value: _pyzbar() is not None}


def _grey(image: Picture) -> Grey:
    if isinstance(image, bytes):
        image = _opened(image)
    if isinstance(image, Image.Image):
        if image.has_transparency_data:
            paper = Image.new("RGBA", image.size, "white")
            image = Image.alpha_composite(paper, image.convert("RGBA"))
        return np.asarray(image.convert("L"))
    if image.ndim == 3:
        return np.ascontiguousarray(image.mean(axis=2).astype(np.uint8))
    return np.ascontiguousarray(image)


def _opened(data: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
        if image.width * image.height > MOST_PIXELS:
            raise UnreadablePicture("too many pixels")
        # A JPEG's grey channel comes out of the decoder by itself, three times as fast as its colours.
        image.draft("L", image.size)
        image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnreadablePicture("not a picture") from None
    return image


def _thresholded(grey: Grey) -> Grey:
    """Black and white, cut half-way between the dark and the bright parts (2nd and 98th percentile)."""
    dark, bright = np.percentile(grey[::4, ::4], (2, 98))
    return np.where(grey > (dark + bright) / 2, np.uint8(255), np.uint8(0))


def _by_zxing(grey: Grey) -> tuple[Code, ...]:
    found = zxingcpp.read_barcodes(
        grey, formats=zxingcpp.BarcodeFormats(list(_ZXING_FORMATS)), text_mode=zxingcpp.TextMode.Plain
    )
    # By `symbology`, the family: `format` can be a variant that is not in the table.
    return tuple(Code(code.text, _ZXING_FORMATS[code.symbology], Reader.ZXING) for code in found if code.text)


def _by_pyzbar(grey: Grey) -> tuple[Code, ...]:
    pyzbar = _pyzbar()
    if pyzbar is None:
        return ()
    found = pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol[name] for name in _ZBAR_FORMATS])
    # zbar guesses at encodings and garbles what is not ASCII: no text is better than a wrong one.
    return tuple(
        Code(code.data.decode("ascii"), _ZBAR_FORMATS[code.type], Reader.PYZBAR)
        for code in found
        if code.data and code.data.isascii()
    )


@functools.cache
def _pyzbar() -> Any:
    """pyzbar's module, or `None` where the system library it needs (Debian: libzbar0) is missing."""
    try:
        from pyzbar import pyzbar
    except ImportError:
        return None
    return pyzbar
