"""Alembic's environment: migrations run on a connection that the application hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from bot.db import Moment
from bot.model import Base


def render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations outlive the code, so they name no type of ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Procrastinate's tables come from its own schema (0005)."""
    return kind != "table" or name is None or not name.startswith("procrastinate_")


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_name=is_ours,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


run()
