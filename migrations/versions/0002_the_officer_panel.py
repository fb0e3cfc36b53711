"""the officer panel

Revision 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "daily_count",
        sa.Column("measure", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("measure", "day", "terminal", "label", name=op.f("pk_daily_count")),
    )
    op.create_table(
        "monthly_count",
        sa.Column("measure", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("measure", "day", "terminal", "label", name=op.f("pk_monthly_count")),
    )
    op.create_table(
        "setup_link",
        sa.Column("token_mac", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("token_mac", name=op.f("pk_setup_link")),
    )
    op.create_table(
        "lockout",
        sa.Column("typed_mac", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failure_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("typed_mac", name=op.f("pk_lockout")),
    )
    op.create_table(
        "terminal",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("step", sa.String(32), nullable=True),
        sa.Column("step_since", sa.DateTime(), nullable=True),
        sa.Column("health", sa.Text(), nullable=False),
        sa.Column("closed_message", sa.String(length=200), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("paper_changed_at", sa.DateTime(), nullable=True),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_terminal")),
    )
    op.create_table(
        "badge",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_badge_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge")),
    )
    with op.batch_alter_table("badge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_badge_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "deactivation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("nik_hash", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_deactivation_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deactivation")),
    )
    with op.batch_alter_table("deactivation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deactivation_nik_hash"), ["nik_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_deactivation_state"), ["state"], unique=False)

    op.create_table(
        "officer_session",
        sa.Column("token_mac", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("device_mac", sa.String(length=64), nullable=False),
        sa.Column("proof", sa.String(32), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("board_seen_at", sa.DateTime(), nullable=True),
        sa.Column("counter", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_officer_session_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("token_mac", name=op.f("pk_officer_session")),
    )
    with op.batch_alter_table("officer_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officer_session_board_seen_at"), ["board_seen_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_officer_session_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("code_mac", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_recovery_code_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("code_mac", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "help_call",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("terminal", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=True),
        sa.Column("step", sa.String(32), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["officer.id"], name=op.f("fk_help_call_answered_by_officer")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_help_call_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_call")),
    )
    with op.batch_alter_table("help_call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_call_ended_at"), ["ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_help_call_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "officer_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_officer_override_officer_id_officer")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["officer.id"], name=op.f("fk_officer_override_second_id_officer")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_officer_override_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_override")),
    )
    with op.batch_alter_table("officer_override", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officer_override_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_officer_override_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "visit_help",
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_visit_help_officer_id_officer")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_help_visit_id_visit")),
        sa.PrimaryKeyConstraint("visit_id", "officer_id", name=op.f("pk_visit_help")),
    )
    with op.batch_alter_table("officer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(32), nullable=False, server_default="officer"))
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("pin_hash", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("totp_confirmed_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("totp_last_step", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("nik_hash", sa.String(length=64), nullable=True))
        batch_op.drop_column("last_failure_at")
        batch_op.drop_column("failures")

    with op.batch_alter_table("review_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nik_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("held_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("held_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("first_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("first_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("first_reason", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("first_note", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("used_at", sa.DateTime(), nullable=True))
        batch_op.alter_column("ticket_id", existing_type=sa.VARCHAR(length=16), nullable=True)
        batch_op.alter_column("distance", existing_type=sa.DOUBLE(), nullable=True)
        batch_op.create_index(batch_op.f("ix_review_case_nik_hash"), ["nik_hash"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_review_case_first_by_officer"), "officer", ["first_by"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_review_case_held_by_officer"), "officer", ["held_by"], ["id"]
        )

    with op.batch_alter_table("look_up", schema=None) as batch_op:
        batch_op.alter_column("visit_id", existing_type=sa.VARCHAR(length=32), nullable=True)

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("counter", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("calls", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("called_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("called_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("finished_at", sa.DateTime(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_ticket_called_by_officer"), "officer", ["called_by"], ["id"]
        )

    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel", sa.String(32), nullable=False, server_default="kiosk"))
        batch_op.add_column(sa.Column("opened_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("from_ticket", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("group", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("step_since", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("step_seconds", sa.Text(), nullable=False, server_default="{}"))
        batch_op.create_foreign_key(
            batch_op.f("fk_visit_opened_by_officer"), "officer", ["opened_by"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_visit_opened_by_officer"), type_="foreignkey")
        batch_op.drop_column("step_seconds")
        batch_op.drop_column("step_since")
        batch_op.drop_column("group")
        batch_op.drop_column("from_ticket")
        batch_op.drop_column("opened_by")
        batch_op.drop_column("channel")

    op.execute("DELETE FROM look_up WHERE visit_id IS NULL")
    with op.batch_alter_table("look_up", schema=None) as batch_op:
        batch_op.alter_column("visit_id", existing_type=sa.VARCHAR(length=32), nullable=False)

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_ticket_called_by_officer"), type_="foreignkey")
        batch_op.drop_column("finished_at")
        batch_op.drop_column("called_by")
        batch_op.drop_column("called_at")
        batch_op.drop_column("calls")
        batch_op.drop_column("counter")

    with op.batch_alter_table("review_case", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_review_case_held_by_officer"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_review_case_first_by_officer"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_review_case_nik_hash"))
        batch_op.alter_column("distance", existing_type=sa.DOUBLE(), nullable=False)
        batch_op.alter_column("ticket_id", existing_type=sa.VARCHAR(length=16), nullable=False)
        batch_op.drop_column("used_at")
        batch_op.drop_column("first_note")
        batch_op.drop_column("first_reason")
        batch_op.drop_column("first_at")
        batch_op.drop_column("first_by")
        batch_op.drop_column("held_at")
        batch_op.drop_column("held_by")
        batch_op.drop_column("nik_hash")

    with op.batch_alter_table("officer", schema=None) as batch_op:
        batch_op.drop_column("nik_hash")
        batch_op.drop_column("totp_last_step")
        batch_op.drop_column("totp_confirmed_at")
        batch_op.drop_column("totp_secret")
        batch_op.drop_column("pin_hash")
        batch_op.drop_column("must_change_password")
        batch_op.drop_column("removed_at")
        batch_op.add_column(sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("last_failure_at", sa.DateTime(), nullable=True))
        batch_op.drop_column("role")

    op.drop_table("visit_help")
    with op.batch_alter_table("officer_override", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_officer_override_visit_id"))
        batch_op.drop_index(batch_op.f("ix_officer_override_at"))

    op.drop_table("officer_override")
    with op.batch_alter_table("help_call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_call_visit_id"))
        batch_op.drop_index(batch_op.f("ix_help_call_ended_at"))

    op.drop_table("help_call")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_officer_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("officer_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_officer_session_officer_id"))
        batch_op.drop_index(batch_op.f("ix_officer_session_board_seen_at"))

    op.drop_table("officer_session")
    with op.batch_alter_table("deactivation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deactivation_state"))
        batch_op.drop_index(batch_op.f("ix_deactivation_nik_hash"))

    op.drop_table("deactivation")
    with op.batch_alter_table("badge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_badge_officer_id"))

    op.drop_table("badge")
    op.drop_table("terminal")
    op.drop_table("lockout")
    op.drop_table("setup_link")
    op.drop_table("monthly_count")
    op.drop_table("daily_count")
