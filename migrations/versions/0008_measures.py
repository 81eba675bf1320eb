"""Measures: what was counted ahead, and the indexes by which it is counted.

Revision: 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OF_MEMBERSHIP = sa.text(
    "action in ('membership.renewed', 'membership.lapsed', 'membership.ended', 'membership.joined_again', "
    "'membership.dated')"
)


def upgrade() -> None:
    op.create_table(
        "measure_part",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("whole", JSON, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.PrimaryKeyConstraint("name", "part", name=op.f("pk_measure_part")),
    )
    op.create_index(
        "ix_audit_entry_membership", "audit_entry", ["member_id", "at"], unique=False,
        sqlite_where=OF_MEMBERSHIP, postgresql_where=OF_MEMBERSHIP,
    )  # fmt: skip
    op.create_index("ix_survey_answer_kind_at", "survey_answer", ["kind", "at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_survey_answer_kind_at", table_name="survey_answer")
    op.drop_index("ix_audit_entry_membership", table_name="audit_entry")
    op.drop_table("measure_part")
