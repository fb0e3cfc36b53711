"""The activation: offered by QR, its code mailed; renewed, corrected. `redemption.py` completes it.

Every outside effect has three steps: commit the intent under an idempotency key, call the authority with no
transaction open, commit the answer. An intent without an answer is settled by asking for its outcome.
"""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import force_locale
from sqlalchemy.orm import Session

from kiosk.adapters.authority import AuthorityDown, AuthorityRefused
from kiosk.db import reading
from kiosk.domain.activation import CODE_DIGITS, ActivationState
from kiosk.domain.audit import Action
from kiosk.domain.contact import tidy_email
from kiosk.domain.limits import tries_left
from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import Channel, Event, Step
from kiosk.models.activation import Activation
from kiosk.models.visit import Visit
from kiosk.papers.mail import activation_mail
from kiosk.services import audit, codes, outbox, ticket
from kiosk.services.codes import Kind
from kiosk.services.contact import Refused, email_problem
from kiosk.services.kiosk import Kiosk
from kiosk.services.visit import advance, void_offers

log = logging.getLogger(__name__)

_R = ReferReason

EMAIL_CORRECTIONS = 1
"""The address can be corrected once at the kiosk; after that a person helps (issue 2, step 8)."""


def current(kiosk: Kiosk, visit_id: str) -> Activation | None:  # noqa: ARG001
    """Return the visit's activation that still counts, else the newest of those that do not.

    Not simply the newest: after the clock was set back, that would be a void one.
    """
    with reading() as session:
        return current_in(session, visit_id)


def current_in(session: Session, visit_id: str) -> Activation | None:
    """The same inside a transaction."""
    return session.scalar(
        sa.select(Activation)
        .where(Activation.visit_id == visit_id)
        .order_by(Activation.state == ActivationState.VOID, Activation.created_at.desc())
        .limit(1)
    )


def link(kiosk: Kiosk, activation: Activation) -> str:
    """Return the address in the QR. It holds a random id and a signature, nothing personal."""
    return f"{kiosk.settings.public_url}/a/{codes.write(kiosk.keys, Kind.OFFER, activation.id)}"


def find(kiosk: Kiosk, code: str) -> Activation | None:
    """Return the activation that a code from a QR names, or None for one that we have not signed."""
    own = codes.read(kiosk.keys, code)
    if own is None or own.kind is not Kind.OFFER:
        return None
    with reading() as session:
        return session.get(Activation, own.id)


def offer(kiosk: Kiosk, visit_id: str) -> Visit:
    """Announce an activation to the authority and, once it has agreed, show its QR and mail its code.

    An authority that cannot be reached leads to a ticket, at a counter to another try; one that says
    «already active» leads to that screen.
    """
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    intended = _intend(kiosk, visit_id, code)
    if isinstance(intended, Visit):
        return intended
    key, nik = intended
    try:
        kiosk.adapters.authority.issue(key, nik, kiosk.settings.adapter_deadline_seconds)
    except AuthorityDown:
        log.warning("authority did not answer to issue")
        return _unreachable(kiosk, visit_id)
    except AuthorityRefused:
        return _already_active(kiosk, visit_id)
    visit = _open(kiosk, visit_id, key, code)
    kiosk.background(lambda: _deliver(kiosk))
    return visit


def _unreachable(kiosk: Kiosk, visit_id: str) -> Visit:
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        # The officer is there already: a ticket would lead to where its holder stands.
        is_at_counter = visit.channel is Channel.COUNTER
        if is_at_counter:
            void_offers(kiosk, session, visit)
    return visit if is_at_counter else ticket.refer(kiosk, visit_id, Step.QR, _R.AUTHORITY_UNREACHABLE)


def _deliver(kiosk: Kiosk) -> None:
    outbox.deliver_due(kiosk)


def _intend(kiosk: Kiosk, visit_id: str, code: str) -> Visit | tuple[str, str]:
    now = kiosk.clock.now()
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is not Step.QR or visit.nik is None or is_being_used(session, visit_id):
            return visit
        void_offers(kiosk, session, visit)
        activation = Activation(
            id=codes.new_id(20),
            visit_id=visit_id,
            state=ActivationState.ISSUING,
            created_at=now,
            expires_at=now + timedelta(seconds=kiosk.settings.qr_seconds),
            code_mac="",
        )
        activation.code_mac = code_mac(kiosk, activation.id, code)
        session.add(activation)
        audit.record(kiosk, session, Action.ACTIVATION_ISSUING, visit_id, nik=visit.nik_hash)
        return activation.id, visit.nik


def is_being_used(session: Session, visit_id: str) -> bool:
    """Whether a phone has the right code already: then nothing is replaced or made void any more."""
    used = (ActivationState.REDEEMING, ActivationState.ACTIVE)
    return bool(
        session.scalar(
            sa.select(sa.exists().where(Activation.visit_id == visit_id, Activation.state.in_(used)))
        )
    )


def code_mac(kiosk: Kiosk, activation_id: str, code: str) -> str:
    """What is kept of a mailed code."""
    return kiosk.keys.mac("activation-code", f"{activation_id}.{code}")


def _open(kiosk: Kiosk, visit_id: str, key: str, code: str) -> Visit:
    now = kiosk.clock.now()
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        activation = session.get_one(Activation, key)
        if activation.state is not ActivationState.ISSUING or visit.step is not Step.QR:
            return visit
        activation.state = ActivationState.OPEN
        activation.expires_at = now + timedelta(seconds=kiosk.settings.qr_seconds)
        with force_locale(visit.language):
            subject, body = activation_mail(
                code=code,
                office=kiosk.settings.office_name,
                expires_at_local=activation.expires_at.astimezone(kiosk.settings.zone),
            )
        outbox.post(kiosk, session, visit, activation, subject, body)
        audit.record(kiosk, session, Action.ACTIVATION_OPEN, visit_id)
    return visit


def renew(kiosk: Kiosk, visit_id: str, came_from: Step, *, by_officer: bool = False) -> Visit:
    """Offer a new QR with a new code; the old one is void. After KIOSK_QR_RENEWALS a person helps.

    An officer's renewal is beyond that limit, uses none of it up, and ends a correction of the address.
    """
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is not came_from or is_being_used(session, visit_id):
            return visit
        if by_officer and visit.step is Step.EMAIL_FIX:
            advance(kiosk, session, visit, Event.BACK)
        if visit.step is not Step.QR:
            return visit
        exhausted = not by_officer and tries_left(visit.qr_renewals, kiosk.settings.qr_renewals) == 0
        if not exhausted:
            visit.qr_renewals += not by_officer
            visit.last_activity_at = kiosk.clock.now()
        is_at_counter = visit.channel is Channel.COUNTER
    if exhausted and is_at_counter:
        # The person who helps is there already: he goes on with reason and PIN (`care.py`).
        return visit
    if exhausted:
        return ticket.refer(kiosk, visit_id, Step.QR, ReferReason.EMAIL_NOT_ARRIVED)
    return offer(kiosk, visit_id)


def correct_email(
    kiosk: Kiosk, visit_id: str, came_from: Step, text: str, *, by_officer: bool = False
) -> Visit | Refused:
    """Replace the address once, with a new QR and a new code: what reaches the old address is void.

    An officer may do it at any time while the QR is offered, also again, and uses up no correction.
    """
    problem = email_problem(text)
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if by_officer and problem is None and visit.step is came_from is Step.QR:
            advance(kiosk, session, visit, Event.WRONG_EMAIL)
            came_from = Step.EMAIL_FIX
        if visit.step is not came_from or visit.step is not Step.EMAIL_FIX:
            return visit
        if problem is not None:
            return Refused(visit, problem)
        exhausted = not by_officer and tries_left(visit.email_fixes, EMAIL_CORRECTIONS) == 0
        if exhausted or is_being_used(session, visit_id):
            advance(kiosk, session, visit, Event.BACK)
            return visit
        visit.email = tidy_email(text)
        visit.email_fixes += not by_officer
        # In this commit, not with the new offer: a crash between them must not leave the old code working.
        void_offers(kiosk, session, visit)
        audit.record(kiosk, session, Action.EMAIL_CORRECTED, visit_id)
        advance(kiosk, session, visit, Event.EMAIL_CORRECTED)
    return offer(kiosk, visit_id)


def _already_active(kiosk: Kiosk, visit_id: str) -> Visit:
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is Step.QR:
            visit.refer_reason = ReferReason.ALREADY_ACTIVE
            advance(kiosk, session, visit, Event.IS_ACTIVE_ELSEWHERE)
    return visit
