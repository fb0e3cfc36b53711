"""The consent: given at the kiosk, also by those who have entered their data on the phone."""

from __future__ import annotations

from kiosk.domain.audit import Action
from kiosk.domain.visit import Event, Step
from kiosk.models.visit import Visit
from kiosk.services import audit, preregistration
from kiosk.services.kiosk import Kiosk
from kiosk.services.visit import advance


def give(kiosk: Kiosk, visit_id: str, came_from: Step) -> Visit:
    """Record the consent with the version of its text and the time (UU PDP 27/2022, article 22).

    What the phone has sent is taken over only now; when it is gone meanwhile, it is typed as by everybody.
    """
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is came_from is Step.CONSENT:
            visit.consent_version = kiosk.settings.consent_version
            visit.consent_at = kiosk.clock.now()
            audit.record(kiosk, session, Action.CONSENT_GIVEN, visit.id, version=visit.consent_version)
            is_known = preregistration.take_over(kiosk, session, visit)
            advance(kiosk, session, visit, Event.NIK_KNOWN if is_known else Event.CONSENTED)
    return visit
