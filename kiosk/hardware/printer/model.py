"""`KIOSK_PRINTER_MODEL`: what python-escpos' profiles know of a printer model."""

from __future__ import annotations

import difflib
import os
import shutil
from dataclasses import dataclass
from functools import cache
from typing import Any

from kiosk.config import SettingsError

DEFAULT = "default"
"""No model: the roll's own numbers, and a knife."""

_FEWEST_COLUMNS = 30
"""The narrowest paper has 32. Fewer in a profile is a display's, or the dots of a letter (NT-80-V-UL)."""


@dataclass(frozen=True)
class Model:
    """A printer model; `columns` of font A and `dots` a line are None where its profile does not say."""

    columns: int | None = None
    dots: int | None = None
    cuts: bool = True


@cache
def capabilities() -> Any:
    """python-escpos' profiles, loaded late: the start-up cannot spare the 0.4 s it takes."""
    from escpos import capabilities as loaded

    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        # At every start it writes its profiles into a new temporary folder and forgets it there.
        shutil.rmtree(loaded.pickle_dir, ignore_errors=True)
    return loaded


@cache
def of(name: str) -> Model:
    """Look a model up; `SettingsError` for one that is unknown (with names like it) or prints no pictures."""
    if name == DEFAULT:
        return Model()
    profiles: dict[str, Any] = capabilities().CAPABILITIES["profiles"]
    if name not in profiles:
        like = difflib.get_close_matches(name, profiles, n=3, cutoff=0.5)
        hint = f"did you mean {', '.join(like)}?" if like else "python-escpos' profile list has the names"
        raise SettingsError(f"KIOSK_PRINTER_MODEL is {name!r}, which no profile is called; {hint}")
    profile = profiles[name]
    features = profile["features"]
    if not features.get("bitImageRaster"):
        raise SettingsError(f"KIOSK_PRINTER_MODEL is {name!r}, which prints no pictures, so no QR code")
    columns, dots = profile["fonts"]["0"]["columns"], profile["media"]["width"].get("pixels")
    return Model(
        columns=columns if columns >= _FEWEST_COLUMNS else None,
        dots=dots if isinstance(dots, int) else None,
        cuts=bool(features.get("paperFullCut") or features.get("paperPartCut")),
    )
