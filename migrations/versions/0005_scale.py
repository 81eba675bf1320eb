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
ASIDE = sa.text("state in ('dead', 'failed', 'unknown')")
HELD = sa.text("state = 'held'")


def upgrade() -> None:
    upgrade_lanes()
    upgrade_gauges()
    upgrade_housekeeping()
    upgrade_pauses()
    if op.get_bind().dialect.name == "postgresql":
        install_procrastinate()
        tune_tables()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        remove_procrastinate()
        reset_tables()
    downgrade_pauses()
    downgrade_housekeeping()
    downgrade_gauges()
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


def upgrade_gauges() -> None:
    """What is counted for the metrics is counted by an index that holds nothing else."""
    for table in ("inbox_message", "outbox_message"):
        op.create_index(
            f"ix_{table}_aside", table, ["state", "id"], unique=False, sqlite_where=ASIDE, postgresql_where=ASIDE
        )
    op.create_index("ix_touch_held", "touch", ["reason"], unique=False, sqlite_where=HELD, postgresql_where=HELD)


def downgrade_gauges() -> None:
    op.drop_index("ix_touch_held", "touch")
    for table in ("inbox_message", "outbox_message"):
        op.drop_index(f"ix_{table}_aside", table)


def upgrade_pauses() -> None:
    op.create_table(
        "pause",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_pause")),
    )


def downgrade_pauses() -> None:
    op.drop_table("pause")


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


REFERS = (
    ("outbox_message", "reply_to_id"), ("outbox_message", "touch_id"), ("survey_answer", "check_in_id"),
    ("survey_round", "hand_off_id"), ("hand_off", "check_in_id"), ("check_in", "bundled_with_id"),
)  # fmt: skip
"""By these a row that is deleted finds who refers to it."""
TUNED = {
    "lane": "fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500",
    "rate": "fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200",
    "inbox_message": "fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05",
    "outbox_message": "autovacuum_vacuum_scale_factor = 0.05",
    "procrastinate_jobs": "fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, "
    "autovacuum_vacuum_cost_delay = 0",
}
"""Room in the pages of rows that change often without a change in an index, and a vacuum that comes before there are
many dead ones. Each change of a message that goes out is one of its state, which is in indexes: room would be wasted."""


def upgrade_housekeeping() -> None:
    op.add_column("bookmark", sa.Column("place", sa.Text(), nullable=True))
    op.add_column("bookmark", sa.Column("spared", sa.Text(), nullable=True))
    for table, column in REFERS:
        is_set = sa.text(f"{column} is not null")
        name = f"ix_{table}_{column}"
        op.create_index(name, table, [column], unique=False, sqlite_where=is_set, postgresql_where=is_set)


def downgrade_housekeeping() -> None:
    for table, column in reversed(REFERS):
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    with op.batch_alter_table("bookmark", schema=None) as batch_op:
        batch_op.drop_column("spared")
        batch_op.drop_column("place")


def tune_tables() -> None:
    for table, parameters in TUNED.items():
        op.execute(f"alter table {table} set ({parameters})")


def reset_tables() -> None:
    """Procrastinate's table is gone by then."""
    for table, parameters in TUNED.items():
        if not table.startswith("procrastinate_"):
            names = ", ".join(one.partition(" = ")[0].strip() for one in parameters.split(","))
            op.execute(f"alter table {table} reset ({names})")
