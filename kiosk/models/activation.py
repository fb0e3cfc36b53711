"""Activations: each offered by one QR and completed at most once; and phones that were lost."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import Base, UtcDateTime, enum_column
from kiosk.domain.activation import ActivationState
from kiosk.domain.counter import LostReason


class Activation(Base):
    """One offer. `id` is random, stands signed in the QR, and is the idempotency key at the authority."""

    __tablename__ = "activation"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    visit_id: Mapped[str] = mapped_column(sa.ForeignKey("visit.id"), index=True)
    state: Mapped[ActivationState] = mapped_column(enum_column(ActivationState), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    code_mac: Mapped[str] = mapped_column(sa.String(64))
    wrong_codes: Mapped[int] = mapped_column(default=0)
    redeeming_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    activated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeactivationState(StrEnum):
    """`INTENDED` is committed before the authority is asked and settled by asking for its outcome."""

    INTENDED = "intended"
    DONE = "done"
    FAILED = "failed"


class Deactivation(Base):
    """An IKD that an officer took off a lost phone. `id` is the idempotency key at the authority."""

    __tablename__ = "deactivation"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    nik_hash: Mapped[str] = mapped_column(sa.String(64), index=True)
    officer_id: Mapped[int] = mapped_column(sa.ForeignKey("officer.id"))
    reason: Mapped[LostReason] = mapped_column(enum_column(LostReason))
    state: Mapped[DeactivationState] = mapped_column(enum_column(DeactivationState), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
