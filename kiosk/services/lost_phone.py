"""A lost phone: an officer takes the IKD off it, so that its owner can activate another one.

Three steps, like every effect outside: commit the intent under a key, ask the authority with no transaction
open, commit its answer. An intent whose answer never came is settled by asking for its outcome.
"""

from __future__ import annotations

import hmac
import logging
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kiosk.adapters.authority import AuthorityDown, AuthorityRefused, Outcome
from kiosk.db import reading
from kiosk.domain import nik as niks
from kiosk.domain.audit import Action
from kiosk.domain.counter import LostReason, LostRefusal
from kiosk.domain.visit import Event, Step
from kiosk.models.activation import Deactivation, DeactivationState
from kiosk.models.officer import Officer
from kiosk.models.visit import Visit
from kiosk.services import activation, audit, codes, limits
from kiosk.services import pin as pins
from kiosk.services.kiosk import Kiosk
from kiosk.services.pin import PinRefusal
from kiosk.services.redemption import SETTLE_AFTER
from kiosk.services.visit import advance

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Deactivated:
    """No phone has this person's IKD any more; a new activation is possible at once."""

    key: str


@dataclass(frozen=True)
class NotDeactivated:
    """Why the phone keeps its IKD, as far as anybody knows."""

    reason: LostRefusal


def deactivate(kiosk: Kiosk, officer: Officer, nik: str, reason: LostReason) -> Deactivated | NotDeactivated:
    """Take the IKD of `nik` off the phone that has it.

    Of several at one moment, and after an answer that was lost, all use the key of the intent that is still
    open: the authority does it once. The caller has checked the officer's PIN.
    """
    if niks.problems(nik):
        return NotDeactivated(LostRefusal.NOT_A_NIK)
    nik = niks.clean(nik)
    key = _intend(kiosk, officer, kiosk.keys.nik_hash(nik), reason)
    if isinstance(key, NotDeactivated):
        return key
    try:
        kiosk.adapters.authority.deactivate(key, nik, kiosk.settings.adapter_deadline_seconds)
    except AuthorityDown:
        log.warning("authority did not answer to deactivate; will be settled")
        return NotDeactivated(LostRefusal.AUTHORITY_UNREACHABLE)
    except AuthorityRefused:
        _finish(kiosk, key, DeactivationState.FAILED)
        return NotDeactivated(LostRefusal.NOT_ACTIVE)
    _finish(kiosk, key, DeactivationState.DONE)
    return Deactivated(key)


def take_off(
    kiosk: Kiosk, officer: Officer, nik: str, reason: LostReason, pin: str
) -> Deactivated | NotDeactivated | PinRefusal:
    """The same by the officer's own word, for somebody who has no visit: his PIN comes first."""
    return pins.confirm(kiosk, officer, pin) or deactivate(kiosk, officer, nik, reason)


def _intend(kiosk: Kiosk, officer: Officer, nik_hash: str, reason: LostReason) -> str | NotDeactivated:
    with audit.verb(kiosk) as session:
        own = session.get_one(Officer, officer.id).nik_hash
        if own is not None and hmac.compare_digest(own, nik_hash):
            return NotDeactivated(LostRefusal.OWN_NIK)
        if not limits.officer_may_ask(kiosk, session, officer, nik_hash):
            return NotDeactivated(LostRefusal.LOOKUP_LIMIT)
        intent = session.scalar(
            sa.select(Deactivation).where(
                Deactivation.nik_hash == nik_hash, Deactivation.state == DeactivationState.INTENDED
            )
        )
        if intent is None:
            intent = Deactivation(
                id=codes.new_id(20),
                nik_hash=nik_hash,
                officer_id=officer.id,
                reason=reason,
                state=DeactivationState.INTENDED,
            )
            session.add(intent)
        # Also of one that is used again: its own answer may come now, so it is not settled meanwhile.
        intent.at = kiosk.clock.now()
        audit.record(
            kiosk, session, Action.DEACTIVATION_INTENDED, intent.id, officer=officer.id, reason=reason
        )
        return intent.id


def _finish(kiosk: Kiosk, key: str, state: DeactivationState) -> None:
    """Commit the answer. What has been done stays done, whatever is heard later."""
    with audit.verb(kiosk) as session:
        intent = session.get_one(Deactivation, key)
        if intent.state in (DeactivationState.DONE, state):
            return
        intent.state = state
        audit.record(kiosk, session, Action.DEACTIVATION_SETTLED, key, nik=intent.nik_hash, state=state)


def settle(kiosk: Kiosk, before: datetime | None = None) -> int:
    """Ask the authority about every intent without an answer, and commit it; return how many.

    Regularly for intents that must have failed by now, at start-up for all made `before` the process began.
    """
    before = before or kiosk.clock.now() - SETTLE_AFTER
    with reading() as session:
        pending = session.scalars(
            sa.select(Deactivation.id).where(
                Deactivation.state == DeactivationState.INTENDED, Deactivation.at <= before
            )
        ).all()
    settled = 0
    for key in pending:
        try:
            outcome = kiosk.adapters.authority.outcome(key, kiosk.settings.adapter_deadline_seconds)
        except AuthorityDown:
            log.warning("authority did not answer about open deactivations; asked again later")
            break
        is_done = outcome is Outcome.DEACTIVATED
        _finish(kiosk, key, DeactivationState.DONE if is_done else DeactivationState.FAILED)
        settled += 1
    return settled


def go_on(kiosk: Kiosk, visit_id: str) -> Visit:
    """Let a visit go on that stood before a phone which has just been taken off: the QR for the new one.

    Who stands there was proved before anybody said that the IKD is active: by the camera, or at a counter by
    an officer's word. Anywhere else the visit stays where it is.
    """
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is not Step.ALREADY_ACTIVE:
            return visit
        visit.refer_reason = None
        advance(kiosk, session, visit, Event.OFFICER_ASKED)
        advance(kiosk, session, visit, Event.OFFICER_APPROVED)
    return activation.offer(kiosk, visit_id)
