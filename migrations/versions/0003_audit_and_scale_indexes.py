"""the audit log's page, and indexes for a million visits

Revision 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEPT = {
    "visit": ("started_at", ("nik", "name", "email", "phone", "group", "register_photo", "face_template")),
    "review_case": (
        "opened_at",
        ("selfie", "register_photo", "selfie_template", "nik", "name", "note", "first_note"),
    ),
    "mail": ("created_at", ("recipient", "body")),
}
"""Table, the column its times are counted from, and the columns that the purge empties."""


def upgrade() -> None:
    # Not in a batch: that would copy every entry, and this column is stored nowhere.
    op.add_column(
        "audit_entry",
        sa.Column(
            "officer",
            sa.Integer(),
            sa.Computed(
                "CASE WHEN json_valid(detail) THEN json_extract(detail, '$.officer') END", persisted=False
            ),
        ),
    )
    op.drop_index("ix_audit_entry_subject", "audit_entry")
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject", "at"])
    op.create_index("ix_audit_entry_action", "audit_entry", ["action", "at"])
    op.create_index("ix_audit_entry_source", "audit_entry", ["source", "at"])
    op.create_index(
        "ix_audit_entry_officer",
        "audit_entry",
        ["officer", "at"],
        sqlite_where=sa.text("officer IS NOT NULL"),
    )
    op.create_index("ix_visit_open", "visit", ["started_at"], sqlite_where=sa.text("ended_at IS NULL"))
    for table, (anchor, columns) in KEPT.items():
        for column in columns:
            op.create_index(
                f"ix_{table}_{column}_kept", table, [anchor], sqlite_where=sa.text(f'"{column}" IS NOT NULL')
            )


def downgrade() -> None:
    for table, (_anchor, columns) in KEPT.items():
        for column in columns:
            op.drop_index(f"ix_{table}_{column}_kept", table)
    op.drop_index("ix_visit_open", "visit")
    for column in ("officer", "source", "action"):
        op.drop_index(f"ix_audit_entry_{column}", "audit_entry")
    op.drop_index("ix_audit_entry_subject", "audit_entry")
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject"])
    op.execute("ALTER TABLE audit_entry DROP COLUMN officer")
