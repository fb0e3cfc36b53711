"""The second reader: libzbar by pyzbar's binding, asked for the bytes of a QR code and not for a guess.

`pyzbar.decode` cannot be told so. libzbar then guesses an encoding and turns «Désa» into «D矇sa» (its issue
212); with its option BINARY (libzbar 0.23.1, 2020) the bytes come as they were printed.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Collection, Iterator
from typing import Any

from PIL import Image

SYMBOLOGIES: dict[str, str] = {
    "QRCODE": "qr",
    "CODE128": "code128",
    "EAN13": "ean13",
    "EAN8": "ean8",
    "UPCA": "upca",
    "UPCE": "upce",
    "CODE39": "code39",
    "CODE93": "code93",
    "I25": "itf",
    "CODABAR": "codabar",
}
"""libzbar's names to ours. DataBar is left out: libzbar 0.23 sees it in noise and complains on stderr."""

_ENABLE, _BINARY = 0, 4  # zbar_config_t in zbar.h; pyzbar 0.1.9 does not name the second
_Y800 = int.from_bytes(b"Y800", "little")


def read(grey: Image.Image, symbologies: Collection[str]) -> list[tuple[str, str]]:
    """Text and symbology of every code of these `symbologies` in a picture of mode L; none without libzbar.

    Texts are UTF-8 (ASCII is). A code with other bytes is left out: no text is better than a wrong one.
    """
    zbar = library()
    return [] if zbar is None else list(_found(zbar, grey, symbologies))


@functools.cache
def library() -> Any:
    """pyzbar's binding, or `None` where the system library it needs (Debian: libzbar0) is missing."""
    try:
        from pyzbar import wrapper
    except ImportError:
        return None
    return wrapper


def _found(zbar: Any, grey: Image.Image, symbologies: Collection[str]) -> Iterator[tuple[str, str]]:
    wanted = [name for name, symbology in SYMBOLOGIES.items() if symbology in symbologies]
    scanner, image = zbar.zbar_image_scanner_create(), zbar.zbar_image_create()
    try:
        zbar.zbar_image_scanner_set_config(scanner, zbar.ZBarSymbol.NONE, _ENABLE, 0)
        for name in wanted:
            zbar.zbar_image_scanner_set_config(scanner, zbar.ZBarSymbol[name], _ENABLE, 1)
        gives_bytes = zbar.zbar_image_scanner_set_config(scanner, zbar.ZBarSymbol.QRCODE, _BINARY, 1) == 0
        pixels = grey.tobytes()
        zbar.zbar_image_set_format(image, _Y800)
        zbar.zbar_image_set_size(image, *grey.size)
        zbar.zbar_image_set_data(
            image, ctypes.cast(ctypes.c_char_p(pixels), ctypes.c_void_p), len(pixels), None
        )
        zbar.zbar_scan_image(scanner, image)
        symbol = zbar.zbar_image_first_symbol(image)
        while symbol:
            name = zbar.ZBarSymbol(symbol.contents.type).name
            data = ctypes.string_at(
                zbar.zbar_symbol_get_data(symbol), zbar.zbar_symbol_get_data_length(symbol)
            )
            text = _text(data, is_raw=gives_bytes)
            if text and name in SYMBOLOGIES:
                yield text, SYMBOLOGIES[name]
            symbol = zbar.zbar_symbol_next(symbol)
    finally:
        zbar.zbar_image_destroy(image)
        zbar.zbar_image_scanner_destroy(scanner)


def _text(data: bytes, *, is_raw: bool) -> str:
    """An older libzbar has guessed, and only its ASCII can be believed."""
    try:
        return data.decode("utf-8" if is_raw else "ascii")
    except UnicodeDecodeError:
        return ""
