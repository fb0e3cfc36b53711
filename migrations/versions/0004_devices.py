"""devices' events, what was entered on the phone, paused visits

Revision 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("device", sa.String(length=32), nullable=False),
        sa.Column("driver", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_event")),
    )
    op.create_index("ix_device_event_terminal", "device_event", ["terminal", "at"])
    op.create_table(
        "preregistration",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("nik", sa.LargeBinary(), nullable=True),
        sa.Column("nik_hash", sa.String(length=64), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preregistration")),
    )
    op.create_index("ix_preregistration_made_at", "preregistration", ["made_at"])
    op.create_index("ix_preregistration_nik_hash", "preregistration", ["nik_hash"])
    op.add_column("visit", sa.Column("pause_key", sa.String(length=16), nullable=True))
    op.add_column("visit", sa.Column("preregistered", sa.String(length=16), nullable=True))
    op.add_column("visit", sa.Column("brought", sa.Boolean(), nullable=False, server_default="0"))
    op.create_index("ix_visit_pause_key", "visit", ["pause_key"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_visit_pause_key", "visit")
    for column in ("brought", "preregistered", "pause_key"):
        op.drop_column("visit", column)
    op.drop_table("preregistration")
    op.drop_table("device_event")
