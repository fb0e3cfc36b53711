"""The NIK step: what is typed is judged as it grows, then kept."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain import nik as rules
from kiosk.domain.nik import NikProblem
from kiosk.domain.ticket import office_day
from kiosk.domain.visit import Event, Step
from kiosk.models.visit import Visit
from kiosk.services import audit
from kiosk.services.kiosk import Kiosk
from kiosk.services.visit import advance


@dataclass(frozen=True)
class Refused:
    """What was typed is no NIK; the visit stays where it is. `visit` is its present state."""

    visit: Visit
    problems: tuple[NikProblem, ...]


def enter(kiosk: Kiosk, visit_id: str, came_from: Step, text: str) -> Visit | Refused:
    """Keep the NIK for reading back, or say what is wrong with it."""
    problems = rules.problems(text)
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is came_from is Step.NIK:
            if problems:
                return Refused(visit, problems)
            if visit.brought and visit.nik_hash != kiosk.keys.nik_hash(rules.clean(text)):
                # Somebody else's NIK: the address that came with the first must not get that person's code.
                visit.email = visit.phone = None
                visit.brought = False
            keep(kiosk, visit, text)
            advance(kiosk, session, visit, Event.NIK_ENTERED)
    return visit


def keep(kiosk: Kiosk, visit: Visit, text: str) -> None:
    """Put a NIK into `visit` inside a verb, and forget what was said about the one before."""
    nik = rules.parse(text, office_day(kiosk.clock.now(), kiosk.settings.zone))
    visit.nik = nik.text
    visit.nik_hash = kiosk.keys.nik_hash(nik.text)
    visit.masked_nik = rules.masked(nik.text)
    visit.name = visit.refer_reason = None
