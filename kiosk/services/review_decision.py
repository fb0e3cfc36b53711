"""An officer's decision about a case: with his PIN, of several at one moment one, of his own case none.

Approving after an activation elsewhere has an outside effect, the old phone's deactivation: so the decision
is committed as `APPROVING` first, then the authority is asked, then its answer is committed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from kiosk.domain import review as rules
from kiosk.domain.audit import Action
from kiosk.domain.counter import LostRefusal
from kiosk.domain.review import LOST_REASON, NOTE_MAX, Bar, Decision, DecisionReason
from kiosk.models.case import CaseState, ReviewCase
from kiosk.models.officer import Officer
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit
from kiosk.services import audit, lost_phone
from kiosk.services import case as cases
from kiosk.services import pin as pins
from kiosk.services.kiosk import Kiosk
from kiosk.services.lost_phone import Deactivated, NotDeactivated
from kiosk.services.pin import PinRefusal
from kiosk.services.review import bar_of, has_vouched_before, is_open, name_of


@dataclass(frozen=True)
class Decided:
    """This decision counts; `SECOND` means that another officer has to agree."""

    state: CaseState


@dataclass(frozen=True)
class AlreadyDecided:
    """Somebody was faster: his name, and what he decided."""

    by: str
    state: CaseState


class NotDecided(StrEnum):
    """Why a decision was not taken; nothing has changed then."""

    UNKNOWN_CASE = "unknown_case"
    VISIT_OVER = "visit_over"
    NOT_THIS_REASON = "not_this_reason"
    NOTE_TOO_LONG = "note_too_long"


Outcome = Decided | AlreadyDecided | NotDecided | Bar | PinRefusal | NotDeactivated


@dataclass(frozen=True)
class _OldPhone:
    """Approved; what is missing is the authority's word that the old phone is none any more."""

    nik: str


def decide(
    kiosk: Kiosk, officer: Officer, case_id: str, chosen: DecisionReason, note: str, pin: str
) -> Outcome:
    """Take the decision that `chosen` stands under; of several at one moment exactly one counts.

    Both photos are erased by it. After an approval the template stays until the resident goes on: the paper
    alone proves nothing, so whoever comes back is compared with it. After any other answer it goes too.
    """
    note = note.replace("\r\n", "\n").strip()
    if len(note) > NOTE_MAX:
        return NotDecided.NOTE_TOO_LONG
    refused = pins.confirm(kiosk, officer, pin)
    if refused is not None:
        return refused
    outcome = _take(kiosk, officer, case_id, chosen, note)
    if not isinstance(outcome, _OldPhone):
        return outcome
    answer = lost_phone.deactivate(kiosk, officer, outcome.nik, LOST_REASON[chosen])
    return _conclude(kiosk, officer, case_id, answer)


def _take(
    kiosk: Kiosk, officer: Officer, case_id: str, chosen: DecisionReason, note: str
) -> Outcome | _OldPhone:
    now = kiosk.clock.now()
    with audit.verb(kiosk) as session:
        case = session.get(ReviewCase, case_id)
        if case is None:
            return NotDecided.UNKNOWN_CASE
        if not is_open(kiosk, session, case):
            decider = name_of(session, case.decided_by)
            return NotDecided.VISIT_OVER if decider is None else AlreadyDecided(decider, case.state)
        offered = rules.choices(case.reason, can_go_on=case.selfie_template is not None)
        decision = rules.decision_of(chosen, offered)
        if decision is None:
            return NotDecided.NOT_THIS_REASON
        barred = bar_of(session, officer, case, session.get_one(Visit, case.visit_id), decision)
        if barred is not None:
            return barred
        if (
            decision is Decision.APPROVE
            and case.first_by is None
            and _needs_two(kiosk, session, officer, case)
        ):
            case.first_by, case.first_at = officer.id, now
            case.first_reason, case.first_note = chosen, note or None
            case.state = CaseState.SECOND
        else:
            case.decided_by, case.decided_at = officer.id, now
            case.decision_reason, case.note = chosen, note or None
            if decision is Decision.APPROVE and chosen in LOST_REASON:
                case.state = CaseState.APPROVING
            else:
                _settle(session, case, _STATE[decision])
        _write_down(kiosk, session, officer, case, chosen)
        if case.state is CaseState.APPROVING:
            assert case.nik is not None  # only an ended visit's case has lost it
            return _OldPhone(case.nik)
        return Decided(case.state)


_STATE = {
    Decision.APPROVE: CaseState.APPROVED,
    Decision.REFUSE: CaseState.REFUSED,
    Decision.COUNTER: CaseState.COUNTER,
}


def _conclude(kiosk: Kiosk, officer: Officer, case_id: str, answer: Deactivated | NotDeactivated) -> Outcome:
    """Commit the authority's answer. An IKD that is active nowhere any more is what was wanted."""
    failed = isinstance(answer, NotDeactivated) and answer.reason is not LostRefusal.NOT_ACTIVE
    with audit.verb(kiosk) as session:
        case = session.get_one(ReviewCase, case_id)
        if case.state is not CaseState.APPROVING or case.decided_by != officer.id:
            decider = name_of(session, case.decided_by)
            return NotDecided.VISIT_OVER if decider is None else AlreadyDecided(decider, case.state)
        if failed:
            case.state = CaseState.OPEN if case.first_by is None else CaseState.SECOND
            case.decided_by = case.decided_at = case.decision_reason = case.note = None
        else:
            _settle(session, case, CaseState.APPROVED)
        _write_down(kiosk, session, officer, case, case.decision_reason)
        if isinstance(answer, NotDeactivated) and failed:
            return answer
        return Decided(case.state)


def _settle(session: Session, case: ReviewCase, state: CaseState) -> None:
    """Make a decision final, and erase what only served to make it."""
    case.state = state
    case.selfie = case.register_photo = None
    if state is not CaseState.APPROVED:
        case.selfie_template = None
    if case.ticket_id is not None:
        cases.tell_ticket(case, session.get_one(Ticket, case.ticket_id))


def _write_down(
    kiosk: Kiosk, session: Session, officer: Officer, case: ReviewCase, reason: DecisionReason | None
) -> None:
    audit.record(
        kiosk,
        session,
        Action.CASE_DECIDED,
        case.visit_id,
        case=case.id,
        officer=officer.id,
        decision=case.state,
        reason=reason,
    )


def _needs_two(kiosk: Kiosk, session: Session, officer: Officer, case: ReviewCase) -> bool:
    return rules.two_must_agree(
        case.distance,
        review=kiosk.settings.face_review,
        approved_before=has_vouched_before(session, officer.id, case.nik_hash, but_not=case.id),
    )
