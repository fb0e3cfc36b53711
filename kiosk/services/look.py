"""A look for codes through the kiosk's own camera: short, on request, and the camera sleeps again."""

from __future__ import annotations

from kiosk.hardware.scanner.camera import CameraScanner
from kiosk.hardware.scanner.none import NoScanner
from kiosk.services.kiosk import Kiosk

LOOK_SECONDS = 30.0
"""Long enough to find a paper in a bag; nobody who walks by later is looked at."""

BADGE_SECONDS = 4.0
"""Between two polls of a call for help (1.5 s) and a little more."""


def reader(kiosk: Kiosk) -> CameraScanner | None:
    """The camera as a reader, where KIOSK_SCANNER has it."""
    parts = kiosk.devices.scanner.parts
    return next((part for part in parts if isinstance(part, CameraScanner)), None)


def has_scanner(kiosk: Kiosk) -> bool:
    """Whether the kiosk has a reader that codes are held to, other than the camera."""
    return not all(isinstance(part, CameraScanner | NoScanner) for part in kiosk.devices.scanner.parts)


def is_possible(kiosk: Kiosk) -> bool:
    """Whether the camera would read now: a look is offered only then."""
    found = reader(kiosk)
    return found is not None and found.health.works


def begin(kiosk: Kiosk) -> bool:
    """Look for half a minute, or until a code was read; False where the camera does not read, or not now."""
    found = reader(kiosk)
    if found is None or not found.health.works:
        return False
    found.look(LOOK_SECONDS)
    return True


def looks(kiosk: Kiosk) -> bool:
    """Whether a look is going on."""
    found = reader(kiosk)
    return found is not None and found.looks


def end(kiosk: Kiosk) -> None:
    """Look away: whoever wanted to hold up a code does not."""
    found = reader(kiosk)
    if found is not None:
        found.look_away()


def for_badge(kiosk: Kiosk) -> None:
    """While a call for help stands here: look for the badge of who comes. A longer look goes on."""
    found = reader(kiosk)
    if found is not None and not found.looks:
        found.look(BADGE_SECONDS)
