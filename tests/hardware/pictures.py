"""Drawn test pictures: nobody's face."""

from __future__ import annotations

import io

import numpy as np
import simplejpeg
from PIL import Image, ImageDraw


def drawn_portrait(shirt: str = "navy", size: tuple[int, int] = (300, 400)) -> bytes:
    """A drawn head and shoulders as JPEG bytes; `shirt` tells two of them apart."""
    width, height = size
    picture = Image.new("RGB", size, (200, 205, 210))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, height * 0.8, width, height), fill=shirt)
    draw.ellipse((width * 0.25, height * 0.2, width * 0.75, height * 0.8), fill=(205, 160, 130))
    for eye in (0.38, 0.62):
        draw.ellipse((width * eye - 12, height * 0.42, width * eye + 12, height * 0.46), fill="black")
    draw.arc((width * 0.4, height * 0.5, width * 0.6, height * 0.7), 20, 160, fill="darkred", width=6)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92)
    return out.getvalue()


def plain_jpeg(width: int, height: int, value: int = 128) -> bytes:
    """One even grey."""
    grey = np.full((height, width, 1), value, dtype=np.uint8)
    return bytes(simplejpeg.encode_jpeg(grey, colorspace="GRAY", quality=80))


def brightness(jpeg: bytes) -> float:
    """Mean grey level, 0 to 255."""
    return float(simplejpeg.decode_jpeg(jpeg, colorspace="GRAY").mean())


def sharpness(jpeg: bytes) -> float:
    """Variance of the Laplacian at half size (so that sensor noise counts little)."""
    grey = simplejpeg.decode_jpeg(jpeg, colorspace="GRAY")[::2, ::2, 0].astype(np.float64)
    laplacian = -4 * grey[1:-1, 1:-1] + grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float(laplacian.var())
