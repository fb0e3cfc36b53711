"""The activation's end: completed once with the mailed code on the phone, settled after a crash."""

from __future__ import annotations

import hmac
import logging
from datetime import datetime, timedelta

import sqlalchemy as sa

from kiosk.adapters.authority import AuthorityDown, AuthorityRefused, Outcome
from kiosk.db import reading
from kiosk.domain.activation import ActivationState, RedeemRefusal, why_not
from kiosk.domain.audit import Action
from kiosk.domain.limits import tries_left
from kiosk.domain.visit import CLOSED, Event
from kiosk.models.activation import Activation
from kiosk.models.visit import Visit, VisitEnd
from kiosk.services import audit, codes, numbers, printing
from kiosk.services.activation import code_mac
from kiosk.services.codes import Kind
from kiosk.services.kiosk import Kiosk
from kiosk.services.visit import OFFERING, advance

log = logging.getLogger(__name__)

SETTLE_AFTER = timedelta(seconds=12)
"""An intent younger than this may still get its own answer: the adapter's deadline is 8 s."""


def redeem(kiosk: Kiosk, code: str, typed: str) -> RedeemRefusal | None:
    """Complete the activation that `code` names with the digits that were e-mailed; None means done.

    Of any number of phones at once exactly one gets past the intent, because it is committed under the
    database's write lock before the authority is called.
    """
    own = codes.read(kiosk.keys, code)
    if own is None or own.kind is not Kind.OFFER:
        return RedeemRefusal.UNKNOWN
    refusal = _intend_to_redeem(kiosk, own.id, "".join(typed.split()))
    if refusal is not None:
        return refusal
    try:
        kiosk.adapters.authority.activate(own.id, kiosk.settings.adapter_deadline_seconds)
    except AuthorityDown:
        log.warning("authority did not answer to activate; will be settled")
        return RedeemRefusal.TRY_LATER
    except AuthorityRefused:
        _take_back(kiosk, own.id, ActivationState.VOID)
        return RedeemRefusal.REPLACED
    _complete(kiosk, own.id)
    return None


def _intend_to_redeem(kiosk: Kiosk, activation_id: str, typed: str) -> RedeemRefusal | None:
    now = kiosk.clock.now()
    allowed = kiosk.settings.code_tries
    with audit.verb(kiosk) as session:
        activation = session.get(Activation, activation_id)
        if activation is None:
            return RedeemRefusal.UNKNOWN
        refusal = why_not(activation.state, activation.expires_at, activation.wrong_codes, allowed, now)
        if refusal is not None:
            return refusal
        if hmac.compare_digest(code_mac(kiosk, activation_id, typed), activation.code_mac):
            activation.state = ActivationState.REDEEMING
            activation.redeeming_at = now
            audit.record(kiosk, session, Action.ACTIVATION_REDEEMING, activation.visit_id)
            return None
        activation.wrong_codes += 1
        audit.record(
            kiosk, session, Action.ACTIVATION_WRONG_CODE, activation.visit_id, wrong=activation.wrong_codes
        )
        if tries_left(activation.wrong_codes, allowed) > 0:
            return RedeemRefusal.WRONG_CODE
        activation.state = ActivationState.VOID
        return RedeemRefusal.TRIES_USED_UP


def _complete(kiosk: Kiosk, activation_id: str) -> None:
    """Commit that the authority has activated, and let the kiosk go on if its resident is still there."""
    with audit.verb(kiosk) as session:
        activation = session.get_one(Activation, activation_id)
        if activation.state is not ActivationState.REDEEMING:
            return
        activation.state = ActivationState.ACTIVE
        activation.activated_at = kiosk.clock.now()
        visit = session.get_one(Visit, activation.visit_id)
        visit.end = VisitEnd.ACTIVATED
        visit.reference = visit.reference or f"IKD-{codes.new_id(8)}"
        is_there = visit.step in OFFERING
        audit.record(kiosk, session, Action.ACTIVATION_ACTIVE, visit.id, nik=visit.nik_hash)
        if is_there:
            visit.paper = printing.PRINTING
            advance(kiosk, session, visit, Event.ACTIVATED)
        elif visit.step in CLOSED:
            numbers.count_end(kiosk, session, visit)
    if is_there:
        kiosk.background(lambda: printing.print_receipt(kiosk, activation.visit_id))


def _take_back(kiosk: Kiosk, activation_id: str, state: ActivationState) -> None:
    """Undo an intent; nothing becomes open again for a resident who has left."""
    with audit.verb(kiosk) as session:
        activation = session.get_one(Activation, activation_id)
        if activation.state in (ActivationState.REDEEMING, ActivationState.ISSUING):
            visit = session.get_one(Visit, activation.visit_id)
            is_uncounted = activation.state is ActivationState.REDEEMING and visit.step in CLOSED
            activation.state = state if visit.step in OFFERING else ActivationState.VOID
            activation.redeeming_at = None
            audit.record(kiosk, session, Action.ACTIVATION_SETTLED, visit.id, state=activation.state)
            if is_uncounted:
                numbers.count_end(kiosk, session, visit)


def settle(kiosk: Kiosk, before: datetime | None = None) -> int:
    """Ask the authority about every intent without an answer and finish or undo it; return how many.

    Regularly for intents that must have failed by now, at start-up for all made `before` the process began.
    """
    before = before or kiosk.clock.now() - SETTLE_AFTER
    with reading() as session:
        pending = session.scalars(
            sa.select(Activation).where(
                sa.or_(
                    sa.and_(Activation.state == ActivationState.REDEEMING, Activation.redeeming_at <= before),
                    sa.and_(Activation.state == ActivationState.ISSUING, Activation.created_at <= before),
                )
            )
        ).all()
    settled = 0
    for activation in pending:
        try:
            outcome = kiosk.adapters.authority.outcome(activation.id, kiosk.settings.adapter_deadline_seconds)
        except AuthorityDown:
            log.warning("authority did not answer about open intents; asked again later")
            break
        _settle_one(kiosk, activation, outcome)
        settled += 1
    return settled


def _settle_one(kiosk: Kiosk, activation: Activation, outcome: Outcome) -> None:
    match activation.state, outcome:
        case ActivationState.REDEEMING, Outcome.ACTIVE:
            _complete(kiosk, activation.id)
        case ActivationState.REDEEMING, Outcome.ISSUED:
            # The code was right and the authority has not acted: the same QR and code can be tried again.
            _take_back(kiosk, activation.id, ActivationState.OPEN)
        case _:
            # An announced activation whose code was never mailed is of no use to anybody.
            _take_back(kiosk, activation.id, ActivationState.VOID)
