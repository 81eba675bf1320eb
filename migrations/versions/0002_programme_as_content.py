"""Programme as content.

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bookmark",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_bookmark")),
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_absence_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_absence_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absence_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_absence_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "audit_finding",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_audit_finding_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_finding")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_audit_finding_kind_subject")),
    )
    with op.batch_alter_table("audit_finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_finding_member_id"), ["member_id"], unique=False)

    op.create_table(
        "declined",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_class", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_declined_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declined")),
        sa.UniqueConstraint("member_id", "message_class", name=op.f("uq_declined_member_id_message_class")),
    )
    with op.batch_alter_table("declined", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_declined_member_id"), ["member_id"], unique=False)

    op.create_table(
        "goal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "end",
            sa.Enum("reached", "replaced", "dropped", name="goalend", native_enum=False, length=32),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_goal_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_member_id"), ["member_id"], unique=False)

    op.create_table(
        "member_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dedupe", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("named", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("properties", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_event_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_event")),
        sa.UniqueConstraint("dedupe", name=op.f("uq_member_event_dedupe")),
    )
    with op.batch_alter_table("member_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_event_member_id_at"), ["member_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_member_event_named"), ["named"], unique=False)

    op.create_table(
        "planned_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("journey", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("anchor_on", sa.Date(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_planned_entry_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_entry")),
        sa.UniqueConstraint(
            "member_id", "journey", "occasion", name=op.f("uq_planned_entry_member_id_journey_occasion")
        ),
    )
    with op.batch_alter_table("planned_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_planned_entry_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_planned_entry_member_id"), ["member_id"], unique=False)

    op.create_table(
        "goal_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("goal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_note_goal_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_note")),
    )
    with op.batch_alter_table("goal_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_note_goal_id"), ["goal_id"], unique=False)

    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum("step", "celebration", "survey", name="checkinkind", native_enum=False, length=32),
                server_default="step",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("message_class", sa.Text(), server_default="relationship", nullable=False))
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("bundled_with_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.alter_column(
            "run_id", existing_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        )
        batch_op.drop_constraint(batch_op.f("uq_check_in_run_id_step_round"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_check_in_run_id_kind_step_round"), ["run_id", "kind", "step", "round"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_check_in_bundled_with_id"), "check_in", ["bundled_with_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("consent_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("message_class", sa.Text(), nullable=True))

    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("best_hour", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("best_channel", sa.Text(), nullable=True))

    with op.batch_alter_table("journey_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("anchor_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.Text(), nullable=True))
        batch_op.create_index(
            "ix_journey_run_lapse",
            ["lapses_at"],
            unique=False,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("renews_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("lapsed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("country", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "dates", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), server_default="{}", nullable=False
            )
        )
        batch_op.add_column(sa.Column("goal", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("planned_with", sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f("ix_member_planned_with"), ["planned_with"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_planned_with"))
        batch_op.drop_column("planned_with")
        batch_op.drop_column("goal")
        batch_op.drop_column("dates")
        batch_op.drop_column("country")
        batch_op.drop_column("lapsed_on")
        batch_op.drop_column("renews_on")

    with op.batch_alter_table("journey_run", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_journey_run_lapse",
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )
        batch_op.drop_column("outcome")
        batch_op.drop_column("lapses_at")
        batch_op.drop_column("anchor_on")

    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_column("best_channel")
        batch_op.drop_column("best_hour")

    with op.batch_alter_table("consent_event", schema=None) as batch_op:
        batch_op.drop_column("message_class")

    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_check_in_bundled_with_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_check_in_run_id_kind_step_round"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_check_in_run_id_step_round"), ["run_id", "step", "round"])
        batch_op.alter_column(
            "run_id", existing_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        )
        batch_op.drop_column("bundled_with_id")
        batch_op.drop_column("expires_at")
        batch_op.drop_column("message_class")
        batch_op.drop_column("kind")

    with op.batch_alter_table("goal_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_note_goal_id"))

    op.drop_table("goal_note")
    with op.batch_alter_table("planned_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_planned_entry_member_id"))
        batch_op.drop_index(batch_op.f("ix_planned_entry_due_at"))

    op.drop_table("planned_entry")
    with op.batch_alter_table("member_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_event_named"))
        batch_op.drop_index(batch_op.f("ix_member_event_member_id_at"))

    op.drop_table("member_event")
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_member_id"))

    op.drop_table("goal")
    with op.batch_alter_table("declined", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_declined_member_id"))

    op.drop_table("declined")
    with op.batch_alter_table("audit_finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_finding_member_id"))

    op.drop_table("audit_finding")
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absence_staff_id"))
        batch_op.drop_index(batch_op.f("ix_absence_member_id"))

    op.drop_table("absence")
    op.drop_table("bookmark")
