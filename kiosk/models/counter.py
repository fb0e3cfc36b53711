"""What officers put their own word for at the counter."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import Base, EncryptedText, UtcDateTime, enum_column
from kiosk.domain.counter import Override, OverrideReason


class OfficerOverride(Base):
    """One override of a visit, committed before it takes effect. `second_id` is the colleague who agreed,
    where two must. Of a lost phone it is `Deactivation` that stands, because it needs no visit."""

    __tablename__ = "officer_override"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(sa.ForeignKey("visit.id"), index=True)
    officer_id: Mapped[int] = mapped_column(sa.ForeignKey("officer.id"))
    second_id: Mapped[int | None] = mapped_column(sa.ForeignKey("officer.id"))
    kind: Mapped[Override] = mapped_column(enum_column(Override))
    reason: Mapped[OverrideReason] = mapped_column(enum_column(OverrideReason))
    note: Mapped[str | None] = mapped_column(EncryptedText("officer_override.note"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
