"""A visit that is put down for ten minutes: by its resident, or because the camera has gone.

Language, consent, NIK and contact wait; photo and face template are erased by leaving their steps, and the
register is asked again. The paper alone shows nothing of whose it is: what it brings back is masked.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import PAUSABLE, Channel, Event, Step, pause_is_over
from kiosk.models.visit import Visit
from kiosk.services import audit, codes, printing, ticket
from kiosk.services.kiosk import Kiosk
from kiosk.services.visit import advance


def can_pause(visit: Visit) -> bool:
    """Whether a visit may be put down now. One that an officer has let go on may not: what he has approved
    is the face, and that would be erased."""
    return visit.step in PAUSABLE and visit.channel is Channel.KIOSK and visit.resumed_at is None


def pause(kiosk: Kiosk, visit_id: str, came_from: Step, reason: ReferReason | None = None) -> Visit:
    """Put the visit down and print the ticket with which it goes on, once; `reason` when a device failed.

    The pause is committed first; printing decides nothing.
    """
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is not came_from or not can_pause(visit):
            return visit
        visit.pause_key = codes.new_id(12)
        visit.brought = visit.nik is not None
        visit.refer_reason = reason
        visit.name = None
        visit.paper = printing.PRINTING
        advance(kiosk, session, visit, Event.PAUSED)
    kiosk.background(lambda: printing.print_pause(kiosk, visit_id))
    return visit


def for_device(kiosk: Kiosk, visit_id: str, came_from: Step, reason: ReferReason) -> Visit:
    """A device has failed: pause, with a person one touch away; a queue ticket where no pause is possible."""
    visit = pause(kiosk, visit_id, came_from, reason)
    return visit if visit.step is not came_from else ticket.refer(kiosk, visit_id, came_from, reason)


def go_on(kiosk: Kiosk, visit_id: str, came_from: Step) -> Visit:
    """The resident stands there still and goes on without the ticket, which is void from now on."""
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is came_from is Step.PAUSED and not is_over(kiosk, visit):
            resume_in(kiosk, session, visit)
    return visit


def is_over(kiosk: Kiosk, visit: Visit) -> bool:
    """Whether the ten minutes of a paused visit have passed."""
    return pause_is_over(visit.stands_since, kiosk.clock.now())


def resume_in(kiosk: Kiosk, session: Session, visit: Visit) -> None:
    """Take a paused visit up again at this terminal, inside a verb: to its NIK, or to typing it."""
    visit.terminal = kiosk.settings.terminal
    visit.refer_reason = visit.paper = None
    advance(kiosk, session, visit, Event.RESUMED if visit.nik is None else Event.NIK_KNOWN)
