"""The console: what colleagues may do there, links that sign them in, and browsers that are signed in.

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLE = sa.Enum("viewer", "manager", "admin", name="role", native_enum=False, length=32)


def upgrade() -> None:
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", ROLE, nullable=True))
    _create("sign_in_link", sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
    _create(
        "console_session",
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("console_session")
    op.drop_table("sign_in_link")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_column("role")


def _create(table: str, *further: sa.Column[object]) -> None:
    """What both tables have, and what only this one has."""
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *further,
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f(f"fk_{table}_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("digest", name=op.f(f"uq_{table}_digest")),
    )
    for column in ("staff_id", "expires_at"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
