"""The picture that every measurement with a face uses: one 1280x720 frame of the simulated camera."""

from __future__ import annotations

from kiosk.config import Settings
from kiosk.demonstration.portraits import Portraits
from kiosk.demonstration.residents import Portrait
from kiosk.hardware.camera.scene import Film, Scene

MISSING = "no portraits: python -m kiosk.demonstration.fetch_portraits"


def selfie() -> bytes | None:
    """Return the frame as JPEG, or None where the portraits have not been fetched."""
    portraits = Portraits(Settings().data / "portraits")
    if not portraits.available:
        return None
    return Film(Scene(portrait=portraits.person(Portrait.A1))).frame(0)
