"""Reading codes from pictures: zxing-cpp first, libzbar as second opinion where zxing-cpp finds nothing.

Measured on zxing's photographs: of 137 codes zxing-cpp 3.1 reads 123, pyzbar 0.1.9 reads 95, either one 128.
On a 1280x720 frame zxing-cpp takes 2.7 ms and pyzbar 28 ms. Where one library is missing, the other reads.
"""

from __future__ import annotations

import functools
import io
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from PIL import Image

from kiosk.hardware import zbar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Picture = npt.NDArray[np.uint8] | Image.Image | bytes

MOST_PIXELS = 12_000_000
"""That are decoded. Of a larger JPEG (a telephone's of 4032 by 3024) every second pixel or fewer are."""

FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP")


class Reader(StrEnum):
    """Who has read a code; as named by `kiosk doctor`."""

    ZXING = "zxing-cpp"
    PYZBAR = "pyzbar"


class UnreadablePicture(Exception):
    """Bytes that are no picture, or one above 12 megapixels."""


@dataclass(frozen=True)
class Code:
    """One code in a picture. `symbology` is a word such as `qr`: one of `SYMBOLOGIES` from `read_codes`."""

    text: str = field(repr=False)
    symbology: str
    reader: Reader


# Ours are QR codes. The others stand on things that people hold before a reader: read to be answered with a
# kind word; the weaker linear ones (ITF, Codabar) are left out, because stripes on a shirt read as those.
_OURS = {
    "QRCode": "qr",
    "Aztec": "aztec",
    "DataMatrix": "datamatrix",
    "PDF417": "pdf417",
    "Code128": "code128",
}

_QR = ("QRCode",)
_ALL = ()

SYMBOLOGIES = frozenset(_OURS.values())

_EVERY = frozenset(zbar.SYMBOLOGIES.values())
_SURE = frozenset({"qr", "code128", "ean13"})
"""Whose checks are strong enough for a picture that was bent until something came out of it."""

_HALVED_ABOVE = 1000
"""Pixels a side; libzbar's finder looks for modules of few pixels, and a telephone's picture has twenty."""

_DARK, _BRIGHT = 0.02, 0.98


def read_codes(image: Picture) -> tuple[Code, ...]:
    """Every code of `SYMBOLOGIES` in `image`: bytes in one of `FORMATS`, a Pillow picture, or a uint8 array
    (height, width[, 3]).

    Raises `UnreadablePicture` for bytes that are no picture. May take some 60 ms for an empty picture: the
    second reader is asked twice, plainly and in pure black and white. For a live camera use `LiveReader`.
    """
    grey = _grey(image)
    return _by_zxing(grey, _OURS) or _by_zbar(grey, SYMBOLOGIES) or _by_zbar(_thresholded(grey), SYMBOLOGIES)


def read_any(image: Picture) -> tuple[Code, ...]:
    """As `read_codes`, for a picture of anything: every symbology that the readers know.

    What zxing-cpp tries by itself (light on dark, half the size) is then tried for the second reader too:
    some 0.3 s for an empty picture of a megapixel, 3 s for one of twelve.
    """
    grey = _grey(image)
    if found := _by_zxing(grey, _ALL) or _by_zbar(grey, _EVERY):
        return found
    return next(filter(None, (_by_zbar(other, _SURE) for other in _bent(grey))), ())


class LiveReader:
    """Reads a camera's frames in turn.

    Each is searched for QR codes (6 ms of a noisy 1280x720 frame), every fifth also for the rest of
    `SYMBOLOGIES` (54 ms). The slow reader sees every fifth empty one at most, and works at most a tenth of
    the time (`SHARE`), however slow the machine is and however large the frames.
    """

    EVERY = 5
    SHARE = 0.1

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        worked: Callable[[], float] = time.thread_time,
    ) -> None:
        self._monotonic, self._worked = monotonic, worked
        self._empty = self._turn = 0
        self._free_at = 0.0

    def read(self, image: Picture) -> tuple[Code, ...]:
        """As `read_codes`, for the next frame; libzbar sees them plainly and in black and white by turns."""
        grey = _grey(image)
        if found := _by_zxing(grey, _OURS if self._empty == self.EVERY - 1 else _QR):
            return found
        self._empty += 1
        if self._empty < self.EVERY or self._monotonic() < self._free_at:
            return ()
        self._empty = 0
        self._turn += 1
        began = self._worked()
        found = _by_zbar(grey if self._turn % 2 else _thresholded(grey), SYMBOLOGIES)
        self._free_at = self._monotonic() + (self._worked() - began) / self.SHARE
        return found


def readers() -> dict[str, bool]:
    """Which readers work on this machine: for `kiosk doctor`. Without one of them some codes stay unread."""
    return {Reader.ZXING.value: _zxing() is not None, Reader.PYZBAR.value: zbar.library() is not None}


def _grey(image: Picture) -> Image.Image:
    if isinstance(image, bytes):
        image = _opened(image)
    if not isinstance(image, Image.Image):
        image = Image.fromarray(image)
    if image.has_transparency_data:
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image.convert("RGBA"))
    return image if image.mode == "L" else image.convert("L")


def _opened(data: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        shrink = next((by for by in (1, 2, 4) if image.width * image.height <= MOST_PIXELS * by * by), 8)
        # A JPEG's grey channel comes out of the decoder by itself, three times as fast as its colours.
        image.draft("L", (image.width // shrink, image.height // shrink))
        if image.width * image.height > MOST_PIXELS:
            raise UnreadablePicture("too many pixels")
        image.load()
    except (
        OSError,
        EOFError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        raise UnreadablePicture("not a picture") from None
    return image


def _bent(grey: Image.Image) -> Iterator[Image.Image]:
    """The same picture in black and white, then light on dark, then both at half the size."""
    yield _thresholded(grey)
    yield grey.point(lambda value: 255 - value)
    if min(grey.size) > _HALVED_ABOVE:
        half = grey.reduce(2)
        yield half
        yield _thresholded(half)


def _thresholded(grey: Image.Image) -> Image.Image:
    """Black and white, cut half-way between the dark and the bright parts (2nd and 98th percentile)."""
    sample = grey.resize((-(-grey.width // 4), -(-grey.height // 4)), Image.Resampling.NEAREST)
    cut = (_percentile(sample, _DARK) + _percentile(sample, _BRIGHT)) / 2
    return grey.point(lambda value: 255 * (value > cut))


def _percentile(grey: Image.Image, share: float) -> int:
    left = share * grey.width * grey.height
    for value, count in enumerate(grey.histogram()):
        left -= count
        if left <= 0:
            return value
    return 255


def _by_zxing(grey: Image.Image, symbologies: Collection[str]) -> tuple[Code, ...]:
    """`symbologies` by zxing-cpp's names; none are all."""
    zxing = _zxing()
    if zxing is None:
        return ()
    formats = zxing.BarcodeFormats([zxing.BarcodeFormat[name] for name in symbologies])
    found = zxing.read_barcodes(grey, formats=formats, text_mode=zxing.TextMode.Plain)
    return tuple(Code(code.text, _symbology(code), Reader.ZXING) for code in found if code.text)


def _symbology(code: Any) -> str:
    """Ours by their family, because `format` can be a variant of it; of the others the format tells more."""
    return _OURS.get(code.symbology.name) or str(code.format.name).lower()


def _by_zbar(grey: Image.Image, symbologies: frozenset[str]) -> tuple[Code, ...]:
    return tuple(Code(text, symbology, Reader.PYZBAR) for text, symbology in zbar.read(grey, symbologies))


@functools.cache
def _zxing() -> Any:
    """zxing-cpp's module, or `None` where it cannot be loaded."""
    try:
        import zxingcpp
    except ImportError:
        return None
    return zxingcpp
