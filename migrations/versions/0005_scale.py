"""Many machines: which lane is more urgent, who was told of it, and Procrastinate's own tables on PostgreSQL.

Revision: 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

DUE = sa.text("due_at is not null")


def upgrade() -> None:
    upgrade_lanes()
    if op.get_bind().dialect.name == "postgresql":
        install_procrastinate()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        remove_procrastinate()
    downgrade_lanes()


def upgrade_lanes() -> None:
    with op.batch_alter_table("lane", schema=None) as batch_op:
        batch_op.drop_index("ix_lane_due")
        batch_op.add_column(sa.Column("urgency", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("kicked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_lane_due", ["kind", "urgency", "due_at"], unique=False, sqlite_where=DUE, postgresql_where=DUE
        )


def downgrade_lanes() -> None:
    with op.batch_alter_table("lane", schema=None) as batch_op:
        batch_op.drop_index("ix_lane_due")
        batch_op.drop_column("kicked_at")
        batch_op.drop_column("urgency")
        batch_op.create_index("ix_lane_due", ["kind", "due_at"], unique=False, sqlite_where=DUE, postgresql_where=DUE)


def install_procrastinate() -> None:
    """The schema of the installed release (3.10). A later release that changes it needs a migration of its own,
    which runs the files of that release's `sql/migrations`."""
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))


def remove_procrastinate() -> None:
    bind = op.get_bind()
    for table in ("periodic_defers", "events", "jobs", "workers"):
        bind.exec_driver_sql(f"drop table procrastinate_{table} cascade")
    for kind in ("procrastinate_job_to_defer_v1", "procrastinate_job_status", "procrastinate_job_event_type"):
        bind.exec_driver_sql(f"drop type {kind} cascade")
    found = bind.exec_driver_sql(
        "select oid::regprocedure::text from pg_proc where proname like 'procrastinate%%' and pronamespace = "
        "current_schema()::regnamespace"
    )
    for (function,) in found.all():
        bind.exec_driver_sql(f"drop function {function} cascade")
