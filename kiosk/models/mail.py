"""The outbox: mails wait here, in the transaction that caused them, until a server has taken them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import Base, EncryptedText, UtcDateTime


class Mail(Base):
    """One mail. `message_id` is stable, so that a mail sent twice after a crash is shown once."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(sa.String(100), unique=True)
    visit_id: Mapped[str] = mapped_column(sa.ForeignKey("visit.id"), index=True)
    activation_id: Mapped[str] = mapped_column(sa.ForeignKey("activation.id"), index=True)
    recipient: Mapped[str | None] = mapped_column(EncryptedText("mail.recipient"))
    subject: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str | None] = mapped_column(EncryptedText("mail.body"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(sa.String(40), default="")
