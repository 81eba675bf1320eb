"""Members are listed: what they are found by, at which risk they were, and notes about them.

Revision: 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.model.folding import folded

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
SEARCH = ["search", "status", "segment", "msm_id", "account_id"]
SINGLE = ("renews_on", "account_id", "msm_id")
UNDER_WAY = sa.text("state = 'active'")
OPEN = sa.text("state = 'open'")
AT_ONCE = 1000


def upgrade() -> None:
    op.add_column("member", sa.Column("search", sa.Text(), nullable=True))
    fill_search()
    op.create_index("ix_member_search", "member", SEARCH, unique=False)
    op.create_index("ix_member_joined_on", "member", ["joined_on", "status"], unique=False)
    for column in SINGLE:
        op.create_index(op.f(f"ix_member_{column}"), "member", [column], unique=False)
    op.create_index(
        "ix_journey_run_active", "journey_run", ["journey", "member_id"], unique=False, sqlite_where=UNDER_WAY,
        postgresql_where=UNDER_WAY,
    )  # fmt: skip
    op.create_index(
        "ix_check_in_open", "check_in", ["kind", "member_id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN
    )
    create_notes()
    create_risks()


def downgrade() -> None:
    op.drop_table("member_risk")
    op.drop_table("member_note")
    op.drop_index("ix_check_in_open", table_name="check_in")
    op.drop_index("ix_journey_run_active", table_name="journey_run")
    for column in reversed(SINGLE):
        op.drop_index(op.f(f"ix_member_{column}"), table_name="member")
    op.drop_index("ix_member_joined_on", table_name="member")
    op.drop_index("ix_member_search", table_name="member")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_column("search")


def fill_search() -> None:
    """Databases can't take accents off. What old machines write meanwhile is filled in by the tick (`bot.handoff`)."""
    bind = op.get_bind()
    names = ("id", "last_name", "first_name", "number", "search")
    member = sa.table("member", *(sa.column(name) for name in names))
    change = sa.update(member).where(member.c.id == sa.bindparam("key")).values(search=sa.bindparam("words"))
    last = 0
    while True:
        some = sa.select(*member.c).where(member.c.id > last).order_by(member.c.id).limit(AT_ONCE)
        rows = bind.execute(some).all()
        if not rows:
            return
        bind.execute(
            change, [{"key": row.id, "words": folded(row.last_name, row.first_name, row.number)} for row in rows]
        )
        last = rows[-1].id


def create_notes() -> None:
    op.create_table(
        "member_note",
        sa.Column("id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("dedupe", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_note_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_note")),
        sa.UniqueConstraint("dedupe", name=op.f("uq_member_note_dedupe")),
    )
    op.create_index(op.f("ix_member_note_member_id"), "member_note", ["member_id"], unique=False)


def create_risks() -> None:
    op.create_table(
        "member_risk",
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_risk_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member_risk")),
    )
    op.create_index(op.f("ix_member_risk_level_weight"), "member_risk", ["level", "weight"], unique=False)
