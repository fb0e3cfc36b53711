"""ESC/POS bytes to a picture of paper: the preview, the simulated printer's sheets, the tests' judge.

Drawn: `LF HT`, `ESC @ a E G M - ! 2 3 J d i m`, `GS ! B V`, `GS v 0`, native QR (`GS ( k`). What leaves
nothing on paper (status questions, the drawer, a setting put back to its default) is understood too.
Everything else is *named* in `Drawing.unknown`, once, as `GS L (1D 4C) at 12`, and skipped by its own length.
"""

from __future__ import annotations

from kiosk.hardware.raster.sheet import LONGEST_DOTS, MOST_NAMES, Drawing, Sheet

__all__ = ["LONGEST_DOTS", "MOST_NAMES", "Drawing", "render"]


def render(data: bytes, dots: int = 576, margin: int = 32) -> Drawing:
    """Draw `data` on a roll `dots` wide with `margin` dots of unprintable edge all around.

    Never raises on any bytes, and needs a memory of one metre of paper (`LONGEST_DOTS`) besides the data,
    whatever sizes the commands claim.
    """
    return Sheet(dots, margin).draw(data)
