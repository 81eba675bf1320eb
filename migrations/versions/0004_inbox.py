"""Clocks of cases.

Revision: 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENTS = (
    "first_reply_at", "acted_at", "waiting_since", "snoozed_at", "snoozed_until", "reminded_at", "look_at",
)  # fmt: skip
COUNTS = ("rung", "reopened", "paused_seconds")


def upgrade() -> None:
    with op.batch_alter_table("hand_off", schema=None) as batch_op:
        batch_op.add_column(sa.Column("follow_up_on", sa.Date(), nullable=True))
        for moment in MOMENTS:
            batch_op.add_column(sa.Column(moment, sa.DateTime(timezone=True), nullable=True))
        for count in COUNTS:
            batch_op.add_column(sa.Column(count, sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index(batch_op.f("ix_hand_off_look_at"), ["look_at"], unique=False)
    # Cases that are open already get a clock: the next look finds them.
    op.execute("UPDATE hand_off SET look_at = opened_at WHERE state <> 'resolved'")
    op.execute("UPDATE hand_off SET waiting_since = opened_at WHERE state = 'open'")


def downgrade() -> None:
    with op.batch_alter_table("hand_off", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hand_off_look_at"))
        for column in (*COUNTS, *MOMENTS, "follow_up_on"):
            batch_op.drop_column(column)
