"""what is kept of a face attempt: the turns asked for, why they did not pass, scores; turns that were waived

Revision 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SCORES = (
    ("face_attempt", "at", ("distance", "spread", "real")),
    ("review_case", "opened_at", ("distance",)),
)


def upgrade() -> None:
    # Nothing is compared before a face was found any more; what did not cost a try goes on costing none.
    op.execute("UPDATE face_attempt SET state = 'engine_failed' WHERE state = 'no_face'")
    op.add_column("visit", sa.Column("liveness_waived", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("face_attempt", sa.Column("asked", sa.String(length=8), nullable=False, server_default=""))
    op.add_column("face_attempt", sa.Column("liveness", sa.String(length=32), nullable=True))
    op.add_column("face_attempt", sa.Column("spread", sa.Double(), nullable=True))
    op.add_column("face_attempt", sa.Column("real", sa.Double(), nullable=True))
    op.add_column("face_attempt", sa.Column("frames", sa.Integer(), nullable=True))
    op.add_column("face_attempt", sa.Column("breaks", sa.Integer(), nullable=True))
    for table, anchor, columns in SCORES:
        for column in columns:
            op.create_index(
                f"ix_{table}_{column}_kept", table, [anchor], sqlite_where=sa.text(f'"{column}" IS NOT NULL')
            )


def downgrade() -> None:
    for table, _anchor, columns in SCORES:
        for column in columns:
            op.drop_index(f"ix_{table}_{column}_kept", table)
    for column in ("breaks", "frames", "real", "spread", "liveness", "asked"):
        op.drop_column("face_attempt", column)
    op.drop_column("visit", "liveness_waived")
