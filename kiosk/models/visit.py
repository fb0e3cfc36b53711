"""The visit and the look-ups and face attempts that are counted against its NIK and terminal."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import Base, EncryptedBytes, EncryptedText, UtcDateTime, enum_column
from kiosk.domain.liveness import Refusal
from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import Channel, Step


class VisitEnd(StrEnum):
    """How a visit ended, for the counts. `INFORMED`: told at a counter what is possible without a phone."""

    ACTIVATED = "activated"
    TICKET = "ticket"
    TOO_YOUNG = "too_young"
    INFORMED = "informed"
    LEFT = "left"
    IDLE = "idle"


class Visit(Base):
    """One resident's run at one terminal. Personal columns are emptied when its step no longer needs them.

    `pause_key` is random and stands, signed, on the ticket with which a paused visit goes on; one that has
    gone on has none. `preregistered` is the id of what was entered on the phone, until the consent takes it
    over. `brought`: NIK and contact came by a code and not from the keys, so the screen shows them masked to
    whoever holds it. `liveness_waived`: an officer has seen this living person, so no turns are asked for.
    `from_ticket` is the id of the ticket with which somebody came to the counter; it is no
    foreign key, because tickets point at visits already.
    """

    __tablename__ = "visit"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    terminal: Mapped[str] = mapped_column(sa.String(32))
    channel: Mapped[Channel] = mapped_column(enum_column(Channel), default=Channel.KIOSK)
    opened_by: Mapped[int | None] = mapped_column(sa.ForeignKey("officer.id"))
    from_ticket: Mapped[str | None] = mapped_column(sa.String(16))
    language: Mapped[str] = mapped_column(sa.String(8))
    step: Mapped[Step] = mapped_column(enum_column(Step), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    last_activity_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end: Mapped[VisitEnd | None] = mapped_column(enum_column(VisitEnd))

    consent_version: Mapped[str | None] = mapped_column(sa.String(32))
    consent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    nik: Mapped[str | None] = mapped_column(EncryptedText("visit.nik"))
    nik_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    name: Mapped[str | None] = mapped_column(EncryptedText("visit.name"))
    email: Mapped[str | None] = mapped_column(EncryptedText("visit.email"))
    phone: Mapped[str | None] = mapped_column(EncryptedText("visit.phone"))
    register_photo: Mapped[bytes | None] = mapped_column(EncryptedBytes("visit.register_photo"))
    face_template: Mapped[bytes | None] = mapped_column(EncryptedBytes("visit.face_template"))
    nik_warnings: Mapped[str] = mapped_column(sa.String(100), default="")
    region: Mapped[str | None] = mapped_column(sa.String(4))
    group: Mapped[str | None] = mapped_column(EncryptedText("visit.group"))
    step_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    step_seconds: Mapped[str] = mapped_column(sa.Text, default="{}")

    resumed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    liveness_waived: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    pause_key: Mapped[str | None] = mapped_column(sa.String(16), unique=True, index=True)
    preregistered: Mapped[str | None] = mapped_column(sa.String(16))
    brought: Mapped[bool] = mapped_column(default=False)
    email_fixes: Mapped[int] = mapped_column(default=0)
    qr_renewals: Mapped[int] = mapped_column(default=0)
    refer_reason: Mapped[ReferReason | None] = mapped_column(enum_column(ReferReason))
    reference: Mapped[str | None] = mapped_column(sa.String(20), unique=True)
    masked_nik: Mapped[str | None] = mapped_column(sa.String(24))
    paper: Mapped[str | None] = mapped_column(sa.String(24))
    satisfaction: Mapped[int | None]

    @property
    def stands_since(self) -> datetime:
        """When it came to its step (aware, UTC); nothing that happens there changes it."""
        return self.step_since or self.started_at

    # A year has a million visits and a moment a handful that are under way.
    __table_args__ = (sa.Index("ix_visit_open", "started_at", sqlite_where=sa.text("ended_at IS NULL")),)


class VisitHelp(Base):
    """An officer helped in a visit with his badge: he may not decide about it any more."""

    __tablename__ = "visit_help"

    visit_id: Mapped[str] = mapped_column(sa.ForeignKey("visit.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(sa.ForeignKey("officer.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class LookUp(Base):
    """One question about a NIK. `terminal` is where it counts: a terminal, or `officer:<id>` at a counter;
    an officer's question need not belong to a visit."""

    __tablename__ = "look_up"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str | None] = mapped_column(sa.ForeignKey("visit.id"))
    terminal: Mapped[str] = mapped_column(sa.String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class AttemptState(StrEnum):
    """What became of a face attempt. Only `ENGINE_FAILED`, engine or camera, costs no try.

    `STARTED` counts as used: a crash gives no extra try, and neither does leaving, which would let somebody
    wait for turns that suit him. `NOT_LIVE`: the turns were not followed. `DOUBTED`: by the passive check.
    `DECLINED`: the resident cannot or does not want to turn, and an officer takes over.
    """

    STARTED = "started"
    MATCH = "match"
    UNCERTAIN = "uncertain"
    NO_MATCH = "no_match"
    NOT_LIVE = "not_live"
    DOUBTED = "doubted"
    DECLINED = "declined"
    ENGINE_FAILED = "engine_failed"


class FaceAttempt(Base):
    """One try at being known, counted per NIK and day over all terminals: scores and reasons, no picture.

    `distance` is that of the fused frontal frames to the register photo, `spread` the greatest one of a
    frontal frame to another frame, `real` the passive check's least score; `frames` were seen from the first
    cue on. `asked` are the turns («LRL», empty when waived), `liveness` why they did not pass, `breaks` how
    often the track was lost.
    """

    __tablename__ = "face_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(sa.ForeignKey("visit.id"), index=True)
    nik_hash: Mapped[str] = mapped_column(sa.String(64))
    day: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[AttemptState] = mapped_column(enum_column(AttemptState))
    distance: Mapped[float | None]
    asked: Mapped[str] = mapped_column(sa.String(8), default="", server_default="")
    liveness: Mapped[Refusal | None] = mapped_column(enum_column(Refusal))
    spread: Mapped[float | None]
    real: Mapped[float | None]
    frames: Mapped[int | None]
    breaks: Mapped[int | None]
    engine: Mapped[str] = mapped_column(sa.String(80), default="")

    __table_args__ = (sa.Index("ix_face_attempt_nik_day", "nik_hash", "day"),)
