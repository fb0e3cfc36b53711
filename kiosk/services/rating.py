"""Satisfaction: one number between 1 (poor) and 4 (very good), as the community satisfaction index asks.

Permen PANRB 14/2017 measures public services on this scale of four.
"""

from __future__ import annotations

from kiosk.domain.audit import Action
from kiosk.domain.visit import Step
from kiosk.models.visit import Visit
from kiosk.services import audit
from kiosk.services.kiosk import Kiosk


def rate(kiosk: Kiosk, visit_id: str, satisfaction: int) -> Visit:
    """Keep the first rating of a finished visit; raises `ValueError` outside 1 to 4."""
    if not 1 <= satisfaction <= 4:
        raise ValueError(satisfaction)
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is Step.THANKS and visit.satisfaction is None:
            visit.satisfaction = satisfaction
            visit.last_activity_at = kiosk.clock.now()
            audit.record(kiosk, session, Action.RATED, visit_id, satisfaction=satisfaction)
    return visit
