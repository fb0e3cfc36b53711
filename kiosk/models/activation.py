"""Activations: each offered by one QR and completed at most once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import Base, UtcDateTime, enum_column
from kiosk.domain.activation import ActivationState


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
