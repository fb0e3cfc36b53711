"""A resident at the kiosk who waits for an officer at his own screen."""

from __future__ import annotations

from kiosk.demonstration.residents import by_key
from tests.e2e.people import LOOKING_MS, AtKiosk, Panel

DOUBTFUL = by_key("ragu")

SOON_MS = 6_000
"""A decision reaches the kiosk within 2 s on an idle machine (`benchmarks/decision.py` measures it)."""


def waits_at_kiosk(resident: AtKiosk, panel: Panel) -> None:
    """Stand before the camera until the kiosk asks an officer."""
    panel.stand(DOUBTFUL.key)
    resident.goes_to_camera(DOUBTFUL)
    resident.sees("waiting_for_officer", LOOKING_MS)
