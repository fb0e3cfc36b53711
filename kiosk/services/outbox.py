"""The outbox: a mail is posted in the verb that causes it, and delivered at least once afterwards.

Delivery has three steps, like every outside effect: claim the mail (commit), hand it to the server with no
transaction open, commit what came of it. A crash in between sends it again under the same Message-ID.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.adapters.mail import MailDown, MailRefused
from kiosk.db import reading
from kiosk.domain.activation import ActivationState
from kiosk.models.activation import Activation
from kiosk.models.mail import Mail
from kiosk.models.visit import Visit
from kiosk.services import audit
from kiosk.services.kiosk import Kiosk

log = logging.getLogger(__name__)

BACK_OFF_SECONDS: tuple[int, ...] = (2, 5, 10, 30, 60)
"""Waiting after the first, second... failure; the last one repeats. A resident stands waiting, so it begins
small; greylisting servers want half a minute or more, so it grows."""

CLAIM_MARGIN = timedelta(seconds=2)
"""A claim outlives the deadline of sending by this much, so that no second worker sends beside the first."""

REFUSED, EXPIRED, WITHDRAWN = "refused", "expired", "withdrawn"


class MailState(StrEnum):
    """What the resident at the kiosk can be told about the mail."""

    WAITING = "waiting"
    DELAYED = "delayed"
    SENT = "sent"
    REFUSED = "refused"


def post(
    kiosk: Kiosk, session: Session, visit: Visit, activation: Activation, subject: str, body: str
) -> Mail:
    """Add a mail to the visit's address inside the caller's verb; it is due at once.

    Raises `ValueError` when the visit has no address: a step before this one has gone missing.
    """
    if visit.email is None:
        raise ValueError("the visit has no e-mail address")
    now = kiosk.clock.now()
    mail = Mail(
        message_id=f"<{uuid.uuid4()}@{_domain(kiosk.settings.mail_from)}>",
        visit_id=visit.id,
        activation_id=activation.id,
        recipient=visit.email,
        subject=subject,
        body=body,
        created_at=now,
        expires_at=activation.expires_at,
        next_try_at=now,
    )
    session.add(mail)
    return mail


def deliver_due(kiosk: Kiosk) -> int:
    """Try every mail that is due, one after the other; return how many a server has taken.

    Raises what the database raises; mail servers' failures are kept in the row.
    """
    with reading() as session:
        due = session.scalars(
            sa.select(Mail.id)
            .where(Mail.next_try_at <= kiosk.clock.now())
            .order_by(Mail.next_try_at, Mail.id)
        ).all()
    return sum(_deliver(kiosk, mail_id) for mail_id in due)


def state_of(kiosk: Kiosk, activation_id: str) -> MailState:  # noqa: ARG001
    """Return how the newest mail of an activation is doing."""
    with reading() as session:
        row = session.execute(
            sa.select(Mail.sent_at, Mail.last_error)
            .where(Mail.activation_id == activation_id)
            .order_by(Mail.id.desc())
            .limit(1)
        ).first()
    match row:
        case None | (None, ""):
            return MailState.WAITING
        case (None, error):
            return MailState.REFUSED if error == REFUSED else MailState.DELAYED
        case _:
            return MailState.SENT


def _deliver(kiosk: Kiosk, mail_id: int) -> bool:
    message = _claim(kiosk, mail_id)
    if message is None:
        return False
    try:
        kiosk.adapters.mail.send(message, kiosk.settings.adapter_deadline_seconds)
    except MailDown as error:
        log.warning("mail %d not sent: %s", mail_id, error)
        _postpone(kiosk, mail_id, str(error))
        return False
    except MailRefused as error:
        log.warning("mail %d refused: %s", mail_id, error)
        _finish(kiosk, mail_id, REFUSED)
        return False
    _finish(kiosk, mail_id, "", sent_at=kiosk.clock.now())
    log.info("mail %d sent", mail_id)
    return True


def _claim(kiosk: Kiosk, mail_id: int) -> EmailMessage | None:
    """Take a mail that is still due, so that no other worker does; or give it up where nobody wants it."""
    now = kiosk.clock.now()
    with audit.verb(kiosk) as session:
        mail = session.get_one(Mail, mail_id)
        if mail.next_try_at is None or mail.next_try_at > now:
            return None
        if now >= mail.expires_at:
            _drop(mail, EXPIRED)
            return None
        state = session.scalar(sa.select(Activation.state).where(Activation.id == mail.activation_id))
        if state is not ActivationState.OPEN:
            # A code that has been replaced would only puzzle its reader; after a corrected address it would
            # go to a stranger.
            _drop(mail, WITHDRAWN)
            return None
        try:
            message = _written(kiosk, mail)
        except ValueError:
            log.warning("mail %d cannot be written as a message", mail_id)
            _drop(mail, REFUSED)
            return None
        mail.tries += 1
        mail.next_try_at = now + timedelta(seconds=kiosk.settings.adapter_deadline_seconds) + CLAIM_MARGIN
        return message


def _written(kiosk: Kiosk, mail: Mail) -> EmailMessage:
    """Return the message; raises `ValueError` for an address or subject that no header can hold."""
    message = EmailMessage()
    message["From"] = kiosk.settings.mail_from
    message["To"] = mail.recipient or ""
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday note comes back
    message.set_content(mail.body or "")
    return message


def _postpone(kiosk: Kiosk, mail_id: int, error: str) -> None:
    now = kiosk.clock.now()
    with audit.verb(kiosk) as session:
        mail = session.get_one(Mail, mail_id)
        if mail.next_try_at is None:
            return
        mail.last_error = error[:40] or "down"
        wait = BACK_OFF_SECONDS[min(mail.tries, len(BACK_OFF_SECONDS)) - 1]
        # Due once more at its end, so that the giving up is committed then and not left to the purge.
        mail.next_try_at = min(now + timedelta(seconds=wait), max(mail.expires_at, now))


def _finish(kiosk: Kiosk, mail_id: int, error: str, sent_at: datetime | None = None) -> None:
    with audit.verb(kiosk) as session:
        mail = session.get_one(Mail, mail_id)
        _drop(mail, error)
        mail.sent_at = sent_at


def _drop(mail: Mail, error: str) -> None:
    """Take a mail off the list and erase what is personal in it."""
    mail.recipient = mail.body = mail.next_try_at = None
    mail.last_error = error


def _domain(mail_from: str) -> str:
    return parseaddr(mail_from)[1].rpartition("@")[2] or "localhost"
