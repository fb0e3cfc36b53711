"""What a resident has entered on his own phone before his turn at the kiosk."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import Base, EncryptedText, UtcDateTime


class Preregistration(Base):
    """NIK, e-mail and phone number, kept until the code is used at the kiosk or two hours have passed.

    `id` is random and stands, signed, in the code on the phone; nothing else of the row does. The personal
    columns are emptied the moment the kiosk takes them over into a visit. `sender` is a keyed hash of the
    network address that it came from, for the limit; the row goes the day after.
    """

    __tablename__ = "preregistration"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    language: Mapped[str] = mapped_column(sa.String(8))
    nik: Mapped[str | None] = mapped_column(EncryptedText("preregistration.nik"))
    nik_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    email: Mapped[str | None] = mapped_column(EncryptedText("preregistration.email"))
    phone: Mapped[str | None] = mapped_column(EncryptedText("preregistration.phone"))
    sender: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
