"""Cases that the kiosk handed over for an officer's eyes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import Base, EncryptedBytes, EncryptedText, UtcDateTime, enum_column
from kiosk.domain.reasons import ReferReason
from kiosk.domain.review import DecisionReason


class CaseState(StrEnum):
    """Where a case stands.

    `SECOND`: one officer has approved, and the rule asks for another one. `APPROVING`: approved, and the old
    phone is being deactivated. `OVER`: the visit ended before anybody decided.
    """

    OPEN = "open"
    SECOND = "second"
    APPROVING = "approving"
    APPROVED = "approved"
    REFUSED = "refused"
    COUNTER = "counter"
    OVER = "over"


class ReviewCase(Base):
    """What the kiosk handed over, until somebody has decided; then only the decision.

    A case comes from a resident who waits at the kiosk, and gets a `ticket_id` when he cannot wait longer; or
    from a ticket. `held_by` has it open at the moment; `first_by` is the first of two who must agree.
    `used_at` is when its resident went on with the approval, which works once.
    """

    __tablename__ = "review_case"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    visit_id: Mapped[str] = mapped_column(sa.ForeignKey("visit.id"), index=True)
    ticket_id: Mapped[str | None] = mapped_column(sa.ForeignKey("ticket.id"), unique=True)
    reason: Mapped[ReferReason] = mapped_column(enum_column(ReferReason))
    distance: Mapped[float | None]
    attempts: Mapped[int]
    nik: Mapped[str | None] = mapped_column(EncryptedText("review_case.nik"))
    nik_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    name: Mapped[str | None] = mapped_column(EncryptedText("review_case.name"))
    nik_warnings: Mapped[str] = mapped_column(sa.String(100), default="")
    selfie: Mapped[bytes | None] = mapped_column(EncryptedBytes("review_case.selfie"))
    register_photo: Mapped[bytes | None] = mapped_column(EncryptedBytes("review_case.register_photo"))
    selfie_template: Mapped[bytes | None] = mapped_column(EncryptedBytes("review_case.selfie_template"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    state: Mapped[CaseState] = mapped_column(enum_column(CaseState), index=True)
    held_by: Mapped[int | None] = mapped_column(sa.ForeignKey("officer.id"))
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_by: Mapped[int | None] = mapped_column(sa.ForeignKey("officer.id"))
    first_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_reason: Mapped[DecisionReason | None] = mapped_column(enum_column(DecisionReason))
    first_note: Mapped[str | None] = mapped_column(EncryptedText("review_case.first_note"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("officer.id"))
    decision_reason: Mapped[DecisionReason | None] = mapped_column(enum_column(DecisionReason))
    note: Mapped[str | None] = mapped_column(EncryptedText("review_case.note"))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
