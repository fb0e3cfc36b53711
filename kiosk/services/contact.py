"""E-mail address and phone number: judged, tidied, kept for the read-back."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.contact import EMAIL_MAX, ContactProblem, tidy_email, tidy_phone
from kiosk.domain.visit import Event, Step
from kiosk.models.visit import Visit
from kiosk.services import audit
from kiosk.services.kiosk import Kiosk
from kiosk.services.visit import advance


@dataclass(frozen=True)
class Refused:
    """What was typed cannot be used; the visit stays where it is."""

    visit: Visit
    problem: ContactProblem


def email_problem(text: str) -> ContactProblem | None:
    """Judge an address by its form alone; whether it exists shows when the code arrives."""
    email = tidy_email(text)
    if not email:
        return ContactProblem.EMAIL_EMPTY
    if len(email) > EMAIL_MAX:
        return ContactProblem.EMAIL_LONG
    # Here and not above: its tables are a twentieth of what is imported before the first screen.
    from email_validator import EmailNotValidError, validate_email

    try:
        # Non-ASCII local parts are refused: most mail servers residents use cannot take them yet.
        validate_email(email, check_deliverability=False, allow_smtputf8=False)
    except (EmailNotValidError, UnicodeError):
        return ContactProblem.EMAIL_FORM
    return None


def phone_problem(text: str) -> ContactProblem | None:
    """Judge a phone number by its form alone."""
    if tidy_phone(text) is not None:
        return None
    return ContactProblem.PHONE_FORM if text.strip() else ContactProblem.PHONE_EMPTY


def enter_email(kiosk: Kiosk, visit_id: str, came_from: Step, text: str) -> Visit | Refused:
    """Keep the e-mail address, or say what is wrong with it."""
    problem = email_problem(text)
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is came_from is Step.EMAIL:
            if problem is not None:
                return Refused(visit, problem)
            visit.email = tidy_email(text)
            if visit.brought:
                # From here on the screen shows what was typed; a number that came along is typed anew.
                visit.phone = None
                visit.brought = False
            advance(kiosk, session, visit, Event.EMAIL_ENTERED)
    return visit


def enter_phone(kiosk: Kiosk, visit_id: str, came_from: Step, text: str) -> Visit | Refused:
    """Keep the phone number as `+628…`, or say what is wrong with it."""
    problem = phone_problem(text)
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is came_from is Step.PHONE:
            if problem is not None:
                return Refused(visit, problem)
            visit.phone = tidy_phone(text)
            advance(kiosk, session, visit, Event.PHONE_ENTERED)
    return visit
